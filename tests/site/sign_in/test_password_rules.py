"""A password is long and hard to guess; nothing else is asked of it."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.module_loading import import_string

from clinic_site.running import sign_in_settings
from tests.makers import make_user

pytestmark = pytest.mark.django_db


def refusal(password, user=None):
    """Why it is refused; empty where it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def test_14_signs_are_too_few_and_15_are_enough():
    assert "15" in refusal("kelpwagonmirth")
    assert refusal("kelpwagonmirths") == ""


@pytest.mark.parametrize(
    "password",
    [
        "kelp wagon mirth tulip",
        "ПЛОТВА и ветер над рекой",
        "KELPWAGONMIRTHTULIP",
        "hv7Kq2-mmZ!p0xWr4%§½",
        "kelp wagon mirth tulip ladder mustard ninety violet anchor biscuit copper dolphin"
        " ember fiddle garlic hammock igloo jasmine kettle lantern",
    ],
)
def test_any_signs_will_do_and_128_of_them_too(password):
    """Small letters alone, capitals alone, another alphabet, all kinds at once, a whole line."""
    assert refusal(password) == ""


def test_it_is_checked_as_it_was_typed(client):
    """Spaces at the ends and capitals count; nothing is cut off."""
    robin = make_user()
    TOTP.activate(robin, "JBSWY3DPEHPK3PXP")
    typed = "  Kelp wagon " + "mirth " * 20
    robin.set_password(typed)
    robin.save()
    for password, page in [(typed.strip(), 200), (typed.lower(), 200), (typed, 302)]:
        answer = client.post("/admin/account/login/", {"login": "robin", "password": password})
        assert answer.status_code == page, password


def test_a_password_manager_may_fill_it_in(client):
    html = client.get("/admin/account/login/").content.decode()
    assert 'type="password"' in html
    assert 'autocomplete="current-password"' in html
    assert 'autocomplete="off"' not in html


def test_it_is_kept_as_argon2id_with_work_enough():
    """Tests themselves use a quick one, so the setting is asked."""
    [first, *_] = sign_in_settings.PASSWORDS["PASSWORD_HASHERS"]
    kept = import_string(first)().encode("kelp wagon mirth tulip", "salt" * 4)
    kind, _, work = kept.partition("$argon2id$")
    memory, rounds = (int(part.split("=")[1]) for part in work.split("$")[1].split(",")[:2])
    assert kind == "argon2"
    assert memory >= 19 * 1024
    assert rounds >= 2


def test_a_new_site_has_no_account():
    call_command("prepare_site", verbosity=0)
    assert not User.objects.exists()
