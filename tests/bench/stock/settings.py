"""Loge's settings, changed to those of a new project: Django's middleware, guardian's own tables, auditlog."""

from housing.settings import *  # noqa: F403
from housing.settings import DATABASES, INSTALLED_APPS, env_database

DATABASES = {**DATABASES, "default": env_database("LOGE_OWNER_URL", "owner")}
DATABASE_ROUTERS = []
INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.admin", "auditlog", "tests.bench.stock"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",  # required by the app whose pages the template links to
    "auditlog.middleware.AuditlogMiddleware",
]
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",  # named in the sessions that the bench creates
    "guardian.backends.ObjectPermissionBackend",
]
ROOT_URLCONF = "tests.bench.stock.urls"
WSGI_APPLICATION = "tests.bench.stock.wsgi.application"
