"""Exhibits: signed documents that each answer one question of an inspector.

Inspectors can open exhibits during their assignment only, and can change nothing. Each opening must be recorded.
"""

import csv
import io
import json
import re
import subprocess
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import DatabaseError, connections, transaction
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from access.compartments import PLACED, Compartment
from access.models import Assignment, Person, Session
from access.roles import ROLES
from inspection.exhibits.catalogue import CATALOGUE
from inspection.exhibits.paper import ACROSS, column_widths
from inspection.exhibits.rules import PACKAGES
from inspection.exhibits.shape import Exhibit, Table
from privacy.encryption.signing import canonical, is_signed
from tenants.models import DiscreetMark, DiscreetName
from tests.builders import (
    OWNER,
    assign,
    events,
    guarantee,
    leave_line,
    open_in_emergency,
    paris_day,
    run,
    seal_sentence,
    stand_wall,
)
from tests.database.test_policies import as_role
from tests.form_values import typed
from tests.resident_tables import PREFIXES
from tests.visits import visits
from tests.world import CAST

OWED = "Dette-Glycines A"
LET_IN, GIVEN = "Agents qui ont accès par une affectation", "Droits de chaque compartiment dans la base"
INPUTS = {
    "E4": lambda landlord: {"reference": landlord.account(OWED).reference},
    "E5": lambda landlord: {"person": landlord.person("awa").email},
    "E6": lambda landlord: {"person": landlord.person("awa").email},
    "E9": lambda landlord: {"reference": landlord.account(OWED).reference, "person": "Awa Diakité"},
    "E22": lambda landlord: {"reference": landlord.account(OWED).reference},
    "E12": lambda landlord: {"words": "calme, hôpital"},
}


def inputs_for(landlord, number: str, **more: str) -> dict[str, str]:
    return {**(INPUTS[number](landlord) if number in INPUTS else {}), **more}


