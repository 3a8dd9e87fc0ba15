"""Which rights a release has offered to which role: what staff took away is not given again."""

from django.contrib.auth.models import Group
from django.db import models


class StaffRole(models.Model):
    """A role of `people/roles.py` and its group: none where staff deleted it or had their own.

    One that staff made is called `OWN` and the number of its group.
    """

    OWN = "own "
    name = models.CharField(max_length=80)
    group = models.OneToOneField(Group, on_delete=models.SET_NULL, null=True, related_name="+")
    offered = models.JSONField(default=list, help_text="Rights as app.codename, given once each.")

    duties = models.JSONField(null=True, help_text="As staff ticked them; null: as releases say.")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["name"], name="staff_role_once")]

    def __str__(self) -> str:
        return self.name
