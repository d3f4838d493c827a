"""Restriction of processing (GDPR article 18): pages, policies and triggers while a person's data are only stored.

How the data protection officer begins and lifts a restriction is in tests/rights/test_restrictions.py.
"""

import io
import re
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction

from access.compartments import Compartment as C
from casework.models import AccountFact, AccountNote, CardFact, ContactAttempt, ContestedSentence, LegacyComment
from tenants.models import Account, LeaseParty, Reminder, ReminderDoor, Restriction, SetAsideContact, Tenant
from tests.builders import (
    OWNER,
    let,
    make_tenant,
    make_unit,
    note,
    open_in_emergency,
    paris_day,
    record_attempt,
    restrict,
    run,
    seal_legacy_comment,
    seal_sentence,
    settle_in,
    unguarded,
    write_note,
)
from tests.casework.test_contact_attempts import LIST, listed, record
from tests.database.test_policies import as_role
from tests.ledger.test_exports import cells
from tests.rights.test_disclosure import tenant, without_values

PAIR, CALM, OTHER = "Dette-Glycines A", "Calme-Glycines A", "Dette-Glycines B"
SENTENCE = "Traitement limité à la demande de la personne"
NOTE = "Rappelle le 5 pour le second versement."
MODELS = (AccountFact, AccountNote, ContactAttempt, ContestedSentence, LegacyComment, CardFact)


def record_everything(landlord, name: str = PAIR, written: int = -3) -> None:
    """Store a row of each restricted kind about the account and its first resident."""
    account, residence, day = landlord.account(name), landlord.residence(name), paris_day().isoformat()
    note(account, "payment_difficulty", written, offer="instalments", date=day)
    note(residence, "contact_preference", written, channel="phone", slot="morning")
    note(residence, "absence_announced", written, from_date=day, until=paris_day(9).isoformat())
    write_note(account, NOTE, written)
    record_attempt(account, landlord.person("elise"), back=0, made=written)
    seal_sentence(account, landlord.person("elise"), asked=written)
    seal_legacy_comment(account)


def rows_read(landlord, account: Account) -> dict[str, int]:
    """Count the rows about the account, or its residents, that each role reads by SQL."""
    elise, awa, paul = (landlord.person(name).pk for name in ("elise", "awa", "paul"))
    readable_tables = (
        (C.ACCOUNT, elise, "casework_accountfact"),
        (C.ACCOUNT, elise, "casework_accountnote"),
        (C.ACCOUNT, elise, "casework_contactattempt"),
        (C.ACCOUNT, elise, "casework_contestedsentence"),
        (C.CONTESTS, landlord.person("georges").pk, "casework_contestedsentence"),
        (C.SEALED, paul, "casework_contestedsentence"),
        (C.TRIAGE, paul, "casework_legacycomment"),
    )
    counts = {
        f"{role} {table}": as_role(role, who, f"SELECT count(id) FROM {table} WHERE account_id = %s", account.pk)[0][0]
        for role, who, table in readable_tables
    }
    cards = (
        "SELECT count(*) FROM casework_cardfact f JOIN tenants_residence r ON r.id = f.residence_id"
        " WHERE r.lease_id = %s"
    )
    for role, who in ((C.HELP, awa), (C.ACCOUNT, elise)):
        counts[f"{role} casework_cardfact"] = as_role(role, who, cards, account.lease_id)[0][0]
    return counts


# --- What is read ----------------------------------------------------------------------------------------------------


def test_no_role_reads_restricted_rows_and_all_do_again_once_it_is_lifted(landlord):
    record_everything(landlord)
    record_everything(landlord, CALM)
    account, calm = landlord.account(PAIR), landlord.account(CALM)
    before, others = rows_read(landlord, account), rows_read(landlord, calm)
    assert all(before.values()) and all(others.values()), before
    restriction = restrict(landlord.residence(PAIR).tenant, begun=-2)
    assert set(rows_read(landlord, account).values()) == {0}
    assert rows_read(landlord, calm) == others, "another household is not concerned"
    lift(restriction)
    assert rows_read(landlord, account) == before


QUERYSETS = (
    (AccountFact, C.ACCOUNT, "elise"),
    (AccountNote, C.ACCOUNT, "elise"),
    (ContactAttempt, C.ACCOUNT, "elise"),
    (CardFact, C.ACCOUNT, "elise"),
    (CardFact, C.HELP, "awa"),
    (ContestedSentence, C.CONTESTS, "georges"),
    (ContestedSentence, C.SEALED, "paul"),
    (LegacyComment, C.TRIAGE, "paul"),
)


