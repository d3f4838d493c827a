"""The daily email, sent each morning to everybody who has tasks waiting, in the person's language and without names."""

import io
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, OperationalError
from django.urls import reverse
from django.utils import timezone

from access.compartments import Compartment
from access.models import AccessRequest, DailyMail, MailChoice, Person
from backoffice.actions import expire_mails, queue_mails, send_mails
from backoffice.waiting import daily_mail
from backoffice.waiting.daily_mail import recipients, seconds_to_next_try
from tests.builders import OWNER, ask_write_off, assign, events, make_person, make_receipt, paris_day, run
from tests.database.test_policies import as_role
from tests.sign_in import let_in

TASKS = "/a-faire/"


def queue() -> int:
    return queue_mails(by="send_daily_mails")


def sent() -> tuple[int, int]:
    return send_mails(by="send_daily_mails")


@pytest.fixture
def waiting(landlord):
    """Create an incoming payment that waits for the officer of Agence Belleville and for the accountant."""
    return make_receipt(landlord.place("Agence Belleville"))


def addresses() -> set[str]:
    return {address for message in mail.outbox for address in message.to}


def test_those_for_whom_something_waits_get_one_mail_a_day(landlord, waiting):
    wanted = {landlord.person(name).email for name in ("elise", "helene")}
    assert queue() == 2 and sent() == (2, 0) and addresses() == wanted
    # A second run of the same day queues and sends nothing.
    assert queue() == 0 and sent() == (0, 0) and len(mail.outbox) == 2
    run("UPDATE access_dailymail SET day = day - 1")
    assert queue() == 2 and sent() == (2, 0)
    assert [event["facts"] for event in events(kind="daily_mails_sent")] == [{"mails": 2, "failed": 0}] * 2
    assert [event["machine"] for event in events(kind="daily_mails_queued")] == ["send_daily_mails"] * 2


def test_mail_says_how_many_and_names_nobody(landlord, waiting):
    ask_write_off(landlord.account("Dette-Glycines A"), by=landlord.person("jules"))
    queue(), sent()
    [letter] = [message for message in mail.outbox if message.to == [landlord.person("elise").email]]
    assert letter.subject == "Loge\u00a0: 2 lignes attendent votre action" and "2 lignes attendent" in letter.body
    text = letter.subject + letter.body
    assert not any(word in text for word in ("Dette", "Glycines", "Élise", "Jules", "encaissement", "somme", "http"))


def test_mail_is_in_the_language_of_the_person(landlord, waiting, sign_in):
    elise = sign_in("elise")
    elise.post(reverse("set_language"), {"language": "en"})
    assert elise.post(TASKS, {"wanted": "oui"}).status_code == 302
    queue(), sent()
    subjects = {message.to[0]: message.subject for message in mail.outbox}
    assert subjects[landlord.person("elise").email] == "Loge: 1 line waits for your action"
    assert subjects[landlord.person("helene").email] == "Loge\u00a0: 1 ligne attend votre action"


def test_person_stops_the_mail_and_asks_for_it_again(landlord, waiting, sign_in):
    elise = sign_in("elise")
    assert "Ne plus le recevoir" in elise.get(TASKS).content.decode()
    assert elise.post(TASKS, {"wanted": "non"}).status_code == 302
    assert "Recevoir le courriel" in elise.get(TASKS).content.decode()
    assert queue() == 1 and [event["actor"] for event in events(kind="daily_mail_declined")] == [
        landlord.person("elise").pk
    ]
    elise.post(TASKS, {"wanted": "oui"})
    assert queue() == 1 and len(events(kind="daily_mail_wanted")) == 1
    # A value other than "oui" and "non" is refused with a message and changes nothing.
    refused = elise.post(TASKS, {"wanted": "peut-être"})
    assert refused.status_code == 200 and "Sélectionnez un choix valide" in refused.content.decode()
    assert list(MailChoice.objects.using(OWNER).values_list("wanted", flat=True)) == [True]


