"""What carries mail away: a mail server, or files on a machine for trying out."""

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.module_loading import import_string


def transport() -> BaseEmailBackend:
    """To be used in a `with`. Django 6.1 asks for an alias, and earlier ones do not mind."""
    is_server = settings.MAIL_TRANSPORT.endswith("smtp.EmailBackend")
    options = settings.MAIL_SERVER if is_server else {}
    backend: BaseEmailBackend = import_string(settings.MAIL_TRANSPORT)(alias="transport", **options)
    return backend
