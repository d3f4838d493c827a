"""Settings of the comparison application: those of Loge with standard middleware, guardian's tables and auditlog."""

from housing.settings import *  # noqa: F403
from housing.settings import DATABASES, INSTALLED_APPS, env_database

DATABASES = {
    **DATABASES,
    "default": {**env_database("LOGE_OWNER_URL", "owner"), "ENGINE": "django.db.backends.postgresql"},
}
DATABASE_ROUTERS = []
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "auditlog", "tests.bench.stock"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Loge stores sessions under a hash of the cookie. This middleware reads them; Django's own middleware cannot.
    "housing.middleware.SessionByCookie",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Loge's page template links to pages of allauth, and allauth requires this middleware.
    "allauth.account.middleware.AccountMiddleware",
    "auditlog.middleware.AuditlogMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    # allauth's backend created the benchmark's sessions. Django would reject them if this backend were not listed.
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ROOT_URLCONF = "tests.bench.stock.urls"
WSGI_APPLICATION = "tests.bench.stock.wsgi.application"
