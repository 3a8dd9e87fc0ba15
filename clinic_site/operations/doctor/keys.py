"""The data keys: do they fit, and does the safe hold them? None of them is ever shown."""

from collections.abc import Iterator

from clinic_site.models import KeyWitness
from clinic_site.operations.doctor.finding import Finding, asks, well
from clinic_site.sealing.keys import WrongDataKeys, check_keys, key_names


@asks(
    "Do the data keys fit this database?",
    mend="Run manage.py prepare_site.",
)
def data_keys() -> Iterator[Finding]:
    try:
        check_keys()
    except WrongDataKeys as problem:
        cure = "Set CLINIC_DATA_KEYS from the clinic’s key sheet, newest first, and start again."
        yield Finding("data keys", str(problem).partition(" Nothing was")[0], cure)
        return
    if not KeyWitness.objects.exists():
        yield Finding("key witness", "The database does not know yet which keys are its own.")


@asks(
    "Does the safe hold a sheet with these keys?",
    mend="Print it: manage.py key_sheet shows it. Put it into the safe, not beside a backup."
    " Without the keys no backup can be read.",
)
def key_sheet() -> Iterator[Finding]:
    """As far as the site knows: a sheet was made, and of the keys that are used now."""
    witness = KeyWitness.objects.first()
    if witness is None or witness.sheet_made_at is None:
        yield Finding("key sheet", "No key sheet was ever made here.")
    elif not set(key_names()) <= set(witness.sheet_keys.split()):
        yield Finding("key sheet", "The keys changed after the last key sheet was made.")
    else:
        yield well("key sheet", f"Made on {witness.sheet_made_at:%d %B %Y}.")
