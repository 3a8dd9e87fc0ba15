"""Who signed in, who tried to, and what changed about an account. Written once."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class SignInEvent(models.Model):
    """One line of the sign-in log. The database itself refuses to change or delete it.

    The accounts are numbers without a constraint: a line stays as it is when its account goes.
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", "Signed in"
        SIGNED_OUT = "signed_out", "Signed out"
        WRONG_PASSWORD = "wrong_password", "Wrong password"
        WRONG_CODE = "wrong_code", "Wrong code"
        TOO_MANY = "too_many", "Refused: too many tries"
        SESSION_ENDED = "session_ended", "Session ended"
        IDLE_END = "idle_end", "Session ended: not used for a while"
        ABSOLUTE_END = "absolute_end", "Session ended: longest time over"
        PHONE_CONNECTED = "phone_connected", "Phone connected"
        PHONE_REPLACED = "phone_replaced", "Phone replaced"
        PASSKEY_ADDED = "passkey_added", "Passkey added"
        PASSKEY_REMOVED = "passkey_removed", "Passkey removed"
        PASSKEY_REFUSED = "passkey_refused", "Passkey refused"
        CODES_RENEWED = "codes_renewed", "New recovery codes"
        FACTOR_RESET = "factor_reset", "Phone disconnected"
        LEFT = "left", "Has left: account closed"
        CAME_BACK = "came_back", "Is back: account open again"
        ROLES_CHANGED = "roles_changed", "Roles changed"
        PASSWORD_CHANGED = "password_changed", "Password changed"
        PASSWORD_SET = "password_set", "Password set by a colleague"
        INVITED = "invited", "Invited"
        INVITATION_WITHDRAWN = "invitation_withdrawn", "Invitation withdrawn"
        INVITATION_TAKEN = "invitation_taken", "Invitation taken, password chosen"
        RESET_ASKED = "reset_asked", "New password asked for by mail"
        PASSWORD_RESET = "password_reset", "New password by a link from a mail"
        LET_IN = "let_in", "Let in by a command on the server"
        DENIED = "denied", "Page refused"
        FORM_KEPT = "form_kept", "Form kept"

    at = models.DateTimeField(db_index=True)
    kind = models.CharField(max_length=24)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        verbose_name="account",
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
    )
    address_digest = models.CharField(
        "address",
        max_length=16,
        blank=True,
        help_text="The same address has the same sign on one day, and another on the next.",
    )
    browser = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(
        default=1, help_text="More than one: so many of them came within an hour."
    )
    detail = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = "line of the sign-in log"
        verbose_name_plural = "sign-in log"
        default_permissions = ("view",)
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="sign_in_event_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.in_words}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def in_words(self) -> str:
        """A later version's kind as it was written, where this one does not know it."""
        return str(self.Kind(self.kind).label) if self.kind in self.Kind.values else self.kind
