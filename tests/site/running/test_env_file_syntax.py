"""The file is read as systemd reads it; what the two would read differently is refused."""

import pytest

from clinic_site.running.environment import parse


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=value", "value"),
        ("  NAME = value  ", "value"),
        ("NAME=two words", "two words"),
        ('NAME="  two words  "', "  two words  "),
        ("NAME='a \"quoted\" word'", 'a "quoted" word'),
        ("NAME=p%40ss%23word", "p%40ss%23word"),
        ("NAME=a#b", "a#b"),
        ("NAME=#b", "#b"),
        ('NAME="a # b"', "a # b"),
        ("NAME=a=b==", "a=b=="),
        ("NAME=it's", "it's"),
        ("NAME=a$b", "a$b"),
        ("NAME=", ""),
        ('NAME=""', ""),
    ],
)
def test_a_value_is_what_systemd_makes_of_it(line, value):
    assert parse(line) == {"NAME": value}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_comments_empty_lines_and_any_line_end(end):
    text = end.join(["# a comment", "; another", "", "A=1", "  B='2'", ""])
    assert parse(text) == {"A": "1", "B": "2"}


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("export NAME=secret", "take “export” away"),
        ("\ufeffNAME=secret", "without BOM"),
        ('NAME="secret', "must close"),
        ('NAME="secret" more', "must close"),
        ("NAME='a'b'", "must close"),
        ("NAME=secret # why", "a line of its own"),
        ("NAME=secret\\", "backslash"),
        ('NAME="sec\\ret"', "backslash"),
        ("NAME", "NAME=value"),
        ("MY-NAME=secret", "NAME=value"),
        ("# comment \\", "NAME=value"),
        ("NAME=$secret", "dollar"),
        ("NAME=sec\x00ret", "control character"),
        ("NAME=1\nNAME=secret", "line 2: NAME stands twice"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_without_repeating_it(line, cure):
    with pytest.raises(ValueError, match=cure) as refused:
        parse(line)
    assert "secret" not in str(refused.value)
    assert "line " in str(refused.value)
