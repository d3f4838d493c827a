"""Second factors: a person without one can open only the pages to set one up, and each code works once.

Some pages ask for the password or second factor again before they open.
"""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from django.conf import settings as configured
from django.db import connections
from django.test import Client
from django.urls import reverse

from access.permissions import Permission
from tests.access.keys import HOST, Key, challenge_of
from tests.audit.test_fail_closed import FAULTS, everything_stored
from tests.builders import OWNER, events
from tests.sign_in import let_in

PHRASE = "une phrase assez longue"
COUNTER = 1_234_567
IN, CHOOSE, SECOND = "/regles/", "/entrer/moyens/", "/entrer/second/"


@pytest.fixture
def awa(landlord, monkeypatch):
    """Provide a person with a password, and stop the clock from which one-time codes are computed."""
    monkeypatch.setattr(totp, "yield_hotp_counters_from_time", lambda: iter([COUNTER]))
    person = landlord.person("awa")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    return person


def with_password(person, phrase=PHRASE):
    client = Client()
    client.post("/entrer/", {"login": person.email, "password": phrase})
    return client


def number_of(client):
    return client.cookies[configured.SESSION_COOKIE_NAME].value


def code(secret, counter=COUNTER):
    return totp.format_hotp_value(totp.hotp_value(secret, counter))


def choose_codes(client):
    """Register an authenticator app (one-time codes) for the person signed in. Returns secret and recovery codes."""
    secret = re.search(r'class="secret">(\w+)<', client.get(f"{CHOOSE}application/").content.decode())[1]
    assert client.post(f"{CHOOSE}application/", {"code": code(secret)}).url == f"{CHOOSE}secours/"
    recovery_codes = re.findall(r"<code>(\d+)</code>", client.get(f"{CHOOSE}secours/").content.decode())
    return secret, recovery_codes


def is_in(client):
    return client.get(IN).status_code == 200


def test_an_error_about_a_code_names_the_field_as_its_label(landlord, awa):
    """An error about a one-time code names the field by its label, on all three pages that ask for a code.

    These are the pages for set-up, for proving one's identity again, and for sign-in.
    """
    client = with_password(awa)
    pages = [client.post(f"{CHOOSE}application/", {"code": "000000"})]
    choose_codes(client)
    pages.append(client.post("/entrer/preuve/code/", {"code": "000000"}))
    client = with_password(awa)
    pages.append(client.post(SECOND, {"code": "000000"}))
    for page in pages:
        body = page.content.decode()
        [label] = re.findall(r'<label for="id_code">([^<]+)</label>', body)
        assert label.startswith("Code de l’application") and f'href="#id_code">{label}</a>' in body


def test_without_a_second_factor_every_door_redirects_to_choosing_one(landlord, sign_in):
    client = let_in(Client(), landlord.person("elise"), second_factor=False)
    for path in ("/", IN, "/comptes/", f"/comptes/{landlord.account('Dette-Glycines A').reference}/"):
        assert client.get(path).url == client.post(path).url == CHOOSE, path
    assert "enregistrez un second moyen" in client.get(CHOOSE).content.decode()
    assert is_in(sign_in("elise"))


