"""The status page: five plain words behind a link nobody guesses, and one answer to a wrong one."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clinic_site.logs.lines import PrivateFormatter
from clinic_site.models import RateCount
from clinic_site.zone import in_clinic_time
from referrals.intake.status import public_status
from referrals.models import Enquiry
from referrals.references import receipt_token
from referrals.states.outcomes import OUTCOMES, with_day
from referrals.workflow import verbs
from tests.makers import (
    OF_PATIENT,
    make_clinic,
    make_user,
    referral,
    submitted,
    with_status_link,
)

pytestmark = pytest.mark.django_db
SECRETS = [*OF_PATIENT, "Samplegp", "2426621B"]
WRONG = "0123456789abcdef0123456789abcdef"
MALFORMED = ["x", "0123", "a b", "a/b/c", "%00", "%0A", "../admin", "’", "%FF", "a" * 2000]


@pytest.fixture
def robin():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def enquiry():
    return submitted(referral())


@pytest.fixture
def url(enquiry):
    return f"/status/{with_status_link(enquiry)}/"


def word_on(client, url):
    html = client.get(url).content.decode()
    assert not [secret for secret in SECRETS if secret in html]
    return re.search(r"<h1[^>]*>([^<]+)</h1>", html)[1]


def test_the_words_follow_the_referral(client, robin, enquiry, url):
    assert word_on(client, url) == "Received"
    verbs.open_(enquiry=enquiry, by=robin)
    assert word_on(client, url) == "Read by the rooms"
    verbs.ask(enquiry=enquiry, by=robin, note="Which side of Samplepatient?")
    assert word_on(client, url) == "More information needed"
    verbs.accept(enquiry=enquiry, by=robin)
    assert word_on(client, url) == "Accepted"
    verbs.file(enquiry=enquiry, by=robin, outcome="booked")
    assert word_on(client, url) == "Closed"


@pytest.mark.parametrize(
    ("zone", "said"), [("Australia/Perth", "AWST"), ("Australia/Darwin", "ACST")]
)
def test_a_time_says_whose_it_is(client, url, zone, said):
    make_clinic(time_zone=zone)
    assert re.search(rf"[0-9] [ap]m {said}</p>", client.get(url).content.decode())


def test_a_returned_referral_is_closed_and_was_never_accepted(client, robin, enquiry, url):
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.return_(enquiry=enquiry, by=robin, note="Try this first.")
    assert word_on(client, url) == "Closed"
    html = client.get(url).content.decode()
    assert "Accepted" not in html
    assert "Try this first" not in html
    assert "The patient is not booked" in html
    assert "ring to hear the advice" in html


@pytest.mark.parametrize("outcome", Enquiry.Outcome.values)
def test_a_closed_referral_says_why_and_booked_only_where_it_is(
    client, robin, enquiry, url, outcome
):
    verbs.open_(enquiry=enquiry, by=robin)
    verbs.file(enquiry=enquiry, by=robin, outcome=outcome)
    assert word_on(client, url) == "Closed"
    html = client.get(url).content.decode()
    assert ("We booked a visit" in html) == (outcome == "booked")
    assert with_day(OUTCOMES[outcome].says, None) in html


def test_an_urgent_referral_is_never_told_to_wait_a_working_day(client, enquiry, url):
    assert "one working day" in client.get(url).content.decode()
    Enquiry.objects.update(urgency="urgent")
    html = client.get(url).content.decode()
    assert "working day" not in html
    assert html.index("Do this now") < html.index('<section class="receipt"')


def test_suspected_spam_looks_like_any_other(client, robin, enquiry, url):
    plain = client.get(url).content
    Enquiry.objects.update(status="spam")
    verbs.open_(enquiry=Enquiry.objects.get(), by=robin)
    assert client.get(url).content == plain


def test_it_says_since_when_in_the_clinics_time(client, robin, enquiry, url):
    at = timezone.now() + timedelta(days=1)
    verbs.open_(enquiry=enquiry, by=robin, at=at)
    with in_clinic_time():
        there = timezone.localtime(at)
    assert f"{there:%A} {there.day} {there:%B %Y}" in client.get(url).content.decode()


def test_it_is_kept_from_search_engines_caches_and_other_sites(client, url):
    response = client.get(url)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "Disallow: /status/" in client.get("/robots.txt").content.decode()


def test_wrong_revoked_and_malformed_links_get_the_same_answer(client, robin, enquiry, url):
    verbs.revoke_status_link(enquiry=enquiry, by=robin)
    urls = [url, f"/status/{WRONG}/", *(f"/status/{token}/" for token in MALFORMED)]
    answers = {client.get(u).content for u in urls}
    assert len(answers) == 1
    headers = {tuple(sorted(client.get(u).headers.items())) for u in urls}
    of_each = {"Expires", "X-Request-ID"}
    assert len({tuple(h for h in each if h[0] not in of_each) for each in headers}) == 1
    assert {client.get(u).status_code for u in urls} == {404}


def test_a_link_in_capitals_opens_the_same_page(client, enquiry, url):
    token = url.split("/")[2]
    shouted = f"/status/{token.upper()}/"
    assert word_on(client, shouted) == word_on(client, url)
    receipt = f"/received/{receipt_token(enquiry.form_key).upper()}/"
    assert enquiry.reference in client.get(receipt).content.decode()
    begun = client.post(f"{shouted}change/")
    assert client.get(begun.url.upper().replace("/ANSWER/", "/answer/")).status_code == 200


def test_a_line_that_is_written_later_is_seen_by_the_next_look(enquiry, robin):
    assert public_status(enquiry).word == "Received"
    verbs.accept(enquiry=verbs.open_(enquiry=enquiry, by=robin), by=robin)
    enquiry.refresh_from_db()
    assert public_status(enquiry).since == enquiry.events.get(kind="accepted").at


def test_its_lines_are_read_once(client, url, django_assert_max_num_queries):
    client.get(url)
    with django_assert_max_num_queries(14):
        client.get(url)


def test_a_wrong_link_says_first_to_ring(client):
    make_clinic(telephone="(02) 5550 1234")
    html = client.get(f"/status/{WRONG}/").content.decode()
    assert '<a class="button" href="tel:0255501234">Ring (02) 5550 1234</a>' in html
    assert 'class="button" href="/contact/"' not in html


def test_every_wrong_link_takes_the_same_steps(client, robin, enquiry, url):
    """Equal work, hence equal time: the same queries in the same order, whatever the link."""
    verbs.revoke_status_link(enquiry=enquiry, by=robin)
    client.get(f"/status/{WRONG}/")  # the hour's first wrong link also makes the counter
    seen = set()
    for wrong in [url, f"/status/{WRONG}/", "/status/x/", "/status/a/b/", f"/status/{'a' * 2000}/"]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(wrong)
        seen.add(tuple(re.sub(r"'[^']*'", "?", q["sql"]) for q in queries))
    assert len(seen) == 1


def test_the_look_up_uses_an_index(enquiry):
    rows = Enquiry.objects.filter(status_token_hash="x")
    if connection.vendor == "postgresql":  # one row is read faster without its index
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert re.search(r"index", rows.explain(), re.IGNORECASE)


def test_too_many_wrong_links_are_slowed_down_and_right_ones_never(client, url):
    answers = [client.get(f"/status/{n}/") for n in range(61)]
    assert [a.status_code for a in answers] == [404] * 60 + [429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 3601
    assert "5550" in answers[-1].content.decode()
    assert client.get(url).status_code == 200
    assert client.get(f"/status/{WRONG}/", REMOTE_ADDR="192.0.2.9").status_code == 404


def test_right_links_are_not_counted(client, url):
    client.get(url)
    assert not RateCount.objects.exists()


def test_nothing_is_sent_to_the_page(client, url):
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("rest", ["", "and/more", " in pieces", "%0Asecond"])
def test_no_log_holds_a_link(client, caplog, rest):
    client.get(f"/status/{WRONG}{rest}/")
    lines = [PrivateFormatter().format(record) for record in caplog.records]
    assert lines
    for secret in [WRONG, "more", "pieces", "second"]:
        assert not any(secret in line for line in lines)


def test_only_the_hash_of_a_link_is_stored(enquiry, url):
    token = url.split("/")[2]
    assert len(token) == 32
    kept = [str(value) for value in Enquiry.objects.values().get().values()]
    assert token not in kept
