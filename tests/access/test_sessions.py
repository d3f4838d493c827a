"""How sessions lock and end, how people list and end them, and how guessing passwords is slowed down."""

import io
import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.models import Session
from access.signin import passwords, session_limits, sessions
from access.signin.adapter import StaffOnly
from audit.record import AuditLogUnavailable
from tests.architecture.source import ROOT
from tests.builders import OWNER, events, run
from tests.sign_in import let_in, listed, session_in

PHRASE = "une phrase assez longue"
IN, LOCKED = "/regles/", "/entrer/verrou/"
FAST = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def awa(landlord, settings):
    """Return a person with a password, whose hash is fast to compute, because these tests try many passwords."""
    settings.PASSWORD_HASHERS = FAST
    person = landlord.person("awa")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    return person


@pytest.fixture
def clock(monkeypatch):
    now = SimpleNamespace(at=1_800_000_000.0)
    monkeypatch.setattr(sessions, "time", SimpleNamespace(time=lambda: now.at))
    return now


def is_in(client):
    return client.get(IN).status_code == 200


def test_the_limits_are_documented():
    page = (ROOT / "docs" / "operations" / "sign-in.md").read_text(encoding="utf-8")
    for name in ("LOCKED_AFTER", "ENDED_AFTER", "LONGEST"):
        seconds = getattr(session_limits, f"{name}_SECONDS")
        assert f"| `{name}_SECONDS` | {seconds // 60} minutes |" in page, name


def test_after_a_quarter_of_an_hour_the_same_person_unlocks_the_session(landlord, awa, clock):
    client = let_in(Client(), awa)
    clock.at += session_limits.LOCKED_AFTER_SECONDS - 1
    assert is_in(client)
    clock.at += session_limits.LOCKED_AFTER_SECONDS
    assert (
        client.get(IN).url == f"{LOCKED}?next={IN}"
        and client.post(reverse("residents_search")).url == f"{LOCKED}?next=/"
    )
    page = client.get(f"{LOCKED}?next={IN}").content.decode()
    assert awa.name in page and "Glycines" not in page
    assert client.post(LOCKED, {"password": "autre chose", "next": IN}).status_code == 200 and not is_in(client)
    number = client.cookies["sessionid"].value
    assert client.post(LOCKED, {"password": PHRASE, "next": IN}).url == IN
    assert is_in(client) and client.cookies["sessionid"].value != number
    assert [e["facts"]["reason"] for e in events(kind="session_locked")] == ["quiet"]
    assert client.post(LOCKED, {"password": PHRASE, "next": "https://ailleurs.example/"}).url == "/"


def test_a_locked_session_ends_after_too_many_attempts(landlord, awa):
    client = let_in(Client(), awa)
    client.post("/entrer/verrouiller/")
    # The page to unlock a session shows no menu: until the session is unlocked, each link leads back to this page.
    assert "Ma trace" not in client.get(LOCKED).content.decode()
    for _ in range(session_limits.UNLOCK_TRIES):
        answer = client.post(LOCKED, {"password": "au hasard"})
    assert answer.url == "/entrer/" and events(kind="sessions_ended")[-1]["facts"]["reason"] == "guesses"
    assert client.get(IN).url.startswith("/entrer/?")


