"""What still stands as the software brought it: each place by name, with the way to change it."""

import re
from typing import NamedTuple

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from clinic_site.models import SAMPLE_CLINIC, Clinic

# Numbers that Australia reserves for fiction, addresses that nobody has, and our own word.
IS_SAMPLE = re.compile(
    r"\(0[2378]\) ?(5550|7010)|\b0[2378] ?(5550|7010)|\.example\b|\bsample", re.IGNORECASE
)
FIELDS = {
    "telephone": "the telephone number",
    "after_hours_telephone": "the after-hours number",
    "fax": "the fax number",
    "email": "the email address",
    "second_email": "the second email address",
    "secure_messaging": "the addresses for secure messaging",
}


class Place(NamedTuple):
    """What is sample, to stand after “Still sample:”, and where it is changed."""

    what: str
    url: str


def sample_places(clinic: Clinic) -> list[Place]:
    here = reverse("admin:clinic_site_clinic_changelist")
    if clinic.pk:
        here = reverse("admin:clinic_site_clinic_change", args=[clinic.pk])
    found = [what for name, what in FIELDS.items() if is_sample(getattr(clinic, name))]
    if clinic.tagline == SAMPLE_CLINIC["tagline"]:
        found.append(f"the line under the name (“{clinic.tagline}”)")
    if not clinic.pk:
        return [Place(what, here) for what in found]
    found += [f"the clinician “{one}”" for one in clinic.clinicians.all() if is_sample(one.name)]
    told = [one.email for one in clinic.notified.all() if is_sample(one.email)]
    found += [f"the address {email} for new enquiries" for email in told]
    rooms = [
        Place(f"the rooms “{one}”", reverse("admin:clinic_site_location_change", args=[one.pk]))
        for one in clinic.locations.all()
        if is_sample(f"{one.name} {one.address} {one.parking} {one.access}")
    ]
    return [*(Place(what, here) for what in found), *rooms]


def is_sample(text: str) -> bool:
    return IS_SAMPLE.search(text) is not None


def sample_panel(request: HttpRequest) -> str:
    """For whoever may change these places; nothing once none is left."""
    if not request.user.has_perm("clinic_site.change_clinic"):
        return ""
    places = sample_places(Clinic.current())
    if not places:
        return ""
    return render_to_string("admin/panels/sample.html", {"places": places}, request=request)
