"""Several access requests or assignments are ticked in a list and changed together: all of them, or none."""

from uuid import uuid4

import pytest
from django.utils.html import escape

from access.models import AccessRequest, Assignment
from tests.access.programs import asked_for, two_administrators
from tests.access.test_four_eyes import NEWCOMER, administrator, asked_by, browser, held_by, newcomer, terms
from tests.builders import OWNER, events, paris_day

REQUESTS, ASSIGNMENTS = "/acces/demandes/", "/acces/affectations/"


@pytest.fixture
def two_requests(landlord):
    """Return two open access requests by Georges (sector manager): one for Bruno and one for Noël."""
    georges = landlord.person("georges")
    return [
        asked_by(georges, landlord.person(name), terms(landlord, "Secteur Glycines", role))
        for name, role in (("bruno", "officer"), ("noel", "front_desk"))
    ]


def ids(rows):
    return [str(row.pk) for row in rows]


def decide(client, rows, **body):
    return client.post(f"{REQUESTS}plusieurs/", {"choix": ids(rows), **body})


def change(client, rows, **body):
    return client.post(f"{ASSIGNMENTS}plusieurs/", {"choix": ids(rows), **body})


def caretakers(landlord):
    rows = Assignment.objects.using(OWNER).filter(role="caretaker", ended_on=None, place__path__startswith="/")
    people = [landlord.person(name).pk for name in ("awa", "bruno")]
    return list(rows.filter(person__in=people).order_by("person__name"))


def test_list_leads_to_the_ticked_requests_only(landlord, sign_in, two_requests):
    client = sign_in("jules")
    listed = client.get(REQUESTS).content.decode()
    assert all(f'name="choix" value="{key}"' in listed for key in ids(two_requests))
    page = client.get(f"{REQUESTS}plusieurs/", {"choix": [str(two_requests[0].pk)]}).content.decode()
    assert "Bruno" in page and "Noël" not in page


def test_checkboxes_are_only_for_people_who_decide(landlord, sign_in, two_requests):
    for name in ("georges", "ines"):
        assert 'name="choix"' not in sign_in(name).get(REQUESTS).content.decode()
        assert decide(sign_in(name), two_requests, decision="approve").status_code == 403


def test_all_ticked_requests_are_approved_and_each_is_recorded(landlord, sign_in, two_requests):
    assert decide(sign_in("jules"), two_requests, decision="approve").status_code == 302
    assert ("officer", "Secteur Glycines") in held_by(landlord.person("bruno"))
    assert ("front_desk", "Secteur Glycines") in held_by(landlord.person("noel"))
    approved = events(kind="access_approved")
    assert {event["about"] for event in approved} == {row.pk for row in two_requests} and len(approved) == 2


def test_new_people_get_their_links_only_after_an_approval(landlord, sign_in, two_requests, mailoutbox):
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    nina = AccessRequest.objects.using(OWNER).get(name="Nina Perrot")
    assert decide(sign_in("jules"), [two_requests[0]], decision="refuse", reason="not_needed").status_code == 302
    assert not mailoutbox
    page = sign_in("jules").get(f"{REQUESTS}plusieurs/", {"choix": [str(nina.pk)]}).content.decode()
    assert "nina.perrot@trois-rives.example" in page, "who approves sees where the link is sent"
    assert decide(sign_in("jules"), [two_requests[1], nina], decision="approve").status_code == 302
    assert [mail.to for mail in mailoutbox] == [["nina.perrot@trois-rives.example"]]


def test_page_shows_all_that_the_page_of_one_request_shows(landlord, sign_in):
    """The page that approves several requests must display each new person's email, to which a link will be sent."""
    assert sign_in("georges").post(NEWCOMER, newcomer(landlord)).status_code == 302
    nina = AccessRequest.objects.using(OWNER).get(name="Nina Perrot")
    program = asked_for(landlord, two_administrators(landlord), permissions=("account_view",))
    page = sign_in("jules").get(f"{REQUESTS}plusieurs/", {"choix": ids([nina, program])}).content.decode()
    for expected in ("nina.perrot@trois-rives.example", "Secteur Glycines", *map(str, program.permission_names)):
        assert escape(expected) in page, expected


