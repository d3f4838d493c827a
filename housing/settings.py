"""One file of settings. What differs from machine to machine comes from the environment, through the readers below."""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from access import session_limits as limits
from access.timeouts import CONNECT_SECONDS, LOST_HOST

BASE_DIR = Path(__file__).resolve().parent.parent


def env_flag(name: str, default: bool = False) -> bool:
    """A switch is "1", "0" or absent; anything else is a mistake somebody should hear about."""
    value = os.environ.get(name, "1" if default else "0")
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")
    return value == "1"


def env_number(name: str, default: int, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isdecimal() or int(value) < least:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number, {least} at the least.")
    return int(value)


def env_secret(name: str) -> str:
    """What the file holds that the variable names: nothing without one. How private it is, start-up asks."""
    if not (path := os.environ.get(name)):
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name} names {path}, which cannot be read: {_why(error)}.") from None


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or "no reason given") if isinstance(error, OSError) else "it is no text"


def env_list(name: str, default: str) -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def env_database(name: str, login: str) -> dict[str, Any]:
    """A login's connection. Without a URL, the login's name on the local socket: enough to say what is missing."""
    url = os.environ.get(name) or f"postgresql://{INSTANCE}_{login}@/{INSTANCE}"
    database = dj_database_url.parse(url, conn_max_age=60)
    return {
        **database,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **LOST_HOST, **database.get("OPTIONS", {})},
    }


def for_our_own_pages(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """No other site's page may include one of our files."""
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


# Roles are shared by all databases of a server: the prefix keeps two landlords on one server apart.
INSTANCE = os.environ.get("LOGE_INSTANCE", "loge")
ACCESSIBILITY_CONTACT = os.environ.get("LOGE_ACCESSIBILITY_CONTACT", "")
HOUSE_NAME = os.environ.get("LOGE_HOUSE_NAME", "Office des Trois-Rives")
DEMO = env_flag("LOGE_DEMO")
DEBUG = env_flag("LOGE_DEBUG")
HTTPS = env_flag("LOGE_HTTPS")
KEY_FILE = os.environ.get("LOGE_KEYS", "")
SEAL_KEY_FILE = os.environ.get("LOGE_SEAL_KEYS", "")
ERASURES_FILE = os.environ.get("LOGE_ERASURES", "")
WITHDRAWN_FILE = os.environ.get("LOGE_WITHDRAWN", "")
TILES_FOLDER = os.environ.get("LOGE_TILES", "")
WITNESS_FILE = os.environ.get("LOGE_WITNESSES", "")
RETENTION_FILE = os.environ.get("LOGE_RETENTION", "")

SECRET_KEY_FILE = os.environ.get("LOGE_SECRET_KEY_FILE", "")
SECRET_KEY = os.environ.get("LOGE_SECRET_KEY") or env_secret("LOGE_SECRET_KEY_FILE")
ALLOWED_HOSTS = env_list("LOGE_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("LOGE_ORIGINS", "")
# Proxies whose word is taken on how, and from where, a browser came.
PROXIES = env_list("LOGE_PROXIES", "127.0.0.1,::1")
# Who may read the figures and the deep health: networks, or whoever holds the token. Nobody by default.
METRICS_ALLOW = env_list("LOGE_METRICS_ALLOW", "")
METRICS_TOKEN_FILE = os.environ.get("LOGE_METRICS_TOKEN_FILE", "")
# Different accounts one person may be shown in an hour.
ACCOUNTS_AN_HOUR = env_number("LOGE_ACCOUNTS_AN_HOUR", 300)
# Euros that one person takes off an account in thirty days without money; past them another decides. Held in the
# database, where `provision` writes it.
ADJUSTMENT_ALONE_UP_TO = env_number("LOGE_ADJUSTMENT_ALONE_UP_TO", 150)
# Requests a minute to the API, for each person or machine.
API_A_MINUTE = env_number("LOGE_API_A_MINUTE", 300)
# Seconds. A refusal is sent a whole number of these after its request arrived (decision 0040).
REFUSAL_SLOT = 0.05
# The file whose age is that of the newest backup: the backup command touches it.
BACKUP_STAMP = os.environ.get("LOGE_BACKUP_STAMP", "")

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
    "desk",
    "tenants",
    "buildings",
    "access",
    "privacy",
    "audit",
]

MIDDLEWARE = [
    "housing.middleware.counted",
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
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "housing.middleware.lettered",
    "housing.middleware.WithinLimits",
    "access.tokens.recognised",
    "django_htmx.middleware.HtmxMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "housing.middleware.TraceOrNothing",
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
                "desk.context.frame",
            ],
        },
    },
]

