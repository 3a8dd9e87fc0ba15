"""One address for each type of page, and the rules that every one keeps."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"color-contrast-enhanced": {"enabled": True}}

PAGES = {
    "home": "/",
    "section": "/conditions/",
    "condition": "/conditions/causes/",
    "diagnosis": "/conditions/diagnosis/",
    "treatment": "/treatments/minimally-invasive-fusion/",
    "comparison": "/treatments/compare/",
    "guide": "/guides/recovery-after-fusion/",
    "for doctors": "/guides/for-gps/",
    "planner": "/recovery/",
    "planner with dates": "/recovery/?surgery_date=2027-01-31",
    "planner with an error": "/recovery/?surgery_date=soon",
    "questions": "/my-questions/",
    "glossary": "/glossary/",
    "team": "/team/",
    "search": "/search/",
    "search with results": "/search/?q=crutches",
    "search with an answer": "/search/?q=cancel+appointment",
    "search without results": "/search/?q=zzzzqqq",
    "helpful": "/helpful/",
    "contact": "/contact/",
    "referral": "/refer/",
    "full referral": "/refer/?mode=full",
    "paper form": "/refer/paper/",
    "not found": "/nothing-here/",
    "sign-in": "/admin/account/login/",
}


def problems(page: Page) -> list[str]:
    """What axe finds on the page that is open, one line for each element."""
    options = {"runOnly": {"type": "tag", "values": TAGS}, "rules": RULES}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {node['html'][:120]}" for v in found for node in v["nodes"]]


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > innerWidth")
