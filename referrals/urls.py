from django.urls import path, re_path

from referrals import status_views, views

app_name = "referrals"

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("refer/", views.refer, name="refer"),
    path("received/<slug:token>/", views.receipt, name="receipt"),
    # Whatever follows is taken for a token, so that all wrong ones get the same answer.
    re_path(r"^status/(?P<token>[\s\S]+)/\Z", status_views.status_page, name="status"),
]
