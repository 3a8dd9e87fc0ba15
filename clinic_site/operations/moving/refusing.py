"""Why a move ends, in one sentence. What a row holds, and a password, never stand in it."""

from django.db import Error

# By the code that PostgreSQL gives (its first two signs where all of a class mean the same).
CODES = {
    "22001": "a text is longer than its column there",
    "22003": "a number is larger than its column there",
    "22008": "a date is one that PostgreSQL does not know",
    "22021": "a text holds a sign that PostgreSQL does not keep",
    "22P05": "a text holds a sign that PostgreSQL does not keep",
    "23": "a row breaks a rule of its table",
    "42501": "this user may not make tables there: make her the owner of the database",
    "53100": "the disk of the database server is full",
    "53": "the database server has no room, memory or connection left",
    "55P03": "somebody else is writing at this moment",
    "57014": "the database server ended it because it took too long",
    "57P": "the database server was stopped",
}
# By what SQLite says, which names no row.
SAID = {
    "disk is full": "the disk is full",
    "is locked": "another program holds the file: is a copy or a command still running?",
    "readonly": "the file cannot be written by this user",
    "unable to open": "the file cannot be opened: is its folder there, and this user's?",
    "disk I/O": "the disk reports an error",
    "malformed": "the file is damaged",
    "not a database": "the file is no SQLite database",
    "UTF-8": "a text is no UTF-8",
    "NUL": "a text holds a sign (NUL) that PostgreSQL does not keep",
    "FOREIGN KEY": "a row belongs to another one that is not there",
    "constraint": "a row breaks a rule of its table",
    "password authentication": "user or password is wrong",
    "does not exist": "the server knows no such database or user",
    "could not translate": "no such server is known",
}


class MoveRefused(Exception):
    """One or more sentences: what is in the way, and how to mend it."""


def reason(error: Exception) -> str:
    """What went wrong, without what the database quotes: that may be a patient's."""
    cause = error.__cause__ if isinstance(error, Error) and error.__cause__ else error
    code = getattr(cause, "pgcode", None) or ""
    known = [words for known, words in CODES.items() if code and code.startswith(known)]
    if known:
        return known[0] + rule(cause)
    said = str(cause)
    known = [words for known, words in SAID.items() if known in said]
    if known:
        return known[0]
    if type(cause).__name__ in {"OperationalError", "InterfaceError"} and not code:
        return "the connection was lost, or nothing answers there"
    return f"{type(cause).__name__} {code}".strip()


def rule(cause: BaseException) -> str:
    """The name of the broken rule, where PostgreSQL says it."""
    facts = getattr(cause, "diag", None)
    table, name = getattr(facts, "table_name", None), getattr(facts, "constraint_name", None)
    return f" ({table}: {name})" if table and name else ""
