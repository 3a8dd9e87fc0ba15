"""Settings of `clinic_site/sign_in/`, as Django and allauth want to be told."""

from typing import Any

from clinic_site.running.session_settings import SESSIONS

VALIDATION = "django.contrib.auth.password_validation"
FORMS = "clinic_site.sign_in.forms"


def all_of_them() -> dict[str, Any]:
    return {**PASSWORDS, **PAGES, **FACTORS, **SESSIONS}


PASSWORDS: dict[str, Any] = {
    "AUTHENTICATION_BACKENDS": ["allauth.account.auth_backends.AuthenticationBackend"],
    "PASSWORD_HASHERS": [
        "clinic_site.sign_in.hashing.Argon2InLittleMemory",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ],
    "AUTH_PASSWORD_VALIDATORS": [
        {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
        {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
        {"NAME": "clinic_site.sign_in.new_passwords.NotEasilyGuessed"},
    ],
}
PAGES: dict[str, Any] = {
    "LOGIN_URL": "account_login",
    "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
    "LOGIN_REDIRECT_URL": "admin:index",
    "ACCOUNT_ADAPTER": "clinic_site.sign_in.adapters.StaffAccountAdapter",
    "ACCOUNT_LOGIN_METHODS": {"username"},
    "ACCOUNT_SIGNUP_FIELDS": ["username*", "password1*", "password2*"],
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_SESSION_REMEMBER": False,
    "ACCOUNT_RATE_LIMITS": False,  # our own, in a table of their own (sign_in/limits.py)
    "ACCOUNT_REAUTHENTICATION_METHODS": ("mfa",),
    "ACCOUNT_REAUTHENTICATION_TIMEOUT": 10 * 60,
    "ACCOUNT_FORMS": {
        "login": f"{FORMS}.SignInForm",
        "change_password": f"{FORMS}.NewPasswordForm",
    },
}
FACTORS: dict[str, Any] = {
    "MFA_FORMS": {
        "authenticate": f"{FORMS}.SignInCodeForm",
        "reauthenticate": f"{FORMS}.ConfirmCodeForm",
    },
    "MFA_TOTP_TOLERANCE": 1,  # a code that changed while it was typed is still taken
    "MFA_ADAPTER": "clinic_site.sign_in.adapters.SealedMFAAdapter",
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,  # a passkey alone: the device, and what unlocks it
    "MFA_WEBAUTHN_USER_VERIFICATION": "required",
}
