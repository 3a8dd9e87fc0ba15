"""The limits of the inbox, edited by whoever looks after the clinic: one row, one page."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from clinic_site.models import Clinic
from referrals.models import InboxLimits
from referrals.models.hands import BOUNDS


class LimitsForm(forms.ModelForm):
    class Meta:
        model = InboxLimits
        fields = list(BOUNDS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in BOUNDS.items():
            if name in self.fields:  # not where somebody may only look
                self.fields[name].widget.attrs.update({"min": least, "max": most})


class InboxLimitsAdmin(admin.ModelAdmin):
    form = LimitsForm
    fields = list(BOUNDS)

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Its page opens before anybody saved it, with what counts until then."""
        found = super().get_object(request, object_id, from_field)
        clinic = Clinic.objects.first()
        is_its = clinic is not None and object_id == str(clinic.pk)
        return found or (InboxLimits(clinic=clinic) if is_its else None)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)  # asks whether she may
        clinic = Clinic.objects.first()
        if clinic is None or response.status_code != 200:
            return response
        return redirect("admin:referrals_inboxlimits_change", clinic.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
