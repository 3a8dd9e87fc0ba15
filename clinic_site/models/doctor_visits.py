"""What the daily visit of the doctor found last (`clinic_site/operations/doctor/daily.py`)."""

from typing import Any

from django.db import models
from django.db.models import Q


class DoctorVisit(models.Model):
    """One row, without any patient. `findings` are what is unwell and not said by /healthz: a list
    of `{"says": …, "mend": …}`. `told` are the names of all: what stands there was mailed already.
    """

    began_at = models.DateTimeField(null=True)
    at = models.DateTimeField(null=True)
    findings: Any = models.JSONField(default=list)
    told: Any = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="doctor_visit_is_one_row")]

    def __str__(self) -> str:
        return f"visit of {self.at}"
