"""Settings of the whole site, all from environment variables (README, "Environment").

Real variables win over the one file of a real site or the trial values (`environment.py`).
Without DEBUG the site refuses to start on unsafe values and says how to mend each.
"""

from pathlib import Path
from urllib.parse import urlsplit

from clinic_site.operations import doctor
from clinic_site.running import (
    backup_settings,
    cache_settings,
    database_settings,
    demo,
    environment,
    mail_settings,
    object_store_settings,
    sign_in_settings,
    unsafe,
    watching_settings,
)
from clinic_site.running.unsafe import DEBUG_DATA_KEY, DEBUG_SECRET_KEY, hosts, urls, values
from clinic_site.web import style_sheets
from clinic_site.web.headers import add_static_headers, content_security_policy

BASE_DIR = Path(__file__).resolve().parent.parent
env = values.Values()
SERVICE_FILE, VAR_DIR, DATA_KEYS_UNDER_VAR = environment.load()
values.make_folder(VAR_DIR)

# --- What the operator says -------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
PORT = env.int("PORT", default=8000)
BIND = env.str("BIND", default="127.0.0.1")
SITE_URL = (env.str("SITE_URL", default="") or f"http://localhost:{PORT}").rstrip("/")
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR_DIR / 'clinic.sqlite3'}"
EMAIL_URL = env.str("EMAIL_URL", default="") or "filemail://"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"] if DEBUG else [])
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
DEMO = env.bool("DEMO", default=False)  # invented people, for showing it (running/demo.py)
NOTIFY_DETAIL = env.str("NOTIFY_DETAIL", default="minimal")
IDENTIFIER_CHECKS = env.str("IDENTIFIER_CHECKS", default="warn")
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default="")
WATCH_TOKEN = env.str("WATCH_TOKEN", default="")  # opens /metrics and details of health
PING_URL = env.str("PING_URL", default="")
ERROR_HOOK = env.str("ERROR_HOOK", default="")
BACKUP_DIR, BACKUP_KEEP, BACKUPS_KEPT_DAYS, RESTORING = backup_settings.read(var_dir=VAR_DIR)
BACKUP_ASKS, RESTORE_PLACING = backup_settings.ASKS, backup_settings.RESTORE_PLACING

SECRET_KEY = env.str("SECRET_KEY", default="") or DEBUG_SECRET_KEY
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])  # while a new key comes in
CLINIC_DATA_KEYS = env.list("CLINIC_DATA_KEYS", default=[DEBUG_DATA_KEY])

unsafe.refuse_unreadable(
    hosts.site_problem(SITE_URL),
    urls.database_problem(DATABASE_URL),
    urls.email_problem(EMAIL_URL),
    object_store_settings.problem(),
    cache_settings.problem(),
    service_file=SERVICE_FILE,
)
_site = urlsplit(SITE_URL)
SITE_IS_LOOPBACK = hosts.is_loopback(_site.hostname or "")
SITE_IS_HTTPS = _site.scheme == "https"

# --- Application ------------------------------------------------------------------------
ROOT_URLCONF = "clinic_site.urls"
WSGI_APPLICATION = "clinic_site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "clinic_site.apps.ClinicSiteConfig",
    "conditions.apps.ConditionsConfig",
    "referrals.apps.ReferralsConfig",
    "clinic_site.operations.apps.OperationsConfig",
    "clinic_site.apps.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
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
    "clinic_site.logs.access_lines.number_requests",
    "clinic_site.operations.watching.probes.take_probes_by_any_name",
    "clinic_site.web.middleware.security_headers",
    "clinic_site.web.proxies.tell_of_forgotten_proxies",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",  # may answer by itself, under those above
    "clinic_site.web.body_limits.limit_bodies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "clinic_site.web.compressing.brotli_for_public_pages",
    "django.middleware.http.ConditionalGetMiddleware",
    "clinic_site.web.middleware.clinic_time",
    "clinic_site.web.middleware.AnswerWhenDatabaseIsDown",
    "clinic_site.web.middleware.known_methods",
    "clinic_site.web.middleware.whole_addresses",
    "clinic_site.sessions.middleware.StaffSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "referrals.files.receiving.keep_files_in_memory",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
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
            ],
            "builtins": ["clinic_site.templatetags.clock"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS, CRISPY_FAIL_SILENTLY = ("clinic",), False
CRISPY_TEMPLATE_PACK = "clinic"
DOCTOR_CHECKS = doctor.CHECKS
MENU_NOW = "conditions.templatetags.navigation.live_keys"
HEALTH_CHECKS = [
    "clinic_site.health.database",
    "clinic_site.web.caching.cache_table",
    "clinic_site.web.shared_cache.shared_cache",
    "referrals.mail.health.undelivered_mail",
    "referrals.mail.health.mail_process",
    "referrals.mail.health.mail_held",
    "referrals.mail.health.find_a_person",
    "referrals.files.health.files_not_inspected",
    "referrals.files.health.virus_scanner",
    "referrals.mail.health.files",
    "referrals.mail.health.disk",
    "referrals.ledger.reconciling.adds_up",
    "clinic_site.operations.watching.ping.watcher_hears_us",
]
WATCH_NUMBERS: list[str] = watching_settings.NUMBERS
ENQUIRY_MODEL = "referrals.Enquiry"  # what a command counts when it says where it works
SITE_PREPARATION = ["referrals.files.keeping.prepare"]  # before anything is stored or removed
PREPARATION = [  # after an upgrade, before the site starts
    "referrals.person_index.fill",
    "conditions.search.site.rows.fill",
]
MADE_ANEW = {"conditions_search": "rebuild_search"}  # tables no database copies, and by what
KEY_ROTATION = {
    "clinic_site.sealing.keys.reseal_fields": "Details of people",
    "clinic_site.sealing.keys.reseal_sign_in": "Sign-in of staff",
    "referrals.files.storage.reseal": "Files",
    "referrals.person_index.rebuild": "Index to find a person",
    # last: until then the old keys are asked for
    "clinic_site.sealing.keys.reseal_witness": "Proof that the keys fit",
}
DRAWS_PAGES_AS_PDF = "referrals.files.own_words.pdf_of"  # in a bounded child
FACTS_OF_PAGES = {"guides/privacy": "referrals.patient_requests.public_facts.privacy_facts"}
VISIT_PAGE = "conditions.showing.visit_page.visit_path"  # what patients bring, for mails
STAFF_DUTIES = [  # in the order in which a practice ticks them
    "referrals.inbox.duties.duties",
    "referrals.reading.duties.duties",
    "referrals.retention.duties.duties",
    "referrals.numbers.duties.duties",
    "conditions.editor.duties.duties",
    "clinic_site.people.duties.duties",
]
STAFF_PAGES = {  # name of an address: the address behind /admin/, and its view
    "referrals_enquiry_numbers": ("referrals/numbers/", "referrals.numbers.pages.numbers_page"),
    "referrals_enquiry_list": ("referrals/numbers/list/", "referrals.numbers.pages.list_page"),
}
STAFF_PANELS = [  # what needs a person first
    "clinic_site.web.proxies.panel",
    "referrals.inbox.panels.mail_panel",
    "referrals.ending.panel.no_end_panel",
    "referrals.patient_requests.panel.requests_panel",
    "clinic_site.staff.still_sample.sample_panel",
    "referrals.retention.panels.retention_panel",
    "conditions.editor.panels.page_panel",
    "clinic_site.staff.clinic_facts.clinic_panel",
    "conditions.editor.panels.review_panel",
    "referrals.reading.panels.reading_panel",
    "referrals.inbox.panels.files_panel",
    "referrals.inbox.panels.ledger_panel",
    "clinic_site.staff.health_page.health_panel",
]

# --- Data -------------------------------------------------------------------------------
DATABASES = {"default": database_settings.with_options(env.db_url_config(DATABASE_URL))}
CACHES = cache_settings.caches()
_megabyte = 1024 * 1024
_with_files = ("/refer/", "/answer/")
BODY_LIMITS = {
    "/admin/": 16 * _megabyte,
    **dict.fromkeys(_with_files, 26 * _megabyte),
}  # all else: 1 MB
ANSWERS_LARGE_BODIES = dict.fromkeys(
    [*_with_files, "/admin/referrals/enquiry/"], 64 * _megabyte
)  # up to here they keep what was typed
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * _megabyte  # six long reports, percent-encoded, are 1.5 MB
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000  # the page editor posts about 420 for 40 blocks
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", default=16 * _megabyte)  # 0: none (page_cache/)
PAGES_READ = [  # all that public pages say beside their words of this release
    "clinic_site.page_cache.clinic_today.clinic_today",
    "conditions.showing.what_is_live.what_is_live",
    "referrals.patient_requests.public_facts.facts",
]
MEDIA_ROOT, MEDIA_URL = VAR_DIR / "media", "/media/"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
PRIVATE_ROOT = VAR_DIR / "private"  # what senders attached, sealed
STATIC_ROOT = Path(env.str("STATIC_DIR", default="") or VAR_DIR / "static")  # of an image
STATIC_URL, STATICFILES_DIRS = "/static/", [BASE_DIR / "static"]
_plain_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
_hashed_static = "clinic_site.operations.upgrading.static_files.SideBySide"
STORAGES = {
    **object_store_settings.storages(),
    "staticfiles": {"BACKEND": _plain_static if DEBUG else _hashed_static},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = add_static_headers

CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")  # of the virus scanner; empty: there is none

# --- Mail: the site queues, the mail process delivers -------------------------------------
globals().update(mail_settings.all_mail_through("referrals.mail.backends.OutboxBackend"))
MAIL_TRANSPORT, MAIL_SERVER, MAIL_IS_FILES, MAIL_IS_DROPPED = mail_settings.delivery(
    env.email_url_config(EMAIL_URL),
    into_files="referrals.mail.backends.EmlFileBackend",
    timeout=env.int("EMAIL_TIMEOUT", default=60),
)
MAIL_DIR = VAR_DIR / "mail"
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=15 * 60)
MAIL_CHORES_SECONDS = env.int("MAIL_CHORES_SECONDS", default=60)
NEWS_WAITS_SECONDS = env.int("NEWS_WAITS_SECONDS", default=60)  # news of a decision, for Undo
MAIL_RETRY_SECONDS = env.numbers("MAIL_RETRY_SECONDS", default=[60, 120, 300, 900, 1800])
# An address of the site's own: mail from the rooms to the rooms is taken for a forgery.
DEFAULT_FROM_IS_SET = bool(env.str("DEFAULT_FROM_EMAIL", default=""))
_own_host = "localhost" if SITE_IS_LOOPBACK else _site.hostname
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or f"website@{_own_host}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Staff sign-in ------------------------------------------------------------------------
globals().update(sign_in_settings.all_of_them())

# --- Cookies, headers, transport ------------------------------------------------------------
_host_prefix = "__Host-" if SITE_IS_HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_host_prefix}sessionid", f"{_host_prefix}csrftoken"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no cookie of its own
KNOWN_BROWSER_COOKIE_NAME = f"{_host_prefix}staffbrowser"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_IS_HTTPS
CSRF_COOKIE_HTTPONLY, CSRF_COOKIE_AGE, CSRF_COOKIE_SAMESITE = True, None, "Strict"
CSRF_FAILURE_VIEW = "clinic_site.views.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_IS_HTTPS else []
SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = SITE_IS_HTTPS, [watching_settings.PROBES_PATTERN]
SECURE_HSTS_SECONDS = 63072000 if SITE_IS_HTTPS else 0
# What binds other hosts of the domain, and for years, only when the operator asks for it.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # which want both of these
SECURE_REFERRER_POLICY = "same-origin"  # `no-referrer` would break CSRF checks on our forms
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = content_security_policy(https=SITE_IS_HTTPS, styles=style_sheets.hashes())

# --- Language, time, logs -------------------------------------------------------------------
LANGUAGE_CODE, USE_TZ = "en-au", True
TIME_ZONE = "UTC"  # of logs; people read the clinic's own (clinic_site/zone.py)
LOGGING = watching_settings.logging_with(ERROR_HOOK)

unsafe.refuse(globals())
if DEMO:
    demo.refuse(globals())
