"""Pages for the kitchen table: dates of a recovery, and questions to take along.

Nothing is stored here. The day of surgery stands in the address only, never in a log.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from clinic_site.models import Clinic
from clinic_site.page_cache.declaring import readable_by_all
from conditions.blocks.recovery_stage import RecoveryStage
from conditions.blocks.registry import warnings_in
from conditions.citing.marks import unmarked
from conditions.models import Publication
from conditions.payloads import PagePayload
from conditions.planner.before import DatedBefore, dated_before
from conditions.planner.calendar import recovery_calendar
from conditions.planner.dates import DatedStage, dated_stages, read_date, week_of, what_is_wrong
from conditions.planner.holidays import SATURDAY, States, holidays, states_of
from conditions.planner.pages_read import (
    address_to_prepare,
    guides_to_plan_with,
    pages_with_questions,
)
from conditions.planner.visits import DatedVisit, dated_visits
from conditions.prepared.bodies import NOTHING_CHOSEN, render_body
from conditions.public.presenting import facts_of_today
from conditions.showing.held_back import HELD_BACK, public_words_or_none


class Plan(NamedTuple):
    """What was asked of the planner: guides to choose from, the chosen one, the day typed, and
    what is wrong with it."""

    guides: list[Publication]
    guide: Publication | None
    typed: str
    surgery: date | None
    wrong: str = ""

    def stages(self) -> list[DatedStage]:
        payload = self.payload()
        return dated_stages(payload, self.surgery) if payload and self.surgery else []

    def before(self) -> list[DatedBefore]:
        """Beside stages alone, as the visits are."""
        if self.guide is None or self.surgery is None or not self.stages():
            return []
        guide = f"{self.guide.section}/{self.guide.slug}"
        return dated_before(guide, self.surgery, today=timezone.localdate())

    def visits(self, states: States) -> list[DatedVisit]:
        """Beside stages alone: where those are held back, these are too."""
        if self.guide is None or self.surgery is None or not self.stages():
            return []
        guide = f"{self.guide.section}/{self.guide.slug}"
        return dated_visits(guide, self.surgery, states=states)

    def odd_day(self, states: States) -> str:
        """What a day of surgery is on which few are operated on; empty for any other."""
        if self.surgery and self.surgery in holidays(self.surgery.year, states):
            return "public holiday"
        return f"{self.surgery:%A}" if self.surgery and self.surgery.weekday() >= SATURDAY else ""

    def was_long_ago(self, today: date) -> bool:
        """Half a year back, as a wrong year would be: whoever is well by then seldom plans."""
        return bool(self.surgery and self.surgery < today - timedelta(weeks=26))

    def payload(self) -> PagePayload | None:
        """None without a guide, and for one that another version of this software wrote. A plan
        has no list of sources, so nothing leads there."""
        payload = public_words_or_none(self.guide) if self.guide else None
        return unmarked(payload) if payload else None


def plan_of(request: HttpRequest) -> Plan:
    guides = guides_to_plan_with()
    asked = request.GET.get("guide")
    chosen = next((guide for guide in guides if guide.slug == asked), None)
    typed = request.GET.get("surgery_date", "")
    guide, day = chosen or (guides[0] if guides else None), read_date(typed)
    wrong = what_is_wrong(day, today=timezone.localdate()) if typed else ""
    return Plan(guides, guide, typed, None if wrong else day, wrong)


@require_safe
@never_cache
def recovery(request: HttpRequest) -> HttpResponse:
    """The recovery stages of a guide as dates."""
    plan = plan_of(request)
    clinic = Clinic.with_rooms()
    states = states_of(clinic.rooms)
    today = timezone.localdate()
    context = {
        "clinic": clinic,
        "stage": plan.guide.stage if plan.guide else "",
        "plan": plan,
        "stages": (stages := drawn_stages(plan, today)),
        "week_now": week_now(plan, stages, today),
        "before": plan.before(),
        "visits": [
            {"on": item.on, "visit": item.visit, "is_over": item.is_over(today)}
            for item in plan.visits(states)
        ],
        "states": " or ".join(states),
        "odd_day": plan.odd_day(states),
        "was_long_ago": plan.was_long_ago(today),
        "warnings": warnings_of(plan, clinic) if plan.stages() else "",
    }
    return render(request, "conditions/recovery.html", context)


def drawn_stages(plan: Plan, today: date) -> list[dict[str, Any]]:
    """Each stage with its dates, and whether today is in it."""
    return [
        {
            **RecoveryStage.prepared(item.stage),
            "starts": item.starts,
            "ends": item.ends,
            "is_now": item.is_now(today),
        }
        for item in plan.stages()
    ]


def week_now(plan: Plan, stages: list[dict[str, Any]], today: date) -> int | None:
    """The week of whoever was operated on already; None where no stage is hers to be led to."""
    is_in_one = any(stage["is_now"] for stage in stages)
    return week_of(plan.surgery, today) if plan.surgery and is_in_one else None


def warnings_of(plan: Plan, clinic: Clinic) -> str:
    """The guide's warning signs, drawn as on the guide itself: who plans must see them too. Where
    instructions are held back, whom to ring stands in their place."""
    payload = plan.payload()
    if payload is None:
        return ""
    shown = [b for b in payload["blocks"] if b["kind"] == HELD_BACK or warnings_in([b])]
    cards = {**payload, "blocks": shown}
    return render_body(cards, chosen=NOTHING_CHOSEN, **facts_of_today(clinic)).html


@require_safe
@never_cache
def calendar_file(request: HttpRequest) -> HttpResponse:
    """The same dates as a calendar file. 404 without a guide or a date."""
    plan = plan_of(request)
    payload = plan.payload()
    if plan.guide is None or payload is None or plan.surgery is None:
        raise Http404
    clinic = Clinic.with_rooms()
    own = plan.guide.get_absolute_url()
    content = recovery_calendar(
        plan.before(),
        plan.stages(),
        plan.visits(states_of(clinic.rooms)),
        surgery=plan.surgery,
        title=payload["title"],
        address=f"{settings.SITE_URL}{own}",
        prepare_at=f"{settings.SITE_URL}{address_to_prepare() or own}",
        telephone=clinic.telephone,
        made_at=timezone.now(),
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="recovery.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@require_safe
@readable_by_all
def my_questions(request: HttpRequest) -> HttpResponse:
    """Every published question to tick, and room for your own. Ticks never leave the browser.

    `page` is where somebody came from: those questions are open; else the first.
    """
    groups = pages_with_questions()
    keys = [f"{page.section}-{page.slug}" for page, _ in groups]
    came_from = request.GET.get("page", "")
    opened = came_from if came_from in keys else next(iter(keys), "")
    context = {
        "clinic": Clinic.with_rooms(),
        "groups": [
            {
                "key": key,
                "is_open": key == opened,
                "title": page.menu_title,
                "address": page.get_absolute_url(),
                "questions": questions,
            }
            for key, (page, questions) in zip(keys, groups, strict=True)
        ],
    }
    return render(request, "conditions/my_questions.html", context)