def test_mail_stopped_or_settled_after_the_queue_does_not_leave(landlord, waiting, sign_in):
    assert queue() == 2
    sign_in("elise").post(TASKS, {"wanted": "non"})
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("helene").pk)
    assert sent() == (0, 0) and mail.outbox == []
    assert sorted(run("SELECT state FROM access_dailymail")) == [("dropped",), ("queued",)]


def test_closed_accounts_and_machines_get_none(landlord, waiting):
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("elise").pk)
    run("UPDATE access_person SET is_machine = true WHERE id = %s", landlord.person("helene").pk)
    assert queue() == 0


def test_nothing_waits_so_nothing_leaves(landlord):
    run("DELETE FROM access_rightsreview")
    assert queue() == 0 and sent() == (0, 0) and not events(kind="daily_mails_queued")


@pytest.fixture
def broken(monkeypatch):
    """Make the mail server refuse every recipient. Provides the list of addresses to which an email was tried."""
    tried: list[str] = []

    def refuse(message: EmailMessage, *_args: object, **_more: object) -> int:
        tried.extend(message.to)
        raise SMTPRecipientsRefused({message.to[0]: (550, b"unknown")})

    monkeypatch.setattr(EmailMessage, "send", refuse)
    return tried


def test_failed_mail_is_tried_five_times_with_longer_waits(landlord, waiting, broken, caplog):
    run("UPDATE access_person SET is_active = false WHERE id = %s", landlord.person("helene").pk)
    assert queue() == 1
    waits = []
    for number in range(1, daily_mail.MOST_TRIES + 1):
        before = timezone.now()
        assert sent() == (0, int(number == daily_mail.MOST_TRIES))
        [(state, tries, again)] = run("SELECT state, tries, next_try_at FROM access_dailymail")
        assert (state, tries) == ("failed" if number == daily_mail.MOST_TRIES else "queued", number)
        waits.append(round((again - before) / timedelta(minutes=1)))
        # A second run before the time of the next try must send nothing.
        assert sent() == (0, 0) and len(broken) == number
        run("UPDATE access_dailymail SET next_try_at = now()")
    assert waits == [10, 20, 40, 80, 160] and sent() == (0, 0) and len(broken) == daily_mail.MOST_TRIES
    levels = [record.levelname for record in caplog.records if record.message == "daily_mail_failed"]
    assert levels == ["WARNING"] * 4 + ["ERROR"]


def slow_count(monkeypatch, person):
    """Make the count of one person's waiting tasks fail, as a statement timeout would."""

    def count(access):
        if access.person.pk == person.pk:
            raise OperationalError("canceling statement due to statement timeout")
        return 1

    monkeypatch.setattr("backoffice.waiting.daily_mail._number_waiting", count)


def test_failed_count_of_one_person_stops_no_other_mail(landlord, monkeypatch, caplog):
    slow_count(monkeypatch, landlord.person("elise"))
    queued = queue_mails(by="test")
    assert queued == len(recipients()) - 1 > 5
    assert [record.msg for record in caplog.records if record.name == "loge.letter"] == ["daily_mail_not_queued"]


def test_count_that_fails_while_sending_is_tried_later(landlord, monkeypatch):
    monkeypatch.setattr("backoffice.waiting.daily_mail._number_waiting", lambda _access: 1)
    queue_mails(by="test")
    slow_count(monkeypatch, landlord.person("elise"))
    sent, failed = send_mails(by="test")
    assert (sent, failed) == (len(recipients()) - 1, 0)
    [queued] = DailyMail.objects.using(OWNER).filter(state="queued")
    assert queued.person_id == landlord.person("elise").pk and queued.tries == 1 and seconds_to_next_try() > 500


def test_command_does_not_wait_for_a_closed_account(landlord, monkeypatch, broken):
    monkeypatch.setattr("backoffice.waiting.daily_mail._number_waiting", lambda _access: 1)
    queue_mails(by="test")
    assert seconds_to_next_try() is not None
    Person.objects.using(OWNER).update(is_active=False)
    assert seconds_to_next_try() is None