def inside(answer) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(answer.content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def exhibit_json(client, landlord, number: str, **more: str) -> dict:
    """Open the exhibit with this number as JSON, and return the parsed content of the file."""
    files = inside(client.post(f"/controle/{number}/", inputs_for(landlord, number, format="json", **more)))
    return json.loads(next(body for name, body in files.items() if name.endswith(".json")))


def rows_of(exhibit: dict, title: str) -> list[list]:
    [table] = [row for row in exhibit["content"]["tables"] if row["title"] == title]
    return table["rows"]


@pytest.mark.parametrize("number", CATALOGUE)
def test_each_exhibit_opens_as_page_and_files_and_is_recorded(landlord, sign_in, number):
    simone = sign_in("simone")
    page = simone.post(f"/controle/{number}/", inputs_for(landlord, number))
    assert page.status_code == 200 and 'name="format" value="pdf"' in page.content.decode()
    for kind, begins in (("csv", b"PK"), ("json", b"PK"), ("pdf", b"%PDF")):
        answer = simone.post(f"/controle/{number}/", inputs_for(landlord, number, format=kind))
        assert answer.content.startswith(begins) and number in answer["Content-Disposition"]
    shown_events = events(kind="exhibit_shown")
    assert [row["facts"]["format"] for row in shown_events] == ["page", "csv", "json", "pdf"]
    assert {row["facts"]["exhibit"] for row in shown_events} == {number}
    assert {(e["role"], e["outcome"], e["purpose"]) for e in shown_events} == {("inspector", "shown", "control")}


def test_list_names_each_exhibit_and_its_question(landlord, sign_in):
    page = sign_in("simone").get("/controle/").content.decode()
    assert len(CATALOGUE) >= 19 and page.count('class="stretch"') == len(CATALOGUE)
    assert all(f"/controle/{number}/" in page and str(entry.answers) in page for number, entry in CATALOGUE.items())
    assert sign_in("simone").get("/")["Location"] == "/controle/"
    assert sign_in("simone").get("/controle/E99/").status_code == 404


def test_exhibit_with_a_question_shows_its_form_first(landlord, sign_in):
    simone = sign_in("simone")
    for number in INPUTS:
        page = simone.get(f"/controle/{number}/").content.decode()
        assert "Pièce établie" not in page and "<label" in page
    wrong = simone.post("/controle/E4/", {"reference": "AAAA-AAAA-AAAA"}).content.decode()
    assert "Aucun compte n’a cette référence" in wrong and "Pièce établie" not in wrong
    assert {row["kind"] for row in events(kind="exhibit_shown")} == set()


# --- What an inspector may not do -------------------------------------------------------------------------------------


def test_inspector_has_no_permission_to_write(landlord, sign_in):
    """Inspectors must not change data: no view function that changes data may require a permission that inspectors
    have."""
    writing = [visit for visit in visits() if visit.door.writes]
    hers = ROLES["inspector"].permissions
    assert len(writing) > 40 and [visit.name for visit in writing if visit.door.permission in hers] == []


@pytest.mark.parametrize("compartment", sorted(ROLES["inspector"].compartments))
def test_inspector_database_roles_have_only_select(landlord, compartment):
    """The database roles with which an inspector's requests run must only be able to read: PostgreSQL grants them
    SELECT alone, and no right to execute functions that change data."""
    role = compartment.database_role
    tables = run(
        "SELECT DISTINCT privilege_type FROM information_schema.role_table_grants WHERE grantee = %s"
        " UNION SELECT DISTINCT privilege_type FROM information_schema.role_column_grants WHERE grantee = %s",
        role,
        role,
    )
    assert tables == [("SELECT",)]
    # access_count_waiting() is left out: it changes no data, and is volatile only because it sets the database role.
    changing = run(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace"
        " AND has_function_privilege(%s, p.oid, 'EXECUTE') AND p.provolatile = 'v'"
        " AND p.prorettype <> 'trigger'::regtype AND p.proname <> 'access_count_waiting'",
        role,
    )
    assert [name for (name,) in changing if name.startswith((*PREFIXES, "access_", "audit_"))] == []


def test_inspector_role_shows_nothing_to_other_people(landlord):
    """A person who is no inspector must read nothing, even in a request that runs as the inspector's database role."""
    for name in ("jules", "awa", "paul"):
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true)",
                [Compartment.CONTROL.database_role, str(landlord.person(name).pk)],
            )
            for question in (
                "SELECT count(*) FROM audit_event",
                "SELECT count(*) FROM mfa_authenticator",
                "SELECT count(*) FROM inspection_exhibit_retention()",
                "SELECT sum(texts) FROM oversight_texts_measured()",
            ):
                cursor.execute(question)
                assert cursor.fetchone() == (0,), (name, question)
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute("SELECT last_name FROM tenants_tenant")


@pytest.mark.parametrize(("first", "last", "status"), [(-10, -1, 403), (-10, 0, 200), (0, 3, 200), (1, 5, 403)])
def test_inspector_has_access_only_during_the_assignment(landlord, sign_in, first, last, status):
    Assignment.objects.using(OWNER).filter(role="inspector").delete()
    assign(landlord.person("simone"), "inspector", landlord.place("Office des Trois-Rives"), first=first, last=last)
    assert sign_in("simone").get("/controle/").status_code == status


def test_inspector_assignment_has_at_most_thirty_days_and_needs_two_people(landlord, sign_in):
    top, agency = landlord.place("Office des Trois-Rives"), landlord.place("Agence Belleville")
    with pytest.raises(DatabaseError, match="assignment_of_an_inspector_is_short"):
        assign(landlord.person("noel"), "inspector", top, first=0, last=30)
    jules = sign_in("jules")
    terms = {"person": landlord.person("noel").email, "role": "inspector", "reason": "posting", "first_day": typed()}
    for place, last, exhibit in ((top, 30, "30 jours au plus"), (agency, 5, "pour tout l’organisme")):
        answer = jules.post(reverse("request_new"), {**terms, "place": place.code, "last_day": typed(last)})
        assert exhibit in answer.content.decode()
    assert jules.post(reverse("request_new"), {**terms, "place": top.code, "last_day": typed(29)}).status_code == 302
    [request] = events(kind="access_requested")
    assert request["facts"]["role"] == "inspector" and not run(
        "SELECT FROM access_assignment WHERE request_id IS NOT NULL"
    )


