"""A password is long and hard to guess; nothing else is asked of it."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils.module_loading import import_string

from clinic_site.running import sign_in_settings
from tests.makers import make_clinic, make_user

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
        "7" + "3916" * 31 + "501",
        "🪁🥝🪵🦑🧭🪴🛶🪗🦔🧶🪑🥨🪺🫖🪀🧺",
        "KELPWAGONMIRTHTULIP",
        "hv7Kq2-mmZ!p0xWr4%§½",
    ],
)
def test_any_signs_will_do_and_128_of_them_too(password):
    assert refusal(password) == ""


@pytest.mark.parametrize(
    "password",
    [
        "sacroiliacclinic2027!",
        "Sacr0iliac-Cl1nic-2027",
        "Welcome-Reception-1",
        "Jacaranda Rooms 2027",
        "P@$$word-P@$$word-1",
    ],
)
def test_the_clinics_own_words_alone_are_refused(password):
    """What somebody tries first who has only read the website."""
    make_clinic(name="Jacaranda Spine Clinic", tagline="Dr Lee’s rooms")
    assert "Take four or five words" in refusal(password)


@pytest.mark.parametrize("password", ["the clinic cat eats kelp", "password of a purple heron"])
def test_such_a_word_among_others_does_no_harm(password):
    assert refusal(password) == ""


def test_her_own_name_is_no_password():
    robin = make_user(username="robin.samplestaff")
    assert "similar" in refusal("robinsamplestaff", robin)


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
