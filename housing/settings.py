"""Django settings. Values that differ between machines come from environment variables (housing/environment.py)."""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import dj_database_url

from access.database.timeouts import CONNECT_SECONDS, LOST_HOST
from access.signin import session_limits as limits
from housing import VERSION as LOGE_VERSION
from housing.environment import env_contact, env_domains, env_flag, env_list, env_number, env_recipient, env_secret

BASE_DIR = Path(__file__).resolve().parent.parent


def env_database(name: str, login: str) -> dict[str, Any]:
    """Return the entry of DATABASES for one database login. If the environment has no URL for this login, the URL is
    the local socket with the login's name, so that the message of a failed connection names the login."""
    url = env_secret(name) or f"postgresql://{INSTANCE}_{login}@/{INSTANCE}"
    database = dj_database_url.parse(url, engine="housing.database.postgresql", conn_max_age=60)
    return {
        **database,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **LOST_HOST, **database.get("OPTIONS", {})},
    }


def for_our_own_pages(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """Add a header to a static file that forbids other sites to embed the file. WhiteNoise calls this function for each
    static file."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


# Prefix of the names of database roles. The databases of a server share roles, so each landlord needs its own prefix.
INSTANCE = os.environ.get("LOGE_INSTANCE", "loge")
ACCESSIBILITY_CONTACT = os.environ.get("LOGE_ACCESSIBILITY_CONTACT", "")
SECURITY_CONTACT = env_contact("LOGE_SECURITY_CONTACT")
HOUSE_NAME = os.environ.get("LOGE_HOUSE_NAME", "Office des Trois-Rives")
# Roles of the landlord's own staff are given only to people with an email address in these domains, if there are any.
STAFF_DOMAINS = env_domains("LOGE_STAFF_DOMAINS")
VERSION = LOGE_VERSION
DEMO = env_flag("LOGE_DEMO")
DEBUG = env_flag("LOGE_DEBUG")
HTTPS = env_flag("LOGE_HTTPS")
KEY_FILE = os.environ.get("LOGE_KEYS", "")
# True in a fresh git clone, without keys and database. `manage.py check` warns about missing keys instead of failing.
UNCONFIGURED = not KEY_FILE and not env_secret("DATABASE_URL")
SEAL_KEY_FILE = os.environ.get("LOGE_SEAL_KEYS", "")
ERASURES_FILE = os.environ.get("LOGE_ERASURES", "")
WITHDRAWN_FILE = os.environ.get("LOGE_WITHDRAWN", "")
TILES_FOLDER = os.environ.get("LOGE_TILES", "")
WITNESS_FILE = os.environ.get("LOGE_WITNESSES", "")
RETENTION_FILE = os.environ.get("LOGE_RETENTION", "")

SECRET_KEY_FILE = os.environ.get("LOGE_SECRET_KEY_FILE", "")
SECRET_KEY = env_secret("LOGE_SECRET_KEY")
ALLOWED_HOSTS = env_list("LOGE_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("LOGE_ORIGINS", "")
# Proxies that are trusted to report the client's address and protocol in headers.
PROXIES = env_list("LOGE_PROXIES", "127.0.0.1,::1")
# Clients in these networks, or with METRICS_TOKEN, may read metrics and the deep health check. By default nobody may.
METRICS_ALLOW = env_list("LOGE_METRICS_ALLOW", "")
METRICS_TOKEN_FILE = os.environ.get("LOGE_METRICS_TOKEN_FILE", "")
METRICS_TOKEN = env_secret("LOGE_METRICS_TOKEN")
# Maximum number of tenants' accounts whose pages one employee may open in an hour.
ACCOUNTS_AN_HOUR = env_number("LOGE_ACCOUNTS_AN_HOUR", 300)
# Maximum euros that one employee may write off on an account in thirty days. A second employee must approve more.
ADJUSTMENT_ALONE_UP_TO = env_number("LOGE_ADJUSTMENT_ALONE_UP_TO", 150)
# Days after which an account in arrears is contacted again, if the tenant was reached or was offered an adviser.
CONTACT_AGAIN_AFTER = env_number("LOGE_CONTACT_AGAIN_AFTER", 7)
# Maximum number of API requests per minute for each person or machine.
API_A_MINUTE = env_number("LOGE_API_A_MINUTE", 300)
# Maximum number of searches per minute on pages for each person, far above what a person can read.
SEARCHES_A_MINUTE = env_number("LOGE_SEARCHES_A_MINUTE", 60)
# In seconds: refusals are sent only at multiples of this time, so the response time does not disclose the reason.
REFUSAL_SLOT = 0.05
# The backup command touches this file after each backup. The deep health check compares the file's age with a limit.
BACKUP_STAMP = os.environ.get("LOGE_BACKUP_STAMP", "")
# Decisions and closed applications are exported to the national register only if this key is set.
# REGISTRY_RECIPIENT is the public key (encryption tool age) of the person who uploads the file to the register.
REGISTRY_RECIPIENT = env_recipient("LOGE_REGISTRY_RECIPIENT")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "rest_framework",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "housing",
    "backoffice",
    "demo",
    "exchange",
    "inspection",
    "oversight",
    "rights",
    "allocations",
    "casework",
    "ledger",
    "tenants",
    "buildings",
    "access",
    "privacy",
    "screening",
    "audit",
]
OWN_APPS = INSTALLED_APPS[INSTALLED_APPS.index("housing") :]

MIDDLEWARE = [
    "housing.middleware.counted",
    "housing.middleware.Compressed",
    "django.middleware.security.SecurityMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "housing.middleware.never_stored",
    "housing.middleware.SessionByCookie",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "housing.middleware.on_localhost",
    "django.middleware.csrf.CsrfViewMiddleware",
    "housing.middleware.PersonOfSession",
    "allauth.account.middleware.AccountMiddleware",
    "housing.middleware.lettered",
    "housing.middleware.WithinLimits",
    "access.api.tokens.recognised",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "housing.middleware.AuditLogRequired",
]

ROOT_URLCONF = "housing.urls"
WSGI_APPLICATION = "housing.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "backoffice.context.frame",
            ],
        },
    },
]

# Each database alias uses a PostgreSQL login with the privileges for one task (docs/decisions/0002-three-locks.md).
DATABASES = {
    "default": env_database("DATABASE_URL", "web"),
    "trace": env_database("LOGE_TRACE_URL", "trace"),
    "owner": env_database("LOGE_OWNER_URL", "owner"),
    "jobs": env_database("LOGE_JOBS_URL", "jobs"),
    "prune": env_database("LOGE_PRUNE_URL", "prune"),
    "seal": env_database("LOGE_SEAL_URL", "seal"),
    "cache": env_database("LOGE_CACHE_URL", "cache"),
}
# Database alias of a hot standby from which some pages read, with the login of DATABASE_URL.
if env_secret("LOGE_STANDBY_URL"):
    DATABASES["standby"] = env_database("LOGE_STANDBY_URL", "web")
# The cache is a table, so all processes share its counts of failed sign-ins and its list of used one-time codes.
# The cache has its own database connection: a failed sign-in counts even if the request's transaction is rolled back.
CACHES = {"default": {"BACKEND": "housing.shared_cache.SignedJsonCache", "LOCATION": "shared_cache"}}
# Database URLs for two other web processes, the process that imports large files, and the backup.
# `manage.py provision` sets the passwords of these logins.
OTHER_LOGINS = {
    "web_card": env_secret("LOGE_CARD_URL"),
    "web_contingent": env_secret("LOGE_CONTINGENT_URL"),
    "imports": env_secret("LOGE_IMPORTS_URL"),
    "backup": env_secret("LOGE_BACKUP_URL"),
}
DATABASE_ROUTERS = ["housing.database.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Person"
# auth.W004, which asks for a unique user name, is silenced: a constraint on lower(email) makes e-mails unique.
# security.W021, which asks for HSTS preloading, is silenced: only the owner of the landlord's domain can decide.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W021"]
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "access.signin.passwords.NotOurWords"},
    {"NAME": "access.signin.passwords.NotLeaked"},
]
# File of SHA-1 hashes of leaked passwords, as from haveibeenpwned.com: one hexadecimal hash per line, sorted.
LEAKED_PASSWORDS = os.environ.get("LOGE_LEAKED_PASSWORDS", "")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "access.signin.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# For an unknown e-mail address, a password reset sends no e-mail but shows the same page as for a known address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
# After a password change, the current session continues with a new key, and the person's other sessions end.
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "access.signin.forms.entrance.EnterByPassword",
    "reset_password": "access.signin.forms.entrance.AskForTheLetter",
    "reset_password_from_key": "access.signin.forms.entrance.ChooseByTheLetter",
    "change_password": "access.signin.forms.entrance.ChangeOnesOwn",
    "reauthenticate": "access.signin.forms.entrance.ProveByPassword",
}
# Limits on failed sign-ins: 30 per minute from a network, 10 in ten minutes for one e-mail address from that network.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/10m/key"}
# A security key alone is enough to sign in, because it also requires a PIN or a fingerprint, the second factor.
MFA_ADAPTER = "access.signin.factors.Sealed"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
# E-mail addresses need no verification: access managers set them, and employees cannot change their own address.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "activate_totp": "access.signin.forms.codes.ChooseCodes",
    "authenticate": "access.signin.forms.codes.SecondByCode",
    "reauthenticate": "access.signin.forms.codes.ProveByCode",
    "add_webauthn": "access.signin.forms.keys.AddKey",
    "authenticate_webauthn": "access.signin.forms.keys.SecondByKey",
    "login_webauthn": "access.signin.forms.keys.EnterByKey",
    "reauthenticate_webauthn": "access.signin.forms.keys.ProveByKey",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# Sign-in by the landlord's OpenID Connect provider (access/signin/directory.py) is off without issuer and client id.
SOCIALACCOUNT_ADAPTER = "access.signin.directory.FromTheEnvironment"
OIDC_ISSUER = os.environ.get("LOGE_OIDC_ISSUER", "")
OIDC_CLIENT = os.environ.get("LOGE_OIDC_CLIENT", "")
OIDC_NAME = os.environ.get("LOGE_OIDC_NAME", "")
OIDC_BY_EMAIL = env_flag("LOGE_OIDC_BY_EMAIL")
# Values of the acr or amr claim that prove a second factor. Without such a claim, Loge asks for a second factor itself.
OIDC_SECOND = env_list("LOGE_OIDC_SECOND", "")
# Accepted assurance levels (acr claim) and identity providers (idp_id claim). An empty list accepts every value.
OIDC_ACR, OIDC_IDP = env_list("LOGE_OIDC_ACR", ""), env_list("LOGE_OIDC_IDP", "")
OIDC_SECRET_FILE = os.environ.get("LOGE_OIDC_SECRET_FILE", "")
OIDC_SECRET = env_secret("LOGE_OIDC_SECRET")

# Loge uses django-guardian only to check permissions on buildings, without its anonymous user and monkey patches.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# Loge uses only the serializers and the JSON parser of REST framework. access/api/endpoint.py checks permissions.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

# Flash messages are stored in a signed cookie, because view functions cannot write sessions. No message names a person.
MESSAGE_STORAGE = "housing.message_storage.Told"
SESSION_ENGINE = "access.signin.session_store"
SESSION_COOKIE_AGE = limits.LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Browsers send a cookie with the prefix __Host- only to the host that set the cookie. The prefix requires HTTPS.
_COOKIE = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_COOKIE}sessionid", f"{_COOKIE}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_COOKIE}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Without a mail server, e-mails are printed in the terminal. A system check refuses this setting on a public server.
EMAIL_HOST = os.environ.get("LOGE_EMAIL_HOST", "")
EMAIL_PORT = env_number("LOGE_EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("LOGE_EMAIL_USER", "")
EMAIL_PASSWORD_FILE = os.environ.get("LOGE_EMAIL_PASSWORD_FILE", "")
EMAIL_HOST_PASSWORD = env_secret("LOGE_EMAIL_PASSWORD")
EMAIL_USE_TLS, EMAIL_TIMEOUT = True, 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("LOGE_EMAIL_FROM", "loge@localhost")
# Pages may use security keys (passkeys). All other browser features in this list are disabled.
PERMISSIONS_POLICY: dict[str, list[str] | str] = {
    "publickey-credentials-create": "self",
    "publickey-credentials-get": "self",
    "accelerometer": [],
    "autoplay": [],
    "camera": [],
    "clipboard-read": [],
    "display-capture": [],
    "fullscreen": [],
    "geolocation": [],
    "gyroscope": [],
    "hid": [],
    "idle-detection": [],
    "local-fonts": [],
    "magnetometer": [],
    "microphone": [],
    "midi": [],
    "otp-credentials": [],
    "payment": [],
    "picture-in-picture": [],
    "screen-wake-lock": [],
    "serial": [],
    "storage-access": [],
    "usb": [],
    "window-management": [],
    "xr-spatial-tracking": [],
}

# Messages in the code are French, and locale/en translates them to English. Browsers choose the language by default.
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("LOGE_STATIC_ROOT", BASE_DIR / ".local" / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "housing.static_storage.Collected"},
}
# Until `collectstatic` has run, as in tests and development, WhiteNoise serves static files from their source folders.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not (STATIC_ROOT / "staticfiles.json").exists()
# Send no CORS header with static files, so that scripts of other sites cannot read them.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = for_our_own_pages

FORM_RENDERER = "access.pages.form_renderer.FormRenderer"
# Django's error reports, as e-mail or page, must not contain what people typed.
DEFAULT_EXCEPTION_REPORTER = "housing.error_reporting.Report"
# All log lines have one format: see housing/logs.py and docs/operations/logs.md.
LOG_LEVEL = os.environ.get("LOGE_LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "housing.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "loge": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # Replaces Django's own log handlers, whose log lines quote URLs and thereby what people typed in a search.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Leave out warnings: Django logs each 403 and 404 as a warning, but housing/middleware.py logs every request.
        "django.request": {"level": "ERROR"},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

# Uploads stay in memory and are never written to disk, because a landlord's files contain data of residents.
# Files over 9 MB cannot be uploaded. An administrator imports such files with a command on the server.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024
