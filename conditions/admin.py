"""The page editor. Editing changes a draft; only Publish changes what the public reads."""

from typing import Any

from content_editor.admin import ContentEditor, ContentEditorInline
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from js_asset import Media

from conditions import blocks
from conditions.models import Citation, KeyFact, Page, Publication, Source
from conditions.publishing import CannotPublish, publish


class KeyFactInline(admin.TabularInline):
    model = KeyFact
    extra = 0


class CitationInline(admin.TabularInline):
    model = Citation
    extra = 0
    autocomplete_fields = ["source"]


@admin.register(Source)
class SourceAdmin(admin.ModelAdmin):
    search_fields = ["code", "citation"]
    list_display = ["code", "year", "citation"]


@admin.register(Page)
class PageAdmin(ContentEditor):
    list_display = ["title", "section", "stage", "ordering"]
    list_filter = ["section", "stage"]
    prepopulated_fields = {"slug": ["title"]}
    readonly_fields = ["to_be_reviewed"]
    change_form_template = "admin/conditions/page/change_form.html"
    inlines = [
        KeyFactInline,
        CitationInline,
        *[ContentEditorInline.create(block) for block in blocks.BLOCKS],
    ]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Give the editor's import map the nonce that the content security policy asks for."""
        media = Media.from_media(context["media"])
        context["media"] = media.with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
        context["may_publish"] = request.user.has_perm("conditions.publish_page")
        return super().render_change_form(request, context, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Page) -> HttpResponse:
        """`Save and publish` saves the draft first, then publishes what was saved."""
        if "_publish" not in request.POST:
            return super().response_change(request, obj)
        try:
            publish(page=obj, by=request.user)  # type: ignore[arg-type]
        except CannotPublish as problem:
            self.message_user(request, f"Saved, not published. {problem}", messages.ERROR)
        else:
            self.message_user(request, "Published. This is what the public reads now.")
        return HttpResponseRedirect(request.path)


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    """What was published, by whom and when: to look at, never to change."""

    list_display = ["page", "published_at", "published_by", "origin", "live_from"]
    list_select_related = ["page", "published_by"]
    fields = ["page", "published_at", "published_by", "origin", "live_from", "sha256"]
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
