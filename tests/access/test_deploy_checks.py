"""Loge refuses to run with an unsafe configuration and says why. Each test has only one unsafe setting."""

import dj_database_url
import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from access.deploy_checks import reasons_against
from access.startup import refuse_unsafe_house

SECRET = "Vq3!hT8zPw2#nLs6@kRx9$dYb4%mGf7&jCt5*aUe1-oXi0+pKw6"


@pytest.fixture
def safe(settings):
    """Set the safe configuration that docs/operations/running.md describes, in which the checks find no problem."""
    settings.ALLOWED_HOSTS = ["loge.trois-rives.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://loge.trois-rives.example"]
    settings.DEBUG = settings.DEMO = settings.WHITENOISE_USE_FINDERS = False
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
    settings.SECRET_KEY, settings.SECRET_KEY_FILE = SECRET, ""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    return settings


def test_a_safe_configuration_has_no_problem(safe):
    assert list(reasons_against()) == []


def test_a_safe_configuration_passes_the_deployment_checks_of_django(safe):
    messages = run_checks(include_deployment_checks=True)
    assert [message for message in messages if message.id not in safe.SILENCED_SYSTEM_CHECKS] == []


UNSAFE = {
    "debug": ({"DEBUG": True}, "LOGE_DEBUG=1"),
    "demonstration": ({"DEMO": True}, "LOGE_DEMO=1"),
    "any host": ({"ALLOWED_HOSTS": ["*"]}, r"LOGE_HOSTS accepte \*"),
    "any host of a domain": ({"ALLOWED_HOSTS": [".trois-rives.example"]}, "LOGE_HOSTS accepte"),
    "mail to the terminal": (
        {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
        "LOGE_EMAIL_HOST est absent",
    ),
    "mail to a file": (
        {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"},
        "LOGE_EMAIL_HOST est absent",
    ),
    "files not collected": ({"WHITENOISE_USE_FINDERS": True}, "collectstatic"),
    "no secret": ({"SECRET_KEY": ""}, "pas de clé secrète"),
    "a short secret": ({"SECRET_KEY": SECRET[:20]}, "clé secrète est faible"),
    "a secret of one letter": ({"SECRET_KEY": "a" * 60}, "clé secrète est faible"),
    "Django's own secret": ({"SECRET_KEY": "django-insecure-" + SECRET}, "clé secrète est faible"),
    "no HTTPS": ({"SECURE_SSL_REDIRECT": False}, "LOGE_HTTPS=1 manque"),
    "cookies in clear": ({"SESSION_COOKIE_SECURE": False}, "LOGE_HTTPS=1 manque"),
    "an origin in clear": ({"CSRF_TRUSTED_ORIGINS": ["http://loge.example"]}, "LOGE_ORIGINS accepte http://"),
    "figures for all": ({"METRICS_ALLOW": ["0.0.0.0/0"]}, "rend les mesures publiques"),
    "figures for a name": ({"METRICS_ALLOW": ["partout"]}, "ni une adresse ni un réseau"),
    "a missing token": ({"METRICS_TOKEN_FILE": "/nulle/part"}, "LOGE_METRICS_TOKEN_FILE est absent"),
}


@pytest.mark.parametrize("lack", UNSAFE)
def test_each_problem_has_one_message(safe, lack):
    unsafe, sentence = UNSAFE[lack]
    for name, value in unsafe.items():
        setattr(safe, name, value)
    reasons = list(reasons_against())
    assert len(reasons) == 1
    with pytest.raises(AssertionError, match=sentence):
        raise AssertionError(reasons[0])


def test_the_audit_log_needs_its_own_database_login(safe, monkeypatch):
    monkeypatch.setitem(safe.DATABASES["trace"], "USER", safe.DATABASES["default"]["USER"])
    [reason] = reasons_against()
    assert "default et trace sont identiques" in reason


def test_a_database_across_the_network_needs_certificate_verification(safe, monkeypatch):
    for alias in safe.DATABASES:
        monkeypatch.setitem(safe.DATABASES[alias], "OPTIONS", {})
    monkeypatch.setitem(safe.DATABASES["default"], "HOST", "db.rives.example")
    [reason] = reasons_against()
    assert "default passe par le réseau" in reason
    monkeypatch.setitem(safe.DATABASES["default"], "OPTIONS", {"sslmode": "verify-full"})
    assert list(reasons_against()) == []


@pytest.mark.parametrize(
    "query", ["host=db1.rives.example,db2.rives.example", "host=/run/pgbouncer,db1.rives.example", "hostaddr=192.0.2.1"]
)
def test_hosts_in_the_query_of_a_url_need_certificate_verification(safe, monkeypatch, query):
    url = f"postgresql://{safe.DATABASES['default']['USER']}@/loge?{query}"
    monkeypatch.setitem(safe.DATABASES, "default", dj_database_url.parse(url))
    [reason] = reasons_against()
    assert "default passe par le réseau" in reason
    monkeypatch.setitem(safe.DATABASES, "default", dj_database_url.parse(f"{url}&sslmode=verify-ca"))
    assert list(reasons_against()) == []


def test_several_hosts_on_this_machine_need_no_certificate(safe, monkeypatch):
    url = f"postgresql://{safe.DATABASES['default']['USER']}@/loge?host=/run/pgbouncer,127.0.0.1,localhost"
    monkeypatch.setitem(safe.DATABASES, "default", dj_database_url.parse(url))
    assert list(reasons_against()) == []


def test_a_standby_has_the_login_of_the_web_process(safe, monkeypatch):
    monkeypatch.setitem(safe.DATABASES, "standby", {**safe.DATABASES["default"]})
    assert list(reasons_against()) == []
    monkeypatch.setitem(safe.DATABASES["standby"], "USER", safe.DATABASES["jobs"]["USER"])
    [reason] = reasons_against()
    assert "LOGE_STANDBY_URL n’a pas la connexion" in reason
    monkeypatch.setitem(safe.DATABASES["standby"], "USER", safe.DATABASES["default"]["USER"])
    monkeypatch.setitem(safe.DATABASES["standby"], "OPTIONS", {"host": "db2.rives.example"})
    [reason] = reasons_against()
    assert "standby passe par le réseau" in reason


@pytest.mark.parametrize("name", ["SECRET_KEY_FILE", "METRICS_TOKEN_FILE", "OIDC_SECRET_FILE", "EMAIL_PASSWORD_FILE"])
def test_a_secret_file_readable_by_others_is_refused(safe, tmp_path, name):
    path = tmp_path / "secret"
    path.write_text("x")
    path.chmod(0o640)
    setattr(safe, name, str(path))
    [reason] = reasons_against()
    assert f"LOGE_{name} est absent ou ouvert à d’autres" in reason
    path.chmod(0o600)
    assert list(reasons_against()) == []


def test_a_server_for_localhost_may_be_a_demonstration(safe):
    safe.ALLOWED_HOSTS, safe.DEMO, safe.DEBUG, safe.SECURE_SSL_REDIRECT = ["localhost"], True, True, False
    assert list(reasons_against()) == []


def test_the_web_process_and_the_checks_report_the_same(landlord, safe):
    safe.DEMO = True
    with pytest.raises(ImproperlyConfigured, match=r"(?s)refuse de démarrer.*LOGE_DEMO=1"):
        refuse_unsafe_house()
    with pytest.raises((CommandError, SystemExit), match="LOGE_DEMO=1"):
        call_command("check", deploy=True, tags=["security"])
