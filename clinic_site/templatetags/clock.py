"""A time of day in every template, without a `load`: `6.58 pm`. Empty where there is none."""

from datetime import datetime, time

from django import template
from django.utils.dateformat import format as formatted

from clinic_site.hours.opening import time_in_words

register = template.Library()


@register.filter(expects_localtime=True)
def clock(moment: datetime | time | None) -> str:
    return time_in_words(moment) if moment else ""


@register.filter(expects_localtime=True)
def day_and_clock(moment: datetime | None, day: str) -> str:
    """`30 Nov 2026, 6.58 pm`; `day` is a format of Django's."""
    return f"{formatted(moment, day)}, {time_in_words(moment)}" if moment else ""
