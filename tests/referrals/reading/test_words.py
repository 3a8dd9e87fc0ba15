"""Every kind of reading has words for staff and for a patient, and somebody who did it."""

import pytest
from django.db import IntegrityError
from django.utils import timezone

from referrals.models import AccessLog
from referrals.models.choices import BY_NOBODY_SIGNED_IN
from referrals.reading.words import WORDS, check_words, words_of
from tests.makers import make_user

Action = AccessLog.Action


def test_a_kind_without_words_is_refused_with_its_name():
    without = {action: words for action, words in WORDS.items() if action != Action.RECORD}
    with pytest.raises(LookupError, match="record"):
        check_words(without)


@pytest.mark.parametrize("action", Action)
def test_no_word_of_the_code_reaches_people(action):
    words = words_of(AccessLog(action=action, reference="SIJ-7KH2M9PD", looked_for="0" * 16))
    assert words.staff
    assert words.patient.endswith(".")
    assert words.staff[0].islower()


def test_a_reading_of_a_later_release_is_shown_as_it_stands():
    assert words_of(AccessLog(action="of later")).staff == "of later"


@pytest.mark.django_db
@pytest.mark.parametrize("action", Action)
def test_the_database_knows_which_readings_name_nobody(action):
    robin = None if action not in BY_NOBODY_SIGNED_IN else make_user()
    with pytest.raises(IntegrityError, match="access_log_names_who_read"):
        AccessLog.objects.create(reference="inbox", by=robin, at=timezone.now(), action=action)
