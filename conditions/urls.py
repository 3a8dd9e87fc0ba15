from django.urls import path, register_converter

from conditions.models import PUBLIC_SECTIONS
from conditions.planner import views as planner_views
from conditions.public import feedback_views, leaflet_views, views

app_name = "conditions"


class SectionConverter:
    """The sections that pages of the public have in their address."""

    regex = "|".join(PUBLIC_SECTIONS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SectionConverter, "section")

urlpatterns = [
    path("", views.home, name="home"),
    path("team/", views.team, name="team"),
    path("glossary/", views.glossary, name="glossary"),
    path("search/", views.search, name="search"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("recovery/", planner_views.recovery, name="recovery"),
    path("recovery.ics", planner_views.calendar_file, name="recovery_calendar"),
    path("my-questions/", planner_views.my_questions, name="my_questions"),
    path("helpful/", feedback_views.helpful, name="helpful"),
    path("helpful/thanks/", feedback_views.thanks, name="helpful_thanks"),
    path("<section:section>/", views.section, name="section"),
    path("<section:section>/<slug:slug>/", views.page, name="page"),
    path("<section:section>/<slug:slug>/sources/", views.sources, name="sources"),
    path("<section:section>/<slug:slug>/leaflet.pdf", leaflet_views.leaflet, name="leaflet"),
]
