"""A real browser reports what a page asked for against its rules: once, without a word."""

import time

from playwright.sync_api import Page

from tests.running_site import RunningSite

ADD_A_SCRIPT = """() => {
    const script = document.createElement("script");
    script.textContent = "window.ran = true";
    document.body.append(script);
    return window.ran === true;
}"""
ROWS = "SELECT directive, blocked, host, page, file, number FROM clinic_site_cspreport"
ROWS += " WHERE page = 'referrals:contact'"  # other journeys may have reported the editor's


def test_a_page_that_breaks_its_policy_leaves_one_row(page: Page, site: RunningSite):
    page.goto(f"{site.url}/contact/?q=SIJ-CANARY1")
    assert page.evaluate(ADD_A_SCRIPT) is False
    deadline = time.monotonic() + 20
    while not (rows := site.rows(ROWS)) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [row[:5] for row in rows] == [("script-src-elem", "inline", "", "referrals:contact", "")]
    assert b"CANARY1" not in site.traces()


def test_a_style_sheet_carries_every_header(page: Page, site: RunningSite):
    with page.expect_response("**/static/css/**") as answer:
        page.goto(f"{site.url}/refer/")
    headers = answer.value.all_headers()
    assert headers["x-frame-options"] == "DENY"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
