"""What a database knows of its keys, and which database it is. The keys themselves lie outside."""

from django.db import models
from django.db.models import Q

from clinic_site.sealing.fields import SealedTextField


class KeyWitness(models.Model):
    """A known sentence, sealed: tells at start whether the data keys fit this database. One row.

    And whether a sheet with these keys was made for the safe."""

    sealed = models.TextField()
    sheet_made_at = models.DateTimeField(null=True)
    sheet_keys = models.TextField(blank=True, db_default="", help_text="Their short names.")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="key_witness_is_one_row")]

    def __str__(self) -> str:
        return "key witness"


class LastingKey(models.Model):
    """The key behind one kind of address or digest that must outlive SECRET_KEY."""

    purpose = models.CharField(max_length=40, unique=True)
    key = SealedTextField(help_text="64 hexadecimal digits.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.purpose


class DatabaseIdentity(models.Model):
    """A random number that goes wherever this database goes: tells whose a folder is. One row."""

    identity = models.UUIDField(unique=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="database_identity_is_one_row")
        ]

    def __str__(self) -> str:
        return str(self.identity)
