"""A row by what an address says of it."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

Row = TypeVar("Row", bound=Model)


def row_or_404(rows: QuerySet[Row], typed: int | str) -> Row:
    """The row with this key; 404 also for what could be no key, as 10,000 digits."""
    try:
        return get_object_or_404(rows, pk=typed)
    except (ValueError, OverflowError):
        raise Http404 from None
