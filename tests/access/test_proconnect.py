"""Sign-in through an OpenID federation such as ProConnect, which serves many organisations.

Loge requires an assurance level and the landlord's own identity provider. The email address may come from the signed
user information instead of the token.
"""

import json
import time

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from tests.access.test_directory import ISSUER, KEY, OTHER, US, Provider, directory
from tests.builders import OWNER, events

__all__ = ["directory"]  # the fixture
OURS = "71144ab3-ee1a-4401-b7b3-79b44f7daeeb"
TWO_FACTORS = ["eidas2", "eidas3"]


@pytest.fixture
def proconnect(directory: Provider, landlord, settings):
    """Return a fake provider whose tokens have no email address, as with ProConnect.

    Its signed user information has the address, but no `email_verified`.
    """
    settings.OIDC_ACR = settings.OIDC_SECOND = TWO_FACTORS
    settings.OIDC_IDP, settings.OIDC_BY_EMAIL = [OURS], True
    directory.wrong = {"acr": "eidas2", "amr": ["pwd", "otp", "mfa"]}
    directory.information = information(landlord.person("awa").email)
    return directory


def information(email: str) -> dict:
    now = int(time.time())
    known = {"iss": ISSUER, "aud": US, "sub": "awa-17", "iat": now, "exp": now + 60, "email": email, "idp_id": OURS}
    return known | {"given_name": "Awa", "usual_name": "Diakité", "siret": "12345678901234", "uid": "a17"}


def enters(provider: Provider, client: Client | None = None) -> bool:
    answer = provider.lets_in(client or Client())
    entered = bool(events(kind="signed_in"))
    assert answer.status_code == 302 and entered == (answer.url != "/entrer/")
    return entered


def test_two_factors_and_an_address_of_the_configured_provider_sign_in(proconnect, landlord):
    client = Client()
    assert enters(proconnect, client)
    assert [event["actor"] for event in events(kind="signed_in")] == [landlord.person("awa").pk]
    assert client.get("/regles/").status_code == 200, "the federation's second factor counts"
    assert proconnect.bearers == ["Bearer unused"]
    assert events(kind="signed_in")[-1]["facts"]["means"] == "directory-assured"
    stored = f"{events()}{list(SocialAccount.objects.using(OWNER).values())}"
    assert not [name for name in ("awa-17", "12345678901234", "usual_name", OURS) if name in stored]


def test_the_level_is_requested_in_both_ways(proconnect):
    enters(proconnect)
    assert proconnect.asked["acr_values"] == "eidas2 eidas3"
    claims = json.loads(proconnect.asked["claims"])
    assert claims == {"id_token": {"acr": {"essential": True, "values": TWO_FACTORS}, "amr": None}}
    assert set(proconnect.asked["scope"].split()) == {"openid", "email", "idp_id"}


@pytest.mark.parametrize("level", ["eidas1", "eidas22", "EIDAS2", "", None, ["eidas2"], True, "eidas2 eidas3"])
def test_another_level_signs_nobody_in(proconnect, level):
    proconnect.wrong = {**proconnect.wrong, "acr": level}
    assert not enters(proconnect) and len(events(kind="sign_in_failed")) == 1


WRONG = {
    "another person": {"sub": "elise-3"},
    "nobody": {"sub": None},
    "issuer": {"iss": "https://ailleurs.example"},
    "no issuer": {"iss": None},
    "audience": {"aud": "somebody else"},
    "no audience": {"aud": None},
    "expired": {"exp": int(time.time()) - 3600},
    "another provider": {"idp_id": "another"},
    "no provider": {"idp_id": None},
    "a list of providers": {"idp_id": [OURS]},
    "an unknown address": {"email": "inconnue@ailleurs.example"},
    "no address": {"email": None},
    "an address that is not verified": {"email_verified": False},
    "a word for true": {"email_verified": "true"},
}


@pytest.mark.parametrize("name", WRONG)
def test_any_wrong_field_of_the_user_information_signs_nobody_in(proconnect, name):
    fields = {**proconnect.information, **WRONG[name]}
    proconnect.information = {field: value for field, value in fields.items() if value is not None}
    assert not enters(proconnect)
    assert not SocialAccount.objects.using(OWNER).exists()


@pytest.mark.parametrize(("key", "alg"), [(OTHER, "RS256"), (KEY, "none")], ids=["another key", "unsigned"])
def test_user_information_not_signed_by_the_directory_signs_nobody_in(proconnect, key, alg):
    proconnect.information_key, proconnect.information_alg = key, alg
    assert not enters(proconnect)


def test_unsigned_json_user_information_must_be_of_the_same_person(proconnect):
    proconnect.signs_information = False
    proconnect.information = {**proconnect.information, "sub": "elise-3"}
    assert not enters(proconnect)
    proconnect.information = ["awa-17"]
    assert not enters(proconnect)
    proconnect.information = {"sub": "awa-17", "email": information("awa")["email"], "idp_id": OURS}
    assert not enters(proconnect), "no such address"


def test_unsigned_json_user_information_of_the_same_person_signs_in(proconnect):
    proconnect.signs_information = False
    assert enters(proconnect)


def test_an_address_and_its_verification_come_from_the_same_source(proconnect, landlord):
    """`email_verified` must count only for the address in the same document: the token, or the signed user information.

    Otherwise the flag in one document would verify the address in the other.
    """
    proconnect.wrong = {**proconnect.wrong, "email": landlord.person("jules").email, "email_verified": False}
    proconnect.information = {**proconnect.information, "email_verified": True}
    assert not enters(proconnect)
    proconnect.wrong = {**proconnect.wrong, "email": None, "email_verified": True}
    proconnect.information = {**proconnect.information, "email_verified": False}
    assert not enters(proconnect)


def test_an_unverified_address_signs_nobody_in(proconnect, settings):
    settings.OIDC_IDP = []
    assert not enters(proconnect)
    assert "idp_id" not in proconnect.asked["scope"].split()


def test_claims_that_the_settings_do_not_need_are_not_requested(proconnect, settings):
    settings.OIDC_IDP, settings.OIDC_BY_EMAIL = [], False
    assert not enters(proconnect) and proconnect.bearers == []
