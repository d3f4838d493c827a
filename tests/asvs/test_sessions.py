"""Sessions, cookies and passwords, tested through the real sign-in pages."""

import ast
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string

from demo.entrance import enter
from housing import settings as written
from tests.architecture.source import ROOT, files
from tests.builders import OWNER
from tests.sign_in import let_in

# Names of the functions in Django and allauth that sign a user in.
ENTERS = {"authenticate", "login", "aauthenticate", "alogin", "perform_login", "force_login"}
PHRASE = "une phrase assez longue"


@pytest.fixture
def awa(landlord):
    person = landlord.person("awa")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    return person


def session_of(client: Client) -> str:
    return client.cookies[configured.SESSION_COOKIE_NAME].value


def test_session_key_is_random_and_new_at_sign_in(awa):
    numbers = set()
    for _ in range(3):
        client = Client()
        client.cookies[configured.SESSION_COOKIE_NAME] = planted = "a" * 32
        client.post("/entrer/", {"login": awa.email, "password": PHRASE})
        assert session_of(client) != planted
        numbers.add(session_of(client))
    assert len(numbers) == 3
    # ASVS requires 128 random bits. A session key of 26 characters, each with 36 possible values, has 134 bits.
    assert all(re.fullmatch(r"[a-z0-9]{26,}", number) for number in numbers)


def test_sign_out_and_password_change_end_the_session_on_the_server(awa):
    for leave in ("/entrer/sortir/", "/entrer/mot-de-passe/"):
        client, copy = let_in(Client(), awa), Client()
        copy.cookies[configured.SESSION_COOKIE_NAME] = session_of(client)
        assert copy.get("/regles/").status_code == 200
        new = {"oldpassword": PHRASE, "password1": PHRASE + " encore", "password2": PHRASE + " encore"}
        client.post(leave, new)
        assert copy.get("/regles/").status_code == 302, leave


def test_cookies_are_httponly_samesite_and_secure(awa, settings):
    client = Client()
    client.get("/entrer/")
    client.post("/entrer/", {"login": awa.email, "password": PHRASE})
    session = client.cookies[configured.SESSION_COOKIE_NAME]
    assert session["httponly"] and session["samesite"] == "Lax" and not session["domain"] and session["path"] == "/"
    assert all(not cookie["domain"] and cookie["samesite"] for cookie in client.cookies.values())
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    client = Client()
    client.get("/entrer/", secure=True)
    client.post("/entrer/", {"login": awa.email, "password": PHRASE}, secure=True)
    assert client.cookies and all(cookie["secure"] for cookie in client.cookies.values())


def test_password_is_long_and_compared_whole(awa):
    for refused in ("court", "elevensigns", "password1234"):
        with pytest.raises(ValidationError):
            validate_password(refused, awa)
    for taken in ("les quatre chats du gardien", "œuvre № 9 — ☂☂☂☂", "x" * 63 + "ÿ" * 65):
        validate_password(taken, awa)
        awa.set_password(taken)
        assert awa.check_password(taken) and not awa.check_password(taken[:-1] + "#")
        assert not awa.check_password(taken[:-1]) and not awa.check_password(taken.upper())


def test_cookies_have_the_host_prefix_over_https():
    """Over HTTPS all cookie names begin with __Host-. A new process is started with LOGE_HTTPS=1, because the cookie
    names are computed when the settings are loaded."""
    script = (
        "from django.conf import settings as s; from housing.message_storage import Told;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, Told.cookie_name)"
    )
    given = {**os.environ, "LOGE_HTTPS": "1", "DJANGO_SETTINGS_MODULE": "housing.settings"}
    result = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=given, capture_output=True, text=True, check=True
    )
    names = result.stdout.split()
    assert len(set(names)) == 4 and all(name.startswith("__Host-") for name in names)


def test_there_is_one_sign_in_flow(landlord):
    """Only allauth's flow signs anybody in, even after an OpenID sign-in. A demonstration is the only exception.

    The URL for OpenID sign-in answers 404 without a configured provider. The demonstration's sign-in URL answers 404
    outside a demonstration.
    """
    entering = [
        f"{name}:{node.lineno}"
        for name, tree in files().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in ENTERS
    ]
    by_steps, on_stage = {"access/signin/adapter.py", "access/signin/views/directory.py"}, {"demo/entrance.py"}
    assert {line.partition(":")[0] for line in entering} == by_steps | on_stage
    assert Client().get("/entrer/annuaire/").status_code == 404
    assert Client().post("/entrer/demonstration/", {"person": landlord.person("awa").pk}).status_code == 404
    request = RequestFactory().post("/entrer/demonstration/", {"person": str(landlord.person("awa").pk)})
    with pytest.raises(Http404):
        enter(request)
    assert configured.AUTHENTICATION_BACKENDS[0].startswith("allauth.") and len(configured.AUTHENTICATION_BACKENDS) == 2


def test_default_hasher_is_slow():
    """The password hasher in the production settings is argon2id with parameters that make guessing slow. All other
    tests use a fast hasher (tests/hashing.py)."""
    hasher = import_string(written.PASSWORD_HASHERS[0])()
    assert hasher.algorithm == "argon2" and make_password("x", hasher=hasher).startswith("argon2$argon2id$")
    assert configured.PASSWORD_HASHERS != written.PASSWORD_HASHERS
    assert hasher.memory_cost >= 19 * 1024 and hasher.time_cost >= 2