def test_inspector_has_at_most_sixty_days_a_year(landlord, sign_in):
    """An inspector may be assigned for at most sixty days in a year, for example twice for thirty days. If an
    assignment ends early, the days after its end do not count towards the sixty."""
    jules, noel, top = sign_in("jules"), landlord.person("noel"), landlord.place("Office des Trois-Rives")
    terms = {"person": noel.email, "role": "inspector", "reason": "posting", "place": top.code}
    exhibit = "soixante jours par an au plus"

    def asks(first: int, last: int) -> bool:
        """Request an assignment as inspector from day `first` to day `last`. Return whether the page accepts the
        request, and delete the request."""
        page = jules.post(reverse("request_new"), {**terms, "first_day": typed(first), "last_day": typed(last)})
        run("DELETE FROM access_accessrequest")
        assert (page.status_code == 302) != (page.status_code == 200 and exhibit in page.content.decode())
        return page.status_code == 302

    assert ROLES["inspector"].a_year == 60
    assign(noel, "inspector", top, first=-360, last=-331)
    assert asks(0, 29)
    earlier = assign(noel, "inspector", top, first=-90, last=-61)
    assert [asks(0, 0), asks(4, 4), asks(0, 29), asks(5, 5), asks(5, 34)] == [False, False, False, True, True]
    run("UPDATE access_assignment SET ended_on = first_day + 10, end_reason = 'mission_over' WHERE id = %s", earlier.pk)
    assert asks(0, 29)


# --- Content of the exhibits ------------------------------------------------------------------------------------------


def reaching(landlord, building_id) -> set[str]:
    """Return the names of the employees who may open data of the building's residents, according to the SQL function
    access_reach()."""
    reach = "SELECT access_reach(%s, %s, loge_today())"
    people = {full: landlord.person(name).pk for name, (full, _biography) in CAST.items()}
    return {
        full
        for full, pk in people.items()
        if any((building_id,) in run(reach, pk, compartment.value) for compartment in PLACED)
    }


def test_e4_names_exactly_the_people_who_reach_the_building(landlord, sign_in):
    account = landlord.account(OWED)
    exhibit = exhibit_json(sign_in("simone"), landlord, "E4")
    named = {row[0] for row in rows_of(exhibit, LET_IN)}
    assert named == reaching(landlord, account.building_id) and {"Awa Diakité", "Élise Bernard"} < named
    assert not {"Bruno Lefèvre", "Fatou Ndiaye", "Chloé Martin", "Karim Sy"} & named
    [event] = events(kind="exhibit_shown")
    assert event["about"] == account.pk and event["place"] == account.building_id


def test_e4_covers_past_days_and_names_excluded_people(landlord, sign_in):
    account = landlord.account(OWED)
    stand_wall(account.lease, landlord.person("elise"))
    open_in_emergency(account.lease, landlord.person("bruno"))
    simone = sign_in("simone")
    then = {row[0] for row in rows_of(exhibit_json(simone, landlord, "E4", day=typed(-5)), LET_IN)}
    assert {"Chloé Martin", "Karim Sy"} < then and "Olga Brun" not in then
    now = exhibit_json(simone, landlord, "E4")
    opens = {row[0]: row[-1] for row in rows_of(now, LET_IN)}
    assert opens["Élise Bernard"] == "aucun accès" and "Qui habite où" in opens["Awa Diakité"]
    assert "aides demandées, en urgence" in opens["Awa Diakité"]
    apart = {(row[0].split()[0], row[1]) for row in rows_of(now, "Agents sans accès, ou avec un autre accès")}
    assert apart == {("conflit", "Élise Bernard"), ("accès", "Bruno Lefèvre")}
    mark = DiscreetMark.objects.using(OWNER).create(
        lease=account.lease, building_id=account.building_id, first_day=paris_day(-1), last_day=paris_day(30)
    )
    DiscreetName.objects.using(OWNER).create(mark=mark, person=landlord.person("awa"))
    opens = {row[0]: row[-1] for row in rows_of(exhibit_json(simone, landlord, "E4"), LET_IN)}
    assert opens["Georges Petit"] == "Contestations, sans le texte des phrases"
    assert "Qui habite où" in opens["Awa Diakité"] and opens["Hélène Faure"] == "Écritures par référence, sans nom"
    # If a household is hidden for its safety (discreet mark), the evacuation list must not show the help it needs.
    assert "aides demandées, en urgence" not in opens["Awa Diakité"]


