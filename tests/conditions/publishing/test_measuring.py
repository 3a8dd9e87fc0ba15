"""The mirror for prose, and what the words that ship measure in it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conditions.publishing.measuring import measured, prose_of, repeats
from conditions.publishing.starter_files import STARTER_DIR, read_starter_file

LONG_ONE = "The joint moves a few degrees when you walk and when you turn in bed."


def page(*blocks, name="one"):
    return prose_of(name, {"blocks": list(blocks)})


def prose(words, kind="prose", **more):
    return {"kind": kind, "html": f"<p>{words}</p>", **more}


@pytest.fixture(scope="module")
def every():
    paths = sorted(STARTER_DIR.glob("*.toml"))
    return [prose_of(path.stem, read_starter_file(path)) for path in paths]


def test_sentences_are_counted_as_a_reader_meets_them():
    later = prose("Later words.", kind="layer", heading="More")
    found = measured([page(prose("It hurts. Ask us about it [R1]!"), later)])
    assert (found.words, found.first_words, found.sentences) == (9, 6, 3)
    assert (found.mean, found.short, found.asks) == (pytest.approx(8 / 3), 1, 1)


def test_a_passage_counts_on_no_page_and_a_mark_is_no_word():
    assert measured([page({"kind": "passage", "passage": "emergency"})]).words == 0
    assert page(prose("Less pain [R15, NCT01681004].")).all == ["Less pain."]


def test_what_we_did_not_do_is_named():
    told = page(prose("We have not checked this. Nobody has counted it."))
    assert measured([told]).homework == ["We have not checked this."]


def test_a_sentence_that_nearly_stands_elsewhere_is_found():
    one, two = page(prose(LONG_ONE)), page(prose(f"Look. {LONG_ONE}"), name="two")
    [twin], of = repeats([one], [one, two])
    assert (twin.sentence, twin.other, of) == (LONG_ONE, "two", 1)
    assert repeats([one], [one, page(prose("It is another thing to say."), name="two")])[0] == []


@pytest.mark.django_db
def test_the_command_measures_the_pages_it_is_told():
    out = StringIO()
    call_command("measure_words", "site-home", stdout=out)
    assert out.getvalue().startswith("site-home ")
    with pytest.raises(CommandError, match="no starter page nowhere"):
        call_command("measure_words", "nowhere")


def test_the_words_that_ship_have_a_rhythm(every):
    found = measured(every)
    assert 12 <= found.mean <= 16
    assert found.spread >= 5.5
    assert found.short <= 0.15
    assert found.asks * 40 <= found.sentences
    assert found.homework == []


def test_little_of_what_ships_stands_twice(every):
    twins, of = repeats(every, every)
    assert len(twins) <= 0.08 * of
