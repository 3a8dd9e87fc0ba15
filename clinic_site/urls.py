"""Every address of the site: the only module that knows both apps."""

from django.contrib import admin
from django.urls import include, path

from clinic_site import views
from clinic_site.operations.doctor.answering import doctor_address
from clinic_site.operations.watching.metrics import metrics
from clinic_site.web.csp_reports import csp_report

admin.autodiscover()  # the mail process has not yet

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("csp-report/", csp_report, name="csp_report"),
    path("robots.txt", views.robots_txt, name="robots_txt"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("security-policy.txt", views.security_policy, name="security_policy"),
    path("brand.css", views.brand_css, name="brand_css"),
    path("media/<path:path>", views.media, name="media"),
    path("admin/account/", include("clinic_site.sign_in.urls")),
    path("admin/", admin.site.urls),
    path("refer/doctor/", doctor_address, name="doctor"),
    path("", include("referrals.urls")),
    path("", include("conditions.urls")),
]
