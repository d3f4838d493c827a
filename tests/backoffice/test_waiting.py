"""The number of tasks that wait for a person, in each queue. One SQL statement counts all queues.

The row-level security policies of the queue's compartment (kind of data) apply to each count.
"""

import re

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from access.compartments import Compartment
from access.models import AccessRequest
from backoffice.menu_entries import MENU
from backoffice.waiting.lines import MOST
from backoffice.waiting.queues import QUEUES
from tenants.models import DiscreetMark
from tests.builders import (
    OWNER,
    ask_write_off,
    assign,
    events,
    make_person,
    note,
    open_in_emergency,
    paris_day,
    record_attempt,
    run,
    seal_legacy_comment,
    seal_sentence,
)
from tests.database.test_policies import as_role
from tests.sign_in import let_in
from tests.world import CAST

TASKS = "/a-faire/"
_LINE = re.compile(r'class="stretch" href="([^"]+)">(.*?)</a> <b>(.*?)</b>')
_ENTRY = re.compile(r'<li(?: class="near")?><a href="([^"]+)"[^>]*>(?:(?!</a>).)*<span class="waits">\((.*?)\)</span>')


def tasks_of(client) -> dict[str, str]:
    """Return the lines of the page "À faire" (tasks): label of a queue -> number of waiting tasks."""
    return {label: number for _url, label, number in _LINE.findall(client.get(TASKS).content.decode())}


def menu_counts(client, path: str = TASKS) -> dict[str, str]:
    return dict(_ENTRY.findall(client.get(path, follow=True).content.decode()))


@pytest.fixture
def second_administrator(landlord, client):
    person = make_person("Zoé Second", landlord.place("Agence Belleville"))
    assign(person, "access_administrator", landlord.place("Office des Trois-Rives"))
    return let_in(client, person)


def hide(landlord, name: str) -> None:
    """Hide a household from every employee by a discreet mark."""
    lease = landlord.account(name).lease
    days = {"first_day": paris_day(-1), "last_day": paris_day(60)}
    DiscreetMark(lease=lease, building_id=lease.building_id, **days).save(using=OWNER)


def test_every_queue_is_listed_by_a_page_of_the_menu():
    under = {name for entry in MENU for name in entry.under}
    assert len(QUEUES) > 20 and {queue.page for queue in QUEUES} <= under


def test_every_person_counts_in_one_statement(landlord, sample_objects, sign_in):
    """For each person, one SQL statement counts all tasks, and the menu shows the same total as the page of tasks."""
    urls = set()
    for name in CAST:
        client = sign_in(name)
        with CaptureQueriesContext(connections["default"]) as sent:
            body = client.get(TASKS).content.decode()
        assert sum("access_count_waiting" in query["sql"] for query in sent) <= 1, name
        lines = _LINE.findall(body)
        total = sum(int(number) for _url, _label, number in lines)
        counts = dict(_ENTRY.findall(body))
        assert counts.get(TASKS, "0") == str(total), name
        assert len(counts) > 1 or not lines
        urls |= {url for url, _label, _number in lines}
    assert len(urls) >= 15


def test_second_administrator_is_told_of_the_request_and_its_author_is_not(landlord, sign_in, second_administrator):
    place, days = landlord.place("Secteur Glycines"), {"first_day": paris_day(), "last_day": paris_day(90)}
    request = AccessRequest(asked_by=landlord.person("jules"), person=landlord.person("noel"), role="officer", **days)
    request.place, request.reason = place, "posting"
    request.save(using=OWNER)
    assert menu_counts(second_administrator) == {"/acces/demandes/": "1", TASKS: "1"}
    assert menu_counts(sign_in("jules")) == {}
    # Georges (sector manager) may read access requests but not decide on them, so none may be counted for him.
    assert "Demandes d’accès à décider" not in tasks_of(sign_in("georges"))
    run("UPDATE access_accessrequest SET asked_at = asked_at - interval '14 days'")
    assert menu_counts(second_administrator) == {}


def test_call_waits_on_its_day_while_the_account_is_in_arrears(landlord, sign_in):
    elise, account = landlord.person("elise"), landlord.account("Dette-Glycines A")
    record_attempt(account, elise, "call_back", back=3)
    record_attempt(landlord.account("Dette-Glycines B"), elise, "appointment", back=0)
    record_attempt(landlord.account("Calme-Glycines A"), elise, "call_back", back=0)
    client = sign_in("elise")
    body = client.get(TASKS).content.decode()
    today, later = body.split('id="ensuite"')
    assert [line[1:] for line in _LINE.findall(today)] == [("Rendez-vous convenus avec des locataires", "1")]
    assert [line[1:] for line in _LINE.findall(later)] == [("Comptes à rappeler", "1")]
    assert menu_counts(client) == {"/comptes/": "1", TASKS: "1"}
    record_attempt(landlord.account("Dette-Tour basse"), elise, "call_back", back=-2, made=-4)
    assert menu_counts(client) == {"/comptes/": "2", TASKS: "2"}
    assert "dont 1 en retard, depuis le" in client.get(TASKS).content.decode()
    # Only the latest contact attempt of an account is counted, and only for accounts of the person's own agency.
    record_attempt(landlord.account("Dette-Glycines B"), elise, "reached", back=30)
    assert menu_counts(client) == {"/comptes/": "1", TASKS: "1"} and menu_counts(sign_in("fatou")) == {}


@pytest.mark.parametrize(("back", "numbers"), [(-8, []), (-7, ["1"]), (7, ["1"]), (8, [])])
def test_calls_of_a_week_around_today_count(landlord, sign_in, back, numbers):
    record_attempt(landlord.account("Dette-Glycines A"), landlord.person("elise"), "call_back", back, made=back - 1)
    assert list(tasks_of(sign_in("elise")).values()) == numbers


