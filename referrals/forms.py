"""What public forms share, and the message to the rooms. `referral_forms` has the referral.

Each form makes one unsaved enquiry, which `submitting.submit` stores.
"""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.http import QueryDict

from referrals.fields import EmailField, LineField, PhoneField, TextField, TrapField
from referrals.models import Enquiry, Message
from referrals.references import new_form_key, read_form_key

RED_FLAGS = [
    ("cauda_equina", "New numbness around the genitals, or new bladder, bowel or sexual trouble"),
    ("leg_weakness", "Leg weakness that is getting worse"),
    ("infection", "Signs of spinal or joint infection, or very unwell with fever"),
    ("trauma", "Major accident or fall, or cannot stand after a fall"),
    ("cancer", "Suspected cancer or spinal tumour"),
    ("none", "None of these"),
]
TRAP = "clinic/trap.html"


class PublicForm(forms.Form):
    """What all public forms share: the form key, the trap, and the way they are drawn."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False)
    extra_line = TrapField()
    button = "Send"

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["form_key"].initial = new_form_key
        for name, field in self.fields.items():
            say_what_is_missing(name, field)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True, "id": "form", **self.attributes()}
        helper.form_tag = True
        helper.layout = Layout("form_key", Field("extra_line", template=TRAP), *self.layout())
        helper.add_input(Submit("", self.button))
        return helper

    def attributes(self) -> dict[str, Any]:
        """Further attributes of the form element."""
        return {}

    def form_key_digits(self) -> str:
        return read_form_key(self.data["form_key"]) or ""

    def layout(self) -> Layout:
        raise NotImplementedError

    def enquiry(self) -> Enquiry:
        """The unsaved enquiry that a valid form describes."""
        raise NotImplementedError


def with_form_key(data: QueryDict) -> QueryDict:
    """What was posted, with a key of ours: a missing or forged one never costs what was typed."""
    if read_form_key(data.get("form_key", "")) is not None:
        return data
    data = data.copy()
    data["form_key"] = new_form_key()
    return data


def say_what_is_missing(name: str, field: forms.Field) -> None:
    """An error that names its field also stands on its own, in the list above the form."""
    label = (field.label or name.replace("_", " ")).rstrip("?")
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = f"{label}: please fill this in."


class MessageForm(PublicForm):
    """Anyone writes to the rooms."""

    button = "Send your message"
    name = LineField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = PhoneField(
        label="Telephone",
        required=False,
        max_length=30,
        help_text="Give a telephone number or an email address, or both.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    email = EmailField(
        label="Email",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    topic = forms.ChoiceField(
        label="What is it about?",
        choices=Message.Topic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what your message is about."},
    )
    text = TextField(
        label="Your message",
        max_length=2000,
        help_text="Leave out details that are very private. We can talk about those by telephone.",
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def layout(self) -> Layout:
        return Layout("name", "phone", "email", "topic", "text")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        wrong_already = {"phone", "email"} & set(self.errors)
        if not wrong_already and not data.get("phone") and not data.get("email"):
            self.add_error("phone", "Give a telephone number or an email address.")
        return data

    def enquiry(self) -> Message:
        data = self.cleaned_data
        return Message(
            kind=Enquiry.Kind.MESSAGE,
            sender_name=data["name"],
            sender_email=data["email"],
            sender_phone=data["phone"],
            topic=data["topic"],
            text=data["text"],
        )