def test_codes_are_stored_encrypted_and_required_from_then_on(landlord, awa):
    client = with_password(awa)
    assert client.get(IN).url == CHOOSE
    before = number_of(client)
    secret, drawer = choose_codes(client)
    assert is_in(client) and number_of(client) != before and len(set(drawer)) == 10
    assert not re.search(r"<code>\d", client.get(f"{CHOOSE}secours/").content.decode()), "recovery codes are shown once"
    assert [e["kind"] for e in events(kind="factor_added")] and events(kind="recovery_codes_made")
    stored = str(list(Authenticator.objects.using(OWNER).values_list("data", flat=True)))
    assert "secret" in stored and secret not in stored and not any(recovery_code in stored for recovery_code in drawer)

    again = with_password(awa)
    assert again.get(IN).status_code == 302 and not is_in(again)
    assert "Code incorrect" in again.post(SECOND, {"code": "000000"}).content.decode()
    assert not is_in(again) and events(kind="sign_in_failed")[-1]["actor"] == awa.pk
    again.post(SECOND, {"code": code(secret)})
    assert is_in(again)
    assert [e["facts"]["means"] for e in events(kind="signed_in")] == ["password", "password-code"]
    twice = with_password(awa)
    twice.post(SECOND, {"code": code(secret)})
    assert not is_in(twice), "a code counts once"
    twice.post(SECOND, {"code": drawer[3]})
    assert is_in(twice) and len(events(kind="recovery_code_used")) == 1
    thrice = with_password(awa)
    thrice.post(SECOND, {"code": drawer[3]})
    assert not is_in(thrice)


def test_a_code_sent_twice_at_the_same_moment_counts_once(landlord, awa):
    secret, drawer = choose_codes(with_password(awa))
    for sent in (code(secret), drawer[0]):
        start, both = Barrier(2), [with_password(awa) for _ in range(2)]

        def send(client, sent=sent, start=start):
            try:
                start.wait(10)
                client.post(SECOND, {"code": sent})
                return is_in(client)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(send, both)) == [False, True]


def test_a_secret_copied_to_another_row_does_not_decrypt(landlord, awa):
    choose_codes(with_password(awa))
    mine = Authenticator.objects.using(OWNER).get(user=awa, type="totp")
    bruno = landlord.person("bruno")
    bruno.set_password(PHRASE)
    bruno.save(using=OWNER, update_fields=["password"])
    Authenticator.objects.using(OWNER).create(user=bruno, type="totp", data=mine.data)
    client = with_password(bruno)
    with pytest.raises(Exception, match="chiffrée pour une autre ligne"):
        client.post(SECOND, {"code": "123456"})


def test_a_password_reset_does_not_bypass_the_second_factor(landlord, awa, mailoutbox):
    choose_codes(with_password(awa))
    client = Client()
    client.post("/entrer/oubli/", {"email": awa.email})
    key = re.search(r"/entrer/oubli/\S+", mailoutbox[-1].body).group()
    page = client.get(key, follow=True)
    new = "encore une autre phrase"
    client.post(page.redirect_chain[-1][0], {"password1": new, "password2": new})
    assert not is_in(client)
    again = with_password(awa, new)
    assert not is_in(again) and again.get(SECOND).status_code == 200


@pytest.mark.parametrize("name", FAULTS)
def test_without_the_audit_log_no_sign_in_method_changes(landlord, awa, name):
    client, other = with_password(awa), "encore une autre phrase"
    with_password(awa)
    secret = re.search(r'class="secret">(\w+)<', client.get(f"{CHOOSE}application/").content.decode())[1]
    changes = {
        f"{CHOOSE}application/": {"code": code(secret)},
        f"{CHOOSE}secours/nouveaux/": {},
        "/entrer/sessions/": {},
        "/entrer/mot-de-passe/": {"oldpassword": PHRASE, "password1": other, "password2": other},
        f"{CHOOSE}application/retirer/": {},
    }
    for path, body in changes.items():
        stored = everything_stored()
        with FAULTS[name]():
            assert client.post(path, body).status_code == 503, path
        assert everything_stored() == stored, path
        assert client.post(path, body).status_code == 302, path
        changed = {table for table, rows in everything_stored().items() if rows != stored.get(table)}
        assert {table for table in changed if not table.startswith("audit_event")}, path


