"""People of the rooms by name, wherever a page names one."""

from typing import Any

from django import template

from referrals.inbox.enquiry_page import called

register = template.Library()


@register.filter
def person(user: Any) -> str:
    """`Rosa Hall`; who has no name yet is called what they sign in with; nothing for nobody."""
    return called(user) if user else ""
