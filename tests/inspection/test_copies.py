"""An inspector may read a copy of a household's file.

The inspector must request the copy, and the data protection officer must release it. Only that inspector may then read
it, for 24 hours.
"""

import io
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone
from pypdf import PdfReader

from access.compartments import Compartment
from access.models import Assignment
from casework.models import DwellingFact
from inspection.actions.expiry import expire_inspections
from inspection.exhibits import whole_file
from inspection.exhibits.copied import ASIDE, COPIED, UNTOLD
from inspection.models import CopyRelease
from inspection.models.copy_release import DAY
from ledger.models import BankDetail, Clearing, Entry
from privacy.processing_activities import SIGNATURES
from privacy.retention import entries
from rights.models import ErasureLine, NamedLook
from tenants.actions.expiry import WEEK
from tenants.models import (
    DiscreetMark,
    DiscreetName,
    FormerName,
    HelpCode,
    Identity,
    IdentityCheck,
    Representative,
    SourceKey,
)
from tests.builders import (
    OWNER,
    ask_for_copy,
    ask_write_off,
    assign,
    events,
    leave_line,
    make_demand,
    make_receipt,
    note,
    open_in_emergency,
    paris_day,
    post,
    record_attempt,
    release_copy,
    restrict,
    run,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
    write_note,
)
from tests.database.test_policies import as_role
from tests.inspection.test_exhibits import inside
from tests.reading import reads, untold
from tests.resident_tables import resident_models
from tests.tenants.test_clocks import A_MOMENT, freeze_clock

OWED, OTHER = "Dette-Glycines A", "Calme-Glycines A"
E22, ASK, OPEN = "/controle/E22/", "/controle/copie/", "/registre/copies/"


def exhibit_json(client, account, kind: str = "json") -> dict:
    files = inside(client.post(E22, {"reference": account.reference, "format": kind}))
    return json.loads(next(body for name, body in files.items() if name.endswith(".json")))


def tables(exhibit: dict) -> dict[str, list[list]]:
    return {row["title"]: row["rows"] for row in exhibit["content"]["tables"]}


@pytest.fixture
def released(landlord):
    """Let the data protection officer Inès release the copy of a household's file to the inspector Simone."""
    return release_copy(landlord.person("ines"), landlord.person("simone"), landlord.account(OWED))


def lines(who, account) -> list:
    return as_role(Compartment.CONTROL, who.pk, "SELECT * FROM inspection_exhibit_copy(%s)", account.reference)


# --- Four-eyes approval -----------------------------------------------------------------------------------------------


def test_copy_is_requested_released_and_read_by_the_inspector(landlord, sign_in):
    account, simone, ines = landlord.account(OWED), sign_in("simone"), sign_in("ines")
    counted = simone.post(E22, {"reference": account.reference}).content.decode()
    assert "Demander la copie" in counted and OWED not in counted
    inputs = simone.post(ASK, {"reference": account.reference})
    assert inputs.status_code == 200 and "Inès Haddad" in inputs.content.decode()
    assert not CopyRelease.objects.using(OWNER).exists() and OWED not in json.dumps(exhibit_json(simone, account))
    waiting = ines.get(OPEN).content.decode()
    assert account.reference in waiting and "Simone Aubry" in waiting and OWED not in waiting
    [line] = events(kind="copy_asked")
    assert line["about"] == account.pk and line["actor"] == landlord.person("simone").pk and line["facts"] == {}
    assert ines.post(OPEN, {"event": str(line["id"])}).status_code == 302
    # A second release of the same copy is refused.
    assert "attend plus" in ines.post(OPEN, {"event": str(line["id"])}).content.decode()
    row = CopyRelease.objects.using(OWNER).get()
    assert row.until - row.released_at == DAY and row.lease_id == account.lease_id
    page = simone.post(E22, {"reference": account.reference}).content.decode()
    assert OWED in page and "Demander la copie" not in page
    [opened] = events(kind="copy_released")
    assert opened["facts"] == {"release": str(row.pk), "person": str(landlord.person("simone").pk)}
    assert opened["about"] == account.pk and opened["actor"] == landlord.person("ines").pk