def test_e4_conflict_does_not_extend_to_a_shared_guarantor(landlord, sign_in):
    account = landlord.account(OWED)
    guarantee(account, other := landlord.account("Calme-Glycines B"))
    stand_wall(other.lease, landlord.person("elise"))
    now = exhibit_json(sign_in("simone"), landlord, "E4")
    assert {row[0]: row[-1] for row in rows_of(now, LET_IN)}["Élise Bernard"] != "aucun accès"


@pytest.mark.parametrize(("number", "names", "not_named"), [
    ("E4", {"Awa Diakité", "Élise Bernard"}, {"Bruno Lefèvre"}),
    ("E5", {"Awa Diakité"}, {"Élise Bernard"}),
    ("E9", {"Élise Bernard"}, {"Awa Diakité"}),
    ("E7", set(), {"Awa Diakité"}),
])  # fmt: skip
def test_exhibit_links_from_a_colleague_to_their_views(landlord, sign_in, number, names, not_named):
    for who in ("elise", "awa"):
        leave_line("account_opened", landlord.person(who), landlord.account(OWED), -2, purpose="arrears")
    simone = sign_in("simone")
    page = simone.post(f"/controle/{number}/", inputs_for(landlord, number)).content.decode()
    offered = dict(re.findall(r'name="person" value="([^"]+)">([^<]+)</button>', page))
    assert names <= set(offered.values()) and not not_named & set(offered.values())
    if names:
        email = next(email for email, name in offered.items() if name in names)
        looks = simone.post("/controle/E9/", {"person": email}).content.decode()
        assert "Consultations et modifications faites par l’agent" in looks and "Compte ouvert" in looks
        person = str(Person.objects.using(OWNER).get(email=email).pk)
        assert events(kind="exhibit_shown")[-1]["facts"] == {"exhibit": "E9", "format": "page", "person": person}


@pytest.mark.parametrize("name", ["awa", "denis", "elise", "georges", "helene", "karim", "chloe", "noel"])
def test_e5_counts_residents_within_reach_by_building(landlord, sign_in, name):
    person = landlord.person(name)
    exhibit = exhibit_json(sign_in("simone"), landlord, "E5", person=person.email)
    reached = rows_of(exhibit, "Données accessibles, par bâtiment")
    reach = "SELECT p.name FROM access_reach(%s, %s, loge_today()) b JOIN access_place p ON p.id = b"
    wanted = {place for compartment in PLACED for (place,) in run(reach, person.pk, compartment.value)}
    assert {row[0] for row in reached} == wanted
    residents = run("SELECT tenants_reached(%s, loge_today())", person.pk)[0][0]
    assert sum(row[-1] for row in reached) == residents and bool(residents) == (
        name in {"awa", "denis", "elise", "georges"}
    )
    assert not any(known in json.dumps(exhibit, ensure_ascii=False) for known in ("Dette-", "Calme-", "Arrive-"))
    assert events(kind="exhibit_shown")[0]["facts"]["person"] == str(person.pk)


def test_e3_shows_the_grants_of_the_server(landlord, sign_in):
    simone = sign_in("simone")
    exhibit = exhibit_json(simone, landlord, "E3")
    grants = rows_of(exhibit, GIVEN)
    assert len(grants) > 150 and not [
        row for row in grants if row[0].startswith("Pièces de contrôle") and row[2] != "SELECT"
    ]
    [card] = [
        row
        for row in grants
        if row[0] == "Qui habite où, et comment joindre cette personne" and row[1:3] == ["tenants_residence", "SELECT"]
    ]
    assert "access_reach_on_page(loge_person(), 'card'" in card[4]
    assert not [row for row in grants if row[0] == card[0] and row[1] in ("tenants_account", "ledger_entry")]
    run(f'GRANT SELECT ON ledger_entry TO "{Compartment.CARD.database_role}"')
    now = exhibit_json(simone, landlord, "E3")
    [opened] = [row for row in rows_of(now, GIVEN) if row not in grants]
    assert opened == [
        card[0],
        "ledger_entry",
        "SELECT",
        "",
        "false",
    ]  # The role has no row-level security policy for this table, so the exhibit shows "false" as filter.
    assert now["sha256"] != exhibit["sha256"]


