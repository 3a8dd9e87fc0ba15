"""Her browser at her desk, a page that stood open, and what she does when she comes back."""

import html
import re
from datetime import timedelta

from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from clinic_site.models import StaffSession
from clinic_site.sign_in.places import remember
from tests.codes import CODE, code_for, type_code, type_password
from tests.makers import signed_in

ADD = "/admin/conditions/glossaryterm/add/"
KEPT = "/admin/account/kept/"
TYPED = {"term": "Sacrum", "definition": "A bone <b>low</b> in the\r\nback. Samplepatient."}


def make_known(client, user):
    """She signed in here with a code before."""
    request, response = RequestFactory().get("/"), HttpResponse()
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    remember(request, response, user)
    client.cookies.update(response.cookies)
    return client


def at_her_desk(client, user):
    return make_known(signed_in(client, user), user)


def in_her_browser(client):
    """A request with the cookies of this client."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return request


def an_hour_passes():
    then = timezone.now() - timedelta(hours=1)
    StaffSession.objects.filter(ended_at=None).update(last_used_at=then)


def comes_back(client, username="robin", *, later=0):
    """Password and code, to where she is led."""
    type_password(client, username)
    return type_code(client, code_for(later=later), CODE)


def fields_on(page):
    found = re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', page.content.decode())
    return {name: html.unescape(value) for name, value in found if name != "throw_away"}
