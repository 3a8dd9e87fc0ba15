"""What one database keeps as text, the other as a number of bits: both mean the same."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from django.apps import apps
from django.db import models

from clinic_site.operations.moving import columns
from clinic_site.operations.moving.columns import UnknownKind, WrongValue, column_of
from clinic_site.operations.moving.tables import site_tables

SOME = UUID("8a6e0804-2bd0-4672-b79d-d97027f9071a")
JSON = '{"a": "\\u00e9", "b": 100}'
PERTH = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("read", "in_sqlite", "in_postgresql", "plain"),
    [
        (columns.boolean, 1, True, True),
        (columns.day, "2026-11-28", date(2026, 11, 28), date(2026, 11, 28)),
        (columns.time_of_day, "08:30:00", time(8, 30), time(8, 30)),
        (columns.identifier, SOME.hex, SOME, SOME),
        (columns.blob, b"\x00\xff", memoryview(b"\x00\xff"), b"\x00\xff"),
        (columns.decimal(2), 1.1, Decimal("1.10"), "1.10"),
        (columns.decimal(2), 3, Decimal("3.00"), "3.00"),
        (columns.document, '{"b": 1e2, "a": "é"}', JSON, JSON),
        (columns.document, "null", "null", "null"),
        (
            columns.moment,
            "2026-11-28 00:30:00.000001",
            datetime(2026, 11, 28, 8, 30, 0, 1, PERTH),
            datetime(2026, 11, 28, 0, 30, 0, 1, UTC).replace(tzinfo=None),
        ),
    ],
)  # fmt: skip
def test_both_databases_are_read_alike(read, in_sqlite, in_postgresql, plain):
    assert (read(in_sqlite), read(in_postgresql)) == (plain, plain)
    assert read(None) is None


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (columns.boolean, 2),
        (columns.boolean, "yes"),
        (columns.text(3), "four"),
        (columns.text(None), "NUL \0"),
        (columns.text(None), b"bytes"),
        (columns.whole_number(0, 32767), 32768),
        (columns.whole_number(0, 32767), "7"),
        (columns.blob, "text"),
    ],
)
def test_what_the_other_one_would_refuse_is_refused_without_repeating_it(read, value):
    with pytest.raises(WrongValue) as refused:
        read(value)
    assert repr(value).strip("'") not in str(refused.value).replace("NUL", "").replace("32767", "")


@pytest.mark.parametrize("read", [columns.day, columns.moment, columns.document])
def test_what_is_no_date_and_no_document_is_not_taken_for_nothing(read):
    with pytest.raises(ValueError):  # noqa: PT011  Python's own words
        read("no such thing")


def test_every_field_of_every_app_is_known():
    assert {table.name for table in site_tables()} >= {
        model._meta.db_table for model in apps.get_models()
    }


def test_a_field_of_a_kind_that_nobody_taught_is_named():
    field = models.DurationField()
    field.set_attributes_from_name("lasts")
    field.model = apps.get_model("referrals", "Enquiry")
    with pytest.raises(UnknownKind, match=r"referrals.Enquiry.lasts: DurationField"):
        column_of(field)
