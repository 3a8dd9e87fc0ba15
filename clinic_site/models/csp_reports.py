"""What browsers refused to load on our pages, counted without a word about who was there."""

from django.db import models
from django.db.models import F, Q


class CspReport(models.Model):
    """One kind of refusal in one place of the site, and how often it came.

    `page` is the name of an address, never an address: no query, no token. `host` is set for a
    thing from elsewhere only; `file` and `line` are where one of our own files asked for it.
    """

    class Blocked(models.TextChoices):
        INLINE = "inline", "Code or style in the page itself"
        EVAL = "eval", "Code made of text"
        DATA = "data", "A data: or blob: address"
        OURS = "ours", "A file of ours"
        ELSEWHERE = "elsewhere", "Something from elsewhere"
        EXTENSION = "extension", "A browser extension"
        OTHER = "other", "Something else"

    MEANINGS = {
        Blocked.INLINE: "Often a browser extension or a translator. If it comes from many pages"
        " since a release, a template of ours has code or style in it. If it comes from one page,"
        " look at what was published there.",
        Blocked.EVAL: "Mostly a browser extension. None of our own files does this.",
        Blocked.DATA: "Mostly a browser extension. None of our own files does this.",
        Blocked.OURS: "A page of ours asks for a file in a way that its own rules forbid: a fault"
        " of ours. Tell the person who looks after this site.",
        Blocked.ELSEWHERE: "An extension, advertising software on the reader’s computer, or words"
        " in a page that somebody put there. If one host comes again and again on one page, look"
        " at that page.",
        Blocked.EXTENSION: "An extension in the reader’s browser. Nothing to do.",
        Blocked.OTHER: "The browser does not say what it was.",
    }

    directive = models.CharField(max_length=30)
    blocked = models.CharField(max_length=10, choices=Blocked)
    host = models.CharField(max_length=100, blank=True)
    page = models.CharField(max_length=80, blank=True, help_text="The name of the address.")
    file = models.CharField(max_length=120, blank=True)
    line = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        ordering = ["-last_at", "-pk"]
        default_permissions = ("view",)
        verbose_name = "refusal by a browser"
        verbose_name_plural = "refusals by browsers"
        constraints = [
            models.UniqueConstraint(
                fields=["directive", "blocked", "host", "page", "file", "line"],
                name="csp_report_once",
            ),
            models.CheckConstraint(
                condition=Q(host="") | Q(blocked="elsewhere"), name="csp_report_host_is_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(last_at__gte=F("first_at")), name="csp_report_first_then_last"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_blocked_display()} ({self.directive})"

    @property
    def meaning(self) -> str:
        return self.MEANINGS[self.Blocked(self.blocked)]
