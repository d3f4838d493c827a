"""The table of contents of the site. Every line has a door, or a reason in access/checks.py."""

from allauth.account import views as allauth
from django.urls import include, path, re_path
from django.views.i18n import set_language

from housing import health
from housing.csp import report
from housing.metrics import metrics

_sign_in = [
    path("", allauth.login, name="account_login"),
    path("sortir/", allauth.logout, name="account_logout"),
    path("ferme/", allauth.account_inactive, name="account_inactive"),
    path("mot-de-passe/", allauth.password_change, name="account_change_password"),
    path("oubli/", allauth.password_reset, name="account_reset_password"),
    path("oubli/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    # The key has a hyphen of its own: the person's part ends at the first one.
    re_path(
        r"^oubli/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("oubli/fini/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("", include("desk.urls")),
    path("", include("tenants.urls")),
    path("", include("buildings.urls")),
    path("", include("access.urls")),
    path("entrer/", include(_sign_in)),
    path("sante/vie", health.live, name="health_live"),
    path("sante", health.ready, name="health_ready"),
    path("sante/fond", health.deep, name="health_deep"),
    path("mesures", metrics, name="metrics"),
    path("langue/", set_language, name="set_language"),
    path("csp", report, name="csp"),
]
handler400 = "housing.errors.bad_request"
handler403 = "housing.errors.forbidden"
handler404 = "housing.errors.not_found"
handler500 = "housing.errors.server_error"