def test_querysets_leave_restricted_rows_out_without_the_policies(landlord):
    """Querysets alone must leave restricted rows out. The test uses the owner's login, which bypasses the policies."""
    record_everything(landlord)
    for expected in (True, False):
        for model, compartment, name in QUERYSETS:
            with transaction.atomic(OWNER):
                person = landlord.person(name)
                run("SELECT set_config('loge.person', %s, true)", str(person.pk))
                rows = model._default_manager.using(OWNER).visible_to(person, compartment)
                assert rows.exists() is expected, (model, compartment)
        if expected:
            restrict(landlord.residence(PAIR).tenant)


def lift(restriction: Restriction) -> None:
    run("UPDATE tenants_restriction SET informed_on = begun_on WHERE id = %s", restriction.pk)
    run("UPDATE tenants_restriction SET lifted_on = loge_today() WHERE id = %s", restriction.pk)


def test_pages_of_a_restricted_account_say_so_and_depend_on_nothing_that_is_stored(landlord, sign_in, pages_of):
    """The officer's and the caretaker's page about a restricted person must not depend on what is stored about them.

    Both pages say that processing is restricted, and never on which ground.
    """
    restrict(tenant(landlord, PAIR, "Marie"))
    restrict(tenant(landlord, PAIR, "Paul"), "claims")
    bare = pages_of()
    for page in bare.values():
        assert SENTENCE in page and NOTE not in page
        assert "18-1" not in page and "exactitude" not in page and "justice" not in page
    record_everything(landlord)
    run("UPDATE tenants_tenant SET phone = '+33639987654', email = 'm@exemple.fr' WHERE last_name = %s", PAIR)
    assert pages_of() == bare


@pytest.fixture
def pages_of(landlord, sign_in):
    elise, awa = sign_in("elise"), sign_in("awa")

    def fetch_pages() -> dict[str, str]:
        account, residence = landlord.account(PAIR), landlord.residence(PAIR)
        answers = {
            "account": elise.get(f"/comptes/{account.reference}/"),
            "card": awa.get(f"/fiches/{residence.pk}/"),
        }
        return {name: _without_keys(without_values(answer)) for name, answer in answers.items()}

    return fetch_pages


def _without_keys(page: str) -> str:
    return re.sub(r'nonce="[^"]*"', "", page)


def test_a_resident_who_holds_no_lease_restricts_the_own_card_alone(landlord):
    record_everything(landlord)
    account, before = landlord.account(PAIR), rows_read(landlord, landlord.account(PAIR))
    child = make_tenant("Dette", "Enfant")
    home = landlord.residence(PAIR)
    residence = settle_in(child, home.lease, home.unit, -30)
    note(residence, "contact_preference", channel="phone", slot="morning")
    restrict(child)
    assert rows_read(landlord, account) == before
    awa = landlord.person("awa").pk
    own = "SELECT count(*) FROM casework_cardfact WHERE residence_id = %s"
    assert as_role(C.HELP, awa, own, residence.pk) == [(0,)]


def test_what_came_after_a_former_holder_left_is_not_restricted(landlord):
    """A former lease holder's restriction must hide notes written before the holder left, and no later note."""
    account = landlord.account(PAIR)
    marie = tenant(landlord, PAIR, "Marie")
    LeaseParty.objects.using(OWNER).filter(lease=account.lease_id, tenant=marie).update(last_day=paris_day(-10))
    old, new = write_note(account, "Rappelle le 5.", -20), write_note(account, "Rappelle le 9.", -5)
    restrict(marie)
    elise = landlord.person("elise").pk
    assert as_role(C.ACCOUNT, elise, "SELECT id FROM casework_accountnote") == [(new.pk,)]
    restrict(tenant(landlord, PAIR, "Paul"))
    assert as_role(C.ACCOUNT, elise, "SELECT id FROM casework_accountnote") == [] and old.pk


