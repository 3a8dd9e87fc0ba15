"""Each morning of an opening day: what has no end is named to the rooms, and senders reminded."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from clinic_site.models import Clinic, Location, OpeningHours
from clinic_site.zone import in_clinic_time
from referrals.ending.mornings import each_morning, took
from referrals.mail.delivery import deliver_one
from referrals.mail.texts import write_letter
from referrals.models import Enquiry, NamedDay, Notification
from referrals.workflow import verbs
from tests.makers import make_clinic, make_user, message, referral, signed_in, submitted

pytestmark = pytest.mark.django_db
PERTH = ZoneInfo("Australia/Perth")
SYDNEY = ZoneInfo("Australia/Sydney")
MONDAY = datetime(2026, 11, 30, 9, 5, tzinfo=PERTH)


@pytest.fixture(autouse=True)
def perth():
    """Nine to five from Monday to Friday, as rooms without hours are counted."""
    make_clinic()
    OpeningHours.objects.all().delete()
    with in_clinic_time():
        yield


@pytest.fixture
def staff():
    return make_user("referrals.view_enquiry", "referrals.change_enquiry")


@pytest.fixture
def on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def old():
    return submitted(referral(), at=MONDAY - timedelta(days=40))


def named():
    return Notification.objects.filter(kind="no_end").count()


def test_what_is_open_after_30_days_is_named_by_reference_alone(old, on_monday):
    assert each_morning(at=MONDAY)
    letter = write_letter(Notification.objects.get(kind="no_end"))
    words = letter.body + letter.alternatives[0].content
    assert letter.subject == "1 without an end after 30 days"
    assert old.reference in words
    assert "?show=all&open=long" in letter.body
    assert "Samplepatient" not in words
    assert "Samplegp" not in words


def test_twice_in_a_morning_and_after_a_restart_it_is_one_mail(old):
    for minutes in (0, 1, 90):
        each_morning(at=MONDAY + timedelta(minutes=minutes))
    assert named() == 1


def test_the_next_morning_it_is_named_again(old):
    each_morning(at=MONDAY)
    each_morning(at=MONDAY + timedelta(days=1))
    assert named() == 2


def test_a_second_process_that_came_too_late_does_nothing(old):
    """It looked before the first had written the day down."""
    NamedDay.objects.create(pk=1, day=MONDAY.date())
    assert not took(MONDAY.date())
    assert took(MONDAY.date() + timedelta(days=1))


def test_nothing_is_sent_where_all_have_an_end(staff):
    enquiry = submitted(message(), at=MONDAY - timedelta(days=40))
    verbs.open_(enquiry=enquiry, by=staff)
    verbs.file(enquiry=enquiry, outcome="answered", by=staff)
    submitted(referral(), suspicions=["markup"], at=MONDAY - timedelta(days=40))
    assert each_morning(at=MONDAY)
    assert not named()


@pytest.mark.parametrize(
    "moment",
    [
        MONDAY - timedelta(days=1),  # Sunday
        MONDAY.replace(hour=8, minute=59),  # before they open
        datetime(2026, 11, 30, 0, 30, tzinfo=UTC),  # Monday, half past eight in Perth
    ],
)
def test_nobody_is_written_to_before_the_morning_of_an_opening_day(old, moment):
    assert not each_morning(at=moment)
    assert not named()


def test_rooms_that_open_in_the_afternoon_hear_at_nine(old):
    Location.objects.update(time_zone="Australia/Perth")
    place = Location.objects.first()
    OpeningHours.objects.create(location=place, weekday=0, opens=time(13), closes=time(17))
    assert not each_morning(at=MONDAY.replace(hour=8, minute=59))
    assert each_morning(at=MONDAY)


def test_on_a_closed_day_it_waits(old):
    closed = {"first_day": date(2026, 11, 30), "last_day": date(2026, 12, 1), "reason": "Course"}
    Clinic.objects.get().closures.create(**closed)
    assert not each_morning(at=MONDAY)
    assert not each_morning(at=MONDAY + timedelta(days=1))
    assert each_morning(at=MONDAY + timedelta(days=2))
    assert named() == 1


@pytest.mark.parametrize(("received", "hears"), [("31/10 23:30", True), ("1/11 00:30", False)])
def test_thirty_days_are_counted_by_the_days_of_the_clinic(received, hears):
    """Perth is eight hours ahead: half past midnight there is still the day before in UTC."""
    moment = datetime.strptime(f"2026 {received}", "%Y %d/%m %H:%M").replace(tzinfo=PERTH)
    submitted(referral(), at=moment)
    each_morning(at=MONDAY)
    assert bool(named()) is hears


@pytest.mark.parametrize("monday", [date(2026, 10, 5), date(2027, 4, 5)])
def test_it_goes_at_nine_by_the_clock_after_both_changes_of_daylight_saving(monday):
    Clinic.objects.update(time_zone="Australia/Sydney")
    Clinic.current()
    nine = datetime(monday.year, monday.month, monday.day, 9, tzinfo=SYDNEY)
    with in_clinic_time():
        submitted(referral(), at=nine.replace(hour=0) - timedelta(days=30))
        assert not each_morning(at=nine.astimezone(UTC) - timedelta(minutes=1))
        assert each_morning(at=nine.astimezone(UTC))
        assert named() == 1


def test_a_round_that_is_cut_off_names_it_in_the_next(old, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("referrals.ending.mornings.name_without_end", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            each_morning(at=MONDAY)
    assert each_morning(at=MONDAY)
    assert named() == 1


def asked(staff, at, **facts):
    enquiry = verbs.open_(enquiry=submitted(referral(**facts), at=at), by=staff, at=at)
    return verbs.ask(enquiry=enquiry, by=staff, note="Which side?", at=at)


def reminders(enquiry):
    return enquiry.notifications.filter(event__kind="reminded")


@pytest.mark.parametrize(("days", "hears"), [(6, False), (7, True)])
def test_a_week_after_a_question_its_sender_is_reminded(staff, days, hears):
    enquiry = asked(staff, MONDAY - timedelta(days=days))
    each_morning(at=MONDAY)
    assert reminders(enquiry).exists() is hears


def test_a_reminder_goes_once_and_says_nothing_of_the_patient(staff):
    enquiry = asked(staff, MONDAY - timedelta(days=8))
    for day in range(4):
        each_morning(at=MONDAY + timedelta(days=day))
    letter = write_letter(reminders(enquiry).get())
    assert "we still need it to go on" in letter.body
    assert "Which side?" not in letter.body
    assert "Samplepatient" not in letter.body


def test_a_new_question_is_called_to_mind_anew(staff):
    enquiry = asked(staff, MONDAY - timedelta(days=8))
    each_morning(at=MONDAY)
    verbs.accept(enquiry=enquiry, by=staff, at=MONDAY)
    verbs.ask(enquiry=enquiry, by=staff, note="And the pictures?", at=MONDAY)
    each_morning(at=MONDAY + timedelta(days=8))
    assert reminders(enquiry).count() == 2


def test_an_answer_that_waits_to_be_read_stops_the_reminder(staff):
    enquiry = asked(staff, MONDAY - timedelta(days=8))
    Enquiry.objects.update(needs_look=True)
    each_morning(at=MONDAY)
    assert not reminders(enquiry).exists()


def test_a_reminder_that_an_acceptance_overtook_is_not_sent(staff, settings, mailoutbox):
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"
    enquiry = asked(staff, MONDAY - timedelta(days=8))
    each_morning(at=MONDAY)
    Notification.objects.exclude(event__kind="reminded").update(state="sent", sent_at=MONDAY)
    verbs.accept(enquiry=enquiry, by=staff, at=MONDAY)
    while deliver_one(at=MONDAY):
        pass
    assert [mail.subject for mail in mailoutbox] == [f"Referral {enquiry.reference}: accepted"]


def test_nothing_is_closed_by_itself(staff):
    enquiry = asked(staff, MONDAY - timedelta(days=60))
    each_morning(at=MONDAY)
    assert Enquiry.objects.get(pk=enquiry.pk).status == "needs_info"
    assert named() == 1


def test_the_front_page_leads_to_the_list_of_them(client, staff, old, on_monday):
    young = submitted(referral(), at=MONDAY)
    signed_in(client, staff)
    assert "1 enquiry has" in client.get("/admin/").content.decode()
    page = client.get("/admin/referrals/enquiry/?show=all&open=long").content.decode()
    assert old.reference in page
    assert young.reference not in page


def test_the_front_page_says_nothing_of_it_to_whoever_may_not_read(client, old, on_monday):
    signed_in(client, make_user(username="kim"))
    assert "no end after 30 days" not in client.get("/admin/").content.decode()


def test_one_row_that_no_key_opens_stops_nobody_elses_mail(staff, old, caplog):
    broken, whole = (asked(staff, MONDAY - timedelta(days=8)) for _ in range(2))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE referrals_enquiry SET sender_email = %s WHERE id = %s", ["gone", broken.pk]
        )
    assert each_morning(at=MONDAY)
    assert reminders(whole).exists()
    assert named() == 1
    assert broken.reference in caplog.text
    assert not broken.events.filter(kind="reminded").exists()
