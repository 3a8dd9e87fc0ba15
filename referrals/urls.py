from django.urls import path

from referrals import views

app_name = "referrals"

urlpatterns = [
    path("contact/", views.contact, name="contact"),
    path("refer/", views.refer, name="refer"),
    path("received/<slug:token>/", views.receipt, name="receipt"),
]
