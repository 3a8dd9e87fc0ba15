"""Where an answer leads whom the site cannot answer: the telephone, or a page that is live."""

from django.urls import reverse

from clinic_site.models import Clinic
from conditions.models import Publication
from conditions.search.kinds import Direct


def to_ring(heading: str, clinic: Clinic, *lines: str) -> Direct:
    link, words = reverse("referrals:contact"), "Write to the rooms"
    return Direct(heading, lines, clinic.telephone, link, words)


def live_page(section: str, slug: str, anchor: str = "") -> str:
    """Its address; empty while the public cannot read it."""
    live = Publication.objects.live().filter(section=section, slug=slug)
    address = reverse("conditions:page", args=[section, slug]) if live.exists() else ""
    return f"{address}#{anchor}" if address and anchor else address
