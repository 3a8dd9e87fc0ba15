"""Files are counted before anything is done with them: a practice has room, a stranger has not."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django.utils import timezone

from clinic_site.models import RateCount
from referrals.files import judging, keeping, quotas, storage, uploads
from referrals.files.receiving import Received
from referrals.files.size_limits import MEGABYTE
from referrals.models import Attachment, Enquiry
from tests.makers import (
    PATIENT,
    form_key,
    hold_letter,
    make_attachment,
    quick_post,
    sample_letter,
)
from tests.sample_files import locked_pdf, pdf

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.9"


def gather(*files, key="", **changes):
    received = [Received("a.pdf", len(data), data) for data in files]
    fields = {"form_key": key or form_key(), "received": received, "address": ADDRESS}
    return uploads.gather(**{**fields, **changes})


def letter(number):
    return pdf(text=f"BT ({number}) Tj ET")


def test_a_practice_may_send_thirty_referrals_with_three_files_each_twice():
    with mock.patch.object(judging, "inspect", return_value=[]):
        for number in range(60):
            files = gather(*[letter(3 * number + n) for n in range(3)])
            assert len(files.kept) == 3


def test_too_many_files_of_one_address_are_neither_inspected_nor_written(monkeypatch):
    monkeypatch.setattr(quotas, "MOST_FILES_AN_HOUR", 2)
    gather(letter(1), letter(2))
    for name, module in [("write", storage), ("judge", judging)]:
        monkeypatch.setattr(module, name, lambda **_: pytest.fail("nothing is done with it"))
    files = gather(letter(3))
    assert files.kept == []
    assert "Very many files came from your network" in files.problems[0]


def test_megabytes_are_counted_as_well(monkeypatch):
    monkeypatch.setattr(quotas, "MOST_MEGABYTES_AN_HOUR", 3)
    one = [Received("a.pdf", 2 * MEGABYTE, pdf())]
    assert not gather(received=one).problems[0].startswith("Very many")
    assert gather(received=one).problems[0].startswith("Very many")


def test_another_address_and_the_next_hour_have_room_again(monkeypatch):
    monkeypatch.setattr(quotas, "MOST_FILES_AN_HOUR", 1)
    gather(letter(1))
    assert gather(letter(2)).problems
    assert not gather(letter(3), address="203.0.113.10").problems
    assert not gather(letter(4), at=timezone.now() + timedelta(hours=1)).problems


def test_no_address_is_written_down():
    gather(letter(1))
    counted = list(RateCount.objects.values())
    assert counted
    assert ADDRESS not in str(counted)


def test_the_form_goes_on_without_the_files_that_were_too_many(client, monkeypatch):
    monkeypatch.setattr(quotas, "MOST_FILES_AN_HOUR", 0)
    html = client.post("/refer/", quick_post()).content.decode()
    assert "Very many files" in html
    assert 'value="Samplepatient"' in html
    assert "Send without the file" in html
    client.post("/refer/", quick_post(letter=[""], without_file="on"))
    assert Enquiry.objects.exists()


def test_where_room_is_short_the_oldest_unsent_files_go(monkeypatch):
    old, young = hold_letter(form_key(), "old"), hold_letter(form_key(), "young")
    Attachment.objects.filter(pk=old.pk).update(stored_at=timezone.now() - timedelta(hours=2))
    monkeypatch.setattr(quotas, "MOST_HELD", young.size + len(letter(1)))
    assert len(gather(letter(1)).kept) == 1
    assert set(Attachment.objects.values_list("pk", flat=True)) >= {young.pk}
    assert not Attachment.objects.filter(pk=old.pk).exists()


def test_where_there_is_no_room_at_all_the_sender_hears_it(monkeypatch):
    hold_letter(form_key())
    monkeypatch.setattr(quotas, "MOST_HELD", 10)
    files = gather(letter(1))
    assert "no room for files just now" in files.problems[0]
    assert files.may_go_without


def test_a_form_without_room_for_its_file_comes_back_with_what_was_typed(client, monkeypatch):
    hold_letter(form_key())
    monkeypatch.setattr(quotas, "MOST_HELD", 10)
    answer = client.post("/refer/", quick_post())
    assert answer.status_code == 507  # ours to mend: a watcher of the site sees it
    assert PATIENT in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_a_mistake_of_the_senders_is_still_called_one_where_there_is_no_room(client, monkeypatch):
    hold_letter(form_key())
    monkeypatch.setattr(quotas, "MOST_HELD", 10)
    assert client.post("/refer/", quick_post(name="")).status_code == 422


def test_files_of_sent_forms_take_no_room_from_others(monkeypatch):
    from tests.makers import referral, submitted

    make_attachment(enquiry=submitted(referral()), held_for="", size=9 * MEGABYTE)
    monkeypatch.setattr(quotas, "MOST_HELD", 5 * MEGABYTE)
    assert gather(letter(1)).kept


def test_a_file_with_a_token_is_held_for_a_day(client):
    client.post("/refer/", quick_post(name=""))
    assert keeping.purge_held(at=timezone.now() + timedelta(hours=23)) == 0
    assert keeping.purge_held(at=timezone.now() + timedelta(hours=25)) == 1


def test_whoever_comes_back_too_late_is_told_the_truth():
    files = gather(kept=["0b0b0b0b-0000-4000-8000-000000000000"])
    assert "We keep files for a short time until the form is sent" in files.problems[0]


def test_a_letter_with_a_password_is_told_at_once_and_not_kept(client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    locked = SimpleUploadedFile("letter.pdf", locked_pdf(user="sample"))
    html = client.post("/refer/", quick_post(letter=locked)).content.decode()
    assert "“letter.pdf”: it asks for a password" in html
    assert "choose Print" in html
    assert "Send without the file" in html
    assert not Attachment.objects.exists()
    assert storage.present() == {}


def test_files_for_another_patient_are_counted_as_well(client, monkeypatch):
    post = quick_post()
    client.post("/refer/", post)
    monkeypatch.setattr(quotas, "MOST_FILES_AN_HOUR", 1)
    other = {**post, "patient_given_names": "Ann", "letter": sample_letter(words="of Ann")}
    html = client.post("/refer/", other).content.decode()
    assert "Very many files came from your network" in html
    assert not Attachment.objects.filter(enquiry=None).exists()


NEIGHBOURS = [f"203.0.113.{number}" for number in range(20, 30)]


def test_one_network_cannot_take_the_room_of_all_others(monkeypatch):
    """Ten addresses of one network hold files for forms that they never send."""
    size = len(letter(100))
    monkeypatch.setattr(quotas, "MOST_HELD", 8 * size + 100)
    monkeypatch.setattr(quotas, "LARGEST_TOGETHER", 0)
    taken = [gather(letter(100 + n), address=a).kept for n, a in enumerate(NEIGHBOURS)]
    assert sum(map(len, taken)) == 2
    assert gather(letter(200), address="198.51.100.1").kept
    assert gather(letter(201), address="2001:db8:1::").kept
    assert not gather(letter(202), address=NEIGHBOURS[0]).kept


def test_the_oldest_of_the_same_network_go_first(monkeypatch):
    size = len(letter(100))
    monkeypatch.setattr(quotas, "MOST_HELD", 4 * size + 100)
    monkeypatch.setattr(quotas, "LARGEST_TOGETHER", 0)
    earlier = timezone.now() - timedelta(hours=2)
    other = gather(letter(100), address="198.51.100.1", at=earlier - timedelta(hours=1)).kept[0]
    own = gather(letter(101), at=earlier).kept[0]
    assert gather(letter(102)).kept
    assert set(Attachment.objects.filter(pk__in=[other.pk, own.pk])) == {other}


def test_a_whole_form_has_room_in_the_share_of_its_network():
    with mock.patch.object(storage, "room", return_value=5 * MEGABYTE):
        assert gather(letter(1)).kept


def test_a_network_of_many_addresses_has_its_limit_for_a_day(monkeypatch):
    monkeypatch.setattr(quotas, "MOST_MEGABYTES_A_DAY", 3)
    answers = [gather(letter(100 + n), address=a) for n, a in enumerate(NEIGHBOURS)]
    assert [bool(files.kept) for files in answers] == [True] * 3 + [False] * 7
    later = timezone.now() + timedelta(hours=2)
    assert not gather(letter(200), address=NEIGHBOURS[0], at=later).kept
    assert gather(letter(201), address="198.51.100.1").kept


def test_a_sent_file_has_forgotten_its_network(client):
    client.post("/refer/", quick_post(name=""))
    assert len(Attachment.objects.get().held_from) == 64
    client.post("/refer/", quick_post())
    sent = Attachment.objects.get(enquiry__isnull=False)
    assert sent.held_from == ""
    with pytest.raises(IntegrityError, match="attachment_sent_forgets_its_network"):
        Attachment.objects.filter(pk=sent.pk).update(held_from="x")
