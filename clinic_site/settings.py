"""Settings of the whole site, all from environment variables (README, "Environment").

Real variables win over the one file of a real site or the trial values (`environment.py`).
Without DEBUG the site refuses to start on unsafe values and says how to mend each.
"""

from pathlib import Path
from urllib.parse import urlsplit

import environ

from clinic_site.running import environment, mail_settings, sign_in_settings, unsafe
from clinic_site.running.unsafe import DEBUG_DATA_KEY, DEBUG_SECRET_KEY
from clinic_site.web import style_sheets
from clinic_site.web.headers import add_static_headers, content_security_policy

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
SERVICE_FILE, VAR_DIR, DATA_KEYS_UNDER_VAR = environment.load()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- What the operator says -------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
NOTIFY_DETAIL = env.str("NOTIFY_DETAIL", default="minimal")
IDENTIFIER_CHECKS = env.str("IDENTIFIER_CHECKS", default="warn")

SECRET_KEY = env.str("SECRET_KEY", default="") or DEBUG_SECRET_KEY
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # while a new key comes in
CLINIC_DATA_KEYS = env.list("CLINIC_DATA_KEYS", default=[DEBUG_DATA_KEY])

_site = urlsplit(SITE_URL)
SITE_IS_LOOPBACK = _site.hostname in {"localhost", "127.0.0.1", "::1"}
SITE_IS_HTTPS = _site.scheme == "https"

# --- Application ------------------------------------------------------------------------
ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "clinic_site.apps.ClinicSiteConfig",
    "conditions.apps.ConditionsConfig",
    "referrals.apps.ReferralsConfig",
    "clinic_site.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "content_editor",
    "django_prose_editor",
    "js_asset",
    "crispy_forms",
    "csp",
]
MIDDLEWARE = [
    "clinic_site.web.middleware.security_headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",  # may answer by itself, and under the two
    "clinic_site.web.body_limits.limit_bodies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "clinic_site.web.compressing.brotli_for_public_pages",
    "django.middleware.http.ConditionalGetMiddleware",
    "clinic_site.web.middleware.clinic_time",
    "clinic_site.web.middleware.AnswerWhenDatabaseIsDown",
    "clinic_site.web.middleware.known_methods",
    "clinic_site.web.middleware.whole_addresses",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "clinic_site.sign_in.gate.SecondFactorGate",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS, CRISPY_FAIL_SILENTLY = ("clinic",), False
CRISPY_TEMPLATE_PACK = "clinic"
HEALTH_CHECKS = [
    "clinic_site.health.database",
    "clinic_site.web.caching.cache_table",
    "referrals.mail.health.undelivered_mail",
    "referrals.mail.health.mail_process",
    "referrals.mail.health.find_a_person",
    "referrals.files.health.files_not_inspected",
    "referrals.files.health.virus_scanner",
    "referrals.mail.health.files",
    "referrals.mail.health.disk",
]
ENQUIRY_MODEL = "referrals.Enquiry"  # what a command counts when it says where it works
SITE_PREPARATION = ["referrals.files.keeping.prepare"]  # before anything is stored or removed
PREPARATION = ["referrals.person_index.fill"]  # after an upgrade, before the site starts
KEY_ROTATION = {
    "clinic_site.sealing.keys.reseal_fields": "Details of people",
    "clinic_site.sealing.keys.reseal_sign_in": "Sign-in of staff",
    "referrals.files.storage.reseal": "Files",
    "referrals.person_index.rebuild": "Index to find a person",
    # last: until then the old keys are asked for
    "clinic_site.sealing.keys.reseal_witness": "Proof that the keys fit",
}
STAFF_DUTIES = ["conditions.editor.duties.duties", "referrals.inbox.duties.duties"]
STAFF_PANELS = [
    "referrals.inbox.panels.mail_panel",
    "referrals.inbox.panels.files_panel",
    "conditions.editor.panels.page_panel",
    "conditions.editor.panels.review_panel",
    "clinic_site.staff.health_page.health_panel",
]

# --- Data -------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'clinic.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {}).update(
        {"connect_timeout": 2, "options": "-c statement_timeout=15000 -c synchronous_commit=on"}
    )
