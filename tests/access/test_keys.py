"""Signing in with security keys: valid answers, and forged, copied or stolen ones."""

from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, connections
from django.test import Client
from fido2 import cbor
from fido2.cose import CoseKey
from fido2.utils import websafe_encode

from tests.access.keys import CHOOSE, ENTER, FLAG, HOST, PRESENT, VERIFIED, Key, challenge_of, choose, enter, sent
from tests.audit.test_fail_closed import FAULTS, everything_stored
from tests.builders import OWNER, events, run
from tests.sign_in import let_in, listed

IN, PROVE, UNLOCK = "/regles/", "/entrer/preuve/cle/", "/entrer/verrou/cle/"


def browser():
    return Client(SERVER_NAME=HOST)


def is_in(client):
    return client.get(IN).status_code == 200


def entered(key, person, **how):
    client = browser()
    enter(client, key, person, **how)
    return client


def stored_key(person):
    return Authenticator.objects.using(OWNER).get(user=person, type="webauthn")


@pytest.fixture
def awa(landlord):
    return landlord.person("awa")


@pytest.fixture
def key(awa):
    made = Key()
    assert choose(let_in(browser(), awa), made).status_code == 302
    return made


# --- Forged answers ---

FORGED = {
    "another house": {"origin": "https://ailleurs.example"},
    "a name below ours": {"origin": f"http://sous.{HOST}"},
    "below, encrypted": {"origin": f"https://sous.{HOST}"},
    "another port of ours": {"origin": f"http://{HOST}:9999"},
    "another scheme": {"origin": f"https://{HOST}"},
    "our name before theirs": {"origin": f"http://{HOST}@ailleurs.example"},
    "a page in a page": {"framed": True},
    "no origin": {"origin": "null"},
    "no address": {"origin": "http://["},
    "for another house": {"rp": "ailleurs.example"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": VERIFIED},
    "nobody at all": {"flags": FLAG(0)},
    "made and not shown": {"kind": "webauthn.create"},
    "paid with": {"kind": "payment.get"},
}


@pytest.mark.parametrize("how", FORGED.values(), ids=FORGED)
def test_an_answer_signed_for_something_else_is_refused(awa, key, how):
    assert not is_in(entered(key, awa, **how))
    assert is_in(entered(key, awa))
    if "kind" not in how:
        client = let_in(browser(), awa)
        assert sent(client, CHOOSE, Key().made(challenge_of(client, CHOOSE), **how)).status_code == 200
        assert stored_key(awa)


def test_an_answer_works_once_and_only_where_it_was_requested(awa, key):
    client, other = browser(), browser()
    credential = key.answers(challenge_of(client), awa)
    challenge_of(other)
    sent(other, ENTER, credential)
    sent(client, ENTER, credential)
    sent(other, ENTER, credential)
    assert is_in(client) and not is_in(other)


def test_a_key_signs_in_only_its_own_person_even_under_anothers_id(landlord, awa, key):
    bruno = landlord.person("bruno")
    his = Key(number=key.number)
    # Bruno (caretaker) must not register a key under the id of another person's key: the form is shown again.
    assert choose(let_in(browser(), bruno), his).status_code == 200
    assert not is_in(entered(key, bruno)) and not is_in(entered(his, awa))
    assert is_in(entered(key, awa)) and not is_in(entered(his, bruno))


def test_a_key_of_a_closed_sign_in_is_refused(awa, key):
    awa.is_active = False
    awa.save(using=OWNER, update_fields=["is_active"])
    assert not is_in(entered(key, awa))


# --- Malformed answers ---

HERE = sha256(HOST.encode()).digest()
DEEP = b"\x81" * 5000
WITHOUT_KEY = cbor.encode({"fmt": "none", "attStmt": {}, "authData": HERE + b"\x05\0\0\0\0"})


@pytest.mark.parametrize(
    "attested", [DEEP, WITHOUT_KEY, b"\x9b" + b"\xff" * 8], ids=["deep", "no key in it", "endless"]
)
def test_a_malformed_registration_is_not_stored(awa, attested):
    client = let_in(browser(), awa)
    made = Key().made(challenge_of(client, CHOOSE))
    made["response"]["attestationObject"] = websafe_encode(attested)
    assert sent(client, CHOOSE, made).status_code == 200
    assert not Authenticator.objects.using(OWNER).exists()


@pytest.mark.parametrize(
    "rest", [b"\x80\0\0\0\0" + DEEP, b"\xc0\0\0\0\0" + b"\0" * 18 + b"\xa1\x01\x02"], ids=["deep", "half"]
)
def test_deeply_nested_authenticator_data_is_refused_without_an_error(awa, key, rest):
    client = browser()
    credential = key.answers(challenge_of(client), awa)
    credential["response"]["authenticatorData"] = websafe_encode(HERE + rest)
    assert sent(client, ENTER, credential).status_code == 302 and not is_in(client)


def test_a_key_with_an_unknown_signature_algorithm_cannot_sign_in(awa):
    client, key = let_in(browser(), awa), Key()
    sent(client, CHOOSE, key.made(challenge_of(client, CHOOSE), public=CoseKey({1: 1, 3: -9999, -1: 1})))
    assert not is_in(entered(key, awa))


# --- Copied keys ---


def test_a_copied_key_is_disabled_and_ends_all_sessions(awa, key, mailoutbox):
    copy = key.copied()
    hers, theirs = listed(awa), entered(copy, awa)
    assert is_in(theirs) and is_in(hers), "the two cannot be distinguished until both were used"
    back = entered(key, awa)
    assert not is_in(back) and not is_in(theirs) and not is_in(hers)
    [event] = events(kind="key_copied")
    assert event["actor"] == awa.pk and event["facts"] == {"means": "passkey", "ended": 2}
    assert mailoutbox[-1].to == [awa.email] and "copie" in mailoutbox[-1].body
    # Once a copy was detected, both keys must stay refused, whichever of them has the higher signature counter.
    for _ in range(3):
        assert not is_in(entered(key, awa)) and not is_in(entered(copy, awa))
    assert len(events(kind="key_copied")) == len([mail for mail in mailoutbox if "copie" in mail.body]) == 1
    assert "copie" in let_in(browser(), awa).get("/entrer/moyens/").content.decode()


def test_with_a_copied_key_as_only_second_factor_the_password_is_not_enough(awa, key):
    awa.set_password("une phrase assez longue")
    awa.save(using=OWNER, update_fields=["password"])
    copy = key.copied()
    entered(copy, awa), entered(key, awa)
    client = browser()
    client.post("/entrer/", {"login": awa.email, "password": "une phrase assez longue"})
    assert client.get(IN).status_code == 302 and client.get("/entrer/moyens/").status_code == 302
    sent(client, "/entrer/second/", key.answers(challenge_of(client, "/entrer/second/"), awa))
    assert not is_in(client)


@pytest.mark.parametrize("where", [PROVE, UNLOCK])
def test_a_copy_used_in_an_open_session_ends_that_session_too(awa, key, where):
    copy = key.copied()
    client = listed(awa)
    client.defaults["SERVER_NAME"] = HOST
    entered(key, awa)
    if where == UNLOCK:
        client.post("/entrer/verrouiller/")
    challenge = challenge_of(client, where if where == PROVE else "/entrer/verrou/")
    answer = sent(client, where, copy.answers(challenge, awa))
    assert answer.status_code == 302 and answer.url == "/entrer/" and not is_in(client)
    assert len(events(kind="key_copied")) == 1


def test_a_synchronised_passkey_without_a_counter_keeps_working(awa):
    key = Key(counts=False)
    choose(let_in(browser(), awa), key)
    assert all(is_in(entered(each, awa)) for each in (key, key.copied(), key))
    key.counter = 7
    assert is_in(entered(key, awa))
    key.counter = 0
    assert not is_in(entered(key, awa)) and events(kind="key_copied"), "a key that once counted must go on counting"


def test_an_answer_sent_twice_at_once_does_not_count_as_a_copy(awa, key):
    """A double click sends the answer of a security key twice. Only one request signs in, and the audit log must not
    report a copied key."""
    client = browser()
    credential, start = key.answers(challenge_of(client), awa), Barrier(2)
    twins = [browser(), browser()]
    for twin in twins:
        twin.cookies = client.cookies.copy()

    def send(twin):
        try:
            start.wait(10)
            return sent(twin, ENTER, credential).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(send, twins))
    assert any(is_in(twin) for twin in twins) and not events(kind="key_copied")


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_audit_log_no_key_is_disabled(awa, key, name):
    copy = key.copied()
    entered(key, awa)
    client = browser()
    challenge, stored = challenge_of(client), everything_stored()
    with FAULTS[name]():
        assert sent(client, ENTER, copy.answers(challenge, awa)).status_code == 503
    assert everything_stored() == stored