def test_each_reading_is_recorded_with_its_people(landlord, sign_in, released):
    account, simone = landlord.account(OWED), sign_in("simone")
    simone.post(E22, {"reference": account.reference})
    for kind in ("csv", "json", "pdf"):
        assert simone.post(E22, {"reference": account.reference, "format": kind}).status_code == 200
    read_events = events(kind="exhibit_shown")
    assert [row["facts"]["format"] for row in read_events] == ["page", "csv", "json", "pdf"]
    assert {row["about"] for row in read_events} == {account.pk}
    assert {row["facts"]["release"] for row in read_events} == {str(released.pk)}
    assert all(landlord.tenant(OWED).pk in row["shown_ids"] for row in read_events)


def test_copy_names_the_dwelling_with_its_staircase(landlord, sign_in, released):
    account = landlord.account(OWED)
    run("UPDATE buildings_unit SET staircase = 'B', door = '12' WHERE id = %s", account.lease.main_unit_id)
    tables_shown = exhibit_json(sign_in("simone"), account)["content"]["tables"]
    [lease] = [table for table in tables_shown if table["title"] == "Bail"]
    assert [row[lease["columns"].index("Logement")] for row in lease["rows"]] == ["escalier\u00a0B, porte\u00a012"]


def test_request_needs_an_inspector_and_a_known_reference(landlord, sign_in):
    simone = sign_in("simone")
    assert simone.get(ASK)["Location"] == E22
    assert events(actor=landlord.person("simone").pk, outcome="missing") == []
    for sent in ({}, {"reference": "AAAA-AAAA-AAAA"}, {"reference": "A" * 21}):
        assert simone.post(ASK, sent).status_code == 404
    lines = events(actor=landlord.person("simone").pk, outcome="missing")
    assert [(row["kind"], row["route"], row["facts"]) for row in lines] == [("refused", "control_copy", {})] * 3
    assert events(kind="copy_asked") == []
    for name in ("ines", "paul", "jules", "awa", "elise"):
        assert sign_in(name).post(ASK, {"reference": landlord.account(OWED).reference}).status_code == 403


def test_copy_without_a_recent_request_is_not_released(landlord, sign_in):
    """The data protection officer can release a copy only if an inspector has recently requested it.

    A request older than a week, a refused request, or the id of another audit event must not lead to a release.
    """
    account, simone, ines = landlord.account(OWED), landlord.person("simone"), sign_in("ines")
    late = leave_line("copy_asked", simone, account, day=-8)
    other = leave_line("exhibit_shown", simone, account, at=timezone.now())
    refused = leave_line("copy_asked", simone, account, at=timezone.now(), outcome="refused")
    for event in (late, other, refused, account.pk, "", "x"):
        assert ines.post(OPEN, {"event": str(event)}).status_code == 200
    assert not CopyRelease.objects.using(OWNER).exists() and events(kind="copy_released") == []
    assert ines.post(OPEN, {"event": str(ask_for_copy(simone, account))}).status_code == 302


def test_person_with_both_roles_cannot_release_their_own_request(landlord, sign_in):
    ines = landlord.person("ines")
    assign(ines, "inspector", landlord.place("Office des Trois-Rives"), -1, 20)
    event = ask_for_copy(ines, landlord.account(OWED))
    page = sign_in("ines").post(OPEN, {"event": str(event)}).content.decode()
    assert "ne peut pas l’accorder" in page and not CopyRelease.objects.using(OWNER).exists()


def test_release_needs_recent_authentication(landlord, sign_in, monkeypatch):
    event, ines = ask_for_copy(landlord.person("simone"), landlord.account(OWED)), sign_in("ines")
    monkeypatch.setattr("access.guard.door.freshly_proved", lambda _request: False)
    assert ines.post(OPEN, {"event": str(event)})["Location"] != OPEN
    assert not CopyRelease.objects.using(OWNER).exists()


