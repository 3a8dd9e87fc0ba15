"""The page editor. Editing changes a draft; only Publish changes what the public reads."""

from typing import Any

from content_editor.admin import ContentEditor
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, OuterRef, QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from js_asset import Media

from clinic_site.templatetags.clock import day_and_clock
from conditions.blocks import BLOCKS
from conditions.editor.backlog import BacklogActions
from conditions.editor.choosing import SAID_ONCE
from conditions.editor.image_forms import ImageForm
from conditions.editor.inlines import CitationInline, KeyFactInline, editor_of
from conditions.editor.page_actions import PageActions
from conditions.editor.passages import PassageForm
from conditions.editor.release_actions import ReleaseActions
from conditions.editor.republish_actions import RepublishActions
from conditions.editor.review_facts import ReviewFactInline
from conditions.illustrations import illustration_choices
from conditions.models import (
    Feedback,
    GlossaryTerm,
    Image,
    Page,
    Passage,
    Publication,
    Source,
    Stage,
    Synonym,
)
from conditions.publishing.hints import hints
from conditions.publishing.verbs import snapshot


class PageForm(forms.ModelForm):
    """Knows which version of the draft was opened, so that two editors do not overwrite."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Page
        fields = "__all__"
        widgets = {"lead": forms.Textarea(attrs={"rows": 3, "cols": 80})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        now = Page.objects.filter(pk=self.instance.pk).select_related("saved_by").first()
        if now and data.get("opened_version") not in {None, now.version}:
            who = now.saved_by or "A colleague"
            raise ValidationError(
                f"{who} saved this page after you opened it. Your words are still here and not "
                "saved. Open the page in a second tab, copy across what you changed, save there."
            )
        return data


class WithRichText(admin.ModelAdmin):
    """Gives the editor's import map the nonce that the content security policy asks for."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        media = Media.from_media(context["media"])
        context["media"] = media.with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Page)
