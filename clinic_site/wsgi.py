"""The WSGI application that gunicorn serves."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
django.setup(set_prefix=False)

from clinic_site.page_cache.layer import page_cache_around  # noqa: E402  needs the set-up
from clinic_site.running.in_use import note_that_it_runs  # noqa: E402  needs the set-up above
from clinic_site.running.moved_away import refuse_moved  # noqa: E402  needs the set-up above
from clinic_site.running.unreleased import refuse_unreleased  # noqa: E402  needs the set-up
from clinic_site.sealing.keys import check_keys  # noqa: E402  needs the set-up above
from clinic_site.web.odd_headers import TolerantHandler  # noqa: E402  needs the set-up above

application = page_cache_around(TolerantHandler())

note_that_it_runs()
refuse_unreleased()
refuse_moved()
check_keys()