def test_simultaneous_attempts_to_unlock_are_all_counted(landlord, awa, monkeypatch):
    """Several guesses at once, handled by different processes, must not exceed the number of allowed attempts."""
    client, checked = let_in(Client(), awa), []
    client.post("/entrer/verrouiller/")
    monkeypatch.setattr(StaffOnly, "reauthenticate", lambda *_asked: bool(checked.append(1)))

    def guess_once(_number: int) -> int:
        twin = Client(raise_request_exception=False)
        twin.cookies["sessionid"] = client.cookies["sessionid"].value
        try:
            return twin.post(LOCKED, {"password": "au hasard"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(guess_once, range(14)))
    assert 1 <= len(checked) <= session_limits.UNLOCK_TRIES and 500 not in answers
    assert client.get(IN).url.startswith("/entrer/?")


def test_a_session_ends_after_an_hour_without_activity_or_ten_hours(landlord, awa, clock):
    quiet, busy = let_in(Client(), awa), let_in(Client(), awa)
    clock.at += session_limits.ENDED_AFTER_SECONDS
    assert quiet.get(IN).url.startswith("/entrer/?")
    busy = let_in(Client(), awa)
    step = session_limits.LOCKED_AFTER_SECONDS - 120
    for _ in range(session_limits.LONGEST_SECONDS // step):
        clock.at += step
        assert is_in(busy)
    clock.at += step
    assert busy.get(IN).url.startswith("/entrer/?")
    assert {e["facts"]["reason"] for e in events(kind="sessions_ended")} == {"quiet", "longest"}


def test_a_process_with_a_fast_clock_does_not_extend_sessions(landlord, awa, clock):
    """A session locks in time even if the server that handled an earlier request has a clock two minutes fast."""
    quiet, over = let_in(Client(), awa), let_in(Client(), awa)
    clock.at -= 120
    assert is_in(quiet)
    clock.at += session_limits.LOCKED_AFTER_SECONDS
    # The session locks by the time of its last request, even if an earlier request stored a later time (fast clock).
    assert not is_in(quiet)
    clock.at -= 2 * session_limits.ENDED_AFTER_SECONDS
    assert over.get(IN).url.startswith("/entrer/?")


def test_a_person_ends_own_sessions_and_an_administrator_all_of_them(landlord, awa, sign_in):
    (first, there, third), bruno = (listed(awa) for _ in range(3)), sign_in("bruno")
    page = first.get("/entrer/sessions/").content.decode()
    keys = re.findall(r'name="session" value="(\d+)"', page)
    assert len(keys) == 2 and "session actuelle" in page
    first.post("/entrer/sessions/", {"session": keys[-1]})
    assert sorted([is_in(there), is_in(third)]) == [False, True] and is_in(first)
    theirs = re.findall(r'name="session" value="(\d+)"', bruno.get("/entrer/sessions/").content.decode())
    assert theirs == []
    bruno.post("/entrer/sessions/", {"session": keys[0]})
    assert sorted([is_in(there), is_in(third)]) == [False, True], "sessions of others stay open"
    sign_in("jules").post(f"/acces/personnes/{awa.pk}/sessions/", {"reason": "doubt"})
    assert not any(map(is_in, (first, there, third))) and is_in(bruno)
    assert events(kind="sessions_ended")[-1]["facts"]["person"] == str(awa.pk)


def test_expired_sessions_and_their_networks_are_deleted_at_night(landlord, awa):
    first, quiet, lone = listed(awa), listed(awa), listed(landlord.person("bruno"))
    number = {client: session_in(client).session_key for client in (first, quiet, lone)}
    lifetime = timedelta(seconds=session_limits.LONGEST_SECONDS - session_limits.ENDED_AFTER_SECONDS)
    for client, left in ((first, timedelta(seconds=30)), (quiet, timedelta(0))):
        Session.objects.filter(pk=number[client]).update(expire_date=timezone.now() + lifetime + left)
    Session.objects.filter(pk=number[lone]).delete()
    call_command("expire_notes", stdout=io.StringIO())
    assert set(Session.objects.values_list("pk", flat=True)) == {number[first]} and is_in(first)
    assert set(UserSession.objects.values_list("session_key", flat=True)) == {number[first]}
    [event] = events(kind="sessions_ended")
    assert event["facts"] == {"reason": "quiet", "ended": 1} and event["machine"] == "expire_notes"


# --- Simultaneous requests ---


def on_its_way(client):
    """Load the session as a concurrent request does. The copy keeps its state when the session changes."""
    page = session_in(client)
    assert page["_auth_user_id"]
    return page


def test_a_concurrent_request_does_not_unlock_a_session_locked_meanwhile(landlord, awa):
    client = let_in(Client(), awa)
    noted, proved = on_its_way(client), on_its_way(client)
    client.post("/entrer/verrouiller/")
    noted["seen_at"] += 1
    noted.save()
    assert not is_in(client)
    proved.cycle_key()
    client.cookies["sessionid"] = proved.cookie
    assert not is_in(client)
    client.post(LOCKED, {"password": PHRASE, "next": IN})
    assert is_in(client)


def test_an_ended_session_is_not_revived_under_a_new_key(landlord, awa, sign_in):
    client = listed(awa)
    page = on_its_way(client)
    sign_in("jules").post(f"/acces/personnes/{awa.pk}/sessions/", {"reason": "doubt"})
    before = Session.objects.count()
    with pytest.raises(SessionInterrupted):
        sessions.renew(SimpleNamespace(session=page))
    assert Session.objects.count() == before and not is_in(client)


def test_a_session_renewed_while_it_is_ended_stays_ended(landlord, awa, sign_in):
    client, jules = listed(awa), sign_in("jules")
    page, url = on_its_way(client), f"/acces/personnes/{awa.pk}/sessions/"

    def end():
        try:
            return jules.post(url, {"reason": "doubt"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as administrator:
        with transaction.atomic():
            sessions.renew(SimpleNamespace(session=page))
            ending = administrator.submit(end)
            wait([ending], timeout=2)
        assert ending.result() == 302
    client.cookies["sessionid"] = page.cookie
    assert not is_in(client) and not UserSession.objects.filter(user=awa).exists()


# --- Password guessing ---


def guess(person, network, phrase="au hasard"):
    return Client(REMOTE_ADDR=network).post("/entrer/", {"login": person.email, "password": phrase})


def test_a_session_whose_end_cannot_be_recorded_stays_open(landlord, awa, monkeypatch):
    client, other = listed(awa), listed(awa)
    assert is_in(client) and is_in(other)

    def gone(*_args, **_more):
        raise AuditLogUnavailable

    with monkeypatch.context() as late:
        late.setattr(sessions, "record_view", gone)
        assert client.post("/entrer/sessions/").status_code == 503
    assert is_in(other)
    assert client.post("/entrer/sessions/").status_code == 302 and not is_in(other)


def test_guessing_is_slowed_without_locking_the_person_out(landlord, awa):
    # Awa (caretaker) signs in from her usual network, where sign-in must stay possible during the attack.
    guess(awa, "198.51.100.7", PHRASE)
    for _ in range(12):
        answer = guess(awa, "203.0.113.1")
    assert "Trop de tentatives" in answer.content.decode() and events(kind="sign_in_slowed")
    assert "Trop de tentatives" in guess(awa, "203.0.113.1", PHRASE).content.decode()
    for number in range(200):
        answer = guess(awa, f"203.0.114.{number}")
    assert "Trop de tentatives" in answer.content.decode(), "from all networks together"
    assert guess(awa, "198.51.100.7", PHRASE).status_code == 302, "not from a network where she signed in before"
    assert guess(landlord.person("bruno"), "198.51.100.7").status_code == 200
    for number in range(40):
        answer = guess(SimpleNamespace(email=f"{number}@trois-rives.example"), "203.0.113.9")
    assert "Trop de tentatives" in answer.content.decode(), "many people from one network"


def test_a_forwarded_address_is_ignored_if_the_peer_is_not_a_proxy(landlord, awa):
    for number in range(12):
        forged = {"X-Forwarded-For": f"203.0.115.{number}"}
        wrong = {"login": awa.email, "password": "au hasard"}
        answer = Client(REMOTE_ADDR="198.51.100.9").post("/entrer/", wrong, headers=forged)
    assert "Trop de tentatives" in answer.content.decode()


def counting(method):
    plain = getattr(Argon2PasswordHasher, method)
    return patch.object(Argon2PasswordHasher, method, autospec=True, side_effect=plain)


def test_an_unknown_address_costs_as_much_work_and_gets_the_same_page(landlord):
    """Signing in with an unknown address must hash a password as often as with a known one.

    Hash computations are counted, because measured times would vary.
    """
    pages, work = [], []
    for address in (landlord.person("awa").email, "personne@nulle-part.example", landlord.person("karim").email):
        with counting("encode") as made, counting("verify") as verified:
            page = Client().post("/entrer/", {"login": address, "password": "une autre phrase"}).content.decode()
        work.append(made.call_count + verified.call_count)
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(address, ""))
    assert pages[0] == pages[1] == pages[2]
    assert len(set(work)) == 1 and work[0] >= 1


def test_an_email_is_sent_after_the_response(landlord, mailoutbox):
    sequence = []
    with patch(
        "django.core.mail.message.EmailMessage.send", autospec=True, side_effect=lambda *_: sequence.append("sent")
    ):
        client = Client()
        with patch("django.http.HttpResponse.close", autospec=True, side_effect=lambda *_: sequence.append("answered")):
            client.post("/entrer/oubli/", {"email": landlord.person("awa").email})
    assert sequence == ["answered", "sent"]


def test_passwords_of_known_names_and_leaked_ones_are_refused(landlord, settings, tmp_path):
    from hashlib import sha1

    from django.contrib.auth.password_validation import validate_password

    awa = landlord.person("awa")
    for refused in ("Office des Trois-Rives 75", "Awa.Diakité.2026!", "glycines-glycines-1", "Gardienne2026!!"):
        with pytest.raises(ValidationError):
            validate_password(refused, awa)
    for taken in ("Awa boit un thé très froid", "☂☂☂☂☂☂☂☂☂☂☂☂☂☂", "x" * 128):
        validate_password(taken, awa)
    leaked = [f"mot de passe perdu {number}" for number in range(3_000)]
    lines = sorted(sha1(phrase.encode(), usedforsecurity=False).hexdigest().upper() + ":7" for phrase in leaked)
    (tmp_path / "leaked.txt").write_text("\r\n".join(lines), encoding="ascii")
    settings.LEAKED_PASSWORDS = str(tmp_path / "leaked.txt")
    results = [passwords.is_listed(tmp_path / "leaked.txt", phrase) for phrase in leaked[::7]]
    assert all(results) and not passwords.is_listed(tmp_path / "leaked.txt", "jamais perdu nulle part")
    with pytest.raises(ValidationError, match="mots de passe divulgués"):
        validate_password(leaked[0], awa)


def test_signing_out_and_locking_clear_the_browsers_cache(landlord, awa):
    for path in ("/entrer/verrouiller/", "/entrer/sortir/"):
        assert let_in(Client(), awa).post(path)["Clear-Site-Data"] == '"cache", "storage"', path
    assert "Clear-Site-Data" not in let_in(Client(), awa).get(IN)


def test_a_closed_sign_in_or_a_new_password_ends_a_session_at_the_next_request(landlord, awa):
    client = let_in(Client(), awa)
    assert is_in(client)
    run("UPDATE access_person SET is_active = false WHERE id = %s", awa.pk)
    assert not is_in(client)
    run("UPDATE access_person SET is_active = true WHERE id = %s", awa.pk)
    client = let_in(Client(), awa)
    assert is_in(client)
    run("UPDATE access_person SET password = 'other' WHERE id = %s", awa.pk)
    assert not is_in(client)
