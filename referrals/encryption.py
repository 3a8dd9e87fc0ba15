"""Where the first migrations look for the sealed fields."""

from clinic_site.sealing.fields import SealedDateField, SealedListField, SealedTextField

__all__ = ["SealedDateField", "SealedListField", "SealedTextField"]