_lasting_cache = "clinic_site.web.caching.LastingCache"
CACHES = {"default": {"BACKEND": _lasting_cache, "LOCATION": "clinic_site_cache"}}
_megabyte = 1024 * 1024
BODY_LIMITS = {"/admin/": 16 * _megabyte, "/refer/": 26 * _megabyte}  # all else: 1 MB
ANSWERS_LARGE_BODIES = {"/refer/": 64 * _megabyte}  # up to here it keeps what was typed
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * _megabyte  # six long reports, percent-encoded, are 1.5 MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the page editor posts about 420 for 40 blocks
MEDIA_ROOT, MEDIA_URL = VAR_DIR / "media", "/media/"
PRIVATE_ROOT = VAR_DIR / "private"  # what senders attached, sealed
STATIC_ROOT, STATIC_URL, STATICFILES_DIRS = VAR_DIR / "static", "/static/", [BASE_DIR / "static"]
_plain_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed_static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain_static if DEBUG else _hashed_static},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers

CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")  # of the virus scanner; empty: there is none

# --- Mail: the site queues, the mail process delivers -------------------------------------
globals().update(mail_settings.all_mail_through("referrals.mail.backends.OutboxBackend"))
MAIL_TRANSPORT, MAIL_SERVER, MAIL_IS_FILES, MAIL_IS_DROPPED = mail_settings.delivery(
    env.email_url("EMAIL_URL", default="filemail://"),
    into_files="referrals.mail.backends.EmlFileBackend",
    timeout=env.int("EMAIL_TIMEOUT", default=60),
)
MAIL_DIR = VAR_DIR / "mail"
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=15 * 60)
MAIL_CHORES_SECONDS = env.int("MAIL_CHORES_SECONDS", default=60)
MAIL_RETRY_SECONDS = env.list("MAIL_RETRY_SECONDS", cast=int, default=[60, 120, 300, 900, 1800])
# An address of the site's own: mail from the rooms to the rooms is taken for a forgery.
DEFAULT_FROM_IS_SET = bool(env.str("DEFAULT_FROM_EMAIL", default=""))
_own_host = "localhost" if SITE_IS_LOOPBACK else _site.hostname
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"website@{_own_host}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

if not DEBUG:
    unsafe.refuse(globals())

# --- Staff sign-in ------------------------------------------------------------------------
globals().update(sign_in_settings.all_of_them())

# --- Cookies, headers, transport ------------------------------------------------------------
_host_prefix = "__Host-" if SITE_IS_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host_prefix}sessionid", f"{_host_prefix}csrftoken"
KNOWN_BROWSER_COOKIE_NAME = f"{_host_prefix}staffbrowser"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
SESSION_COOKIE_AGE = 8 * 60 * 60
CSRF_COOKIE_HTTPONLY, CSRF_COOKIE_AGE, CSRF_COOKIE_SAMESITE = True, None, "Strict"
CSRF_FAILURE_VIEW = "clinic_site.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_IS_HTTPS else []
SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = SITE_IS_HTTPS, [r"^(healthz|livez|readyz)$"]
SECURE_HSTS_SECONDS = 63072000 if SITE_IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"  # `no-referrer` would break CSRF checks on our forms
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = content_security_policy(https=SITE_IS_HTTPS, styles=style_sheets.hashes())

# --- Language, time, logs -------------------------------------------------------------------
LANGUAGE_CODE, USE_TZ = "en-au", True
TIME_ZONE = "UTC"  # of logs; people read the clinic's own (clinic_site/zone.py)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"private": {"()": "clinic_site.web.logs.PrivateFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "private"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        **{name: {"level": "ERROR"} for name in ("weasyprint", "fontTools", "pikepdf")},
    },
}
