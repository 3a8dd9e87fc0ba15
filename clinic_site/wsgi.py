"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic_site.settings")
application = get_wsgi_application()

from clinic_site.running.unreleased import refuse_unreleased  # noqa: E402  needs the set-up
from clinic_site.sealing.keys import check_keys  # noqa: E402  needs the set-up above

refuse_unreleased()
check_keys()
