"""Which rights the duties around pages need. `clinic_site/people/roles.py` makes roles of them."""

from conditions.blocks import editor_permissions

ALL = ("view", "add", "change", "delete")
NOT_DELETE = ("view", "add", "change")  # what other pages may still lean on
INLINES = ["keyfact", "citation"]
SHARED = ["source", "glossaryterm", "image", "stage", "passage"]
FACTS = ["reviewfact"]  # who may sign them may delete one that is not signed

IN_WORDS = {
    "write pages": "Writes pages and changes them as drafts. Readers see nothing of it yet.",
    "publish pages": "Publishes drafts, sets a date for it, and takes pages back.",
    "review pages": "Reads drafts, and signs that a page is clinically right.",
}


def duties() -> dict[str, list[str]]:
    """Each duty with its rights, as `app.codename`. Nobody but an administrator redacts."""
    write = [
        *rights("page", "publication", "feedback", of=("view",)),
        *rights("page", of=("add", "change", "delete")),
        *(f"conditions.{codename}" for codename in editor_permissions()),
        *rights(*INLINES, "synonym", of=ALL),
        *rights(*SHARED, *FACTS, of=NOT_DELETE),
    ]
    return {
        "write pages": write,
        "publish pages": rights("page", of=("publish",)),
        "review pages": [
            *rights("page", "publication", "review", of=("view",)),
            *rights("review", of=("sign",)),
        ],
    }


def rights(*models: str, of: tuple[str, ...]) -> list[str]:
    return [f"conditions.{verb}_{model}" for model in models for verb in of]
