"""No address, however odd, is answered by an error page of the server: every route there is."""

import re
from itertools import product

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from tests.makers import confirmed, make_user
from tests.site.test_every_admin_page import MAKERS

pytestmark = pytest.mark.django_db
ODD = [
    "%00",
    "%ff%fe",
    "1" + "0" * 30,
    "-1",
    "x" * 10_000,
    "%2e%2e%2fetc%2fpasswd",
    "%E2%80%AEgpj",
    "%ED%A0%80",  # half a surrogate pair
]
PLAIN = {"app_label": "auth", "content_type_id": "1", "section": "guides", "slug": "privacy"}
WORDS = ["1" * 5_000, "x%E2%80%AEy%ff", "-1&{0}=99999-12-31"]
FEW_WORDS = ["1" * 30]
NAMES = [
    "p",
    "o",
    "e",
    "q",
    "all",
    "next",
    "page",
    "option",
    "surgery_date",
    "guide",
    "mode",
    "old",
    "new",
    "scheme",
    "pk",
    "_to_field",
    "_popup",
    "_changelist_filters",
    "_facets",
    "view",
    "unknown__exact",
    "pk__in",
    "id__gte",
    "helpful__exact",
    "page__id__exact",
    "at__gte",
    "received_at__year",
    "kind__exact",
    "groups__id__exact",
    "is_staff__exact",
    "section__exact",
    "stage__id__exact",
    "app_label",
    "model_name",
    "field_name",
    "term",
    "user__password__startswith",
]
METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"]
LIST = re.compile(r"admin/\w+/\w+/|search/|recovery/|helpful/|refer/")


def routes(patterns=None, before=""):
    """Every route of the URLconf with the names of its parts: `("admin/x/{pk}/", ["pk"])`."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry.pattern, RoutePattern):
            route = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(entry.pattern))
        else:
            route = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", str(entry.pattern))
            route = re.sub(r"\\[AZ]|[\^$?]", "", route).replace("\\", "")
        if isinstance(entry, URLPattern):
            yield before + route
        else:
            yield from routes(entry.url_patterns, before + route)


ROUTES = sorted(set(routes()))


def filled(route, value):
    return "/" + re.sub(r"\{(\w+)\}", lambda part: value or PLAIN.get(part[1], "1"), route)


@pytest.fixture
def staff():
    """A superuser with a fresh code, and rows of many kinds to stumble over."""
    user = make_user(is_superuser=True)
    for label in (
        "conditions.page",
        "conditions.feedback",
        "referrals.accesslog",
        "conditions.image",
    ):
        with transaction.atomic():
            try:
                MAKERS[label](user)
            except Exception:
                transaction.set_rollback(True)
    client = Client(raise_request_exception=False)
    return confirmed(client, user)


def ask(client, method, address, **extra):
    """The status; whatever the request did is undone."""
    with transaction.atomic():
        response = getattr(client, method)(address, **extra)
        if not response.streaming:
            response.content  # noqa: B018
        transaction.set_rollback(True)
    return response


def test_the_routes_are_all_here():
    assert len(ROUTES) > 100
    assert "admin/conditions/page/{object_id}/change/" in ROUTES
    assert "received/{token}/another/" in ROUTES


GROUPS = ["admin/a", "admin/clinic", "admin/cond", "admin/ref", "admin/", ""]


def of_group(group):
    """The routes that no group before it has: few tests, as each makes rows of many kinds."""
    earlier = tuple(GROUPS[: GROUPS.index(group)])
    return [r for r in ROUTES if r.startswith(group) and not (earlier and r.startswith(earlier))]


def faults(staff, asked):
    """What of all that is asked is answered by a fault. A site that is unwell says 503 itself."""
    return [
        (method, address[:90], status)
        for method, address in asked
        if (status := ask(staff, method, address).status_code) >= 500
        and not address.startswith("/healthz")
    ]


@pytest.mark.parametrize("group", GROUPS)
def test_odd_parts_of_a_path(staff, group):
    routes = [route for route in of_group(group) if "{" in route]
    asked = product(["get"], [filled(route, value) for route in routes for value in ODD])
    assert faults(staff, asked) == []


@pytest.mark.parametrize("group", GROUPS)
def test_odd_queries(staff, group):
    queries = ["&".join(f"{name}={word.format(name)}" for name in NAMES) for word in WORDS]
    routes = [filled(route, "") for route in of_group(group)]
    asked = [("get", f"{route}?{query}") for route in routes for query in queries]
    assert faults(staff, asked) == []


@pytest.mark.parametrize("group", GROUPS)
def test_one_odd_part_of_a_query(staff, group):
    routes = [route for route in of_group(group) if LIST.fullmatch(route)]
    words = product(NAMES, FEW_WORDS)
    asked = [("get", f"/{r}?{name}={word}") for name, word in words for r in routes]
    assert faults(staff, asked) == []


@pytest.mark.parametrize("group", GROUPS)
def test_odd_methods(staff, group):
    assert faults(staff, product(METHODS, [filled(route, "") for route in of_group(group)])) == []
