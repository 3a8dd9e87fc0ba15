"""A site whose rows are really written: a copy of a database does not see an open transaction."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection

from clinic_site.sealing.keys import witness_keys
from referrals.intake.submitting import submit
from tests.makers import form_key, hold_letter, referral
from tests.site.matrix.world import use_folders


@pytest.fixture(scope="module")
def made_site(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator:
    """One referral with its letter, once for all tests of a module."""
    folder = tmp_path_factory.mktemp("site")
    with django_db_blocker.unblock():
        use_folders(django_settings, folder)
        witness_keys()
        key = form_key()
        letter = hold_letter(key)
        enquiry = submit(enquiry=referral(), form_key=key)
        yield SimpleNamespace(folder=folder, letter=letter, enquiry=enquiry)
        call_command("flush", interactive=False, verbosity=0)
        connection.close()


@pytest.fixture
def site(made_site: Any, settings: Any, tmp_path: Any) -> Any:
    use_folders(settings, made_site.folder)
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.RESTORING = tmp_path / "restoring"
    return made_site
