"""Our own markup, read line by line: one reader for search, comparison, hints and calendar."""

from conditions.markup import MarkupLine, read_lines, read_words


def test_paragraphs_items_headings_and_breaks_are_lines():
    html = "<h2>Why</h2><p>One<br>two</p><ul><li>three</li><li><p>four</p></li></ul>five"
    assert read_words(html) == ["Why", "One", "two", "three", "four", "five"]


def test_words_stay_together_across_bold_and_links():
    assert read_words('<p>a<strong>b</strong> <a href="/c/">d</a></p>') == ["ab d"]


def test_a_heading_has_its_level_even_without_words():
    lines = list(read_lines("<h2></h2><h3>x</h3><p></p>"))
    assert lines == [MarkupLine("", 2), MarkupLine("x", 3)]


def test_the_first_line_of_an_item_is_marked():
    html = "<ul><li><p>one</p><p>more</p></li><li>two</li></ul>"
    assert [line.is_item for line in read_lines(html)] == [True, False, True]


def test_entities_stay_in_markup_and_not_in_text():
    [line] = read_lines("<p>a &amp;  b&nbsp;&lt;c&gt;</p>")
    assert (line.markup, line.text) == ("a &amp; b&nbsp;&lt;c&gt;", "a & b <c>")


def test_where_a_link_leads_is_named_when_asked_for():
    html = '<p>See <a href="/a?b=1&amp;c=2">here</a>, <a>there</a>.</p>'
    assert read_words(html, with_addresses=True) == ["See here [/a?b=1&c=2], there."]
    assert read_words(html) == ["See here, there."]
