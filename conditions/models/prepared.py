"""Pages that lack only the facts of today. Every row may be thrown away at any time."""

from django.db import models

from conditions.models.publications import Publication


class PreparedPage(models.Model):
    """What `conditions/prepared/` made of a publication, so that readers need not wait for it."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="prepared")
    template = models.CharField(max_length=60)
    text = models.TextField(help_text="See `prepared.parts`.")
    seal = models.CharField(max_length=64, help_text="What does not fit it is made again.")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "template"], name="prepared_page_is_kept_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}, {self.template}"
