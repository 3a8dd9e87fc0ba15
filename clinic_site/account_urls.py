"""The few of allauth's pages that staff need. Changing the email address is not among them."""

from allauth.account import views as account
from django.urls import include, path

from clinic_site.sign_in import enrol_phone

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", account.signup, name="account_signup"),  # closed; the templates ask for it
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/totp/activate/", enrol_phone, name="mfa_activate_totp"),
    path("2fa/", include("allauth.mfa.urls")),
]