def test_changing_sign_in_methods_needs_a_fresh_proof(landlord, awa, sign_in):
    secret, _drawer = choose_codes(with_password(awa))
    client = let_in(Client(), awa, ago=3600)
    assert is_in(client)
    for path in (
        f"{CHOOSE}cle/",
        f"{CHOOSE}application/retirer/",
        f"{CHOOSE}secours/nouveaux/",
        "/entrer/mot-de-passe/",
    ):
        assert client.get(path).url.startswith("/entrer/preuve/"), path
        assert client.post(path, {}).url.startswith("/entrer/preuve/"), path
    # A person with an authenticator app proves their identity again by a one-time code, not by the password.
    assert client.get("/entrer/preuve/?next=/regles/").url.startswith("/entrer/preuve/code/")
    before = number_of(client)
    assert client.post("/entrer/preuve/code/", {"code": code(secret), "next": CHOOSE}).url == CHOOSE
    assert number_of(client) != before and events(kind="proved_again")[-1]["facts"]["means"] == "code"
    assert client.get("/entrer/mot-de-passe/").status_code == 200
    copy = Client()
    copy.cookies[configured.SESSION_COOKIE_NAME] = before
    assert not is_in(copy)


def test_doors_that_give_access_or_export_need_a_fresh_proof(landlord):
    from access.checks import routes

    fresh = {p.name for _path, p in routes() if getattr(getattr(p.callback, "door", None), "reauthenticate", False)}
    assert fresh >= {
        "assignment_grant", "stand_in_grant", "request_approve", "request_batch_approve", "exchange", "person_reopen",
        "person_factors_reset", "assignments_export", "accounts_export", "bank_details", "contest", "inherited_line",
        "inherited_erase", "requests_decide", "assignments_change",
        "contacts_export", "inspection", "inspection_ask", "inspection_lines", "inspection_agree", "wall_end",
    }  # fmt: skip
    # A page that grants, extends or moves access asks for the password or second factor again.
    # A page that only requests or ends access does not ask for the password or second factor again.
    hands_out = {
        Permission.ASSIGNMENTS_MANAGE, Permission.STAND_INS_GRANT, Permission.ACCESS_DECIDE, Permission.TOKENS_MANAGE,
    }  # fmt: skip
    doors = {p.name: p.callback.door for _path, p in routes() if hasattr(p.callback, "door")}
    writes = {name for name, door in doors.items() if door.writes and door.permission in hands_out}
    assert len(writes) >= 14 and writes - fresh == {
        "assignment_end", "api_assignment_end", "stand_in_end", "request_refuse", "token_ask", "token_revoke",
    }  # fmt: skip
    jules = let_in(Client(), landlord.person("jules"), ago=3600)
    address = "/acces/affectations/confier/"
    assert jules.get(address).url == f"/entrer/preuve/?next={address}" and jules.post(address).status_code == 302
    assert jules.get("/acces/affectations/").status_code == 200


def test_the_reauthentication_page_says_why_and_links_back(landlord):
    """The page that asks for the password again names the page that the person wanted to open.

    Otherwise people would get used to typing their password without a reason, and would type it into a forged page too.
    """
    person = landlord.person("georges")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    georges = let_in(Client(), person, ago=3600)
    for name, back in (("wall_end", "walls"), ("stand_in_grant", "stand_ins"), ("mfa_add_webauthn", "mfa_index")):
        there = reverse(name, kwargs={"pk": uuid4()} if name == "wall_end" else None)
        page = georges.get(f"/entrer/preuve/?next={there}").content.decode()
        assert f'<a class="back" href="{reverse(back)}">' in page and "moins de dix minutes" in page, name
    for nowhere in ("https://ailleurs.example/", "/rien/", "//ailleurs.example/x", "http://[", ""):
        page = georges.get("/entrer/preuve/", {"next": nowhere}).content.decode()
        assert 'class="back"' not in page and "moins de dix minutes" in page, nowhere


def test_without_a_second_factor_pages_offer_no_navigation(landlord, awa):
    client = with_password(awa)
    for page in (CHOOSE, f"{CHOOSE}cle/", f"{CHOOSE}application/"):
        html = client.get(page).content.decode()
        assert 'class="nav"' not in html and "Ma trace" not in html and "Verrouiller" in html, page
    choose_codes(client)
    html = client.get(CHOOSE).content.decode()
    assert 'class="nav"' in html and "Ma trace" in html


