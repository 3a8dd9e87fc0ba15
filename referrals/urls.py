from django.urls import path, re_path

from referrals.conversation import views as answers
from referrals.intake import letter_views, paper_views, status_views, views

app_name = "referrals"

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("refer/", views.refer, name="refer"),
    path("refer/letter/", letter_views.letter, name="letter"),
    path("refer/paper/", paper_views.paper, name="paper"),
    path("refer/referral-letter.<str:ending>", paper_views.letter_template, name="letter_template"),
    path("received/<slug:token>/another/", views.another, name="another"),
    path("received/<slug:token>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
    path("no-mail/<slug:token>/", status_views.no_mail_page, name="no_mail"),
    re_path(r"^status/(?P<token>[^/]+)/change/\Z", answers.change_page, name="change"),
    # Whatever follows is taken for a token, so that all wrong ones get the same answer.
    re_path(r"^received/(?P<token>[\s\S]+)/\Z", views.receipt, name="receipt"),
    re_path(r"^status/(?P<token>[\s\S]+)/\Z", status_views.status_page, name="status"),
    re_path(r"^answer/(?P<token>[\s\S]+)/\Z", answers.answer_page, name="answer"),
]