# --- Ids of other keys ---


def test_a_key_cannot_be_registered_under_the_id_of_another(landlord, awa, key):
    """Registering a security key under the id of another person's key must be refused. It does not matter whether the
    new key has signed this id, or only an unsigned field of the request contains it."""
    bruno = let_in(browser(), landlord.person("bruno"))
    assert choose(bruno, Key(number=key.number)).status_code == 200
    renamed = Key()
    made = renamed.made(challenge_of(bruno, CHOOSE))
    made["id"] = made["rawId"] = websafe_encode(key.number)
    assert sent(bruno, CHOOSE, made).status_code == 200
    assert choose(let_in(browser(), awa), key.copied()).status_code == 200
    assert Authenticator.objects.using(OWNER).filter(type="webauthn").count() == 1
    assert is_in(entered(key, awa)), "her key works as before"


def test_the_database_refuses_the_id_of_another_key(landlord, awa, key):
    stored = stored_key(awa)
    with pytest.raises(IntegrityError, match="key_number_once"):
        Authenticator.objects.create(user=landlord.person("bruno"), type="webauthn", data=stored.data)


@pytest.mark.spoils
def test_the_form_refuses_the_id_of_another_key_without_the_unique_index(landlord, awa, key):
    run("DROP INDEX key_number_once")
    assert choose(let_in(browser(), landlord.person("bruno")), Key(number=key.number)).status_code == 200
    assert Authenticator.objects.using(OWNER).filter(type="webauthn").count() == 1


def test_an_id_taken_meanwhile_or_hidden_is_refused_with_the_same_error(landlord, awa, key, monkeypatch):
    """A security key with the id of another key is refused, even if the form does not find the other key.

    The form cannot find a hidden row, or a row that a concurrent request has just inserted. The unique index must then
    refuse the new key, with the same error message.
    """
    bruno = let_in(browser(), landlord.person("bruno"))
    in_sight = choose(bruno, Key(number=key.number))
    monkeypatch.setattr("access.signin.forms.keys._must_be_new", lambda _credential: None)
    answer = choose(bruno, Key(number=key.number))
    assert answer.status_code == in_sight.status_code == 200
    assert answer.context["form"].errors == in_sight.context["form"].errors != {}
    assert not Authenticator.objects.using(OWNER).filter(user=landlord.person("bruno")).exists()
    assert not events(kind="factor_added", actor=landlord.person("bruno").pk)