class PageAdmin(
    PageActions, ReleaseActions, RepublishActions, BacklogActions, WithRichText, ContentEditor
):
    form = PageForm
    list_display = ["title", "section", "stage", "ordering", "state"]
    list_filter = ["section", "stage"]
    list_select_related = ["stage"]
    search_fields = ["title", "slug"]
    save_on_top = True
    view_on_site = False
    actions = None
    prepopulated_fields = {"slug": ["title"]}
    change_form_template = "admin/conditions/page/change_form.html"
    fieldsets = [
        (None, {"fields": ["title", "lead", "opened_version"]}),
        (
            "Its address and its place in the menu",
            {
                "fields": ["section", "slug", "menu_title", "stage", "ordering", "in_planner"],
            },
        ),
    ]
    inlines = [
        *[editor_of(block) for block in BLOCKS],
        KeyFactInline,
        CitationInline,
        ReviewFactInline,
    ]

    class Media:
        css = {"all": ["css/page_editor.css"]}
        js = ["js/page_editor.js", "js/choosers.js", "js/paste.js", "js/keep_page.js"]

    def get_fieldsets(self, request: HttpRequest, obj: Page | None = None) -> Any:
        """Of a page that has its place, the words come first."""
        (main, words), (name, place) = self.fieldsets
        return [(main, words), (name, {**place, "classes": ["collapse"] if obj else []})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        rows = Publication.objects.filter(page=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                is_public=Exists(Publication.objects.live().filter(page=OuterRef("pk"))),
                goes_live=rows.waiting().values("live_from")[:1],
                was_public=Exists(rows),
            )
        )

    @admin.display(description="State")
    def state(self, page: Any) -> str:
        words = "Public" if page.is_public else "Withdrawn" if page.was_public else "Never public"
        if page.goes_live:
            when = day_and_clock(timezone.localtime(page.goes_live), "j M Y")
            return f"{words}; a version is scheduled for {when}"
        return words

    def has_delete_permission(self, request: HttpRequest, obj: Page | None = None) -> bool:
        """A page that was ever published is withdrawn, not deleted."""
        return super().has_delete_permission(request, obj) and not (
            obj and obj.publications.exists()
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["pasted_url"] = reverse("admin:conditions_page_pasted")
        context["session_url"] = reverse("staff_session")
        context["login_url"] = reverse("admin:index")
        context |= {"drawings": illustration_choices(), "said_once": SAID_ONCE}
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Page, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        Page.objects.filter(pk=obj.pk).update(version=F("version") + 1, saved_by=request.user)

    def response_add(
        self, request: HttpRequest, obj: Page, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Page) -> HttpResponse:
        return self.after_saving(request, obj) or super().response_change(request, obj)

    def after_saving(self, request: HttpRequest, page: Page) -> HttpResponse | None:
        """Say what saving means, give hints, which never block, and go where was asked."""
        self.message_user(
            request,
            "Draft saved. The public does not see it until you press Publish now.",
            messages.SUCCESS,
        )
        for hint in hints(snapshot(page)):
            self.message_user(request, f"Hint (you may ignore it): {hint}", messages.WARNING)
        if "_preview" in request.POST:
            return redirect("admin:conditions_page_preview", page.pk)
        if "_continue" in request.POST:
            return redirect("admin:conditions_page_change", page.pk)
        return None


class ReachesThePublicLater(admin.ModelAdmin):
    """Says after saving that published pages keep their words until they are published again."""

    how = ""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self.message_user(request, self.how, messages.WARNING)


@admin.register(Stage)
class StageAdmin(ReachesThePublicLater):
    how = "The public sees this when you publish the home page again."
    list_display = ["name", "ordering"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    search_fields = ["code", "citation"]
    list_display = ["code", "year", "citation"]


@admin.register(GlossaryTerm)
class GlossaryTermAdmin(ReachesThePublicLater):
    how = "The public sees this on each page that uses the word when you publish that page again."
    search_fields = ["term", "variants"]
    list_display = ["term", "pronunciation", "definition"]


@admin.register(Passage)
class PassageAdmin(WithRichText, ReachesThePublicLater):
    form = PassageForm
    how = (
        "The public sees this on each page that shows it when that page is published again: "
        "see “Publish again” on the front page."
    )
    search_fields = ["name", "slug", "heading"]
    list_display = ["name", "shape", "level", "pages"]
    list_filter = ["shape"]
    ordering = ["name", "slug"]  # a count of its pages would lose the order of the model
    prepopulated_fields = {"slug": ["name"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Passage]:
        return super().get_queryset(request).annotate(pages=Count("uses__parent", distinct=True))

    def get_prepopulated_fields(self, request: HttpRequest, obj: Passage | None = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_readonly_fields(self, request: HttpRequest, obj: Passage | None = None) -> Any:
        """Publications and files name it by its slug for good."""
        return ["slug"] if obj else []

    @admin.display(description="On pages", ordering="pages")
    def pages(self, passage: Any) -> int:
        return int(passage.pages)


@admin.register(Synonym)
class SynonymAdmin(admin.ModelAdmin):
    """The search uses them at once: they say where to look and are never shown."""

    search_fields = ["words"]
    list_display = ["words"]


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    search_fields = ["title"]
    list_display = ["title", "width", "height", "uploaded_at"]
    readonly_fields = ["picture", "width", "height", "uploaded_at"]

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> Any:
        """A picture that is here already is shown: only its title changes."""
        return ["title", *self.readonly_fields] if obj else ["title", "file"]

    @admin.display(description="Picture")
    def picture(self, image: Image) -> str:
        if not image.renditions:
            return "No file"
        smallest = image.renditions[0]
        return format_html(
            '<img class="uploaded-picture" src="{}images/{}" alt="" width="{}" height="{}">',
            settings.MEDIA_URL,
            smallest["name"],
            smallest["width"],
            smallest["height"],
        )

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        """A picture may stand in a publication, which never changes."""
        return False


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    """What readers say: to read, not to change, and never shown to the public."""

    list_display = ["at", "page", "helpful", "sentence"]
    list_filter = ["helpful", "page"]
    list_select_related = ["page"]
    fields = ["at", "page", "helpful", "sentence"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Feedback | None = None) -> bool:
        return False
