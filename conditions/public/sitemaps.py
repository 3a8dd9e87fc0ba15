"""The list of live pages for search engines, with absolute addresses from SITE_URL."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap

from conditions.models import Publication


class LivePages(Sitemap):
    """Every page that the public can read now. It changed when its version went live."""

    def items(self) -> Any:
        fields = ("section", "slug", "live_from")
        return Publication.objects.live().only(*fields).order_by("section", "ordering", "page_id")

    def location(self, item: Publication) -> str:
        return item.get_absolute_url()

    def lastmod(self, item: Publication) -> datetime:
        return item.live_from.replace(microsecond=0)

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc
