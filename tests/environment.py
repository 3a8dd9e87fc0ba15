"""The environment of the tests, set before Django reads its settings (a pytest plugin)."""

import os
import tempfile
from pathlib import Path

CLINIC_ZONE = "Australia/Perth"  # not the default, not Sydney, never the machine's
MACHINE_ZONE = "America/St_Johns"
TEST_DATA_KEY = "dGVzdHMtb25seS0wMTIzNDU2Nzg5LWFiY2RlZmdoaWo="

VAR_DIR = Path(tempfile.mkdtemp(prefix="clinic-tests-"))
(VAR_DIR / "static").mkdir()

os.environ.update(
    {
        "VAR_DIR": str(VAR_DIR),
        "SECRET_KEY": "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJ",
        "CLINIC_DATA_KEYS": TEST_DATA_KEY,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SITE_URL": "http://localhost:8000",
        "NEWS_WAITS_SECONDS": "0",  # a test of Undo sets it
        "CLINIC_ENV_FILE": "",  # whatever this machine serves, tests have settings of their own
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright runs an event loop in the test's thread
    }
)
OPERATORS = ("DEBUG", "EMAIL_URL", "TRUSTED_PROXIES", "NOTIFY_DETAIL", "PORT", "SECURITY_CONTACT")
STORES = ("OBJECT_STORE_URL", "OBJECT_STORE_KEY_ID", "OBJECT_STORE_SECRET", "CACHE_URL")
for name in (*OPERATORS, *STORES, "WATCH_TOKEN", "PING_URL", "ERROR_HOOK", "STATIC_DIR"):
    os.environ.pop(name, None)