def test_setting_of_the_page_shows_no_restricted_row(landlord):
    """Whichever lease the database setting `loge.lease` names, all notes must be readable except restricted ones."""
    record_everything(landlord)
    record_everything(landlord, OTHER)
    pair, other = landlord.account(PAIR), landlord.account(OTHER)
    restrict(tenant(landlord, PAIR, "Marie"))
    elise = landlord.person("elise").pk
    for lease in ("", pair.lease_id, other.lease_id, uuid4()):
        with transaction.atomic(durable=True), connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('loge.person', %s, true),"
                " set_config('loge.lease', %s, true)",
                [C.ACCOUNT.database_role, str(elise), str(lease)],
            )
            cursor.execute("SELECT DISTINCT account_id FROM casework_accountnote")
            assert cursor.fetchall() == [(other.pk,)], lease


@pytest.mark.parametrize("restricted", [False, True])
def test_account_page_does_not_compute_the_restricted_accounts(landlord, sign_in, restricted):
    """The account's page must not list all restricted people, because that would take longer the more there are.

    The test replaces the functions that list them by functions that fail. The page must still open.
    """
    record_everything(landlord)
    restrict(tenant(landlord, PAIR if restricted else CALM, "Marie" if restricted else "Anne"))
    elise = sign_in("elise")
    url = f"/comptes/{landlord.account(PAIR).reference}/"
    assert elise.get(url).status_code == 200
    texts = [run("SELECT pg_get_functiondef(%s::regproc)", name)[0][0] for name in _LISTS]
    try:
        for name in _LISTS:
            run(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER"
                " ROWS 20 SET search_path = public, pg_temp AS 'BEGIN RAISE EXCEPTION ''listed all''; END'"
            )
        page = elise.get(url)
        assert page.status_code == 200 and (NOTE in page.content.decode()) is not restricted
        with pytest.raises(DatabaseError, match="listed all"):
            as_role(C.ACCOUNT, landlord.person("elise").pk, "SELECT id FROM casework_accountnote")
    finally:
        for text in texts:
            run(text)


_LISTS = ("tenants_restricted_accounts", "tenants_restricted_residences")


# --- What is written -------------------------------------------------------------------------------------------------


def test_nothing_is_recorded_about_a_restricted_account(landlord, sign_in):
    elise, awa, georges = sign_in("elise"), sign_in("awa"), sign_in("georges")
    account, residence = landlord.account(PAIR), landlord.residence(PAIR)
    restrict(residence.tenant)
    typed = {"text": "Rappelle le 5.", "fact": "payment_difficulty", "reason": "sequence", "save": "1"}
    typed["ends_on"] = f"{paris_day(30):%d/%m/%Y}"
    day = f"{paris_day():%d/%m/%Y}"
    pages = {
        "note": elise.post(f"/comptes/{account.reference}/notes/", {**typed, "code": "payment_difficulty"}),
        "contact": record(elise, account),
        "fact": elise.post(
            f"/comptes/{account.reference}/faits/payment_difficulty/", {"offer": "instalments", "date": day}
        ),
        "card": awa.post(f"/fiches/{residence.pk}/faits/contact_preference/", {"channel": "phone", "slot": "morning"}),
        "errand": georges.post(
            f"/immeubles/{residence.building_id}/rappels/nouveau/",
            {"last_day": paris_day(7).isoformat(), "units": [str(residence.unit_id)]},
        ),
        "contact details": elise.post(
            f"/fiches/{residence.pk}/contact/", {"channel": "phone", "phone": "06 39 98 12 35"}
        ),
    }
    for name, page in pages.items():
        assert page.status_code == 200 and SENTENCE in page.content.decode(), name
    assert not any(model.objects.using(OWNER).exists() for model in MODELS)
    assert not Reminder.objects.using(OWNER).exists()


INSERTS = {
    "casework_accountfact": (
        "INSERT INTO casework_accountfact (id, building_id, account_id, code_id, fields, written_on, written_by_id,"
        " ends_on) SELECT gen_random_uuid(), building_id, id, 'payment_difficulty', %s, loge_today(), loge_person(),"
        " loge_today() + 9 FROM tenants_account WHERE id = %s"
    ),
    "casework_accountnote": (
        "INSERT INTO casework_accountnote (id, building_id, account_id, code_id, text, reason, written_on,"
        " written_by_id, ends_on)"
        " SELECT gen_random_uuid(), building_id, id, 'payment_difficulty', %s, 'sequence', loge_today(),"
        " loge_person(), loge_today() + 9 FROM tenants_account WHERE id = %s"
    ),
    "casework_contactattempt": (
        "INSERT INTO casework_contactattempt (id, building_id, account_id, outcome, made_on, made_at, made_by_id,"
        " back_on) SELECT gen_random_uuid(), building_id, id, %s, loge_today(), loge_now(), loge_person(),"
        " loge_today() + 1"
        " FROM tenants_account WHERE id = %s"
    ),
}
VALUES = {
    "casework_accountfact": '{"offer": "instalments", "date": "2026-11-24"}',
    "casework_accountnote": NOTE,
    "casework_contactattempt": "no_answer",
}