def test_e9_lists_views_of_an_employee_and_refusals(landlord, sign_in):
    account = landlord.account(OWED)
    sign_in("elise").post(f"/comptes/{account.reference}/pourquoi/", {"purpose": "payment"})
    sign_in("bruno").get(f"/fiches/{landlord.residence(OWED).pk}/")
    exhibit = exhibit_json(sign_in("simone"), landlord, "E9", person="Bruno Lefèvre")
    refused = rows_of(exhibit, "Tentatives refusées")
    assert [row[3] for row in refused if "périmètre" in row[2]] == ["Bruno Lefèvre"]
    theirs = rows_of(exhibit, "Consultations et modifications faites par l’agent")
    assert {row[3] for row in theirs} == {"Bruno Lefèvre"}


def test_e12_counts_words_without_storing_them(landlord, sign_in):
    seal_sentence(landlord.account(OWED), by=landlord.person("elise"), text="Hôpital depuis mardi.", asked=-1)
    simone = sign_in("simone")
    exhibit = exhibit_json(simone, landlord, "E12")
    rows = rows_of(exhibit, "Mots comptés")
    assert ["calme", "Noms de locataires", 5] in rows and "Phrases contestées" not in json.dumps(exhibit)
    assert exhibit["asked"] == {"Recherche de mots": "calme, hôpital"} and "Calme-Glycines" not in json.dumps(exhibit)
    [event] = events(kind="exhibit_shown")
    assert event["facts"] == {"exhibit": "E12", "format": "json", "words": 2} and event["count"] == len(rows)
    assert "calme" not in str(events()).lower()


def test_e7_names_people_who_left_with_an_open_sign_in(landlord, sign_in):
    exhibit = exhibit_json(sign_in("simone"), landlord, "E7")
    late = {row[0]: row[2] for row in rows_of(exhibit, "Connexions fermées en retard")}
    assert late == {}  # Chloé's last assignment ended yesterday. An open sign-in would be listed from tomorrow on.
    Assignment.objects.using(OWNER).filter(person=landlord.person("chloe")).update(last_day=paris_day(-9))
    exhibit = exhibit_json(sign_in("simone"), landlord, "E7")
    assert [(row[0], row[2], row[3]) for row in rows_of(exhibit, "Connexions fermées en retard")] == [
        ("Chloé Martin", None, 9)
    ]


def test_e7_counts_sessions_from_several_addresses(landlord, sign_in):
    """Exhibit E7 must list people who have open sessions from several addresses or devices. It must show how many, but
    not which addresses and devices.

    It must not list people whose sessions all have the same address and device, or have ended.
    """
    awa, bruno, yann = (landlord.person(name) for name in ("awa", "bruno", "yann"))
    open_sessions(awa, ("192.0.2.1", "Firefox on Windows"), ("192.0.2.7", "Safari on a telephone"))
    open_sessions(bruno, ("192.0.2.1", "Firefox on Windows"), ("192.0.2.1", "Firefox on Windows"))
    open_sessions(yann, ("192.0.2.1", "Firefox on Windows"), ("192.0.2.7", "Firefox on Windows"), days=-1)
    exhibit = exhibit_json(sign_in("simone"), landlord, "E7")
    [row] = rows_of(exhibit, "Sessions ouvertes de deux adresses ou de deux appareils")
    assert (
        row[:4] == ["Awa Diakité", 2, 2, 2]
        and "192.0.2" not in json.dumps(exhibit)
        and "Firefox" not in json.dumps(exhibit)
    )
    counted = "SELECT count(*) FROM access_inspected_sessions()"
    assert as_role(Compartment.CONTROL, landlord.person("jules").pk, counted) == [(0,)]


