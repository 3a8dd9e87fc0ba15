"""The site talks to its database, its mail server and its virus scanner, and to nobody else but
itself, when the doctor asks, and what its operator names: a watcher, a store of files, a cache."""

import ast
import re

from django.conf import settings

TALK = {"socket", "ssl", "smtplib", "ftplib", "telnetlib", "urllib.request", "http.client"}
TALK |= {"boto3", "botocore", "redis", "storages", "django.core.cache.backends.redis"}
TALK |= {"requests", "httpx", "aiohttp", "urllib3", "xmlrpc.client", "asyncio"}
ALLOWED = {
    "clinic_site/logs/exceptions.py": {"smtplib", "socket", "ssl"},  # knows errors by name alone
    "clinic_site/operations/doctor/asking.py": {"http.client", "ssl"},  # SITE_URL alone
    "clinic_site/operations/doctor/mail.py": {"smtplib", "socket", "ssl"},  # the mail server
    "clinic_site/operations/doctor/outside.py": {"http.client", "socket", "ssl"},  # SITE_URL alone
    "clinic_site/operations/watching/ping.py": {"http.client", "ssl"},  # PING_URL alone
    "clinic_site/storing/object_store.py": {"boto3"},  # OBJECT_STORE_URL alone
    "clinic_site/web/shared_cache.py": {"django.core.cache.backends.redis"},  # CACHE_URL alone
    "clinic_site/running/first_run.py": {"socket"},  # only sees whether a port is taken
    "clinic_site/running/in_use.py": {"socket"},  # only sees whether an address is taken
    "referrals/files/clamd.py": {"socket"},
    "referrals/mail/delivery.py": {"smtplib", "socket"},
}
FORBIDDEN = {
    "markup from text": re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write"),
    "text that runs": re.compile(r"\beval\(|new Function|setTimeout\(\s*['\"]|javascript:"),
    "messages of other windows": re.compile(
        r"window\.(?:on)?(?:post)?message|\.postMessage\([^)]*,"
    ),
    "another site": re.compile(r"https?://(?!www\.w3\.org)"),
}


def ours(pattern):
    for app in ("clinic_site", "conditions", "referrals"):
        yield from sorted((settings.BASE_DIR / app).rglob(pattern))


def imports(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (node.module, *(f"{node.module}.{name.name}" for name in node.names))


def test_nobody_else_opens_connections():
    found = {}
    for path in ours("*.py"):
        used = TALK & set(imports(ast.parse(path.read_text())))
        if used:
            found[path.relative_to(settings.BASE_DIR).as_posix()] = used
    assert found == ALLOWED


def test_no_script_makes_markup_runs_text_or_listens_to_strangers():
    for path in sorted((settings.BASE_DIR / "static/js").glob("*.js")):
        for what, pattern in FORBIDDEN.items():
            assert pattern.findall(path.read_text()) == [], f"{path.name}: {what}"


def test_no_template_leaves_markup_unescaped():
    """Only what is sent as plain text is not escaped."""
    plain = {"templates/emails/base.html", "templates/security_policy.txt"}
    plain |= {"templates/account/notes/base.txt", "templates/emails/doctor.txt"}
    for path in sorted((settings.BASE_DIR / "templates").rglob("*.*")):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        raw = re.findall(r"\|\s*safe(?:seq)?\b|autoescape off", path.read_text())
        assert raw == [] or name in plain, name
