"""The rows of a page in its editor: blocks and lists, drawn lightly, as a page has a hundred."""

from typing import Any

from content_editor.admin import ContentEditorInline
from django import forms
from django.contrib import admin
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from conditions.blocks.kind import OF_ALL_KINDS, PageBlock
from conditions.editor.choosing import SHORT_NAMES, Chooser, RowForm, unwrapped
from conditions.editor.drawing import QuickRenderer
from conditions.models import Citation, KeyFact

RENDERER = QuickRenderer()


class Light:
    """Mixed into an inline: what its rows point to comes with them, in one query for all."""

    model: Any
    admin_site: Any

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related(*self.pointers())

    def pointers(self) -> list[str]:
        fields = self.model._meta.concrete_fields
        return [f.name for f in fields if isinstance(f, ForeignKey) and not f.one_to_one]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        return super().get_formset(request, obj, renderer=RENDERER, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if is_searched(db_field):
            kwargs["widget"] = Chooser(db_field, self.admin_site)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field and isinstance(getattr(field.widget, "widget", None), Chooser):
            field.widget = unwrapped(field.widget)
        return field


class BlockInline(Light, ContentEditorInline):
    template = "admin/conditions/page/block.html"


class RowInline(Light, admin.TabularInline):
    template = "admin/conditions/page/rows.html"
    extra = 0


class KeyFactInline(RowInline):
    model = KeyFact


class CitationInline(RowInline):
    model = Citation
    form = RowForm
    autocomplete_fields = ["source"]


def editor_of(block: type[PageBlock]) -> Any:
    """The form of a kind: its own words first, where the cursor goes; then what all kinds have."""
    options = block.editor_options()
    fields = [*block.draft_fields, OF_ALL_KINDS, "region", "ordering"]
    shown = [name for name in fields if name not in options.get("exclude", ())]
    own = options.get("form", forms.ModelForm)
    form = type(f"{block.__name__}Form", (RowForm, own), {})
    searched = [name for name in shown if is_searched(block._meta.get_field(name))]
    more = {"fields": shown, "form": form, "autocomplete_fields": searched}
    return BlockInline.create(block, **{**options, **more})


def is_searched(field: Any) -> bool:
    return bool(field.remote_field) and field.remote_field.model in SHORT_NAMES