def test_hidden_household_changes_no_count(landlord, sign_in):
    """Tasks about a household hidden by a discreet mark must not be counted for the officer and the manager."""
    account, elise, day = landlord.account("Dette-Glycines A"), landlord.person("elise"), paris_day().isoformat()
    record_attempt(account, elise, "call_back", back=0)
    ask_write_off(account, by=landlord.person("jules"))
    contested = note(landlord.residence("Dette-Glycines A"), "visit_in_pairs", informed=0, date=day, until=day)
    run("UPDATE casework_cardfact SET contested_on = loge_today() WHERE id = %s", contested.pk)
    assert tasks_of(sign_in("elise")) == {"Comptes à rappeler": "1", "Sommes en moins à décider": "1"}
    assert tasks_of(sign_in("georges")) == {"Précautions contestées": "1"}
    hide(landlord, "Dette-Glycines A")
    assert tasks_of(sign_in("elise")) == {} and tasks_of(sign_in("georges")) == {}


def test_own_emergency_is_no_task_and_late_reviews_say_so(landlord, sign_in):
    lease = landlord.account("Dette-Glycines A").lease
    open_in_emergency(lease, landlord.person("georges"))
    assert tasks_of(sign_in("georges")) == {}
    open_in_emergency(lease, landlord.person("yann"), opened=20)
    body = sign_in("georges").get(TASKS).content.decode()
    assert "dont 1 en retard, depuis le" in body and menu_counts(sign_in("georges"))["/urgences/"] == "1"


def test_contested_refusal_waits_for_those_who_advise_propose_and_decide(landlord, sign_in):
    """A contested refusal is a task for the data protection officer until the officer advises or somebody decides."""
    run("DELETE FROM access_rightsreview")
    contest = seal_sentence(landlord.account("Dette-Glycines A"), landlord.person("elise"))
    ines, paul, georges = sign_in("ines"), sign_in("paul"), sign_in("georges")
    to_advise, to_propose, to_decide = (
        "Refus contestés\u00a0: avis à donner",
        "Refus contestés\u00a0: réponse à proposer",
        "Refus contestés à décider",
    )
    assert tasks_of(ines) == {to_advise: "1"} and menu_counts(ines)["/contestations/"] == "1"
    assert tasks_of(paul) == {to_propose: "1"} and to_decide not in tasks_of(georges)
    page = f"/contestations/{contest.pk}/"
    assert paul.post(page, {"outcome": "erased"}).status_code == 302
    assert tasks_of(ines) == {to_advise: "1"} and tasks_of(paul) == {} and tasks_of(georges)[to_decide] == "1"
    assert ines.post(page, {"advise": "1", "advice": "say_less"}).status_code == 302
    assert tasks_of(ines) == {} and "/contestations/" not in menu_counts(ines)


def test_very_long_queue_is_not_counted_to_its_end(landlord, sign_in):
    account = landlord.account("Dette-Glycines A")
    line = seal_legacy_comment(account)
    run(
        "INSERT INTO casework_legacycomment SELECT (jsonb_populate_record(c, jsonb_build_object("
        "'id', gen_random_uuid(), 'line', c.line + n))).* FROM casework_legacycomment c, generate_series(1, %s) n"
        " WHERE c.id = %s",
        MOST + 20,
        line.pk,
    )
    georges = sign_in("georges")
    assert tasks_of(georges)["Anciens commentaires à trier"] == "99+"
    assert menu_counts(georges)["/anciens-commentaires/"] == "99+"


def test_person_without_work_reads_that_nothing_waits(landlord, sign_in):
    run("DELETE FROM access_rightsreview")
    for name in ("awa", "noel", "simone"):
        body = sign_in(name).get(TASKS).content.decode()
        assert (
            "Aucune décision ni échéance ne vous attend aujourd’hui." in body and "Aucune échéance aujourd’hui." in body
        )
        assert _LINE.findall(body) == [] and 'class="waits"' not in body


def test_page_records_a_list_without_objects(landlord, sample_objects, sign_in):
    sign_in("elise").get(TASKS)
    event = events(kind="list_shown")[-1]
    assert event["facts"] == {"list": "tasks"} and event["shown_ids"] == []


def test_only_pages_of_the_menu_count(landlord, sample_objects, sign_in):
    """Pages about one account and refused pages must not count the waiting tasks."""
    elise, awa = sign_in("elise"), sign_in("awa")
    account = landlord.account("Dette-Glycines A")
    for client, path, status in (
        (elise, f"/comptes/{account.reference}/", 200),
        (awa, "/comptes/", 403),
        (elise, "/comptes/", 200),
    ):
        with CaptureQueriesContext(connections["default"]) as sent:
            answer = client.get(path)
        counted = sum("access_count_waiting" in query["sql"] for query in sent)
        assert answer.status_code == status and counted == (path == "/comptes/" and status == 200), path


def test_counting_returns_to_the_role_of_the_page(landlord):
    """After counting in other database roles, the transaction must be back in the role of the page."""
    card, account = Compartment.CARD.database_role, Compartment.ACCOUNT.database_role
    rows = as_role(
        Compartment.CARD,
        landlord.person("elise").pk,
        "SELECT number, current_user::text FROM access_count_waiting(ARRAY[%s, %s],"
        " ARRAY['SELECT '''', NULL, count(*) FROM tenants_account', 'SELECT '''', NULL, 1'])",
        account,
        card,
    )
    assert [number for number, _user in rows][1:] == [1] and {user for _number, user in rows} == {card}
