"""A state, a verb, an outcome or an event that lacks something is refused at once, by name."""

from dataclasses import MISSING, fields, replace

import pytest

from referrals.models.choices import EventKind, Status
from referrals.states.completeness import check_functions, check_tables
from referrals.states.shapes import Hears, Incomplete
from referrals.states.table import OTHER_LINES, OUTCOMES, STATES, VERBS
from referrals.workflow import verbs

TABLES = {"states": STATES, "verbs": VERBS, "outcomes": OUTCOMES, "other_lines": OTHER_LINES}


def refusal(**changed):
    """The sentence that refuses the tables with these changes."""
    with pytest.raises(Incomplete) as refused:
        check_tables(**{**TABLES, **changed})
    return str(refused.value)


def without(table, key):
    return {name: row for name, row in table.items() if name != key}


def with_changes(table, key, **changes):
    return {**table, key: replace(table[key], **changes)}


@pytest.mark.parametrize("status", Status)
def test_a_state_without_a_row_is_named(status):
    assert f"The state “{status}” has no row" in refusal(states=without(STATES, status))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_outcome_without_a_row_is_named(outcome):
    assert f"The outcome “{outcome}” has no row" in refusal(outcomes=without(OUTCOMES, outcome))


@pytest.mark.parametrize("kind", EventKind)
def test_an_event_that_no_row_speaks_of_is_named(kind):
    of_a_verb = next((name for name, verb in VERBS.items() if verb.event == kind), None)
    said = refusal(verbs=without(VERBS, of_a_verb), other_lines=without(OTHER_LINES, kind))
    assert f"The event “{kind}” belongs to no verb" in said


def rows_with_their_parts():
    rows = [STATES["opened"], VERBS["ask"], OUTCOMES["booked"], OTHER_LINES["received"]]
    rows += [VERBS["ask"].button, VERBS["ask"].news, STATES["opened"].public]
    for row in rows:
        for field in fields(row):
            if field.default is MISSING and field.name != row.named_by:
                yield pytest.param(row, field.name, id=f"{type(row).__name__}-{field.name}")


@pytest.mark.parametrize(("row", "part"), rows_with_their_parts())
def test_a_row_that_lacks_a_part_is_refused_with_its_name_and_the_part(row, part):
    given = {field.name: getattr(row, field.name) for field in fields(row)}
    name = given[row.named_by]
    del given[part]
    with pytest.raises(Incomplete, match=f"The {row.what} “{name}” lacks {part}:"):
        type(row)(**given)


def test_an_empty_word_is_a_missing_one():
    with pytest.raises(Incomplete, match="The button “Accept” lacks done"):
        replace(VERBS["accept"].button, done="")


def test_a_state_that_nothing_leaves_is_named():
    said = refusal(states=with_changes(STATES, "accepted", verbs=()))
    assert "The state “accepted” has no verb that leaves it" in said


def test_a_state_that_names_a_verb_without_a_row_is_named():
    said = refusal(states=with_changes(STATES, "filed", verbs=("reopen", "shred")))
    assert said == "The state “filed” names the verb “shred”, which has no row."


def test_a_state_that_no_verb_leads_to_is_named():
    said = refusal(verbs=with_changes(VERBS, "accept", target=Status.OPENED))
    assert "No verb leads to the state “accepted”" in said


def test_a_verb_that_leaves_no_state_is_named():
    states = STATES
    for name, state in STATES.items():
        left = tuple(verb for verb in state.verbs if verb != "accept")
        states = with_changes(states, name, verbs=left)
    said = refusal(states=states)
    assert "The verb “accept” leaves no state" in said


def test_a_permission_that_nobody_can_have_is_named():
    said = refusal(verbs=with_changes(VERBS, "file", permission="referrals.file_enquiry"))
    assert "The verb “file” asks for “referrals.file_enquiry”" in said


@pytest.mark.parametrize("hears", [Hears.REFERRER, Hears.BY_OUTCOME, Hears.WHO_WAS_TOLD])
def test_news_without_words_is_refused(hears):
    said = refusal(verbs=with_changes(VERBS, "mark_spam", hears=hears))
    assert "The verb “mark_spam” tells whoever referred, and has no news" in said


def test_what_can_be_undone_needs_words_for_it_and_a_way_back():
    news = replace(VERBS["accept"].news, if_undone=None)
    said = refusal(verbs=with_changes(VERBS, "accept", news=news))
    assert "The verb “accept” can be undone: its news lacks if_undone." in said
    said = refusal(verbs=with_changes(VERBS, "accept", undone_by="not_spam"))
    assert "which the state “accepted” does not name" in said
    said = refusal(verbs=with_changes(VERBS, "accept", undone_by="regret"))
    assert "no such verb" in said


def test_a_form_needs_a_button_of_its_own():
    button = replace(VERBS["ask"].button, press="")
    said = refusal(verbs=with_changes(VERBS, "ask", button=button))
    assert "The verb “ask” has a form without a button" in said


def test_a_row_without_a_function_and_a_function_without_a_row_are_named():
    module = vars(verbs)
    with pytest.raises(Incomplete, match="The verb “file” has a row and no function"):
        check_functions(VERBS, without(module, "file"))
    with pytest.raises(Incomplete, match="The verb “file” has a function and no row"):
        check_functions(without(VERBS, "file"), module)