# --- Database privileges ----------------------------------------------------------------------------------------------


def test_no_row_is_readable_without_a_release(landlord):
    """Until the data protection officer releases a copy of the household's file, the inspector may read none of it."""
    assert lines(landlord.person("simone"), landlord.account(OWED)) == []


def test_no_row_is_readable_after_the_release_or_assignment_ended(landlord, released):
    simone, account = landlord.person("simone"), landlord.account(OWED)
    assert len(lines(simone, account)) > 5
    CopyRelease.objects.using(OWNER).update(released_at=F("released_at") - DAY, until=F("until") - DAY)
    assert lines(simone, account) == []
    CopyRelease.objects.using(OWNER).update(released_at=F("released_at") + DAY, until=F("until") + DAY)
    Assignment.objects.using(OWNER).filter(person=simone).update(last_day=paris_day(-1))
    assert lines(simone, account) == []


def test_release_covers_one_household_only(landlord, released):
    simone = landlord.person("simone")
    assert lines(simone, landlord.account(OTHER)) == []
    exhibit = " ".join(line for _source, line in lines(simone, landlord.account(OWED)))
    assert OWED in exhibit and OTHER not in exhibit


def test_release_is_for_one_inspector_only(landlord, sign_in, released):
    other, account = landlord.person("noel"), landlord.account(OWED)
    assign(other, "inspector", landlord.place("Office des Trois-Rives"), -1, 20)
    for who in (other, landlord.person("ines"), landlord.person("elise"), landlord.person("paul")):
        assert lines(who, account) == []
    assert OWED not in json.dumps(exhibit_json(sign_in("noel"), account))
    assert as_role(Compartment.CONTROL, other.pk, "SELECT * FROM inspection_copyrelease") == []


