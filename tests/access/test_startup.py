"""The web process refuses to start without its encryption keys. One test starts a real process."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from access.startup import reasons_to_refuse, reasons_to_refuse_the_sealer, refuse_unsafe_house


def test_startup_refuses_a_missing_key_file(landlord, settings, tmp_path):
    settings.KEY_FILE = str(tmp_path / "none.json")
    assert [reason for reason in reasons_to_refuse() if "none.json" in reason]
    with pytest.raises(ImproperlyConfigured, match=r"(?s)refuse de démarrer.*none\.json"):
        refuse_unsafe_house()


def test_startup_refuses_a_key_file_readable_by_others(landlord, settings, tmp_path):
    path = tmp_path / "open.json"
    path.write_text("{}", encoding="utf-8")
    path.chmod(0o644)
    settings.KEY_FILE = str(path)
    assert len(list(reasons_to_refuse())) == 1


def test_startup_refuses_signing_keys_in_a_web_process(landlord, settings):
    """A web process must not start if it has the keys that sign the audit log.

    An attacker who controls the web process could use these keys to forge the log.
    """
    assert not [reason for reason in reasons_to_refuse() if "LOGE_SEAL_KEYS" in reason]
    settings.ALLOWED_HOSTS = ["loge.example"]
    assert [reason for reason in reasons_to_refuse() if "LOGE_SEAL_KEYS" in reason]
    settings.SEAL_KEY_FILE = ""
    assert not [reason for reason in reasons_to_refuse() if "LOGE_SEAL_KEYS" in reason]


def test_the_sealer_refuses_a_login_with_too_many_or_too_few_privileges(landlord):
    assert list(reasons_to_refuse_the_sealer("seal")) == []
    assert ["passe outre les règles" in reason for reason in reasons_to_refuse_the_sealer("owner")] == [True]
    assert ["feuilles" in reason for reason in reasons_to_refuse_the_sealer("trace")] == [True]


# Prints whether the views are imported, and how many lists of migrations were read.
STARTING = """
import sys, housing.wsgi
from housing.monitoring import health
print("ledger.views.register" in sys.modules, health._known_migrations.cache_info().currsize)
"""


def start(**environ: str) -> subprocess.CompletedProcess[str]:
    """Load Loge's WSGI application in a Python process with these environment variables. Returns the ended process."""
    database = f"/{settings.DATABASES['default']['NAME']}"
    urls = {
        name: urlsplit(os.environ[name])._replace(path=database).geturl() for name in ("DATABASE_URL", "LOGE_CACHE_URL")
    }
    given = {
        **os.environ,
        **urls,
        "LOGE_SECRET_KEY": "for this test",
        "LOGE_SECRET_KEY_FILE": "",
        "LOGE_DEMO": "0",
        "LOGE_DEBUG": "0",
    }
    return subprocess.run(
        [sys.executable, "-c", STARTING],
        cwd=settings.BASE_DIR,
        env={**given, **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_web_process_stops_with_the_message(landlord):
    refused, started = start(LOGE_KEYS=""), start(LOGE_KEYS=settings.KEY_FILE)
    assert refused.returncode != 0 and "LOGE_KEYS doit nommer son fichier" in refused.stderr
    assert started.returncode == 0, started.stderr
    # Under load, the first requests and health checks would take more than a second if they had to import all this.
    assert started.stdout.split() == ["True", "1"]
