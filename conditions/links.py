"""Rich text in one form, and its links: to the web, a mailbox, a telephone, or our pages."""

import re
import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models

WEB = {"http", "https"}
ALLOWED = {*WEB, "mailto", "tel"}
HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp", "Zs"}  # a browser drops or changes some of them
NOT_AN_ADDRESS = (
    "This is no address that a link may lead to. Begin with https:// or http://, with mailto: or"
    " tel:, or with the path of one of our pages, like /treatments/steroid-injection/."
)
LINK = re.compile(r"<a\b[^>]*>(.*?)</a>", re.DOTALL | re.IGNORECASE)
HREF = re.compile(r'href="([^"]*)"')
ADDRESS_PARTS = {"url", "link"}  # of a payload


BLOCK = r"</?(?:p|ul|ol|li|h2|h3)\b[^<>]*>"
# In two steps, each of which begins where nothing else of the kind stands before.
AFTER_BLOCK, BEFORE_BLOCK = re.compile(rf"({BLOCK})\s+"), re.compile(rf"(?<!\s)\s+(?={BLOCK})")
ONLY_PARAGRAPH = re.compile(r"<li><p>((?:(?!</?p>).)*)</p></li>", re.DOTALL)


def tidy(html: str) -> str:
    """The same markup for the same words, whether typed in the editor or in a file.

    The editor drops white space between paragraphs and wraps list items in a paragraph; without
    this, a page that was opened and saved would seem to have changed.
    """
    html = BEFORE_BLOCK.sub("", AFTER_BLOCK.sub(r"\1", html))
    return ONLY_PARAGRAPH.sub(r"<li>\1</li>", html).replace("<p></p>", "")


def clean_links(html: str) -> str:
    """Keep the address of each allowed link and nothing else; other links lose their tag."""

    def cleaned(match: re.Match[str]) -> str:
        href = HREF.search(match[0])
        if href is None or not is_allowed(href[1]):
            return match[1]
        return f'<a href="{href[1]}">{match[1]}</a>'

    return LINK.sub(cleaned, html)


def is_allowed(address: str) -> bool:
    """To the web, a mailbox or a telephone; our own begins with one slash or a hash.

    As a browser reads it, which takes `\\` for `/` and drops tabs, so neither may be there. Nor a
    name before the site (`https://ours@elsewhere`), which makes one site look like another.
    """
    address = unescape(address)
    scheme, _, rest = address.partition(":")
    shown = rest.replace(" ", "") if scheme.lower() == "tel" else address
    if set("\\\ufffd") & set(shown) or any(unicodedata.category(sign) in HIDDEN for sign in shown):
        return False
    if address.startswith("#") or (address.startswith("/") and not address.startswith("//")):
        return True
    try:
        parts = urlsplit(address)
        is_named = bool(parts.hostname) and parts.username is None and parts.password is None
    except ValueError:  # no such host: `https://[`
        return False
    return is_named if parts.scheme in WEB else parts.scheme in ALLOWED and bool(parts.path)


def validate_link(address: str) -> None:
    if not is_allowed(address):
        raise ValidationError(NOT_AN_ADDRESS, code="link")


def without_bad_links(data: Any) -> Any:
    """A payload of an older version, where links that may no longer be saved lead nowhere."""
    if isinstance(data, list):
        return [without_bad_links(each) for each in data]
    if isinstance(data, Mapping):
        return {name: good_part(name, part) for name, part in data.items()}
    return data


def good_part(name: str, part: Any) -> Any:
    if name in ADDRESS_PARTS and isinstance(part, str):
        return part if is_allowed(part) else ""
    return without_bad_links(part)


class LeadsSomewhereGood(models.Field):
    """Refuses a bad address in a form, and once more where code saves past every form.

    For the database it is the field of Django's that it extends.
    """

    django_field: str
    default_validators = [validate_link]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if isinstance(value, str) and value:
            validate_link(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.django_field}", args, kwargs


class LinkField(LeadsSomewhereGood, models.CharField):
    """A page of ours, or an address elsewhere."""

    django_field = "CharField"


class WebAddressField(LeadsSomewhereGood, models.URLField):
    """A page elsewhere."""

    django_field = "URLField"
    default_validators = [*models.URLField.default_validators, validate_link]

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"error_messages": {"invalid": NOT_AN_ADDRESS}, **kwargs})
