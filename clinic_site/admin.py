"""The clinic's facts, edited on one page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.db.models import TimeField
from django.db.models.fields.files import FieldFile
from django.http import HttpRequest
from django.utils import timezone

from clinic_site import models
from clinic_site.logos import small_logo
from clinic_site.people import people_admin, roles_admin  # noqa: F401  register themselves
from clinic_site.pictures import NotAPicture
from clinic_site.staff import csp_admin, sign_in_log_admin  # noqa: F401  register themselves

# A person writes a time as the public pages do, “9 am” and “12.30 pm”, or as a clock shows it.
TIME_AS_WRITTEN = {
    "input_formats": [
        *("%H:%M:%S", "%H:%M", "%H.%M", "%I %p", "%I%p"),
        *("%I:%M %p", "%I:%M%p", "%I.%M %p", "%I.%M%p"),
    ],
    "error_messages": {"invalid": "Write the time like 9:00, 17:30 or 9 am."},
}
NOTICE_OVER = "This day is over, so nobody would see the notice. Choose another, or leave it empty."


class ClinicForm(forms.ModelForm):
    # Not Django's own picture field: it would refuse a drawing in its words, not in ours.
    logo = forms.FileField(
        required=False,
        widget=AdminFileWidget(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text="PNG, JPEG or WebP, wider than high. It is made small for you.",
    )

    class Meta:
        model = models.Clinic
        exclude = ()
        widgets = {
            "brand_colour": forms.TextInput(attrs={"type": "color"}),
            "brand_colour_dark": forms.TextInput(attrs={"type": "color"}),
            "notice": forms.TextInput(attrs={"class": "vLargeTextField"}),
        }

    def clean_logo(self) -> Any:
        logo = self.cleaned_data["logo"]
        if not logo or isinstance(logo, FieldFile):
            return logo
        try:
            return small_logo(logo)
        except NotAPicture as error:
            raise forms.ValidationError(str(error)) from error

    def clean_second_email(self) -> str:
        """The second address is for when the first does not answer, so it is another one."""
        second = self.cleaned_data["second_email"]
        if second and second.casefold() == self.cleaned_data.get("email", "").casefold():
            raise forms.ValidationError("Give another address than the clinic’s own.")
        return second

    def clean(self) -> dict[str, Any]:
        """The last day of an earlier notice must not hide a new one. What is not touched is no
        mistake: an old notice that is over may stand there while the telephone is changed."""
        data = super().clean() or {}
        last, is_touched = data.get("notice_last_day"), {"notice", "notice_last_day"}
        is_over = last is not None and last < timezone.localdate()
        if is_over and data.get("notice") and is_touched & set(self.changed_data):
            self.add_error("notice_last_day", NOTICE_OVER)
        return data


class NotifiedAddressInline(admin.TabularInline):
    model = models.NotifiedAddress
    extra = 1


class ClosureInline(admin.TabularInline):
    model = models.Closure
    extra = 0


class ClinicianInline(admin.StackedInline):  # its five boxes do not fit beside each other
    model = models.Clinician
    extra = 0


@admin.register(models.Clinic)
class ClinicAdmin(admin.ModelAdmin):
    form = ClinicForm
    inlines = [NotifiedAddressInline, ClosureInline, ClinicianInline]
    list_display = ["name", "telephone", "email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not models.Clinic.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OpeningHoursInline(admin.TabularInline):
    model = models.OpeningHours
    extra = 0
    formfield_overrides = {TimeField: TIME_AS_WRITTEN}


@admin.register(models.Location)
class LocationAdmin(admin.ModelAdmin):
    inlines = [OpeningHoursInline]
    list_display = ["name", "address", "time_zone"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """There is one clinic, so nobody has to choose it."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        return {"clinic": models.Clinic.objects.first(), **given}
