"""Check digits catch slips of the pen. The numbers are published test numbers, nobody's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from referrals.identifiers import (
    PROVIDER_LOCATIONS,
    dialled,
    full_provider_number,
    medicare_digits,
    medicare_problem,
    miscounted,
    phone_numbers,
    plain_phone,
    plain_phones,
    provider_number_problem,
)
from tests.timing import processor_seconds

MEDICARE = ["3278851195", "2428778132", "6950507391"]
PROVIDERS = ["2426621B", "4024742F", "2429581T", "988939BJ"]


@pytest.mark.parametrize("number", MEDICARE)
def test_a_published_card_number_is_accepted(number: str):
    assert medicare_problem(number) == ""
    assert medicare_problem(f"{number[:4]} {number[4:9]} {number[9]}", "2") == ""
    assert medicare_problem(f"{number}2") == ""


@pytest.mark.parametrize(
    ("number", "irn", "problem"),
    [
        ("2950144891", "", "medicare_check"),
        ("3278851190", "", "medicare_issue"),
        ("3278851195", "0", "medicare_irn"),
        ("32788511952", "3", "medicare_irn"),
        ("1278851175", "", "medicare_shape"),  # its check digit is right
        ("7100000005", "", "medicare_shape"),  # the same
        ("327885119", "", "medicare_shape"),
        ("", "", "medicare_shape"),
    ],
)
def test_a_card_number_that_cannot_be_is_named(number: str, irn: str, problem: str):
    assert medicare_problem(number, irn) == problem


@given(st.sampled_from(MEDICARE), st.integers(1, 8), st.integers(1, 9))
def test_any_one_wrong_digit_of_a_card_is_noticed(number: str, place: int, shift: int):
    wrong = str((int(number[place]) + shift) % 10)
    assert medicare_problem(number[:place] + wrong + number[place + 1 :]) == "medicare_check"


@pytest.mark.parametrize("number", PROVIDERS)
def test_a_published_provider_number_is_accepted(number: str):
    assert provider_number_problem(number) == ""
    assert provider_number_problem(f" {number[:6]}-{number[6:].lower()} ") == ""


@pytest.mark.parametrize("number", ["988939BK", "1234561A"])
def test_a_wrong_check_letter_is_noticed(number: str):
    assert provider_number_problem(number) == "provider_check"


@pytest.mark.parametrize("number", ["", "2426621", "242662OB", "24266210B", "ABCDEFGH"])
def test_what_is_no_provider_number_is_named(number: str):
    assert provider_number_problem(number) == "provider_shape"


@pytest.mark.parametrize("number", ["2426621C", "2426621I", "2426621z", "26621C"])
def test_a_last_letter_that_no_number_has_is_named_as_such(number: str):
    assert provider_number_problem(number) == "provider_letter"


@given(st.sampled_from(PROVIDERS), st.integers(0, 5), st.integers(1, 9))
def test_any_one_wrong_digit_of_a_provider_is_noticed(number: str, place: int, shift: int):
    wrong = str((int(number[place]) + shift) % 10)
    changed = number[:place] + wrong + number[place + 1 :]
    assert provider_number_problem(changed) == "provider_check"


@given(st.integers(1, 99999), st.sampled_from(PROVIDER_LOCATIONS))
def test_zeros_in_front_may_be_left_out(stem: int, place: str):
    short, full = f"{stem}{place}Y", f"{stem:06}{place}Y"
    assert provider_number_problem(short) == provider_number_problem(full)
    assert full_provider_number(short) == full


@pytest.mark.parametrize(
    "typed",
    ["(02) 5550 1234", "02 5550 1234", "+61 2 5550 1234", "+61 (0)2 5550 1234", "0061255501234"],
)
def test_a_telephone_number_has_one_plain_form(typed: str):
    assert plain_phone(typed) == "0255501234"


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("0491 570 006 / 02 5550 1234", ["0491570006", "0255501234"]),
        ("0491 570 006 or +61 2 5550 1234", ["0491570006", "0255501234"]),
        ("0491570006,0255501234", ["0491570006", "0255501234"]),
        ("0491 570 006 02 5550 1234", ["0491570006", "0255501234"]),
        ("02/5550 1234", ["0255501234"]),
        ("02 5550 1234 x12", ["0255501234"]),
        ("02 5550 1234 4412 / 0491 570 006", ["0255501234", "0491570006"]),
        ("+61 2 5550 1234 4412", ["0255501234"]),
        ("(02) 5550 1234 (x4412)", ["0255501234"]),
        ("5550 1234", ["55501234"]),
        ("+49 30 5550 1234 567", ["493055501234567"]),
        ("\u202a0491\u00a0570\u200b006\u202c", ["0491570006"]),
        ("０４９１–５７０–００６", ["0491570006"]),
    ],
)
def test_each_number_of_a_line_is_found(typed: str, numbers: list[str]):
    assert plain_phones(typed) == numbers
    assert len(phone_numbers(typed)) == len(numbers)


def test_a_number_stands_as_it_was_typed():
    typed = "0491 570 006 / (02) 5550 1234"
    assert phone_numbers(typed) == ["0491 570 006", "(02) 5550 1234"]


HALVES = [
    "0491",
    "0491 570 006 / 007",
    "0491 570 006 / 12345",
    "",
    "555 0123",
    "+4930 5550 1234 5678",
]


@pytest.mark.parametrize("typed", HALVES)
def test_half_a_number_is_no_number(typed: str):
    assert phone_numbers(typed) == []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("0491 570 00", "0491 570 00"),
        ("02 5550 12345", "02 5550 12345"),
        ("+61 491 570 00", "+61 491 570 00"),
        ("0491 570 0061", "0491 570 0061"),
        ("0491 570 006 / 02 5550 123", "02 5550 123"),
    ],
)
def test_a_digit_too_few_or_too_many_is_seen(typed: str, wrong: str):
    assert miscounted(typed) == wrong


WHOLE = ["0491 570 006", "+61 2 5550 1234", "5550 1234", "1800 555 019", "02 5550 1234 x12"]
WHOLE += ["02 5550 1234 4412", "(02) 5550 1234 (x4412)", "+61 2 5550 1234 4412", "02 5550 1234-5"]
WHOLE += ["+44 20 7946 0958", "0011 64 9 555 0123", "0491 570 006 02 5550 1234", "half a number"]


@pytest.mark.parametrize("typed", WHOLE)
def test_what_has_ten_digits_or_another_plan_is_not_doubted(typed: str):
    assert miscounted(typed) == ""


@pytest.mark.parametrize("typed", ["３２７８ ８５１１９ ５", "\u200e3278\u00a085119\u200b5\u202c"])
def test_a_pasted_card_number_is_read_past_what_nobody_sees(typed: str):
    assert medicare_problem(typed) == ""
    assert medicare_digits(typed) == "3278851195"


@pytest.mark.parametrize("typed", ["", "none", "No Medicare card", "32788"])
def test_no_card_is_no_number(typed: str):
    assert medicare_digits(typed) == ""


def test_a_link_dials_digits_and_a_leading_plus():
    assert dialled("\u202a+61 (2) 5550–1234 x12") == "+61255501234"
    assert dialled("02 5550 1234 4412") == "0255501234"


def test_a_number_from_abroad_keeps_its_country():
    assert plain_phone("+64 9 555 0123") == "6495550123"


def test_very_long_texts_take_no_time():
    checks = (medicare_problem, provider_number_problem, plain_phone, phone_numbers)
    texts = ("2" * 100_000, " -" * 50_000, " " * 100_000 + "x" * 100_000)
    assert processor_seconds(lambda: [check(text) for check in checks for text in texts]) < 0.5
