"""The page that tells patients what to bring, for mails of the rest of the site."""

from conditions.models import Publication
from conditions.models.pages import address_of

SECTION, SLUG = "guides", "your-first-appointment"


def visit_path() -> str:
    """Its address without the site's; empty where the page is not live."""
    is_live = Publication.objects.live().filter(section=SECTION, slug=SLUG).exists()
    return address_of(SECTION, SLUG) if is_live else ""
