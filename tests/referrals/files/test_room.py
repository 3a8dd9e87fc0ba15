"""A disk that fills up is said before letters are refused, and the form says it to the doctor."""

import os
from datetime import timedelta
from types import SimpleNamespace
from unittest import mock

import pytest
from django.utils import timezone

from clinic_site.health import is_well
from referrals.files import storage
from referrals.mail.health import disk
from referrals.management.commands.deliver_mail import beat
from referrals.models import Attachment, Referral
from tests.makers import (
    make_attachment,
    make_clinic,
    make_user,
    quick_post,
    referral_post,
    signed_in,
)

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
FREE = [(113, False, True), (115, True, True), (1100, True, True), (1200, True, False)]


def room_for(megabytes, *, names=10**6, whole=2000):
    """A disk of 2 GB with so much free. The rest of the machine is as it is."""
    blocks = {"f_blocks": whole, "f_bavail": megabytes, "f_frsize": MEGABYTE}
    free = SimpleNamespace(**blocks, f_files=10**7, f_favail=names, f_flag=0)
    return mock.patch.object(storage.os, "statvfs", return_value=free)


@pytest.mark.parametrize(("megabytes", "ok", "warns"), FREE)
def test_health_warns_in_time_and_is_unwell_when_letters_are_refused(megabytes, ok, warns):
    with room_for(megabytes):
        found = disk()
        assert (found.ok, bool(found.detail["warning"])) == (ok, warns)
        assert found.ok is storage.takes_files()


@pytest.mark.parametrize(
    ("whole", "free", "takes"),
    [(20_000, 900, False), (20_000, 1100, True), (10**6, 1900, False), (10**6, 2100, True)],
)
def test_five_of_a_hundred_are_kept_for_what_is_no_file(client, whole, free, takes):
    """A disk of 20 GB that strangers fill with letters still has 1 GB for referrals and mail."""
    with room_for(free, whole=whole):
        assert storage.takes_files() is takes
        post = {**quick_post(), "letter": "", "without_file": "on"}
        assert client.post("/refer/", post).status_code == 302


def test_a_full_disk_is_503_and_a_filling_one_is_not(client):
    beat()
    with room_for(90):
        assert client.get("/healthz").status_code == 503
    is_well.forget()
    with room_for(900):
        assert client.get("/healthz").status_code == 200
        assert disk().detail["warning"] == "little room"


def test_a_disk_without_names_for_files_is_full_too():
    with room_for(9000, names=3):
        assert not storage.takes_files()
        assert disk().ok is False


def test_days_are_told_from_what_came_in_the_last_month():
    assert disk().detail["days_left"] is None
    make_attachment()
    Attachment.objects.update(size=900 * MEGABYTE)
    with room_for(4000):
        assert disk().detail["days_left"] == 97
        assert disk().detail["warning"] is None
    Attachment.objects.update(size=2_000_000_000)
    with room_for(2000):
        assert disk().detail["days_left"] == 22
        assert disk().detail["warning"] == "little room"
    Attachment.objects.update(stored_at=timezone.now() - timedelta(days=31))
    assert disk().detail["days_left"] is None


def test_the_front_page_says_how_to_mend_it(client):
    signed_in(client, make_user("referrals.view_enquiry"))
    with room_for(90):
        assert "The disk is full: letters are refused" in client.get("/admin/").content.decode()
    with room_for(900):
        front = client.get("/admin/").content.decode()
    assert "The disk is filling up" in front
    assert "room for 800 MB" in front
    assert "The disk is f" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize("mode", ["quick", "full"])
def test_the_form_says_so_before_a_doctor_chooses_a_file(client, mode):
    make_clinic(fax="(02) 5550 1235")
    with room_for(90):
        html = client.get(f"/refer/?mode={mode}").content.decode()
    assert "We cannot take files at the moment" in html
    assert "fax the letter to (02) 5550 1235" in html
    assert 'type="file"' not in html
    assert 'name="without_file"' in html
    assert "We cannot take files" not in client.get(f"/refer/?mode={mode}").content.decode()


def test_without_a_fax_the_form_gives_the_telephone(client):
    make_clinic(fax="")
    with room_for(90):
        html = client.get("/refer/").content.decode()
    assert "Please ring us about the letter: (02) 5550 1234" in html


def test_the_full_form_goes_through(client):
    with room_for(90):
        response = client.post("/refer/", referral_post())
    assert response.status_code == 302
    assert Referral.objects.count() == 1


def test_the_quick_form_goes_through_with_its_box_and_says_so_without(client):
    post = {**quick_post(), "letter": ""}
    with room_for(90):
        refused = client.post("/refer/", post)
        assert refused.status_code == 422
        assert "Tick the box below, or use the full form" in refused.content.decode()
        assert client.post("/refer/", {**post, "without_file": "on"}).status_code == 302
    assert Referral.objects.get().warnings == ["letter_missing"]


def test_a_letter_that_comes_all_the_same_is_refused_and_nothing_typed_is_lost(client):
    with room_for(90):
        response = client.post("/refer/", quick_post())
    assert response.status_code == 507
    html = response.content.decode()
    assert "Samplepatient" in html
    assert "Send the form without, or ring (02) 5550 1234" in html
    assert not Referral.objects.exists()


def test_a_folder_that_cannot_be_written_takes_no_files():
    with mock.patch.object(os, "access", return_value=False):
        assert not storage.takes_files()
        assert disk().ok is False