def test_command_waits_for_the_next_try_and_fails_at_the_end(landlord, waiting, broken, monkeypatch):
    slept: list[float] = []

    def skip(seconds: float) -> None:
        slept.append(seconds)
        run("UPDATE access_dailymail SET next_try_at = now()")

    monkeypatch.setattr("backoffice.management.commands.send_daily_mails.sleep", skip)
    with pytest.raises(CommandError, match="Courriels abandonnés"):
        call_command("send_daily_mails", stdout=io.StringIO())
    assert len(slept) == daily_mail.MOST_TRIES - 1 and len(broken) == 2 * daily_mail.MOST_TRIES


def test_process_that_dies_while_sending_does_not_send_twice(landlord, waiting, monkeypatch):
    def die(*_args: object, **_more: object) -> int:
        raise KeyboardInterrupt

    queue()
    monkeypatch.setattr(EmailMessage, "send", die)
    with pytest.raises(KeyboardInterrupt):
        sent()
    monkeypatch.undo()
    assert sent() == (1, 0) and sent() == (0, 0)


def test_mails_of_past_days_are_deleted_at_night(landlord, waiting):
    queue()
    run("UPDATE access_dailymail SET day = day - 1 WHERE person_id = %s", landlord.person("elise").pk)
    assert expire_mails(by="expire_notes") == 1 and len(run("SELECT id FROM access_dailymail")) == 1
    assert [event["facts"] for event in events(kind="daily_mails_expired")] == [{"mails": 1}]


def test_person_queues_and_chooses_only_for_oneself(landlord, waiting):
    queue()
    elise, fatou, role = landlord.person("elise").pk, landlord.person("fatou").pk, Compartment.OWN_TRACE
    assert len(as_role(role, elise, "SELECT id FROM access_dailymail")) == 1
    assert as_role(role, fatou, "SELECT id FROM access_dailymail") == []
    insert = (
        "INSERT INTO access_dailymail (id, person_id, day, template, state, tries, next_try_at)"
        " VALUES (gen_random_uuid(), %s, loge_today() + %s, 'waiting', 'queued', 0, now())"
    )
    for values in ((str(elise), 0), (str(fatou), 1)):
        with pytest.raises(DatabaseError, match="row-level security"):
            as_role(role, fatou, insert, *values)
    with pytest.raises(IntegrityError, match="daily_mail_once_a_day"):
        as_role(role, elise, insert, str(elise), 0)
    choose = "INSERT INTO access_mailchoice (person_id, wanted, language) VALUES (%s, false, 'fr')"
    with pytest.raises(DatabaseError, match="row-level security"):
        as_role(role, fatou, choose, str(elise))
    assert as_role(role, elise, "UPDATE access_dailymail SET state = 'queued' RETURNING person_id") == [(elise,)]
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(role, elise, "UPDATE access_dailymail SET person_id = %s", str(fatou))
    with pytest.raises(DatabaseError, match="permission denied"):
        run("SELECT person_id FROM access_dailymail", alias="trace")


def test_second_administrator_gets_a_mail(landlord, client):
    """The administrator who must decide on another administrator's request must get the daily email about it."""
    place = landlord.place("Office des Trois-Rives")
    zoe = make_person("Zoé Second", place)
    assign(zoe, "access_administrator", place)
    jules, noel = landlord.person("jules"), landlord.person("noel")
    request = AccessRequest(asked_by=jules, person=noel, role="officer", place=place, reason="posting")
    request.first_day, request.last_day = paris_day(), paris_day(30)
    request.save(using=OWNER)
    queue(), sent()
    assert zoe.email in addresses() and jules.email not in addresses()
    assert "À faire" in let_in(client, zoe).get(TASKS).content.decode()
    assert DailyMail.objects.using(OWNER).filter(person=zoe, state="sent").count() == 1
