"""A page travels without the line breaks of its template, and a reader sees the same."""

import pytest

from clinic_site.web.idle_space import without_idle_space


@pytest.mark.parametrize(
    ("written", "travels"),
    [
        ("<ul>\n  <li>\n    One\n  </li>\n</ul>", "<ul><li>One</ul>"),
        ("<ol><li>One</li><li>Two</li></ol>", "<ol><li>One<li>Two</ol>"),
        ("<li>One</li><!-- -->", "<li>One</li><!-- -->"),
        ("<p class='a'>\n  Words\n  that go on.\n</p>", "<p class='a'>Words\nthat go on.</p>"),
        ("<p>one\n  <a href='#'>two</a>\n  three</p>", "<p>one\n<a href='#'>two</a>\nthree</p>"),
        ("<p>one <b>two</b> three</p>", "<p>one <b>two</b> three</p>"),
        ("<svg>\n  <path d='M0'/>\n</svg>\nwords", "<svg><path d='M0'/></svg>\nwords"),
    ],
)
def test_only_breaks_that_nobody_sees_go(written, travels):
    assert without_idle_space(written) == travels


@pytest.mark.parametrize("element", ["style", "script"])
def test_what_the_content_policy_knows_by_its_hash_stays_to_the_sign(element):
    known = f"<{element}>\n  a {{\n  }}\n</{element}>"
    assert without_idle_space(f"<div>\n  {known}\n</div>") == f"<div>{known}</div>"


@pytest.mark.parametrize("element", ["pre", "textarea"])
def test_a_page_that_keeps_its_line_breaks_is_left_alone(element):
    html = f"<div>\n<{element}>\n a\n</{element}>\n</div>"
    assert without_idle_space(html) == html