@pytest.mark.parametrize("table", INSERTS)
def test_database_refuses_rows_about_a_restricted_account_whichever_way_they_come(landlord, table):
    elise, account = landlord.person("elise").pk, landlord.account(PAIR)
    as_role(C.ACCOUNT, elise, INSERTS[table], VALUES[table], account.pk)
    restrict(tenant(landlord, PAIR, "Marie"))
    with pytest.raises(DatabaseError, match="processing is restricted"):
        as_role(C.ACCOUNT, elise, INSERTS[table], VALUES[table], account.pk)


# --- Telephone and email ---------------------------------------------------------------------------------------------


def test_contact_is_set_aside_and_put_back(landlord, sign_in):
    marie = tenant(landlord, PAIR, "Marie")
    run(
        "UPDATE tenants_tenant SET phone = '+33639987654', email = 'marie@exemple.fr', contact_name = 'Jo Rey',"
        " channel = 'contact' WHERE id = %s",
        marie.pk,
    )
    first, second = restrict(marie, begun=-2), restrict(marie, "claims", begun=-2)
    marie.refresh_from_db(using=OWNER)
    assert (marie.phone, marie.email, marie.contact_name, marie.channel) == ("", "", "", "letter")
    assert not sign_in("awa").post("/recherche/", {"q": "0639987654"}).content.decode().count("Marie")
    # During the restriction, an import of the landlord's file may replace the telephone number.
    run("UPDATE tenants_tenant SET phone = '+33639980001', channel = 'phone' WHERE id = %s", marie.pk)
    marie.refresh_from_db(using=OWNER)
    assert (marie.phone, marie.channel) == ("", "letter")
    lift(first)
    marie.refresh_from_db(using=OWNER)
    assert marie.phone == "", "the second restriction lasts"
    lift(second)
    marie.refresh_from_db(using=OWNER)
    assert (marie.phone, marie.email, marie.contact_name, marie.channel) == (
        "+33639980001",
        "marie@exemple.fr",
        "Jo Rey",
        "phone",
    )
    assert not SetAsideContact.objects.using(OWNER).exists()


def test_no_role_reads_a_contact_that_was_set_aside(landlord):
    restrict(tenant(landlord, PAIR, "Marie"))
    for role in C:
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(role, landlord.person("ines").pk, "SELECT * FROM tenants_setasidecontact")
        if role is not C.DISCLOSURE:
            with pytest.raises(DatabaseError, match="permission denied"):
                as_role(role, landlord.person("ines").pk, "SELECT * FROM tenants_restriction")


def test_card_opened_in_an_emergency_has_the_contact(landlord):
    """During an emergency access, the contact of a restricted person is readable, because a life may depend on it."""
    residence, yann = landlord.residence(PAIR), landlord.person("yann")
    run("UPDATE tenants_tenant SET phone = '+33639987654' WHERE id = %s", residence.tenant_id)
    restrict(residence.tenant)
    ask = "SELECT phone FROM tenants_emergency_contacts()"
    assert as_role(C.EMERGENCY, yann.pk, ask) == []
    open_in_emergency(residence.lease, yann)
    assert as_role(C.EMERGENCY, yann.pk, ask) == [("+33639987654",)]


def test_emergency_page_shows_the_contact(landlord, sign_in):
    residence, yann = landlord.residence(PAIR), sign_in("yann")
    run("UPDATE tenants_tenant SET phone = '+33639987654' WHERE id = %s", residence.tenant_id)
    restrict(residence.tenant)
    open_in_emergency(residence.lease, landlord.person("yann"))
    page = yann.get(f"/urgence/{residence.pk}/").content.decode()
    assert "06 39 98 76 54" in page.replace("\u202f", " ").replace("\xa0", " ")


# --- Lists, exports and errands --------------------------------------------------------------------------------------


