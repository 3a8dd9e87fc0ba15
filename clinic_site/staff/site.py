"""The staff site: Django's admin behind a second factor."""

from typing import Any, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from clinic_site.guide.pages import guide_page
from clinic_site.sign_in.gate import (
    AFTER_ENROLMENT,
    next_sign_in_step,
    safe_next,
    used_second_factor,
)
from clinic_site.sign_in.session_views import SignOut
from clinic_site.staff.health_page import health_page
from clinic_site.staff.lookups import OnlyWhatIsOffered, completed_fields

APP_ORDER = {"referrals": 0, "conditions": 1, "clinic_site": 2, "auth": 3}
HIDDEN_APPS = {"account"}
IN_OUR_WORDS = {"auth": "People and roles", "User": "People", "Group": "Roles"}


class StaffSite(AdminSite):
    site_header = "Clinic staff"
    site_title = "Clinic staff"
    index_title = "What would you like to do?"
    enable_nav_sidebar = False  # five words stand above each page instead

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Whatever admin comes, its lists answer only what their filters offer."""
        given = admin_class or admin.ModelAdmin
        strict = type(given.__name__, (OnlyWhatIsOffered, given), {"__module__": given.__module__})
        super().register(model_or_iterable, strict, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, signed in with a password *and* a code in this very session."""
        return super().has_permission(request) and used_second_factor(request)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead a person to the one step that is still missing."""
        if self.has_permission(request):
            after = request.session.pop(AFTER_ENROLMENT, None) or safe_next(request)
            return HttpResponseRedirect(after)
        return HttpResponseRedirect(next_sign_in_step(request))

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """As everywhere else: written down, and the browser forgets what it has seen."""
        return SignOut.as_view()(request)

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """Not Django's own page, which counts no wrong passwords and tells nobody."""
        return redirect("account_change_password")

    def get_urls(self) -> list[Any]:
        health = path("health/", self.admin_view(health_page), name="health")
        guide = path("guide/", guide_page, name="guide")
        lists = path("clinic/", self.admin_view(self.clinic_lists), name="clinic")
        own = [
            path(route, self.admin_view(import_string(view)), name=name)
            for name, (route, view) in settings.STAFF_PAGES.items()
        ]
        return [health, guide, lists, *own, *super().get_urls()]

    def clinic_lists(self, request: HttpRequest) -> TemplateResponse:
        """All lists that this person may see."""
        context = {**self.each_context(request), "title": "Clinic"}
        return TemplateResponse(request, "admin/clinic_lists.html", context)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """For fields of ours that ask for it. Django answers for every link between two tables, so
        it would list what came in to whoever may see it, past the log of who read what."""
        names = ("app_label", "model_name", "field_name")
        asked = tuple(request.GET.get(name, "") for name in names)
        if asked not in completed_fields(self):
            raise PermissionDenied
        return super().autocomplete_view(request)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """What staff need most comes first; what only the sign-in library needs is left out. Made
        when a page shows it: Django gives it to every page, and few do."""
        made_when_shown = SimpleLazyObject(lambda: self.shown_apps(request, app_label))
        return cast(list[dict[str, Any]], made_when_shown)

    def shown_apps(self, request: HttpRequest, app_label: str | None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        shown = [app for app in apps if app["app_label"] not in HIDDEN_APPS or app_label]
        for app in shown:
            app["name"] = IN_OUR_WORDS.get(app["app_label"], app["name"])
            for model in app["models"]:
                model["name"] = IN_OUR_WORDS.get(model["object_name"], model["name"])
            app["models"].sort(key=lambda model: model["name"])
        return sorted(shown, key=lambda app: APP_ORDER.get(app["app_label"], len(APP_ORDER)))

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        panels = [import_string(name)(request) for name in settings.STAFF_PANELS]
        return super().index(request, {"panels": panels, **(extra_context or {})})
