"""What was learned of the copy does not outlive it."""

import pytest
from django.contrib.contenttypes.models import ContentType

from tests.upgrades.loading import brought_up_to_date, releases


@pytest.fixture(scope="module")
def _copy_was_used(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("upgraded")
    with django_db_blocker.unblock(), brought_up_to_date(releases()[0], folder):
        ContentType.objects.get_by_natural_key("auth", "user")


@pytest.mark.django_db
@pytest.mark.usefixtures("_copy_was_used")
def test_the_copys_kinds_of_rows_are_not_taken_for_ours():
    known = ContentType.objects.get_by_natural_key("auth", "user")
    assert ContentType.objects.filter(pk=known.pk, model="user").exists()
