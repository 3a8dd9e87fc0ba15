"""What comes before an operation, as dates. Pure functions, no model.

Only what the guide to prepare says has a day here. When to stop a medicine, food or drink is no
matter of ours: the plan of the anaesthetist says it, so these lines ask for that plan.
"""

from datetime import date, timedelta
from typing import NamedTuple


class Before(NamedTuple):
    """`key` names the kind of step in calendar files: never change one, or old dates stay."""

    key: str
    title: str
    words: str
    days: int


class DatedBefore(NamedTuple):
    """`is_due`: its day is here or over, so that it is for today."""

    on: date
    is_due: bool
    step: Before


BEFORE = {
    "guides/recovery-after-fusion": [
        Before(
            "stop-nicotine",
            "Stop smoking and vaping",
            "At least 4 weeks before the operation, and no nicotine for at least 3 months after."
            " Less time left, and you still smoke? Ring the rooms today.",
            days=28,
        ),
        Before(
            "medicine-plan",
            "Get your medicine plan in writing",
            "Show your list to your surgeon and anaesthetist. Some medicines are planned days"
            " ahead. Stop nothing by yourself. If the day of the operation moves, get a new plan.",
            days=28,
        ),
        Before(
            "driver-and-help",
            "Book your driver and help at home",
            "Somebody drives you home and stays the first night. Book help with meals, shopping"
            " and cleaning.",
            days=7,
        ),
        Before(
            "food-and-drink",
            "Know your times for food and drink",
            "The hospital gives you two: for the last food, and for the last clear drink. With an"
            " injection for weight or diabetes, other times hold. One is missing? Ring the"
            " hospital.",
            days=2,
        ),
        Before(
            "what-to-bring",
            "Pack what you bring",
            "Scans and reports, medicines and their list, your allergies, frame or crutches,"
            " Medicare and fund cards, your questions.",
            days=1,
        ),
        Before(
            "morning",
            "On the morning of your operation",
            "Take only the tablets that your plan names. Have your last clear drink by your time."
            " Wash with the soap your team gave you. Take off jewellery, nail polish and false"
            " nails. Bring what you packed. Tell the team once more about medicines, allergies,"
            " last food and last drink. Not sure, or you ate or drank too late? Ring the rooms"
            " before you come; if they are closed, ring the hospital.",
            days=0,
        ),
    ]
}


def dated_before(address: str, surgery: date, *, today: date) -> list[DatedBefore]:
    """Those of a guide by its section and slug. The day itself has only its own; later there are
    none."""
    if surgery < today:
        return []
    steps = [step for step in BEFORE.get(address, []) if surgery > today or not step.days]
    days = [(surgery - timedelta(days=step.days), step) for step in steps]
    return [DatedBefore(max(day, today), day <= today, step) for day, step in days]
