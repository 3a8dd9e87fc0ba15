"""Whoever posts fields that no form has changes nothing with them: on each form of the site.

The fields are all columns that a form leaves out, found in the models.
"""

from typing import Any

import pytest
from django.contrib import admin
from django.db import models
from django.forms import FileField, MultiWidget
from django.urls import reverse

from conditions.models import Feedback
from referrals.intake.forms import MessageForm
from referrals.intake.referral_forms import FullReferralForm
from referrals.models import Enquiry, Message, Referral
from tests.makers import message_post, referral_post
from tests.site.matrix.who_may import May
from tests.site.matrix.world import STRANGER, SUPERUSER

OF_THE_SITE = {"conditions.page": {"version", "saved_by_id"}}  # written at each saving, by itself


def hostile(field: models.Field, world: Any) -> str:
    if field.name in {"status", "kind"}:
        return {"status": "filed", "kind": "other"}[field.name]
    if isinstance(field, models.ForeignKey):
        return str(world.people[SUPERUSER].pk)
    by_type = {
        models.BooleanField: "on",
        models.IntegerField: "77",
        models.DateTimeField: "2001-02-03 04:05:06",
        models.DateField: "2001-02-03",
    }
    return next((v for kind, v in by_type.items() if isinstance(field, kind)), "hostile")


def extras(model: type[models.Model], names: Any, world: Any, prefix: str = "") -> dict[str, str]:
    """A value for each column of a model that is not among the names of a form's fields."""
    columns = [f for f in model._meta.concrete_fields if f.name not in names]
    return {prefix + field.name: hostile(field, world) for field in columns} | {
        prefix + field.attname: hostile(field, world) for field in columns
    }


def values(row: models.Model, names: Any) -> dict[str, Any]:
    """What stands in the columns that a form leaves out."""
    row = type(row)._default_manager.get(pk=row.pk)
    columns = [field for field in row._meta.concrete_fields if field.name not in names]
    return {field.attname: getattr(row, field.attname) for field in columns}


@pytest.mark.parametrize(
    ("url", "post", "form", "model"),
    [
        ("/contact/", message_post, MessageForm, Message),
        ("/refer/", referral_post, FullReferralForm, Referral),
    ],
)
def test_a_sender_sets_nothing_but_what_the_form_asks(world, url, post, form, model):
    typed = {"closed": "on", "by": "1", "enquiry": "1", **post()}
    asked = {*typed, *form().fields}
    added = extras(model, asked, world)
    before = set(Enquiry.objects.values_list("pk", flat=True))
    assert world.browsers[STRANGER].post(url, {**added, **typed}).status_code == 302
    stored = model.objects.exclude(pk__in=before).get()
    for name, value in values(stored, asked).items():
        assert str(value) != added[name], name
    assert (stored.status, stored.opened_at, stored.outcome) == ("received", None, "")


def test_a_reader_sets_nothing_but_what_the_form_asks(world):
    typed = {"page": "/conditions/sample-page/", "helpful": "no", "sentence": "Words."}
    before = Feedback.objects.count()
    added = extras(Feedback, {"page", "helpful", "sentence", "id"}, world)
    world.browsers[STRANGER].post("/helpful/", {**added, "id": 1, "page_id": 99, **typed})
    stored = Feedback.objects.order_by("pk").last()
    assert Feedback.objects.count() == before + 1
    assert stored.at.year != 2001
    assert stored.page_id == world.rows["conditions.page"].pk


def forms_of(response: Any) -> list[Any]:
    sets = [inline.formset for inline in response.context["inline_admin_formsets"]]
    rows = [form for rows in sets for form in [rows.management_form, *rows.forms]]
    return [response.context["adminform"].form, *rows]


def as_it_stands(form: Any) -> dict[str, Any]:
    """What a browser posts of a form that nobody changed."""
    posted = {}
    for box in form:
        value = box.value()
        if isinstance(box.field.widget, MultiWidget):
            parts = box.field.widget.decompress(value)
            posted |= {f"{box.html_name}_{n}": part or "" for n, part in enumerate(parts)}
        elif isinstance(box.field, FileField) or value is None or value is False:
            continue
        elif box.name != "password":
            posted[box.html_name] = "on" if value is True else value
    return posted


CHANGED_BY_FORM = sorted(
    model._meta.label_lower
    for model in admin.site._registry
    if f"admin:{model._meta.app_label}_{model._meta.model_name}_change" in May.of(SUPERUSER).posts
)


@pytest.mark.parametrize("label", CHANGED_BY_FORM)
def test_a_colleague_sets_nothing_but_what_the_form_asks(world, label):
    row, browser = world.rows[label], world.browsers[SUPERUSER]
    url = reverse(f"admin:{label.replace('.', '_')}_change", args=[row.pk])
    forms = forms_of(browser.get(url))
    posted: dict[str, Any] = {}
    watched = []
    for form in forms:
        posted |= as_it_stands(form)
        instance = getattr(form, "instance", None)
        if instance is not None:
            prefix = f"{form.prefix}-" if form.prefix else ""
            posted = {**extras(type(instance), form.fields, world, prefix), **posted}
            watched += [(instance, set(form.fields))] if instance.pk else []
    before = [values(instance, names) for instance, names in watched]
    response = browser.post(url, posted)
    assert response.status_code == 302, [f.errors for f in forms_of(response) if f.errors]
    own = OF_THE_SITE.get(label, set())
    for (instance, names), was in zip(watched, before, strict=True):
        now = values(instance, names)
        assert {k: v for k, v in now.items() if k not in own} == {
            k: v for k, v in was.items() if k not in own
        }, instance
        assert not {str(now[name]) for name in own & set(now)} & {"77"}