def test_inspector_role_cannot_create_a_release(landlord, released):
    simone, ines = landlord.person("simone").pk, landlord.person("ines").pk
    assert len(as_role(Compartment.CONTROL, simone, "SELECT id FROM inspection_copyrelease")) == 1
    event = ask_for_copy(landlord.person("simone"), landlord.account(OTHER))
    for role, who, question in (
        (Compartment.CONTROL, simone, "UPDATE inspection_copyrelease SET until = until"),
        (Compartment.CONTROL, simone, f"SELECT * FROM inspection_release_copy('{event}')"),
        (Compartment.CONTROL, simone, "SELECT last_name FROM tenants_tenant"),
        (Compartment.INSPECTION, ines, "INSERT INTO inspection_copyrelease (id) VALUES (gen_random_uuid())"),
        (Compartment.INSPECTION, ines, "SELECT * FROM inspection_copyrelease"),
        (Compartment.INSPECTION, ines, "SELECT * FROM inspection_exhibit_copy('x')"),
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(role, who, question)
    assert as_role(Compartment.INSPECTION, simone, "SELECT * FROM inspection_release_copy(%s)", event) == []
    assert as_role(Compartment.INSPECTION, simone, "SELECT * FROM inspection_requested_copies()") == []


# --- Content ----------------------------------------------------------------------------------------------------------


def test_every_table_about_tenants_is_copied_or_excepted():
    """Each model with fields about a person must be shown in the copy of a household's file (COPIED), or be listed in
    ASIDE with the reason why the copy does not show it."""
    models = resident_models()
    fields = [row for row in entries(models) if row.says_something and row.processing_activity is not SIGNATURES]
    speaks, copied = {row.model._meta.label for row in fields}, {row.model._meta.label for row in COPIED}
    assert len(speaks) > 20 and speaks - copied - ASIDE.keys() == set()
    assert ASIDE.keys() & copied == set() and all(len(reason.split()) > 3 for reason in ASIDE.values())


@pytest.fixture
def full(landlord, released):
    """Provide a household that has rows in each table shown in the copy of its file."""
    account, elise = landlord.account(OWED), landlord.person("elise")
    residence, day = landlord.residence(OWED), paris_day().isoformat()
    person, days = residence.tenant, {"first_day": paris_day(), "last_day": paris_day(30)}
    FormerName.objects.using(OWNER).create(tenant=person, last_name="Rossi", last_day=paris_day(-50))
    Representative.objects.using(OWNER).create(tenant=person, name="Rita", **days)
    restrict(person)
    Identity.objects.using(OWNER).get_or_create(tenant=person, defaults={"birth_date": paris_day(-9000)})
    HelpCode.objects.using(OWNER).create(tenant=person, code="give_time", asked_on=paris_day(), renew_by=paris_day(300))
    note(account, "payment_difficulty", offer="instalments", date=day)
    note(residence, "contact_correction", contact_item="phone", correction_step="asked", date=day)
    write_handed_keys(account, residence)
    write_note(account, "Rappelle le 5 pour le second versement.")
    record_attempt(account, landlord.person("elise"), "appointment", back=6)
    seal_sentence(account, elise)
    seal_legacy_comment(account)
    mark = DiscreetMark.objects.using(OWNER).create(lease=account.lease, building_id=account.building_id, **days)
    DiscreetName.objects.using(OWNER).create(mark=mark, person=elise)
    stand_wall(account.lease, landlord.person("paul"))
    open_in_emergency(account.lease, landlord.person("bruno"))
    IdentityCheck.objects.using(OWNER).create(
        person=landlord.person("paola"), lease=account.lease, document="photo", until=timezone.now()
    )
    demand = make_demand(landlord.person("ines"), person)
    exhibit = {"person": elise, "decided_by": landlord.person("ines"), "reason": "complaint", "weighed": "heard_agrees"}
    NamedLook.objects.using(OWNER).create(request=demand, event=uuid4(), decided_on=paris_day(), **exhibit)
    ErasureLine.objects.using(OWNER).create(
        request=demand, data="identity", rows=1, decision="kept", ground="lease_running"
    )
    ask_write_off(account, elise)
    write_payment(account, person, landlord.place("Agence Belleville"))
    SourceKey.objects.using(OWNER).create(kind="lease", key="B-77", target=account.lease_id)
    return landlord


def write_handed_keys(account, residence):
    """Record a fact about the household's dwelling: two badges were handed over."""
    DwellingFact.objects.using(OWNER).create(
        code_id="keys_handed",
        unit=residence.unit,
        lease=account.lease,
        building_id=residence.building_id,
        fields={"key_kind": "entrance_badge", "count": 2, "date": paris_day().isoformat()},
        written_on=paris_day(),
        ends_on=paris_day(20),
    )


def write_payment(account, tenant, agency):
    """Store bank details of `tenant`. Store also a payment that was received without a known account, and was later
    assigned to `account`."""
    detail = BankDetail(tenant=tenant, iban="FR1420041010050500013M02606", holder="Ada Titulaire", set_on=paris_day())
    detail.save(using=OWNER)
    post(account, -500, "direct_debit", "payment")
    paid = Entry.objects.using(OWNER).filter(account=account, kind="payment").first()
    Clearing.objects.using(OWNER).create(receipt=make_receipt(agency), entry=paid)


def test_copy_contains_every_table_in_every_format(full, sign_in):
    account, simone = full.account(OWED), sign_in("simone")
    exhibit = exhibit_json(simone, account)
    grants = tables(exhibit)
    empty = [str(row.title) for row in COPIED if not grants[str(row.title)]]
    assert empty == [] and len(COPIED) > 24
    text = json.dumps(exhibit, ensure_ascii=False)
    for words in (OWED, "FR•• •••• 2606", "Ada Titulaire", "Rappelle le 5", "Élise Bernard", "Rita", "B-77"):
        assert words in text, words
    for words in ("FR14", "malade", "<scellé>", "payment_difficulty", "None"):
        assert words not in text, words
    # The copy must contain no ids, which mean nothing to an inspector: it shows the names of the people instead.
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", json.dumps(exhibit["content"]))
    page = simone.post(E22, {"reference": account.reference}).content.decode()
    paper = PdfReader(io.BytesIO(simone.post(E22, {"reference": account.reference, "format": "pdf"}).content))
    written = " ".join(" ".join(row.extract_text().split()) for row in paper.pages)
    sheet = b"".join(inside(simone.post(E22, {"reference": account.reference, "format": "csv"})).values()).decode(
        "utf-8", "replace"
    )
    for form in (page, written, sheet):
        assert "Ada Titulaire" in form and "Rappelle le 5" in form and "FR14" not in form
    assert exhibit_json(simone, account)["sha256"] == exhibit["sha256"]


def test_every_column_about_a_person_is_copied_or_excepted(full, sign_in, monkeypatch):
    read_events, cell = set(), whole_file.cell_of

    def noted(*given):
        with reads() as reached:
            exhibit = cell(*given)
        read_events.update(reached)
        return exhibit

    monkeypatch.setattr(whole_file, "cell_of", noted)
    exhibit_json(sign_in("simone"), full.account(OWED))
    assert len(read_events) > 150
    silent = untold([row.model for row in COPIED], read_events)
    missing, stale = sorted(silent - UNTOLD.keys()), sorted(UNTOLD.keys() - silent)
    assert not missing, "show it in inspection/exhibits/copied.py, or give the reason in UNTOLD"
    assert not stale, "the copy shows it, so remove it from UNTOLD"
    assert all(len(reason.split()) > 3 for reason in UNTOLD.values())


def test_copy_is_translated(full, sign_in):
    simone = sign_in("simone")
    simone.cookies["language"] = "en"
    assert "Entries" in tables(exhibit_json(simone, full.account(OWED)))


def test_copy_is_read_again_each_time(landlord, sign_in, released):
    """The copy must be made anew each time the inspector opens it: rows written after the first reading must appear in
    the next one."""
    account, simone = landlord.account(OWED), sign_in("simone")
    before = exhibit_json(simone, account)
    write_note(account, "Rappelle le 5 pour le second versement.")
    assert "Rappelle le 5" in json.dumps(exhibit_json(simone, account)) and "Rappelle" not in json.dumps(before)


def test_release_and_request_expire_at_the_exact_time(landlord, sign_in):
    """A released copy must be readable for a day, and the release must be deleted after a week. A request to which the
    data protection officer does not react must expire after a week."""
    start, account, simone = timezone.now(), landlord.account(OWED), landlord.person("simone")
    inputs, ines = ask_for_copy(simone, account, start), sign_in("ines")
    waiting = "SELECT count(*) FROM inspection_requested_copies()"
    for step, there in ((-A_MOMENT, 1), (timedelta(0), 0), (A_MOMENT, 0)):
        freeze_clock(start + WEEK + step)
        assert as_role(Compartment.INSPECTION, landlord.person("ines").pk, waiting) == [(there,)], step
    assert ines.post(OPEN, {"event": str(inputs)}).status_code == 200
    freeze_clock(start)
    assert ines.post(OPEN, {"event": str(inputs)}).status_code == 302
    for step in (-A_MOMENT, timedelta(0), A_MOMENT):
        freeze_clock(start + DAY + step)
        assert bool(lines(simone, account)) is (step < timedelta(0)), step
    for step, gone in ((-A_MOMENT, 0), (timedelta(0), 0), (A_MOMENT, 1)):
        freeze_clock(start + WEEK + step)
        assert expire_inspections(by="expire_notes") == gone, step
    assert not CopyRelease.objects.using(OWNER).exists()
    assert [row["facts"] for row in events(kind="inspections_expired")] == [{"inspections": 1}]
