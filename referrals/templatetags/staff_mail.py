"""The warning on every staff page while mail does not arrive."""

from typing import Any

from django import template

from referrals.mail.health import mail_is_stuck

register = template.Library()


@register.inclusion_tag("admin/mail_banner.html", takes_context=True)
def mail_banner(context: dict[str, Any]) -> dict[str, bool]:
    """Asks the database only on pages of people who are signed in and may read the inbox."""
    user: Any = context.get("user")
    may_know = context.get("has_permission") and user.has_perm("referrals.view_enquiry")
    return {"is_stuck": bool(may_know) and mail_is_stuck()}
