"""Where Django keeps its sessions here (SESSION_ENGINE): rows under hashed keys, data sealed."""

import logging
from datetime import datetime
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from cryptography.fernet import InvalidToken
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from clinic_site.models import StaffSession
from clinic_site.running.session_settings import USE_IS_NOTED_EVERY
from clinic_site.sessions.ending import end_one

LOGIN_UNDER_WAY = "account_login"  # where allauth keeps a login that waits for its code
METHODS_OF = "account_authentication_methods_user"
TYPED_BY = "typed_by"  # whose session ended in this browser before this one began

logger = logging.getLogger(__name__)


class SessionStore(SessionBase):
    """`browser` is said by the middleware; `ended` is the row that the cookie names, if it has."""

    browser = ""
    _get_new_session_key: Any
    _get_session: Any
    ended: StaffSession | None = None
    row: StaffSession | None = None

    def load(self) -> dict[str, Any]:
        row = self.find()
        if row and not row.ended_at:
            self.row = row
            return self.decode(str(row.data))
        self.ended = row
        self._session_key = None
        return {}

    def find(self) -> StaffSession | None:
        """The row, ended where its time is over or no key opens it."""
        rows = StaffSession.of_key(self.session_key)
        try:
            row = rows.first()
        except InvalidToken:
            logger.error("a session is sealed with keys that are gone; it was ended")
            row = rows.defer("data").get()
            return end_one(row, why=row.Why.UNREADABLE, at=timezone.now())
        at = timezone.now()
        why = row.over(at) if row and not row.ended_at else None
        return end_one(row, why=why, at=at) if row and why else row

    def typed_by(self) -> int | None:
        """Who was signed in here, password and code, until time ran out; her key, else None.

        A session that somebody ended on purpose may have been a thief's: it speaks for nobody.
        """
        before: int | None = self.get(TYPED_BY)
        row = self.ended
        if row and row.with_code and row.ended_why in {row.Why.IDLE, row.Why.ABSOLUTE}:
            return row.user_id
        return before

    def exists(self, session_key: str | None) -> bool:
        return StaffSession.of_key(session_key).exists()

    def is_empty(self) -> bool:
        """An ended one is not: its cookie stays, so that a form sent later tells whose it is."""
        return self.ended is None and bool(super().is_empty())

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            return self.create()
        data = self._get_session(no_load=must_create)
        if self.ended and SESSION_KEY not in data:
            data[TYPED_BY] = self.typed_by()
        at = timezone.now()
        values = self.values_of(data, at)
        if must_create:
            self.row, self.ended = self.insert(values, at), None
        elif not StaffSession.of_key(self.session_key).filter(ended_at=None).update(**values):
            raise UpdateError
        return None

    def insert(self, values: dict[str, Any], at: datetime) -> StaffSession:
        key_hash = StaffSession.hash_of(self.session_key)
        try:
            with transaction.atomic():
                return StaffSession.objects.create(
                    key_hash=key_hash, browser=self.browser, last_used_at=at, **values
                )
        except IntegrityError:
            if not self.exists(self.session_key):
                raise  # her account is gone
            raise CreateError from None

    def values_of(self, data: dict[str, Any], at: datetime) -> dict[str, Any]:
        """What the row says of itself. The longest time begins when the code was typed."""
        user_id, with_code = whose(data)
        values = {"user_id": user_id, "with_code": with_code, "data": self.encode(data)}
        before = self.row
        goes_on = before is not None and (before.with_code or not with_code)
        return {**values, "created_at": before.created_at if before and goes_on else at}

    def note_use(self, at: datetime) -> None:
        """Written at most once a minute, and never for a session that has ended meanwhile."""
        if self.row and at - self.row.last_used_at >= USE_IS_NOTED_EVERY:
            rows = StaffSession.of_key(self.session_key).filter(ended_at=None)
            rows.update(last_used_at=at)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            StaffSession.of_key(key).delete()

    def flush(self) -> None:
        super().flush()
        self.row = self.ended = None

    @classmethod
    def clear_expired(cls) -> None:
        """The chores of the mail process do it (`chores.py`)."""


def whose(data: dict[str, Any]) -> tuple[int | None, bool]:
    """The person who is signed in or waits for her code, and whether she has typed one."""
    if SESSION_KEY in data:
        records = data.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
        is_hers = data.get(METHODS_OF) == data[SESSION_KEY]
        with_code = is_hers and any(record.get("method") == "mfa" for record in records)
        return int(data[SESSION_KEY]), with_code
    waiting = (data.get(LOGIN_UNDER_WAY) or {}).get("user_pk")
    return (url_str_to_user_pk(waiting) if waiting else None), False
