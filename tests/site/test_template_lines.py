"""Templates are read and merged line by line: no line of one is longer than a screen is wide."""

from django.conf import settings

LONGEST = 160
TEMPLATES = settings.BASE_DIR / "templates"


def test_no_line_of_a_template_is_longer_than_160_characters():
    too_long = [
        f"{path.relative_to(TEMPLATES)}:{number} has {len(line)}"
        for path in sorted(TEMPLATES.rglob("*.*"))
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if len(line) > LONGEST
    ]
    assert too_long == []
