"""What an authenticator app shows, and a person with a phone who signs in with the test client."""

import re
import time

from allauth.mfa.totp.internal.auth import hotp_value
from django.contrib.auth.models import User
from django.test import Client

from clinic_site.sign_in.factors import add_phone
from tests.makers import make_user

SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "long enough a phrase"
LOGIN = "/admin/account/login/"
CODE = "/admin/account/2fa/authenticate/"
CONFIRM = "/admin/account/2fa/reauthenticate/"
CONNECT = "/admin/account/2fa/totp/activate/"
REPLACE = "/admin/account/2fa/totp/replace/"
CODES = "/admin/account/2fa/recovery-codes/"
RENEW = "/admin/account/2fa/recovery-codes/generate/"


def code_for(secret: str = SECRET, *, later: int = 0) -> str:
    """The six digits of now, or of so many half minutes later."""
    return f"{hotp_value(secret, int(time.time()) // 30 + later):06}"


def wrong_code(secret: str = SECRET) -> str:
    """Six digits that are no code of these minutes."""
    right = {code_for(secret, later=n) for n in range(-3, 4)}
    return next(f"{n:06}" for n in range(10) if f"{n:06}" not in right)


def with_phone(username: str = "robin", **fields: object) -> User:
    """A member of staff whose phone knows `SECRET`, with an address to be told at."""
    address = {"email": f"{username}@rooms.example"}
    user = make_user(username=username, **{"is_superuser": True, **address, **fields})
    add_phone(user, SECRET, 0)
    return user


def type_password(client: Client, username: str = "robin", password: str = PASSWORD, **extra):
    return client.post(LOGIN, {"login": username, "password": password}, **extra)


def type_code(client: Client, code: str, url: str = CODE, **extra):
    return client.post(url, {"code": code}, **extra)


def sign_in(client: Client, username: str = "robin", *, later: int = 0, **extra) -> Client:
    type_password(client, username, **extra)
    type_code(client, code_for(later=later), **extra)
    assert client.get("/admin/").status_code == 200
    return client


def secret_on(client: Client, url: str = CONNECT) -> str:
    html = client.get(url).content.decode()
    return re.search(r'<code id="authenticator-secret">(\w+)</code>', html)[1]