def test_lists_of_accounts_to_contact_and_exports_leave_the_account_out(landlord, sign_in):
    elise, account = sign_in("elise"), landlord.account(PAIR)
    references = {landlord.account(name).reference for name in (PAIR, OTHER)}
    assert references <= set(listed(elise))
    restrict(tenant(landlord, PAIR, "Marie"))
    assert account.reference not in listed(elise) and landlord.account(OTHER).reference in listed(elise)
    for path in (f"{LIST}export/", "/comptes/export/", "/comptes/export/?solde=du"):
        rows = [row[0] for row in cells(elise.get(path))]
        assert account.reference not in rows and landlord.account(OTHER).reference in rows, path
    assert account.reference in elise.get("/comptes/").content.decode(), "the ledger continues"
    assert "Écritures" in elise.get(f"/comptes/{account.reference}/").content.decode()
    assert cells(elise.get(f"/comptes/{account.reference}/export/"))


def test_running_errands_lose_the_door(landlord):
    residence, building = landlord.residence(PAIR), landlord.building("Glycines A")
    other = landlord.residence(CALM)
    days = {"first_day": paris_day(), "last_day": paris_day(9)}
    errand = Reminder.objects.using(OWNER).create(building=building, **days)
    for unit in (residence.unit, other.unit):
        ReminderDoor.objects.using(OWNER).create(reminder=errand, unit=unit, building=building)
    restrict(residence.tenant)
    assert [door.unit_id for door in ReminderDoor.objects.using(OWNER).all()] == [other.unit_id]


def test_counts_of_tasks_leave_out_what_lists_leave_out(landlord):
    record_everything(landlord)
    georges, paul = landlord.person("georges").pk, landlord.person("paul").pk
    due = "SELECT waiting FROM casework_contests_due()"
    run("UPDATE casework_cardfact SET contested_on = loge_today()")
    precaution = note(
        landlord.residence(PAIR),
        "visit_in_pairs",
        informed=0,
        date=paris_day().isoformat(),
        until=paris_day(20).isoformat(),
    )
    run("UPDATE casework_cardfact SET contested_on = loge_today() WHERE id = %s", precaution.pk)
    contested = "SELECT count(*) FROM casework_contested_precautions()"
    assert as_role(C.CONTESTS, georges, due) == as_role(C.SEALED, paul, due) == [(1,)]
    assert as_role(C.CARD, georges, contested) == [(1,)]
    restrict(landlord.residence(PAIR).tenant)
    assert as_role(C.CONTESTS, georges, due) == as_role(C.SEALED, paul, due) == [(0,)]
    assert as_role(C.CARD, georges, contested) == [(0,)]


# --- Deletion at night -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ground", "stays"), [("claims", True), ("unlawful", True), ("", True), ("accuracy", False), ("objection", False)]
)
def test_night_keeps_what_the_person_wants_to_stay(landlord, ground, stays):
    record_everything(landlord, written=-40)
    record_everything(landlord, CALM, written=-40)
    for table in ("casework_accountfact", "casework_accountnote", "casework_cardfact"):
        with unguarded(table):
            run(f"UPDATE {table} SET ends_on = loge_today() - 1")
    restriction = restrict(landlord.residence(PAIR).tenant, ground, begun=-2)
    call_command("expire_notes", stdout=io.StringIO())
    account = landlord.account(PAIR)
    assert AccountNote.objects.using(OWNER).filter(account=account).exists() is stays
    assert AccountFact.objects.using(OWNER).filter(account=account).exists() is stays
    assert CardFact.objects.using(OWNER).exists() is stays
    assert ContestedSentence.objects.using(OWNER).exists() is stays
    assert not AccountNote.objects.using(OWNER).exclude(account=account).exists()
    [(overdue,)] = run("SELECT count(*) FROM tenants_ends WHERE last_day < loge_today()")
    assert overdue == 0, "rows that stay have no last day"
    lift(restriction)
    call_command("expire_notes", stdout=io.StringIO())
    assert not any(model.objects.using(OWNER).exists() for model in (AccountNote, AccountFact, CardFact))


def test_restricted_parking_space_counts_too(landlord):
    """A person's restriction must hide the notes on all the person's leases, such as that of a parking space."""
    marie = tenant(landlord, PAIR, "Marie")
    space = let(make_unit(landlord.building("Glycines B"), "P1", None, kind="parking"), marie, resident=False)
    write_note(space, NOTE)
    restrict(marie)
    assert as_role(C.ACCOUNT, landlord.person("elise").pk, "SELECT id FROM casework_accountnote") == []
    assert Tenant.objects.using(OWNER).filter(pk=marie.pk).exists()