def open_sessions(person, *places, days=1):
    """Create a session of `person` for each (address, device) in `places`. The sessions expire in `days` days."""
    for number, (ip, device) in enumerate(places):
        key = f"{person.pk}"[:24] + f"-{number}"
        Session.objects.using(OWNER).create(session_key=key, expire_date=timezone.now() + timedelta(days=days))
        UserSession.objects.using(OWNER).create(user=person, session_key=key, ip=ip, user_agent=device)


# --- Signatures -------------------------------------------------------------------------------------------------------


def test_openssl_verifies_a_file_and_rejects_a_changed_one(landlord, sign_in, tmp_path: Path):
    simone = sign_in("simone")
    for kind in ("csv", "json"):
        files = inside(simone.post("/controle/E4/", inputs_for(landlord, "E4", format=kind)))
        for name, body in files.items():
            (tmp_path / name).write_bytes(body)
        [signed] = [name for name in files if name.endswith(f".{kind}")]
        [command] = re.findall(r"^openssl .*$", files["LISEZ-MOI.txt"].decode(), re.M)
        check = lambda line=command: subprocess.run(line.split(), cwd=tmp_path, capture_output=True, text=True)  # noqa: E731
        assert "Signature Verified Successfully" in check().stdout
        (tmp_path / signed).write_bytes(files[signed].replace(b"Awa", b"Ava"))
        assert check().returncode != 0


def test_pdf_contains_the_signed_statement(landlord, sign_in):
    simone = sign_in("simone")
    paper = PdfReader(io.BytesIO(simone.post("/controle/E4/", inputs_for(landlord, "E4", format="pdf")).content))
    text = "\n".join(page.extract_text() for page in paper.pages)
    assert "Simone Aubry" in text and "Awa Diakité" in " ".join(text.split())
    proof = text[text.index('{"asked"') :]
    statement = json.loads(proof[: proof.index("}Ed25519" if "}Ed25519" in proof else "\nEd25519")].replace("\n", ""))
    key, signature = re.search(r"Ed25519 (\S+)", proof)[1], re.search(r"signature (\S+)", proof)[1]
    assert is_signed(statement, key, signature) and not is_signed({**statement, "by": "Awa"}, key, signature)
    assert statement["sha256"] == exhibit_json(simone, landlord, "E4")["sha256"]


def test_csv_escapes_formulas_and_has_a_head(landlord, sign_in):
    run("UPDATE access_person SET name = '=1+1' WHERE name = 'Awa Diakité'")
    files = inside(sign_in("simone").post("/controle/E4/", inputs_for(landlord, "E4", format="csv")))
    body = next(body for name, body in files.items() if name.endswith(".csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(body), delimiter=";"))
    exhibit = {row[0]: row[1] for row in rows[1:8] if len(row) > 1}
    assert (
        exhibit["Demandé par"] == "Simone Aubry" and exhibit["Référence du compte"] == landlord.account(OWED).reference
    )
    assert exhibit["Jour"] == typed() and re.fullmatch(r"\d\d/\d\d/\d{4}, [\d:]{8}", exhibit["Établi le"])
    assert [row[0] for row in rows if row and "1+1" in row[0]] == ["'=1+1"]


def test_digest_depends_on_the_content_only():
    table = Table("Titre", ["Colonne"], [[date(2026, 11, 27)], [None], [3]])
    row, other = (Exhibit("E1", "Titre", [table], "Office", who, timezone.now()) for who in ("Simone", "Inès"))
    assert row.digest == other.digest == sha256(canonical(row.content)).hexdigest() and row.statement != other.statement
    assert row.lines == 3 and row.content["tables"][0]["rows"] == [["2026-11-27"], [None], [3]]


def test_the_digest_covers_every_package_of_the_program():
    packages = {path.parent.name for path in settings.BASE_DIR.glob("*/__init__.py")}
    assert set(PACKAGES) == packages - {"tests", "research"}


def test_columns_of_a_pdf_fill_the_line_and_wider_texts_get_more():
    table = Table("", ["Code", "Texte"], [["E1", "un texte de plusieurs mots sur une seule ligne"]])
    code, text = column_widths(table)
    assert code >= len("Code") and text > 5 * code and code + text == pytest.approx(ACROSS)