def test_a_manager_of_people_resets_lost_sign_in_methods_with_a_reason_and_an_email(landlord, awa, sign_in, mailoutbox):
    hers = with_password(awa)
    choose_codes(hers)
    SocialAccount.objects.using(OWNER).create(user=awa, provider="directory", uid="tied")
    jules, page = sign_in("jules"), f"/acces/personnes/{awa.pk}/moyens/"
    assert jules.post(page, {}).status_code == 200 and is_in(hers)
    assert jules.post(page, {"reason": "lost"}).status_code == 302
    assert not is_in(hers) and not Authenticator.objects.using(OWNER).filter(user=awa).exists()
    assert not SocialAccount.objects.using(OWNER).filter(user=awa).exists()
    [event] = events(kind="factors_reset")
    assert (event["facts"]["reason"], event["facts"]["removed"], event["facts"]["ended"]) == ("lost", 3, 1)
    assert mailoutbox[-1].to == [awa.email] and "réinitialis" in mailoutbox[-1].body
    again = with_password(awa)
    assert again.get(IN).url == CHOOSE
    own = f"/acces/personnes/{landlord.person('jules').pk}/moyens/"
    assert jules.post(own, {"reason": "lost"}).status_code == 200 and len(events(kind="factors_reset")) == 1


BYTES = ("attestationObject", "authenticatorData", "signature")
ANSWER = {"id": "AA", "rawId": "AA", "response": {"clientDataJSON": "e30"}}
NO_ANSWERS = {
    "a word": '"x"',
    "no raw id": json.dumps({**ANSWER, "rawId": None}),
    "two ids": json.dumps({**ANSWER, "rawId": "BB"}),
    "a number inside": json.dumps({**ANSWER, "response": {"clientDataJSON": 5}}),
    "no one by that name": json.dumps({**ANSWER, "response": {"clientDataJSON": "e30", "userHandle": "\ud800"}}),
    "bytes cut short": json.dumps({**ANSWER, "response": {"clientDataJSON": "e30", **dict.fromkeys(BYTES, "oQ")}}),
    "deep": "[" * 100_000,
    "deep in names": '{"a":' * 50_000,
    "thousands of digits": "9" * 5000,
}


@pytest.mark.parametrize("credential", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_a_malformed_answer_of_a_key_is_refused_without_an_error(landlord, credential):
    """Malformed data in place of a security key's answer must be refused without a server error.

    The test posts such data three times: to sign in (open to everybody), to register a key, and to unlock a session.
    """
    assert Client().post("/entrer/cle/", {"credential": credential}).status_code == 302
    assert [e["facts"]["means"] for e in events(kind="sign_in_failed")] == ["passkey"]
    client = let_in(Client(), landlord.person("awa"))
    assert client.post(f"{CHOOSE}cle/", {"credential": credential}).status_code == 200
    assert not Authenticator.objects.using(OWNER).exists()
    client.post("/entrer/verrouiller/")
    assert client.post("/entrer/verrou/cle/", {"credential": credential}).status_code == 200 and not is_in(client)


def test_nobody_can_name_a_key(landlord):
    """allauth lets people name a security key. Loge ignores the name: it would be free text without screening."""
    client = let_in(Client(SERVER_NAME=HOST), landlord.person("awa"))
    made = json.dumps(Key().made(challenge_of(client, f"{CHOOSE}cle/")))
    values = {"credential": made, "name": "Le locataire du 3 est malade"}
    assert client.post(f"{CHOOSE}cle/", values).status_code == 302
    added = Authenticator.objects.using(OWNER).get(user=landlord.person("awa"), type="webauthn")
    assert added.data["name"] == "Clé"
