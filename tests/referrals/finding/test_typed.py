"""What is typed into the box is read in every way in which people write it."""

import pytest

from referrals.finding.typed import read


def pairs(text):
    return {pair for term in read(text).terms for pair in term.pairs}


def codes(text):
    return [code for term in read(text).terms for code in term.codes]


@pytest.mark.parametrize(
    "text",
    [
        "3/4/1970",
        "03-04-1970",
        "3.4.1970",
        "3 Apr 1970",
        "3rd of April, 1970",
        "April 3 1970",
        "1970-04-03",
        "3/4/70",
        "03041970",
        "３/４/１９７０",
    ],
)
def test_a_birth_date_however_it_is_written(text):
    assert ("birth_date", "1970-04-03") in pairs(text)
    assert ("birth_date", "1970-04-03") in pairs(f"Sample {text} Jo")
    assert read(f"Sample {text} Jo").names == ["sample", "jo"]


def test_two_digits_of_a_year_may_mean_two_days():
    assert pairs("3/4/15") == {("birth_date", "1915-04-03"), ("birth_date", "2015-04-03")}


def test_a_date_that_is_none_is_told_the_truth():
    assert "only 29 days in February" in read("31/2/1980").problem


def test_a_leap_day_of_a_short_year_is_the_day_of_the_century_that_had_it():
    assert pairs("29/2/00") == {("birth_date", "2000-02-29")}
    assert pairs("29/2/24") == {("birth_date", "1924-02-29"), ("birth_date", "2024-02-29")}
    assert "no 29 February" in read("29/2/23").problem


@pytest.mark.parametrize("text", ["29/02", "Sample 29/2", "1/12"])
def test_a_day_without_its_year_is_asked_for_the_year(text):
    assert read(text).problem.startswith("Which year is that?")
    assert not read(text).terms


@pytest.mark.parametrize(
    "text",
    [
        "0491 570 156",
        "+61 491 570 156",
        "0491570156",
        "491 570 156",
        "(0491) 570-156",
        "0061 491 570 156",
        "+61 (0)491 570 156",
        "0491 570 156 ext 5",
    ],
)
def test_a_telephone_number_however_it_is_written(text):
    assert {("phone", "0491570156"), ("sender_tel", "0491570156")} <= pairs(text)


def test_a_number_without_its_area_code_is_looked_for_in_all_of_them():
    assert ("phone", "0255501234") in pairs("5550 1234")


@pytest.mark.parametrize("text", ["3278 85119 5", "32788511952", "3278-85119-5/2"])
def test_a_medicare_number_with_or_without_the_last_digit(text):
    assert ("medicare", "3278851195") in pairs(text)


def test_two_numbers_side_by_side_are_two():
    found = read("3278 85119 5 0491 570 156 Sample")
    assert [term.kind for term in found.terms] == ["Medicare number or telephone", "telephone"]
    assert found.names == ["sample"]


@pytest.mark.parametrize(
    "text",
    [
        "SIJ-7KH2M9PD",
        "sij-7kh2m9pd",
        "sij 7kh2m9pd",
        "7KH2M9PD",
        "7kh2 m9pd",
        "SIJ7KH2M9PD",
        "SIJ - 7KH2 M9PD",
        "sij–7kh2m9pd",
    ],
)
def test_a_reference_in_any_case_with_or_without_prefix_spaces_and_dashes(text):
    assert codes(text) == ["7KH2M9PD"]
    assert read(text).names == []


@pytest.mark.parametrize("text", ["7kh2", "SIJ-7KH2M", "h2m9"])
def test_four_signs_of_a_reference_are_enough(text):
    [code] = codes(text)
    assert code in "7KH2M9PD"
    assert codes("7kh") == []


def test_names_keep_no_title_and_no_initial():
    found = read("Dr Anna B O'Brien-Smith")
    assert found.names == ["anna", "obriensmith"]
    assert found.left_out == ["B"]


@pytest.mark.parametrize("text", ["", "  ", "dr", "()", "-", "/ /", "1", "9" * 200, "a" * 200])
def test_nothing_breaks_it(text):
    read(text)


def test_what_it_could_not_read_is_said():
    assert read("sample 1970").left_out == ["1970"]
