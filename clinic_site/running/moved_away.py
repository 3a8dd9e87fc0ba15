"""A database that was moved to another place: web and mail do not start on it any more.

A machine that starts again before its DATABASE_URL was changed would take enquiries in that the new
database never sees. The mark is a table of the old one, which is not moved with the others.
"""

from django.core.exceptions import ImproperlyConfigured
from django.db import Error as AnyDatabaseError
from django.db import connection, transaction
from django.utils import timezone

from clinic_site.running.announcing import database_name

TABLE = "moved_away"
STAY = "manage.py move_database --stay"


class MovedAway(ImproperlyConfigured):
    """What comes in here would be lost."""


def mark_as_moved(*, to: str) -> None:
    """`to` is for people, without a password."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE moved_away (place text NOT NULL, day text NOT NULL)")
        day = f"{timezone.localtime():%d %B %Y, %H:%M}"
        cursor.execute("INSERT INTO moved_away (place, day) VALUES (%s, %s)", [to, day])


def refuse_moved() -> None:
    """Raise `MovedAway`; silent while the database is away."""
    try:
        if TABLE not in connection.introspection.table_names():
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT place, day FROM moved_away")
            mark = cursor.fetchone()
    except AnyDatabaseError:
        return
    if mark is None:
        return
    place, day = mark
    raise MovedAway(
        f"{database_name()} was moved to {place}, on {day}. What came in here would be lost: set"
        " DATABASE_URL to the new one and start again. Does the site stay here all the same? Then"
        f" {STAY}, and release_mail."
    )


def take_mark_away() -> bool:
    """Whether there was one."""
    with transaction.atomic():
        if TABLE not in connection.introspection.table_names():
            return False
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE moved_away")
    return True
