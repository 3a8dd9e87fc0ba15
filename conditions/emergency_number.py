"""How the emergency number gets into a page: `{emergency}` becomes the number of today.

Templates of the site’s own include `components/call_emergency.html`. The number itself stands with
the clinic (`clinic_site/models/clinic.py`) and is never frozen.
"""

from django.utils.html import escape

from conditions.markup import tokens_of

PLACEHOLDER = "{emergency}"


def with_a_way_to_call(html: str, number: str) -> str:
    """Each `{emergency}` as a link that dials; within another link and in attributes, the number.

    Who needs it has no time to look for a button: the number dials wherever it stands.
    """
    return with_a_link(html, dialled=as_dialled(number), shown=escape(number))


def with_a_link(html: str, *, dialled: str, shown: str) -> str:
    """The same with the two forms of the number, as markup."""
    if PLACEHOLDER not in html:
        return html
    link = f'<a href="tel:{dialled}">{shown}</a>'
    parts = []
    for token in tokens_of(html):
        text = token.text.replace(f"tel:{PLACEHOLDER}", f"tel:{dialled}")
        is_plain = not token.is_tag and not token.within & {"a", "button"}
        parts.append(text.replace(PLACEHOLDER, link if is_plain else shown))
    return "".join(parts)


def as_dialled(number: str) -> str:
    return "".join(sign for sign in number if sign in "+0123456789")


def with_the_number(text: str, number: str) -> str:
    """The same in plain text, where nothing dials."""
    return text.replace(PLACEHOLDER, number)
