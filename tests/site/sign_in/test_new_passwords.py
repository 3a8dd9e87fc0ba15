"""A new password that is easy to guess is refused, with why and how to choose, and no network."""

from hashlib import sha256

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from clinic_site.sign_in import breached, new_passwords
from clinic_site.sign_in.new_passwords import HOW_TO_CHOOSE, why_easy
from tests.codes import PASSWORD, sign_in, with_phone
from tests.makers import confirmed, make_clinic, make_user, queue_sign_in_mail, words_of

pytestmark = pytest.mark.django_db
STOLEN = [
    "1qaz2wsx3edc4rfv",
    "momsanaladventure",
    "passwordstandard",
    "PasswordPassword",
    "anticonstitutionnellement",
]
EASY = {
    "few different": ["eeeeeeeffffffggg", "1212121122122112"],
    "again and again": ["kettle7kettle7kettle7", "robin1robin1robin1robin1", "ab c ab c ab c ab c"],
    "in a row": ["qwertyuiop[]asdfgh", "bcdefghijklmnopqr", "0987654321poiuyt", "xsw23edcvfr45tgb"],
    "well-known word": [
        "dragon-1974-08-22",
        "!!!!!!!monkey!!!!!!2024",
        "P@ssw0rd!!2024!!!!",
        "$unsh1ne-$unsh1ne-99",
        "football&baseball2026",
    ],
    "short number": ["8 3 1 9 5 2 7 4 6 0 8 2 5 1"],
    "connect with you": [
        "sacroiliac-clinic-referral",
        "SampletownJointRooms2026",
        "robin.samplename.clinic",
    ],
}
GOOD = [
    PASSWORD,
    "correct horse battery staple",
    "seven green kettles hum",
    "Üben macht fröhliche Bäcker",
    "正確な馬の電池のホチキスです。今日は",
    "hv7 Kq2-mmZ!p0xWr4",
    "tide ladder mustard ninety",
    "tide ladder mustard ninety " * 5,
]


@pytest.fixture
def robin():
    make_clinic(name="Sampletown Joint Rooms")
    return make_user(first_name="Robin", last_name="Samplename")


@pytest.mark.parametrize("password", STOLEN)
def test_a_stolen_password_is_known_without_a_network(password):
    assert breached.was_stolen(password)
    assert "list of stolen ones" in why_easy(password)


@pytest.mark.parametrize(("why", "password"), [(w, p) for w, each in EASY.items() for p in each])
def test_a_short_thing_made_long_is_refused(robin, why, password):
    assert len(password) >= 15
    assert why in why_easy(password, robin)


@pytest.mark.parametrize("password", GOOD)
def test_a_good_password_is_taken(robin, password):
    validate_password(password, robin)


@pytest.mark.parametrize("length", [128, 1000])
def test_a_long_password_is_taken_and_an_endless_one_is_not(length):
    long = "".join(sha256(bytes([n])).hexdigest() for n in range(20))
    assert not why_easy(long[:length])
    assert "more than 1000" in why_easy(long[:1001])


def test_fourteen_signs_are_too_few():
    with pytest.raises(ValidationError, match="15 characters"):
        validate_password("kw7 Tide!blue9")


def test_the_list_is_sorted_whole_and_small():
    known = breached.digests()
    assert len(known) > 13_000
    assert known == sorted(set(known))
    assert breached.FILE.stat().st_size < 1_000_000


def test_a_text_of_every_length_is_judged_quickly():
    assert not new_passwords.is_made_of("abcdefghij" * 100, frozenset(["ab"]), at_most=2)


def test_the_refusal_stands_at_the_field_and_says_how_to_choose(client, settings):
    queue_sign_in_mail(settings)
    with_phone()
    staff = sign_in(client)
    typed = {"oldpassword": PASSWORD, "password1": STOLEN[0], "password2": STOLEN[0]}
    response = staff.post("/admin/account/password/change/", typed)
    problems = response.context["form"].errors
    assert any("list of stolen ones" in words for each in problems.values() for words in each)
    assert HOW_TO_CHOOSE in words_of(response.content.decode()).replace("&#x27;", "'")


def test_a_colleague_gives_no_easy_password_either(client, robin):
    staff = confirmed(client, make_user(username="chief", is_superuser=True))
    typed = {"password1": STOLEN[0], "password2": STOLEN[0], "usable_password": "true"}
    response = staff.post(f"/admin/auth/user/{robin.pk}/password/", typed)
    assert "list of stolen ones" in words_of(response.content.decode())
    robin.refresh_from_db()
    assert robin.check_password(PASSWORD)
