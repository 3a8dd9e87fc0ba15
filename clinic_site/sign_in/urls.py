"""The few of allauth's pages that staff need; no other address of it exists.

`clinic_site/sign_in/gate.py` names those that open without a code.
"""

from allauth.account import views as account
from django.urls import path, re_path

from clinic_site.people.by_mail import link_views
from clinic_site.sign_in import session_views, views
from clinic_site.sign_in.passkeys import views as passkeys

urlpatterns = [
    path("", views.YourSignIn.as_view(), name="your_sign_in"),
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", session_views.SignOut.as_view(), name="account_logout"),
    path("session/", session_views.staff_session, name="staff_session"),
    path("sessions/end-others/", session_views.end_others, name="end_other_sessions"),
    path("sessions/<int:pk>/end/", session_views.end_session, name="end_session"),
    path("kept/", session_views.KeptForms.as_view(), name="kept_forms"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("forgot/", link_views.Forgot.as_view(), name="forgot_password"),
    path("forgot/sent/", link_views.ForgotSent.as_view(), name="forgot_password_sent"),
    # As it was pasted: without its last slash, or with something behind it. It may never become a
    # `?next=`. The whole one stands below it, as the last of a name is the one that is written.
    re_path("^link/(?P<token>/*[^/]+(?:/.+)?)$", link_views.account_link, name="account_link"),
    path("link/<str:token>/", link_views.account_link, name="account_link"),
    path("password/change/", views.ChangePassword.as_view(), name="account_change_password"),
    path("2fa/authenticate/", views.TypeCode.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", views.ConfirmCode.as_view(), name="mfa_reauthenticate"),
    path("2fa/spoken-code/", views.TypeSpokenCode.as_view(), name="type_spoken_code"),
    path("2fa/choose/", passkeys.ChooseFactor.as_view(), name="choose_factor"),
    path("2fa/totp/activate/", views.ConnectPhone.as_view(), name="mfa_activate_totp"),
    path("2fa/totp/replace/", views.ReplacePhone.as_view(), name="replace_phone"),
    path("2fa/passkeys/add/", passkeys.AddPasskey.as_view(), name="add_passkey"),
    path("2fa/passkeys/new/", passkeys.new_passkey_options, name="new_passkey_options"),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.RemovePasskey.as_view(), name="remove_passkey"),
    path("passkey/", passkeys.PasskeySignIn.as_view(), name="passkey_sign_in"),
    path("passkey/options/", passkeys.passkey_options, name="passkey_options"),
    path("2fa/recovery-codes/", views.RecoveryCodesOnce.as_view(), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        views.RenewRecoveryCodes.as_view(),
        name="mfa_generate_recovery_codes",
    ),
]
