"""What public forms share, and the message to the rooms. `referral_forms` has the referral.

Each form makes one unsaved enquiry, which `submitting.submit` stores.
"""

from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.http import QueryDict
from django.urls import reverse

from referrals.fields import EmailField, LineField, OwnPhoneField, TextField, TrapField
from referrals.intake.rebate import MAIL_DOMAIN, Warned, warned_of
from referrals.intake.signs_in_words import SIGNS, names_a_sign
from referrals.mail_domains import meant_address
from referrals.models import Enquiry, Message
from referrals.references import new_form_key, read_form_key

TRAP = "clinic/trap.html"
LONGEST_MESSAGE = 10_000  # characters
# What a message about a topic begins with, to be changed by whoever sends it.
FIRST_WORDS = {
    Message.Topic.FEES: "Please send me a written quote for a first visit. What is the fee, what"
    " does Medicare pay back, and what is left for me? If it comes to an operation, who else sends"
    " a bill?"
}


class PublicForm(forms.Form):
    """What all public forms share: the form key, the trap, and the way they are drawn."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False)
    warned = forms.CharField(widget=forms.HiddenInput, required=False)
    tries = forms.CharField(widget=forms.HiddenInput, required=False)
    extra_line = TrapField()
    button = "Send"
    button_ticks = ""  # the field for which pressing it stands
    name_in_tab: str  # under which a script keeps what was typed, in this tab only

    def __init__(
        self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["form_key"].initial = new_form_key
        self.warnings_shown: list[Warned] = []
        self.meant_email = ""  # asked about, where the domain looks like a slip
        self.is_switched = False  # answers a POST, as a bound form does
        self.is_fresh = False  # made in the place of another one, whose memory then goes
        for name, field in self.fields.items():
            say_what_is_missing(name, field)
            leave_to_scripts(field)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {
            "novalidate": True,
            "id": "form",
            "autocomplete": "off",
            "data-memory": self.name_in_tab,
            "data-answered": self.is_bound or self.is_switched,
            "data-fresh": self.is_fresh,
            **self.attributes(),
        }
        helper.form_tag = True
        helper.form_action = reverse(f"referrals:{self.name_in_tab}")
        hidden = ["form_key", "warned", "tries", Field("extra_line", template=TRAP)]
        helper.layout = Layout(*hidden, *self.layout())
        helper.add_input(Submit(self.button_ticks, self.button))
        return helper

    def attributes(self) -> dict[str, Any]:
        """Further attributes of the form element."""
        return {}

    def post_again_with(self, **values: str) -> None:
        """Change hidden fields of what was posted, for the next showing."""
        data = cast(QueryDict, self.data).copy()
        for name, value in values.items():
            data[name] = value
        self.data = data

    def warning_codes(self) -> list[str]:
        """Codes of what the sender should hear before a valid form is sent."""
        return [MAIL_DOMAIN] if meant_address(self.cleaned_data["email"]) else []

    @property
    def has_questions(self) -> bool:
        """Whether `must_warn` found something to ask before it is sent."""
        return bool(self.warnings_shown or self.meant_email)

    def must_warn(self) -> bool:
        """Whether there is something to say that was not said before; makes the form say it."""
        codes = self.warning_codes()
        if set(codes) <= set(self.data.get("warned", "").split()):
            return False
        if MAIL_DOMAIN in codes:
            self.meant_email = meant_address(self.cleaned_data["email"])
        self.warnings_shown = [warned_of(code) for code in codes if code != MAIL_DOMAIN]
        self.post_again_with(warned=" ".join(codes))
        return True

    def form_key_digits(self) -> str:
        return read_form_key(self.data["form_key"]) or ""

    def layout(self) -> Layout:
        raise NotImplementedError

    def enquiry(self) -> Enquiry:
        """The unsaved enquiry that a valid form describes."""
        raise NotImplementedError


def prepared(data: QueryDict) -> QueryDict:
    """What was posted, with a key of ours: a missing or forged one never costs what was typed.

    The button that takes the suggested mail address stands for typing it.
    """
    data = data.copy()
    if read_form_key(data.get("form_key", "")) is None:
        data["form_key"] = new_form_key()
    if "use_email" in data:
        data["email"] = data.get("use_email", "")
    return data


def leave_to_scripts(field: forms.Field) -> None:
    """Keep the browser from filling in half a form when somebody goes back.

    A script keeps all of it and gives `autocomplete` back to the fields that have a purpose.
    """
    attrs = field.widget.attrs
    if attrs.get("autocomplete", "off") != "off":
        attrs["data-autocomplete"] = attrs["autocomplete"]
        attrs["autocomplete"] = "off"


def say_what_is_missing(name: str, field: forms.Field) -> None:
    """An error that names its field also stands on its own, in the list above the form."""
    label = (field.label or name.replace("_", " ")).rstrip("?")
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = f"{label}: please fill this in."


class MessageForm(PublicForm):
    """Anyone writes to the rooms."""

    button = "Send your message"
    says_signs = False  # whether the words may be an emergency; told beside mistakes too
    name_in_tab = "contact"
    name = LineField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = OwnPhoneField(
        label="Telephone",
        required=False,
        max_length=100,
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
        max_length=LONGEST_MESSAGE,
        help_text=(
            "About a visit: give the patient’s full name, the date of birth and the day of the"
            " visit. Do you write for somebody else, or need an interpreter? Say for whom, and"
            " which language. Leave out details that are very private. We can talk about those by"
            " telephone."
        ),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    @classmethod
    def about(cls, topic: str) -> "MessageForm":
        """With the topic chosen and, where we know what is mostly asked, with first words that
        stand under a line which says whose they are."""
        words = FIRST_WORDS.get(Message.Topic(topic), "")
        form = cls(initial={"topic": topic, "text": words})
        if words:
            field = form.fields["text"]
            field.help_text = f"We began it for you: change what you like. {field.help_text}"
        return form

    def layout(self) -> Layout:
        return Layout("name", "phone", "email", "topic", "text")

    def warning_codes(self) -> list[str]:
        """With what a sign of an emergency asks for: these words may wait until Monday."""
        return ([SIGNS] if self.says_signs else []) + super().warning_codes()

    def must_warn(self) -> bool:
        is_new = super().must_warn()
        self.warnings_shown = []  # `says_signs` stands for the only one
        return is_new

    @property
    def has_questions(self) -> bool:
        return bool(super().has_questions or (self.says_signs and not self.errors))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.says_signs = names_a_sign(data.get("text", ""))
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
