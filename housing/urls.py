"""URLs of the site. Every view function has the decorator `@door`, which checks permissions, or is listed in
access/checks.py with the reason for having none."""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.conf import settings
from django.urls import include, path, re_path, reverse_lazy
from django.views.i18n import set_language

from access.signin.views import directory, draft, lock, password, sessions
from access.signin.views import keys as added_keys
from access.urls import api_urlpatterns as access_api
from access.urls import scim_urlpatterns
from allocations.urls import api_urlpatterns as allocations_api
from buildings.urls import api_urlpatterns as buildings_api
from demo import entrance
from housing.monitoring import health
from housing.monitoring.csp import report
from housing.monitoring.metrics import metrics
from housing.security_txt import security_txt
from ledger.urls import api_urlpatterns as ledger_api
from oversight.urls import api_urlpatterns as oversight_api
from tenants.urls import api_urlpatterns as tenants_api

# After a security key is removed, show the page of all sign-in factors. allauth's own list of keys has no URL here.
_key_removal = keys.RemoveWebAuthnView.as_view(success_url=reverse_lazy("mfa_index"))
_sign_in = [
    path("", allauth.login, name="account_login"),
    path("sortir/", allauth.logout, name="account_logout"),
    path("ferme/", allauth.account_inactive, name="account_inactive"),
    path("mot-de-passe/", password.change, name="account_change_password"),
    path("oubli/", allauth.password_reset, name="account_reset_password"),
    path("oubli/envoye/", allauth.password_reset_done, name="account_reset_password_done"),
    # A password reset URL has the form <user id>-<token>. Only the token can contain another hyphen.
    re_path(
        r"^oubli/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("second/", mfa.authenticate, name="mfa_authenticate"),
    path("cle/", keys.login_webauthn, name="mfa_login_webauthn"),
    path("annuaire/", directory.enter, name="directory_enter"),
    path("annuaire/retour/", directory.back, name="directory_back"),
    path("annuaire/lier/", directory.link, name="directory_link"),
    path("annuaire/delier/", directory.unlink, name="directory_unlink"),
    path("preuve/", allauth.reauthenticate, name="account_reauthenticate"),
    path("preuve/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("preuve/cle/", keys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("moyens/", mfa.index, name="mfa_index"),
    path("moyens/cle/", added_keys.add, name="mfa_add_webauthn"),
    path("moyens/cle/<int:pk>/retirer/", _key_removal, name="mfa_remove_webauthn"),
    path("moyens/application/", totp.activate_totp, name="mfa_activate_totp"),
    path("moyens/application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("moyens/secours/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("moyens/secours/nouveaux/", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("sessions/", sessions.my_sessions, name="usersessions_list"),
    path("verrouiller/", lock.lock, name="lock"),
    path("verrou/", lock.locked, name="locked"),
    path("verrou/cle/", lock.unlock, name="unlock"),
    path("brouillon/", draft.draft, name="draft"),
    path("oubli/fini/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("", include("backoffice.urls")),
    path("", include("exchange.urls")),
    path("", include("inspection.urls")),
    path("", include("oversight.urls")),
    path("", include("rights.urls")),
    path("", include("allocations.urls")),
    path("", include("casework.urls")),
    path("", include("ledger.urls")),
    path("", include("tenants.urls")),
    path("", include("buildings.urls")),
    path("", include("access.urls")),
    path(
        "api/v1/",
        include([*oversight_api, *allocations_api, *ledger_api, *tenants_api, *buildings_api, *access_api]),
    ),
    path("api/scim/v2/", include(scim_urlpatterns)),
    path("entrer/", include(_sign_in)),
    path("sante/vie", health.live, name="health_live"),
    path("sante", health.ready, name="health_ready"),
    path("sante/fond", health.deep, name="health_deep"),
    path("mesures", metrics, name="metrics"),
    path("langue/", set_language, name="set_language"),
    path("csp", report, name="csp"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
]
if settings.DEMO:
    urlpatterns.append(path("entrer/demonstration/", entrance.enter, name="demo_enter"))
handler400 = "housing.errors.bad_request"
handler403 = "housing.errors.forbidden"
handler404 = "housing.errors.not_found"
# allauth calls handler429 when a client makes too many attempts to sign in. Django has no such handler.
handler429 = "housing.errors.too_many"
handler500 = "housing.errors.server_error"
