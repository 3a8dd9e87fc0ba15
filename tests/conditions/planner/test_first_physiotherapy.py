"""When physiotherapy begins is said once: guide, plan for the therapist and planner agree."""

from conditions.planner.visits import VISITS
from tests.conditions.starter.test_starter_words import PAGES

BEGINS = "egin 2 to 6 weeks after the operation:"


def test_guide_plan_and_planner_name_the_same_weeks():
    visit = next(v for v in VISITS["guides/recovery-after-fusion"] if "physio" in v.key)
    guide = PAGES["guides-recovery-after-fusion"]
    plan = PAGES["guides-physiotherapy-after-fusion"]
    assert BEGINS in visit.usual
    assert any(BEGINS in block.get("html", "") for block in guide["blocks"])
    assert any(BEGINS in fact["value"] for fact in plan["key_facts"])
    assert visit.days == 14
