"""What pages of staff say of the running site."""

from django import template

from clinic_site.operations.version import release

register = template.Library()
register.simple_tag(release, name="release")
