"""What is typed to sign a rule: a number for each kind, or for ever."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from referrals.models import RetentionRule
from referrals.retention.kinds import KINDS, KindOfRule


class KindOnForm(NamedTuple):
    kind: KindOfRule
    amount: BoundField
    for_ever: BoundField


class RuleForm(forms.Form):
    """Comes back with all that was typed; what is too short says why next to its field."""

    def __init__(self, data: Any = None, *, rule: RetentionRule | None = None) -> None:
        super().__init__(data)
        for kind in KINDS:
            amount = kind.amount(rule)
            self.fields[kind.column] = forms.IntegerField(
                label=f"{kind.unit.capitalize()}",
                required=False,
                initial=kind.floor if amount is None else amount,
                min_value=kind.floor,
                max_value=kind.longest,
                error_messages={
                    "min_value": kind.why_not_less,
                    "max_value": f"At most {kind.longest} {kind.unit}. Or tick “for ever”.",
                    "invalid": "Write a whole number.",
                },
            )
            self.fields[ever(kind)] = forms.BooleanField(
                label="Keep for ever", required=False, initial=amount is None
            )
        self.fields["sure"] = forms.BooleanField(
            label="I sign this rule for the clinic.",
            error_messages={"required": "Tick the box to sign. Nothing is signed yet."},
        )

    def rows(self) -> Iterator[KindOnForm]:
        for kind in KINDS:
            yield KindOnForm(kind, self[kind.column], self[ever(kind)])

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for kind in KINDS:
            if data.get(ever(kind)):
                self.errors.pop(kind.column, None)
            elif data.get(kind.column) is None and kind.column not in self.errors:
                self.add_error(kind.column, f"Write how many {kind.unit}, or tick “for ever”.")
        return data

    def amounts(self) -> dict[str, int | None]:
        """By column of the rule; None for ever."""
        data = self.cleaned_data
        return {
            kind.column: None if data.get(ever(kind)) else data.get(kind.column) for kind in KINDS
        }


def ever(kind: KindOfRule) -> str:
    return f"{kind.kind}_for_ever"
