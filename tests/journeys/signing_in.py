"""Accounts for journeys, and the way in: a password, then a phone that is connected."""

from contextlib import closing

from playwright.sync_api import Locator, Page

from tests.codes import code_for
from tests.running_site import RunningSite

PASSWORD = "plum kettle orbit sand"


def make_account(site: RunningSite, username: str) -> None:
    """An administrator who has never signed in. All journeys share a site: each names its own."""
    taken = site.rows(f"SELECT 1 FROM auth_user WHERE username = '{username}'")
    assert not taken, f"another journey has made {username}"
    site.environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    site.manage("createsuperuser", "--noinput", f"--username={username}", "--email=a@b.example")


def sign_in(page: Page, site: RunningSite, username: str) -> None:
    """The first day of a new colleague, with a mouse."""
    make_account(site, username)
    sign_in_as(page, site, username)


def sign_in_as(page: Page, site: RunningSite, username: str) -> None:
    """The same where the account is there already."""
    page.goto(f"{site.url}/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("code").fill(code_for(page.locator("#authenticator-secret").inner_text()))
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("link", name="Go to the staff site").click()
    page.wait_for_url("**/admin/")


def line_of(page: Page, reference: str) -> Locator:
    """The link of an enquiry in the inbox: it bears the patient's name. Looked for by reference, as
    other journeys have filled the first page."""
    site = page.url.partition("/admin/")[0]
    page.goto(f"{site}/admin/referrals/enquiry/?q={reference}")
    return shown_line_of(page, reference)


def shown_line_of(page: Page, reference: str) -> Locator:
    """The same on the page that is open."""
    return page.locator("#result_list tr", has_text=reference).get_by_role("link")


FILED = "status = 'filed', outcome = 'answered', filed_at = received_at, opened_at = received_at"


def clear_inbox(site: RunningSite) -> None:
    """What other journeys sent is filed, so that the next one stands on the first page."""
    with closing(site.connect()) as connection:
        connection.cursor().execute(f"UPDATE referrals_enquiry SET {FILED} WHERE status <> 'filed'")
        connection.commit()