def test_all_ticked_requests_are_refused_with_the_reason(landlord, sign_in, two_requests):
    without = decide(sign_in("jules"), two_requests, decision="refuse").content.decode()
    assert "Choisissez le motif du refus" in without
    assert decide(sign_in("jules"), two_requests, decision="refuse", reason="not_needed").status_code == 302
    refused = AccessRequest.objects.using(OWNER).filter(pk__in=ids(two_requests))
    assert {(row.decision, row.refusal) for row in refused} == {("refused", "not_needed")}


def test_one_refused_approval_changes_nothing_and_is_named(landlord, sign_in, two_requests):
    jules = landlord.person("jules")
    own = asked_by(jules, landlord.person("lea"), terms(landlord, "Secteur Glycines"))
    answer = decide(sign_in("jules"), [*two_requests, own], decision="approve")
    text = answer.content.decode()
    assert answer.status_code == 200 and "Léa Giraud, Secteur Glycines\u00a0: Vous avez fait" in text
    assert not AccessRequest.objects.using(OWNER).exclude(decision="").exists() and not events(kind="access_approved")


def test_ticked_assignments_are_extended_together(landlord, sign_in):
    rows, last = caretakers(landlord), paris_day(400)
    assert len(rows) > 1
    assert change(sign_in("jules"), rows, change="extend", day=f"{last:%d/%m/%Y}").status_code == 302
    assert set(Assignment.objects.using(OWNER).filter(pk__in=ids(rows)).values_list("last_day", flat=True)) == {last}
    assert len(events(kind="assignment_extended")) == len(rows)


def test_ticked_assignments_end_together_with_the_reason(landlord, sign_in):
    rows, today = caretakers(landlord), f"{paris_day():%d/%m/%Y}"
    assert "motif de la fin" in change(sign_in("jules"), rows, change="end", day=today).content.decode()
    assert change(sign_in("jules"), rows, change="end", day=today, reason="end_of_post").status_code == 302
    assert {row.ended_on for row in Assignment.objects.using(OWNER).filter(pk__in=ids(rows))} == {paris_day()}


def test_assignment_approved_by_two_is_extended_with_no_other(landlord, sign_in):
    rows = caretakers(landlord)
    before = {row.pk: row.last_day for row in rows}
    officer = Assignment.objects.using(OWNER).get(person=landlord.person("elise"), role="officer")
    answer = change(sign_in("jules"), [*rows, officer], change="extend", day=f"{paris_day(400):%d/%m/%Y}")
    assert answer.status_code == 200 and "Élise" in answer.content.decode()
    assert {row.pk: row.last_day for row in Assignment.objects.using(OWNER).filter(pk__in=list(before))} == before


@pytest.mark.parametrize("url", [f"{REQUESTS}plusieurs/", f"{ASSIGNMENTS}plusieurs/"])
def test_wrong_selections_are_refused(landlord, sign_in, url):
    client = sign_in("jules")
    empty = client.get(url, follow=True).content.decode()
    assert "Cochez au moins une ligne" in empty
    many = client.get(url, {"choix": [str(uuid4()) for _ in range(51)]}, follow=True).content.decode()
    assert "Cochez 50 lignes au plus" in many
    assert client.get(url, {"choix": "x"}).status_code == 404
    assert client.get(url, {"choix": str(uuid4())}).status_code == 404


def test_requests_out_of_reach_are_like_unknown_ones(landlord, sign_in, two_requests):
    far = browser(administrator(landlord, "Corinne Vidal", "Agence Bercy"))
    assert far.get(f"{REQUESTS}plusieurs/", {"choix": ids(two_requests)}).status_code == 404
    assert decide(far, two_requests, decision="refuse", reason="not_needed").status_code == 404
    assert not AccessRequest.objects.using(OWNER).exclude(decision="").exists()
