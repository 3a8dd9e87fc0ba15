"""SECURITY.md promises only what a test shows, and sends nobody to a mailbox that is not read."""

import re

from tests.tables import ROOT, missing_tests, named_tests, rows_of

SECURITY = (ROOT / "SECURITY.md").read_text()
PROMISES = (ROOT / "docs/security/promises.md").read_text()


def promised():
    """Each sentence of “What we promise”."""
    section = SECURITY.partition("## What we promise\n")[2].partition("\n[")[0]
    bullets = [" ".join(each.split()) for each in section.split("\n- ") if each.strip()]
    return [f"{each}." for each in re.split(r"\.\s*", " ".join(bullets).lstrip("- ")) if each]


def test_each_sentence_that_is_promised_has_its_row_and_no_other():
    assert promised() == [row[0] for row in rows_of(PROMISES)]
    assert len(promised()) >= 8


def test_each_promise_is_shown_by_tests_that_exist():
    assert [row[0] for row in rows_of(PROMISES) if not named_tests(row[1])] == []
    assert missing_tests(PROMISES) == []


def test_a_test_that_does_not_exist_is_noticed():
    there = "`tests/site/test_promises.py::test_a_test_that_does_not_exist_is_noticed`"
    assert missing_tests(there) == []
    assert missing_tests(there.replace("noticed", "seen") + "`tests/no.py::test_x`") != []


def test_no_address_is_named_that_cannot_receive_mail():
    """Reserved names (.example and the like) take no mail."""
    addresses = re.findall(r"[\w.+-]+@([\w.-]+\w)", SECURITY)
    reserved = [host for host in addresses if re.search(r"(^|\.)(example|invalid|test)\b", host)]
    assert reserved == []