# One login per thing that is done: see housing/decisions/0002-three-locks.md.
DATABASES = {
    "default": env_database("DATABASE_URL", "web"),
    "trace": env_database("LOGE_TRACE_URL", "trace"),
    "owner": env_database("LOGE_OWNER_URL", "owner"),
    "jobs": env_database("LOGE_JOBS_URL", "jobs"),
    "prune": env_database("LOGE_PRUNE_URL", "prune"),
    "seal": env_database("LOGE_SEAL_URL", "seal"),
    "cache": env_database("LOGE_CACHE_URL", "cache"),
}
# Shared by all processes: counters of attempts, used codes. On its own connection, so that a rollback does not undo
# them. Keys are hashes and values are signed.
CACHES = {"default": {"BACKEND": "housing.shared_cache.SignedJsonCache", "LOCATION": "shared_cache"}}
# Logins that no page of this process uses: the caretakers' own process, and what copies the whole.
OTHER_LOGINS = {
    "web_card": os.environ.get("LOGE_CARD_URL", ""),
    "backup": os.environ.get("LOGE_BACKUP_URL", ""),
}
DATABASE_ROUTERS = ["housing.routers.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.Person"
# W004 looks for a unique column; an address is unique whatever its case, by a constraint on lower(email).
# W021: to be on the browsers' own list of HTTPS sites is a promise of whoever owns the domain, not of the program.
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
    {"NAME": "access.passwords.NotOurWords"},
    {"NAME": "access.passwords.NotLeaked"},
]
# SHA-1 of passwords known to have leaked, in hexadecimal, one a line, in order: what haveibeenpwned.com offers whole.
LEAKED_PASSWORDS = os.environ.get("LOGE_LEAKED_PASSWORDS", "")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "access.adapter.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
# Nobody signs up: an unknown address is sent nothing, and is answered like a known one.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the others end; the one that changed it goes on, under a new number
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_FORMS = {
    "login": "access.forms.entrance.EnterByPassword",
    "reset_password": "access.forms.entrance.AskForTheLetter",
    "reset_password_from_key": "access.forms.entrance.ChooseByTheLetter",
    "change_password": "access.forms.entrance.ChangeOnesOwn",
    "reauthenticate": "access.forms.entrance.ProveByPassword",
}
# Failures: by network, and by person and network together (access/adapter.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/10m/key"}
# A key proves the device and, by its own lock, the person: it is both factors at once.
MFA_ADAPTER = "access.factors.Sealed"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is given by whoever manages access, and is changed by nobody alone
MFA_FORMS = {
    "activate_totp": "access.forms.codes.ChooseCodes",
    "authenticate": "access.forms.codes.SecondByCode",
    "reauthenticate": "access.forms.codes.ProveByCode",
    "add_webauthn": "access.forms.keys.AddKey",
    "authenticate_webauthn": "access.forms.keys.SecondByKey",
    "login_webauthn": "access.forms.keys.EnterByKey",
    "reauthenticate_webauthn": "access.forms.keys.ProveByKey",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

# The landlord's own directory (access/directory.py): off unless both an issuer and our name there are given.
SOCIALACCOUNT_ADAPTER = "access.directory.FromTheEnvironment"
OIDC_ISSUER = os.environ.get("LOGE_OIDC_ISSUER", "")
OIDC_CLIENT = os.environ.get("LOGE_OIDC_CLIENT", "")
OIDC_NAME = os.environ.get("LOGE_OIDC_NAME", "")
OIDC_BY_EMAIL = env_flag("LOGE_OIDC_BY_EMAIL")
# Values of acr or amr that stand for a second factor; without them ours is asked for after the directory's.
OIDC_SECOND = env_list("LOGE_OIDC_SECOND", "")
# Required levels (acr), and accepted providers of a federation (idp_id); empty: any.
OIDC_ACR, OIDC_IDP = env_list("LOGE_OIDC_ACR", ""), env_list("LOGE_OIDC_IDP", "")
OIDC_SECRET_FILE = os.environ.get("LOGE_OIDC_SECRET_FILE", "")
OIDC_SECRET = env_secret("LOGE_OIDC_SECRET_FILE")

# Guardian reads a view of reach and keeps nothing of its own: no anonymous row, no monkey patches.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# The API stands behind our own doors (access/endpoint.py): of the framework it takes fields and JSON alone.
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

# Messages travel in a signed cookie: inside a door the database role may not write them, and they hold no name.
MESSAGE_STORAGE = "housing.told.Told"
SESSION_ENGINE = "access.session_store"
SESSION_COOKIE_AGE = limits.LONGEST_SECONDS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Under HTTPS a browser takes these from this very host alone, and sends them nowhere else.
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
# Without a mail server, mail is shown in the terminal: enough on one's own machine, refused on a public one.
EMAIL_HOST = os.environ.get("LOGE_EMAIL_HOST", "")
EMAIL_PORT = env_number("LOGE_EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("LOGE_EMAIL_USER", "")
EMAIL_PASSWORD_FILE = os.environ.get("LOGE_EMAIL_PASSWORD_FILE", "")
EMAIL_HOST_PASSWORD = env_secret("LOGE_EMAIL_PASSWORD_FILE")
EMAIL_USE_TLS, EMAIL_TIMEOUT = True, 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("LOGE_EMAIL_FROM", "loge@localhost")
# What a page may ask of the machine: keys that sign one in, and nothing else.
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

# The sentences of the code are French; locale/en says them in English. Without a choice, the browser's language.
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
    "staticfiles": {"BACKEND": "housing.collected.Collected"},
}
# Without collected files (tests, checks) the sources serve as they are.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not (STATIC_ROOT / "staticfiles.json").exists()
# Style sheets, pictures and scripts are for our own pages.
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ADD_HEADERS_FUNCTION = for_our_own_pages

FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
# What would be mailed of an error, or shown of it, by anything that asks Django for a report.
DEFAULT_EXCEPTION_REPORTER = "housing.reports.Report"
# One formatter for all that is written: see housing/logs.py and docs/logs.md.
LOG_LEVEL = os.environ.get("LOGE_LOG_LEVEL", "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "housing.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "loge": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # Django brings handlers of its own, whose lines quote addresses and what was typed in them.
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # 403 and 404 have their line already
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}

# What a browser sends is held in memory and never written to a disk: a landlord's files hold residents. Larger ones are
# brought in on the server.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024
