"""Of the sign-in library's addresses only those exist that we use; few open without a code."""

import pytest
from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from clinic_site.sign_in import urls as ours
from clinic_site.sign_in.gate import OPEN_WITHOUT_A_CODE
from tests.codes import with_phone
from tests.makers import make_user, signed_in

pytestmark = pytest.mark.django_db
OF_THE_LIBRARY = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_change_password",
    "mfa_authenticate",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}
OURS = {
    "your_sign_in",
    "replace_phone",
    "type_spoken_code",
    "staff_session",
    "end_session",
    "end_other_sessions",
    "kept_forms",
    "account_link",
    "forgot_password",
    "forgot_password_sent",
    "choose_factor",
    "add_passkey",
    "new_passkey_options",
    "remove_passkey",
    "passkey_sign_in",
    "passkey_options",
}


def every_pattern(patterns, prefix=""):
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield address, pattern
        else:
            yield from every_pattern(pattern.url_patterns, address)


def shown(address):
    """A pattern as a path that it matches, where it has no part to fill in."""
    return None if any(sign in address for sign in "<(^$") else address


def library_addresses():
    for address, pattern in every_pattern(account_urls.urlpatterns):
        yield pattern.name, shown(f"/admin/account/{address}")
    for address, pattern in every_pattern(mfa_urls.urlpatterns):
        yield pattern.name, shown(f"/admin/account/2fa/{address}")


def test_every_sign_in_address_is_listed_here():
    assert {pattern.name for pattern in ours.urlpatterns} == OF_THE_LIBRARY | OURS


UNUSED = [(n, a) for n, a in library_addresses() if n not in OF_THE_LIBRARY and a]


@pytest.mark.parametrize(("name", "address"), UNUSED)
def test_no_other_address_of_the_library_exists(client, name, address):
    if address == "/admin/account/2fa/":
        address = "/admin/account/2fa/index/"
    signed_in(client, with_phone())
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404


def staff_addresses():
    """Every address of the staff site without a part to fill in."""
    for address, pattern in every_pattern(get_resolver().url_patterns):
        if address.startswith("admin/") and (path := shown(f"/{address}")):
            yield path, pattern.name


def is_open(path, name):
    space = "admin:" if not path.startswith("/admin/account/") else ""
    return f"{space}{name}" in OPEN_WITHOUT_A_CODE


BEHIND_A_CODE = [path for path, name in staff_addresses() if not is_open(path, name)]


def test_the_list_of_closed_addresses_is_not_empty():
    assert len(BEHIND_A_CODE) > 30
    assert {"/admin/account/", "/admin/", "/admin/auth/user/"} <= set(BEHIND_A_CODE)


@pytest.mark.parametrize("path", BEHIND_A_CODE)
def test_no_staff_address_opens_with_a_password_alone(path):
    client = Client()
    client.force_login(make_user(is_superuser=True))
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code in {301, 302}
        assert answer["Location"].startswith("/admin/login/?next=")


@pytest.mark.parametrize("path", BEHIND_A_CODE)
def test_no_staff_address_opens_to_a_stranger(client, path):
    for answer in (client.get(path), client.post(path)):
        assert answer["Location"].startswith("/admin/login/?next=")


def test_the_admin_shows_no_table_of_the_library():
    names = {model.__name__ for model in admin.site._registry}
    assert not names & {"Authenticator", "EmailAddress", "EmailConfirmation"}
    assert "User" in names


def test_the_names_that_open_without_a_code_exist():
    with_a_part = {"account_link": ["token"]}
    assert all(reverse(name, args=with_a_part.get(name)) for name in OPEN_WITHOUT_A_CODE)
