from django.urls import path

from referrals import views

app_name = "referrals"

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("refer/", views.refer, name="refer"),
    path("refer/paper/", views.paper, name="paper"),
    path("received/<slug:token>/", views.receipt, name="receipt"),
    path("received/<slug:token>/receipt.pdf", views.receipt_pdf, name="receipt_pdf"),
]
