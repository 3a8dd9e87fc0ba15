"""How an editor chooses a source, a picture or a passage: by searching, not from a list of all.

Without JavaScript the choice that stands there stays, and another one is typed by its short name.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.forms import ModelForm
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from conditions.citing.marks import HELP
from conditions.models import Image, Passage, Source, instructs_field

OF_ITSELF = {"data-ajax--type", "data-ajax--cache"}  # what the search box would do anyway
TYPED = "-typed"  # behind the name of the field
# By which field a choice is typed, and how that is asked for.
SHORT_NAMES = {
    Source: ("code", "or type its code, like R129"),
    Passage: ("slug", "or type its name for files"),
    Image: ("title", "or type its title"),
}


INSTRUCTS = str(instructs_field().help_text)
SAID_ONCE = {HELP: "help-sources", INSTRUCTS: "help-instructs"}


class Chooser(AutocompleteSelect):
    """Django's search box, which is told what is chosen and asks the database for nothing."""

    known: Any = None  # the row of the instance, where it has one
    links: tuple[str, ...] = ()  # of "change" and "add", what this person may

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        drawn = super().render(name, value, attrs, renderer)
        verb = "add" if self.known is None else "change"
        link = self.link(verb, name) if verb in self.links else ""
        return format_html(
            '<div class="related-widget-wrapper" data-model-ref="{}">{}{}{}</div>',
            self.model._meta.model_name,
            drawn,
            link,
            self.box(name, value),
        )

    @property
    def model(self) -> Any:
        return self.field.remote_field.model

    def link(self, verb: str, name: str) -> SafeString:
        """As `admin/widgets/related_widget_wrapper.html` has it, whose script opens it."""
        key = ["__fk__"] if verb == "change" else []
        place = f"admin:conditions_{self.model._meta.model_name}_{verb}"
        return format_html(
            '<a class="related-widget-wrapper-link {}-related" id="{}_id_{}" data-popup="yes" '
            '{}="{}?_to_field=id&amp;_popup=1" title="{} {}"><img src="{}" alt="" width="24" '
            'height="24"></a>',
            verb,
            verb,
            name,
            "data-href-template" if key else "href",
            reverse(place, args=key),
            "Change selected" if key else "Add another",
            self.model._meta.verbose_name,
            static(f"admin/img/icon-{verb}link.svg"),
        )

    def box(self, name: str, value: Any) -> SafeString:
        """Where another one is typed; it keeps what names nothing."""
        typed = "" if value is None or is_key(value) else value
        return format_html(
            '<noscript><label>{} <input name="{}" value="{}"></label></noscript>',
            SHORT_NAMES[self.model][1],
            f"{name}{TYPED}",
            typed,
        )

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        always = {"data-allow-clear", "data-placeholder"} if self.is_required else set()
        kept = {name: value for name, value in attrs.items() if name not in OF_ITSELF | always}
        if self.known is None or not self.is_required:
            kept["data-placeholder"] = f"Choose a {self.model._meta.verbose_name}"
        return kept

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        if self.known is None or list(value) != [str(self.known.pk)]:
            return super().optgroups(name, [each for each in value if is_key(each)], attr)
        empty = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        chosen = self.create_option(name, self.known.pk, str(self.known), True, len(empty))
        return [(None, [*empty, chosen], 0)]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = data.get(f"{name}{TYPED}", "").strip(" “”")
        return self.named(typed) if typed else super().value_from_datadict(data, files, name)

    def named(self, typed: str) -> Any:
        """The key of what is called so; the words themselves where that is not one row."""
        rows = self.choices.queryset.filter(**{SHORT_NAMES[self.model][0]: typed})
        keys = list(rows.values_list("pk", flat=True)[:2])
        return keys[0] if len(keys) == 1 else f"“{typed}”"


def is_key(value: Any) -> bool:
    return str(value).isdecimal()


class RowForm(ModelForm):
    """Tells each search box what its row has chosen. Help that every block would repeat stands once
    above them all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field.widget, Chooser):
                field.widget.known = getattr(self.instance, name, None)
            if place := SAID_ONCE.get(str(field.help_text)):
                field.help_text = ""
                field.widget.attrs["aria-describedby"] = place


def unwrapped(wrapper: RelatedFieldWidgetWrapper) -> Chooser:
    """The search box that Django wrapped in links, with the ones of them that it draws itself."""
    chooser: Chooser = wrapper.widget  # type: ignore[assignment]
    may = {"change": wrapper.can_change_related, "add": wrapper.can_add_related}
    chooser.links = tuple(verb for verb, allowed in may.items() if allowed)
    return chooser
