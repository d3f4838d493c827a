"""Sign-in through the landlord's OpenID provider (the directory).

A valid token signs its person in. A token with a wrong field signs nobody in, and no token creates a person.
"""

import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.account.internal.flows import login as flow
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from access.models import Person
from access.signin.directory import FromTheEnvironment, identity
from audit.record import AuditLogUnavailable
from tests.audit.test_fail_closed import FAULTS
from tests.builders import OWNER, events
from tests.sign_in import let_in, session_in

ISSUER, US = "https://annuaire.example/realms/office", "loge"
START, BACK = "/entrer/annuaire/", "/entrer/annuaire/retour/"
KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


class Answer:
    status_code = 200

    def __init__(self, body, content_type="application/json"):
        self.body, self.headers = body, {"content-type": content_type}
        self.text = body if isinstance(body, str) else json.dumps(body)

    def json(self):
        return self.body

    def raise_for_status(self):
        pass


class Provider:
    """Fake OpenID provider: discovery document, keys, one token per code, and user information if configured."""

    def __init__(self):
        self.wrong, self.key, self.alg, self.sent = {}, KEY, "RS256", []
        self.information, self.signs_information, self.bearers = None, True, []
        self.information_key, self.information_alg = KEY, "RS256"

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    def get(self, url, headers=None):
        if url == f"{ISSUER}/userinfo":
            self.bearers.append(headers["Authorization"])
            return self.answer_with_information()
        if url.endswith("/keys"):
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return Answer({"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})
        assert url == f"{ISSUER}/.well-known/openid-configuration"
        names = {"authorization_endpoint": "auth", "token_endpoint": "token", "jwks_uri": "keys"}
        if self.information is not None:
            names["userinfo_endpoint"] = "userinfo"
        return Answer({"issuer": ISSUER, **{name: f"{ISSUER}/{end}" for name, end in names.items()}})

    def request(self, method, url, data, **_more):
        self.sent.append(data)
        return Answer({"access_token": "unused", "id_token": self.token()})

    def answer_with_information(self):
        if not self.signs_information:
            return Answer(self.information)
        key = {"RS256": self.information_key, "none": None}[self.information_alg]
        token = jwt.encode(self.information, key, algorithm=self.information_alg, headers={"kid": "one"})
        return Answer(token, "application/jwt; charset=utf-8")

    def token(self):
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": US, "sub": "awa-17", "nonce": self.nonce, "iat": now, "exp": now + 60}
        claims = {name: value for name, value in {**claims, **self.wrong}.items() if value is not None}
        key = {"RS256": self.key, "none": None, "HS256": "x" * 40}[self.alg]
        return jwt.encode(claims, key, algorithm=self.alg, headers={"kid": "one"})

    def lets_in(self, client, **back):
        """Start a sign-in and return from the fake provider with a code, as a browser would. Returns the response."""
        return self.returns(client, client.get(START).url, **back)

    def returns(self, client, address, **back):
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["code_challenge_method"] == "S256" and query["response_type"] == "code"
        assert len(query["state"]) >= 32 and len(query["nonce"]) >= 32
        self.asked, self.nonce = query, query["nonce"]
        return client.get(BACK, {"code": "c", "state": query["state"], **back})


@pytest.fixture
def directory(settings, monkeypatch):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT, settings.OIDC_SECRET = ISSUER, US, "between us"
    provider = Provider()
    monkeypatch.setattr(FromTheEnvironment, "get_requests_session", lambda self: provider)
    return provider


@pytest.fixture
def awa(landlord):
    person = landlord.person("awa")
    uid = identity({"iss": ISSUER, "sub": "awa-17"})
    SocialAccount.objects.using(OWNER).create(user=person, provider="directory", uid=uid)
    return person


def is_in(client):
    return "_auth_user_id" in session_in(client)


def test_sign_in_through_a_directory_is_off_by_default(landlord):
    assert [Client().get(START).status_code, Client().get(BACK).status_code] == [404, 404]
    assert "annuaire" not in Client().get("/entrer/").content.decode()


def test_a_valid_token_signs_in_and_our_own_second_factor_is_required(directory, awa):
    client = Client()
    assert START in client.get("/entrer/").content.decode()
    assert directory.lets_in(client).status_code == 302 and is_in(client)
    assert client.get("/regles/").url == "/entrer/moyens/"
    assert directory.sent[0]["code_verifier"] and directory.sent[0]["client_secret"] == "between us"
    assert [event["facts"]["means"] for event in events(kind="signed_in")] == ["directory"]
    assert "awa-17" not in str(events()) + str(list(SocialAccount.objects.using(OWNER).values()))


WRONG = {
    "issuer": {"iss": "https://ailleurs.example"},
    "audience": {"aud": "somebody else"},
    "presenter": {"aud": [US, "other"], "azp": "other"},
    "nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "expired": {"exp": int(time.time()) - 3600},
    "no end": {"exp": None},
    "unknown": {"sub": "nobody"},
    "unknown, with a known address": {"sub": "nobody", "email": "awa@loge.example", "email_verified": True},
}


def test_any_wrong_field_signs_nobody_in(directory, awa):
    people = Person.objects.using(OWNER).count()
    for name, wrong in WRONG.items():
        client, directory.wrong = Client(), wrong
        assert directory.lets_in(client).url == "/entrer/" and not is_in(client), name
    directory.wrong = {}
    for key, alg in ((OTHER, "RS256"), (KEY, "none"), (KEY, "HS256")):
        client, directory.key, directory.alg = Client(), key, alg
        assert directory.lets_in(client).url == "/entrer/" and not is_in(client), alg
    directory.key, directory.alg = KEY, "RS256"
    for back in ({"state": "invented"}, {"iss": "https://ailleurs.example"}, {"code": ""}):
        client = Client()
        assert directory.lets_in(client, **back).url == "/entrer/" and not is_in(client), back
    assert len(events(kind="sign_in_failed")) == len(WRONG) + 6
    assert Person.objects.using(OWNER).count() == people, "nobody is made"
    assert SocialAccount.objects.using(OWNER).count() == 1


def test_an_answer_works_once_and_only_in_the_browser_that_asked(directory, awa):
    client, other = Client(), Client()
    address = client.get(START).url
    assert directory.returns(other, address).url == "/entrer/" and not is_in(other)
    assert directory.returns(client, address).status_code == 302 and is_in(client)
    client.logout()
    assert directory.returns(client, address).url == "/entrer/" and not is_in(client)


def test_the_directorys_second_factor_counts_only_if_configured(directory, awa, settings):
    directory.wrong = {"amr": ["pwd", "mfa"]}
    client = Client()
    directory.lets_in(client)
    assert client.get("/regles/").url == "/entrer/moyens/"
    settings.OIDC_SECOND = ["mfa"]
    client = Client()
    directory.lets_in(client)
    assert client.get("/regles/").status_code == 200
    assert events(kind="signed_in")[-1]["facts"]["means"] == "directory-assured"
    directory.wrong = {"amr": ["pwd"]}
    client = Client()
    directory.lets_in(client)
    assert client.get("/regles/").url == "/entrer/moyens/"


def test_a_verified_address_links_a_person_once_if_configured(directory, landlord, settings):
    person = landlord.person("awa")
    directory.wrong = {"email": person.email.upper(), "email_verified": True}
    refused = Client()
    assert directory.lets_in(refused).url == "/entrer/" and not is_in(refused)
    settings.OIDC_BY_EMAIL = True
    directory.wrong["email_verified"] = "true"
    assert directory.lets_in(refused).url == "/entrer/" and not is_in(refused)
    directory.wrong["email_verified"] = True
    # A token that names another issuer signs nobody in, even if the key of the landlord's OpenID provider signed it.
    directory.wrong["iss"] = "https://ailleurs.example"
    assert directory.lets_in(refused).url == "/entrer/" and not is_in(refused)
    del directory.wrong["iss"]
    client = Client()
    directory.lets_in(client)
    assert session_in(client)["_auth_user_id"] == str(person.pk)
    directory.wrong["sub"] = "successor"
    assert directory.lets_in(refused).url == "/entrer/" and not is_in(refused)


def test_linking_needs_a_fresh_proof_and_can_be_undone(directory, landlord, mailoutbox):
    person = landlord.person("awa")
    assert let_in(Client(), person, ago=3600).post(f"{START}lier/").url == "/entrer/moyens/", (
        "nothing to reauthenticate with"
    )
    person.set_password("une phrase assez longue")
    person.save(using=OWNER, update_fields=["password"])
    stale = let_in(Client(), person, ago=3600)
    assert stale.post(f"{START}lier/").url.startswith("/entrer/preuve/")
    client = let_in(Client(), person)
    page = client.post(f"{START}lier/")
    assert directory.returns(client, page.context["address"]).url == "/entrer/moyens/"
    assert (
        "Vous pouvez vous connecter avec votre compte de l’annuaire" in client.get("/entrer/moyens/").content.decode()
    )
    client = let_in(Client(), landlord.person("elise"))
    page = client.post(f"{START}lier/")
    assert directory.returns(client, page.context["address"]).url == "/entrer/moyens/"
    assert [row.user_id for row in SocialAccount.objects.using(OWNER).all()] == [person.pk], (
        "stays linked to the first person"
    )
    client = let_in(Client(), person)
    assert client.post(f"{START}delier/").url == "/entrer/moyens/"
    assert not SocialAccount.objects.using(OWNER).exists() and len(mailoutbox) == 2
    kinds = [event["kind"] for event in events() if event["facts"].get("means") == "directory"]
    assert kinds == ["factor_added", "sign_in_failed", "factor_removed"]


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_audit_log_nothing_is_linked_or_unlinked(directory, landlord, mailoutbox, name, monkeypatch):
    """If the audit event cannot be written, linking or unlinking a directory account must be rolled back."""
    person = landlord.person("bruno")
    client = let_in(Client(), person)
    address = client.post(f"{START}lier/").context["address"]
    with FAULTS[name]():
        assert directory.returns(client, address).status_code == 503
    assert not SocialAccount.objects.using(OWNER).exists()

    def gone(*_args, **_more):
        raise AuditLogUnavailable

    with monkeypatch.context() as late:
        late.setattr("access.signin.views.directory.record_view", gone)
        address = client.post(f"{START}lier/").context["address"]
        assert directory.returns(client, address).status_code == 503
    assert not SocialAccount.objects.using(OWNER).exists()
    directory.returns(client, client.post(f"{START}lier/").context["address"])
    assert SocialAccount.objects.using(OWNER).count() == 1 and len(mailoutbox) == 1
    with FAULTS[name]():
        assert client.post(f"{START}delier/").status_code == 503
    with monkeypatch.context() as late:
        late.setattr("access.signin.views.directory.record_view", gone)
        assert client.post(f"{START}delier/").status_code == 503
    assert SocialAccount.objects.using(OWNER).count() == 1 and len(mailoutbox) == 1


def test_a_closed_sign_in_stays_closed(directory, awa):
    awa.is_active = False
    awa.save(using=OWNER, update_fields=["is_active"])
    client = Client()
    assert directory.lets_in(client).url == "/entrer/ferme/" and not is_in(client)


def test_a_person_with_a_second_factor_is_asked_for_it(directory, awa, monkeypatch):
    monkeypatch.setattr("allauth.mfa.stages.is_mfa_enabled", lambda *_: True)
    client = Client()
    assert directory.lets_in(client).url == "/entrer/second/" and not is_in(client)
    assert [record["method"] for record in session_in(client)[flow.AUTHENTICATION_METHODS_SESSION_KEY]] == [
        "socialaccount"
    ]
