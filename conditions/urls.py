from django.urls import path, register_converter

from conditions import views
from conditions.models import Section

app_name = "conditions"


class SectionConverter:
    regex = "|".join(Section.values)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(SectionConverter, "section")

urlpatterns = [
    path("", views.home, name="home"),
    path("<section:section>/", views.section, name="section"),
    path("<section:section>/<slug:slug>/", views.page, name="page"),
]
