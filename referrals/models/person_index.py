"""By what staff find a person, without reading a sealed field."""

from django.db import models

from referrals.models.enquiries import Enquiry


class PersonIndex(models.Model):
    """A keyed digest by which staff find a person exactly. Reveals nothing without the key."""

    class Field(models.TextChoices):
        FAMILY_NAME = "family_name", "Family name"
        BIRTH_DATE = "birth_date", "Date of birth"
        PHONE = "phone", "Telephone"
        MEDICARE = "medicare", "Medicare number"
        NAME_WORD = "name_word", "A word of the patient’s name"
        SENDER_NAME = "sender_name", "A word of the sender’s name"
        SENDER_PHONE = "sender_tel", "Telephone of the referring doctor"

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="person_index")
    field = models.CharField(max_length=11, choices=Field)
    key_version = models.CharField(max_length=8, help_text="By which key and rules it was made.")
    digest = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["field", "digest"], name="person_index_lookup")]
        constraints = [
            models.UniqueConstraint(
                fields=["enquiry", "field", "key_version", "digest"], name="person_index_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.field}"
