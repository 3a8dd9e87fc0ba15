"""What may be asked of a list of the staff site by its address: what its filters offer, no more.

Django lets an address ask anything of a table's own columns. `?…__regex=` with a pattern that never
ends would hold a process, and `__startswith` reads a column sign by sign.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.http import HttpRequest

OF_A_FILTER = ("", "__exact", "__in", "__isnull", "__gte", "__lt", "__id__exact", "__pk__exact")
OF_A_DATE = ("__year", "__month", "__day")


class OnlyWhatIsOffered(admin.ModelAdmin):
    """Mixed into every admin by the site itself (`site.py`)."""

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup in set(self.offered(request))

    def offered(self, request: HttpRequest) -> Iterator[str]:
        for one in self.get_list_filter(request):
            field = one[0] if isinstance(one, tuple | list) else one
            if isinstance(field, str):
                yield from (f"{field}{ending}" for ending in OF_A_FILTER)
            else:
                yield str(getattr(field, "parameter_name", ""))
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}{ending}" for ending in OF_A_DATE)


def completed_fields(site: AdminSite) -> set[tuple[str, ...]]:
    """App, model and field of each choice that is completed while a person types."""
    found: set[tuple[str, ...]] = set()
    for page in site._registry.values():
        for part in [page, *page.inlines]:
            meta = part.model._meta
            found |= {
                (meta.app_label, str(meta.model_name), name) for name in part.autocomplete_fields
            }
    return found
