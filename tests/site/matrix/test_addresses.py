"""Every address × everybody × every verb: refused unless who_may.toml says otherwise."""

from functools import cache

import pytest

from tests.makers import PRESSED_ON_OUR_PAGE
from tests.site.matrix.addresses import Address, all_addresses
from tests.site.matrix.asking import (
    NO_SUCH_VERB,
    NONSENSE,
    OPEN,
    SENSIBLE,
    SIGN_IN,
    Answer,
    ask,
    ask_everything,
)
from tests.site.matrix.watching import fingerprint
from tests.site.matrix.who_may import May, written
from tests.site.matrix.world import EVERYBODY, FACTS, OUTSIDE, STRANGER, SUPERUSER, World

NAMES = {address.name for address in all_addresses()}
BY_LINK = {f"referrals:{name}" for name in ("receipt", "another", "receipt_pdf", "status")}
WRITTEN_WHEN_OPENED = {  # what a person looks at is noted before she sees it
    "admin:referrals_enquiry_change",
    "admin:referrals_enquiry_file",
    "admin:referrals_enquiry_record",
    "admin:referrals_enquiry_beside",
    "admin:referrals_enquiry_letter",
    "admin:referrals_enquiry_letter_picture",
    "admin:referrals_enquiry_changelist",
    "admin:referrals_enquiry_find",
    "admin:referrals_enquiry_aside",
    "admin:referrals_enquiry_original",
    "admin:referrals_notification_changelist",
    "admin:referrals_notification_change",
    "admin:referrals_patientrequest_changelist",
    "admin:referrals_patientrequest_change",
    "admin:referrals_patientrequest_enquiries",
    "admin:referrals_patientrequest_copy",
    "admin:referrals_accesslog_changelist",
    "admin:referrals_accesslog_change",
    *BY_LINK,
    "admin:referrals_retentionrule_changelist",
    "admin:referrals_enquiry_erase",
    "admin:conditions_release_page",  # a draft is filled to be compared, and undone at once
}

PREPARED = {"conditions_preparedpage"}  # a public page is put together once, and kept


@pytest.fixture(scope="module")
def opened(made_world: World, django_db_blocker):
    @cache
    def by(who: str) -> dict[Address, Answer]:
        return ask_everything(made_world, who, "get")

    return by


def is_written_down(who: str, verb: str, address: Address, answer: Answer, wanted: bool) -> str:
    """A sentence where who_may.toml says something else; it says which line is missing."""
    got = f"{who}, {verb} {address.name} ({address.route}): {answer.verdict}, {answer.status}."
    if answer.status >= 500 and address.name != "healthz":
        return f"{got} It breaks."
    if (answer.verdict == OPEN) == wanted:
        return ""
    if wanted:
        return f"{got} who_may.toml says that it is allowed."
    return f"{got} who_may.toml does not list it: refuse it, or add the name under [{who}]."


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_opens_what_is_not_written_down(world, opened, who):
    may = May.of(who)
    answers = opened(who)
    wrong = [
        is_written_down(who, "GET", address, answer, address.name in may.opens)
        for address, answer in answers.items()
    ]
    assert "\n".join(filter(None, wrong)) == ""


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_presses_what_is_not_written_down(world, opened, who):
    may, looks = May.of(who), opened(who)
    wrong = []
    for address, answer in ask_everything(world, who, "post", SENSIBLE).items():
        only_looks = address.name in may.opens - may.posts
        if only_looks and answer.written <= looks[address].written:
            continue
        wanted = address.name in may.posts
        wrong.append(is_written_down(who, "POST", address, answer, wanted))
        assert wanted or not answer.written, (address, answer.written)
    assert "\n".join(filter(None, wrong)) == ""


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_is_refused_is_refused_before_anybody_reads_what_was_posted(world, who):
    may, before = May.of(who), fingerprint()
    refused = [a for a in all_addresses() if a.name not in may.opens | may.posts]
    for address, answer in ask_everything(world, who, "post", NONSENSE, refused).items():
        assert answer.verdict != OPEN, (address, answer.status)
        assert not answer.written, (address, answer.written)
    assert fingerprint() == before


@pytest.mark.parametrize("who", EVERYBODY)
def test_opening_a_page_changes_nothing_but_what_is_named(opened, world, who):
    for address, answer in opened(who).items():
        if address.name not in WRITTEN_WHEN_OPENED:
            kept = set() if address.is_of_staff else PREPARED
            assert answer.written <= kept, (address, answer.written)


def test_a_stranger_is_asked_to_sign_in_whatever_staff_address_it_is(opened, world):
    """So the answer does not tell which rows there are."""
    refused = [a for a in all_addresses() if a.is_of_staff and a.name not in May.of(STRANGER).opens]
    assert len(refused) > 100
    assert {opened(STRANGER)[address].verdict for address in refused} == {SIGN_IN}


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in OUTSIDE])
def test_colleagues_are_told_no_and_not_sent_to_sign_in_again(opened, world, who):
    verdicts = {answer.verdict for answer in opened(who).values()}
    assert SIGN_IN not in verdicts


@pytest.mark.parametrize("verb", ["put", "patch", "delete", "trace", "options"])
def test_no_address_knows_another_verb(world, verb):
    browser = world.browsers[SUPERUSER]
    for address in all_addresses():
        answer = ask(browser, verb, address.url(world))
        assert answer.verdict == NO_SUCH_VERB, (verb, address)
        assert not answer.written, (verb, address)


def test_nobody_sees_a_fact_that_is_not_written_down(opened, world):
    """Whatever opens, of whatever kind; PDFs and files are asked for by who may open those."""
    asked = world.rows["asked"].get_admin_url()
    for who in EVERYBODY:
        pages = [a.text for address, a in opened(who).items() if address.name not in BY_LINK]
        pages.append(ask(world.browsers[who], "get", asked).text)
        assert facts_on(pages) == May.of(who).sees, who


def test_a_link_of_a_receipt_shows_what_its_sender_wrote_of_herself_and_no_patient(opened, world):
    followed = [a.text for address, a in opened(STRANGER).items() if address.name in BY_LINK]
    assert facts_on(followed) == set()
    another = f"/received/{world.words['token']}/another/"
    pressed = ask(world.browsers[STRANGER], "get", another, **PRESSED_ON_OUR_PAGE)
    assert facts_on([*followed, pressed.text]) == May.of("whoever has the link of a receipt").sees


def facts_on(pages):
    return {name for name, words in FACTS.items() if any(words in page for page in pages)}


def test_each_name_that_is_written_down_is_an_address_and_each_person_is_one():
    shared = {"everybody", "whoever has the link of a receipt", "reads pages and decides referrals"}
    known = {*shared, *EVERYBODY}
    assert set(written()) <= known
    for who in EVERYBODY:
        may = May.of(who)
        assert (may.opens | may.posts) - NAMES == set(), who
