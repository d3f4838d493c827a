"""Loge's settings, changed to those of a new Django project: standard middleware, guardian's own tables, auditlog."""

from housing.settings import *  # noqa: F403
from housing.settings import DATABASES, INSTALLED_APPS, env_database

DATABASES = {**DATABASES, "default": env_database("LOGE_OWNER_URL", "owner")}
DATABASE_ROUTERS = []
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "auditlog", "tests.bench.stock"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "housing.middleware.SessionByCookie",  # the bench makes sessions of Loge, whose cookie is not the key
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # allauth, to whose pages the template links, requires it
    "auditlog.middleware.AuditlogMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    # Django ignores the bench's sessions without it, because they name this backend.
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ROOT_URLCONF = "tests.bench.stock.urls"
WSGI_APPLICATION = "tests.bench.stock.wsgi.application"
