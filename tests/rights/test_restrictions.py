"""Restriction of processing (GDPR article 18), as the data protection officer (DPO) decides, announces and lifts it.

What it does to pages, policies and triggers is in tests/casework/test_restrictions.py.
"""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.grants.revocation_list import Withdrawals, read_list
from audit.tlog.leaf import utc
from housing.backup.restrictions import restrict_again
from rights.models import SubjectRequest
from tenants.models import Restriction, SetAsideContact
from tests.access.test_revocation_list import follow
from tests.builders import OWNER, events, make_demand, paris_day, restrict, run, unguarded, write_note
from tests.database.test_policies import as_role
from tests.rights.test_disclosure import (
    CALM,
    PAIR,
    TAKE,
    WRITTEN,
    access_report,
    make_request,
    rows_of_section,
    submit_request,
    tenant,
)
from tests.rights.test_erasures import erasable, give_contact, prepare, stored

BEGIN = "SELECT rights_begin_restriction(%s, %s, %s::text[])"
GRANT = {"answer": "limited", "ground": "accuracy", "recipients": ["bank"]}


def ask_restriction(landlord, name: str = PAIR, first: str = "Marie", **said: Any) -> SubjectRequest:
    return make_demand(landlord.person("ines"), tenant(landlord, name, first), kind="limitation", **said)


def typed(days: int = 0) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def dpo(landlord, sql: str, *params: object, who: str = "ines") -> list[tuple]:
    return as_role(Compartment.DISCLOSURE, landlord.person(who).pk, sql, *params)


# --- From the request to the letter -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [TAKE, WRITTEN])
def test_request_is_registered_granted_and_answered_by_a_letter(landlord, sign_in, path):
    clerk, ines = sign_in("paola" if path == TAKE else "ines"), sign_in("ines")
    assert submit_request(clerk, landlord, PAIR, "Marie", path, kind="limitation").status_code == 302
    request = SubjectRequest.objects.using(OWNER).get()
    page = f"/droits/{request.pk}/limitation/"
    assert page in ines.get(f"/droits/{request.pk}/").content.decode()
    answer = ines.post(page, GRANT)
    assert answer["Location"] == f"/droits/{request.pk}/lettre/"
    restriction = Restriction.objects.using(OWNER).get()
    assert (restriction.pk, restriction.tenant_id, restriction.ground) == (request.pk, request.tenant_id, "accuracy")
    assert (restriction.begun_on, restriction.informed_on, restriction.lifted_on) == (paris_day(), None, None)
    request.refresh_from_db(using=OWNER)
    assert (request.answer, request.recipients, request.closed_on) == ("limited", ["bank"], paris_day())
    [event] = events(kind="processing_restricted", outcome="changed")
    assert event["facts"] == {"request": str(request.pk)} and event["about"] == request.tenant_id
    letter = ines.get(answer["Location"]).content.decode()
    for words in (
        "Le traitement de vos données est limité",
        "The processing of your data is restricted",
        "xactitude contestée",
        "la banque du bailleur",
        "avant de lever la limitation",
    ):
        assert words in letter, words
    assert "Haddad" not in letter[letter.index("<main") :]
    assert ines.get(page).status_code == ines.post(page, GRANT).status_code == 404


def test_refusal_has_a_coded_reason_and_restricts_nothing(landlord, sign_in):
    ines, request = sign_in("ines"), ask_restriction(landlord)
    page = f"/droits/{request.pk}/limitation/"
    wrong = (
        {},
        {"answer": "limited"},
        {"answer": "refused"},
        {"answer": "limited", "ground": "accuracy", "reason": "no_claim"},
        {"answer": "limited", "ground": ""},
        {"answer": "limited", "ground": "pleasure"},
        {"answer": "refused", "reason": "lease_needs"},
        {"answer": "refused", "reason": "no_claim", "ground": "claims"},
        {"answer": "refused", "reason": "no_claim", "recipients": ["bank"]},
    )
    for form in wrong:
        assert ines.post(page, form).status_code == 200, form
    assert not Restriction.objects.using(OWNER).exists()
    assert events(kind="subject_request_answered") == events(kind="processing_restricted") == []
    assert ines.post(page, {"answer": "refused", "reason": "no_claim"})["Location"].endswith("/lettre/")
    letter = ines.get(f"/droits/{request.pk}/lettre/").content.decode()
    assert "ne sont pas nécessaires à une action en justice" in letter and "not needed for a legal claim" in letter
    assert not Restriction.objects.using(OWNER).exists()


def test_other_answers_and_requests_begin_no_restriction(landlord, sign_in):
    ines, request, other = sign_in("ines"), ask_restriction(landlord), make_request(landlord, CALM, "Anne")
    for answer in ("limited", "given", "upheld", "erased"):
        assert ines.post(f"/droits/{request.pk}/", {"answer": answer}).status_code == 200, answer
    case = {"case": "1", "answer": "refused", "reason": "lease_needs"}
    assert ines.post(f"/droits/{request.pk}/", case).status_code == 200, "a reason of other rights"
    assert ines.get(f"/droits/{other.pk}/limitation/").status_code == 404
    assert dpo(landlord, BEGIN, other.pk, "accuracy", []) == [(None,)]
    for ground in ("", "pleasure"):
        assert dpo(landlord, BEGIN, request.pk, ground, []) == [(None,)], ground
    for who in ("paul", "elise", "jules"):
        assert dpo(landlord, BEGIN, request.pk, "accuracy", [], who=who) == [(None,)], who
    forged = (
        "UPDATE rights_subjectrequest SET answer = 'limited', closed_on = loge_today(), closed_by_id = loge_person()"
        " WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match="granted by a restriction"):
        dpo(landlord, forged, request.pk)
    insert = "INSERT INTO tenants_restriction (id, tenant_id, ground, begun_on) VALUES (%s, %s, 'claims', loge_today())"
    with pytest.raises(DatabaseError, match="permission denied"):
        dpo(landlord, insert, request.pk, request.tenant_id)
    assert ines.post(f"/droits/{request.pk}/", {"answer": "withdrawn"}).status_code == 302
    assert not Restriction.objects.using(OWNER).exists()


def test_second_ground_is_added_and_the_same_one_is_not(landlord, sign_in):
    ines = sign_in("ines")
    for ground, status in (("accuracy", 302), ("accuracy", 200), ("claims", 302)):
        request = ask_restriction(landlord)
        page = ines.post(f"/droits/{request.pk}/limitation/", {"answer": "limited", "ground": ground})
        assert page.status_code == status, ground
    assert (
        "déjà limité pour ce fondement"
        in ines.post(
            f"/droits/{ask_restriction(landlord).pk}/limitation/", {"answer": "limited", "ground": "claims"}
        ).content.decode()
    )
    assert sorted(row.ground for row in Restriction.objects.using(OWNER).all()) == ["accuracy", "claims"]


# --- Lifting ----------------------------------------------------------------------------------------------------------


def test_person_is_informed_before_the_restriction_is_lifted(landlord, sign_in):
    ines, restriction = sign_in("ines"), restrict(tenant(landlord, PAIR, "Marie"), begun=-40)
    page = f"/droits/limitations/{restriction.pk}/"
    listed = ines.get("/droits/limitations/").content.decode()
    assert f"Marie {PAIR}" in listed and "40 jours" in listed
    assert "Lever la limitation" not in ines.get(page).content.decode()
    assert ines.post(page, {"lift": "1"}).status_code == 200, "nobody was informed"
    for day in ("", "demain", typed(1), typed(-41)):
        assert ines.post(page, {"informed_on": day}).status_code == 200, day
    assert events(kind="restriction_informed") == []
    letter = ines.get(f"{page}lettre/").content.decode()
    for words in ("Nous allons lever la limitation", "We are going to lift the restriction", "xactitude contestée"):
        assert words in letter, words
    assert ines.post(page, {"informed_on": typed()}).status_code == 302
    refused = ines.post(page, {"lift": "1"})
    assert refused.status_code == 200 and "à partir du lendemain" in refused.content.decode()
    assert ines.post(page, {"informed_on": typed(-1)}).status_code == 302
    assert "Lever la limitation" in ines.get(page).content.decode()
    assert ines.post(page, {"lift": "1"})["Location"] == "/droits/limitations/"
    restriction.refresh_from_db(using=OWNER)
    assert (restriction.informed_on, restriction.lifted_on) == (paris_day(-1), paris_day())
    assert f"Marie {PAIR}" not in ines.get("/droits/limitations/").content.decode()
    assert ines.get(f"{page}lettre/").status_code == 404 and ines.get(page).status_code == 200
    again = [ines.post(page, {"lift": "1"}), ines.post(page, {"informed_on": typed()})]
    assert [answer.status_code for answer in again] == [200, 200]
    informed, lifted = events(kind="restriction_informed"), events(kind="restriction_lifted", outcome="changed")
    assert [event["facts"]["informed_on"] for event in informed] == [paris_day().isoformat(), paris_day(-1).isoformat()]
    assert [event["facts"] for event in lifted] == [{"request": str(restriction.pk)}]


def test_database_lifts_nothing_before_the_person_was_informed(landlord):
    restriction = restrict(tenant(landlord, PAIR, "Marie"), begun=-5)
    lift = "UPDATE tenants_restriction SET lifted_on = loge_today() WHERE id = %s"
    inform = "UPDATE tenants_restriction SET informed_on = loge_today() + %s WHERE id = %s"
    for days in (None, 0):
        if days is not None:
            dpo(landlord, inform, days, restriction.pk)
        with pytest.raises(DatabaseError, match="keeps its rows as its rule says"):
            dpo(landlord, lift, restriction.pk)
    for days in (1, -6):
        with pytest.raises(DatabaseError, match="keeps its rows as its rule says"):
            dpo(landlord, inform, days, restriction.pk)
    dpo(landlord, inform, -1, restriction.pk)
    for who in ("paul", "elise", "jules"):
        dpo(landlord, lift, restriction.pk, who=who)
    restriction.refresh_from_db(using=OWNER)
    assert restriction.lifted_on is None
    for change in ("ground = 'claims'", "begun_on = begun_on - 1", "tenant_id = gen_random_uuid()"):
        with pytest.raises(DatabaseError, match=r"keeps its rows|permission denied"):
            run(f"UPDATE tenants_restriction SET {change} WHERE id = %s", restriction.pk)
    with pytest.raises(DatabaseError, match="keeps its rows"):
        run("DELETE FROM tenants_restriction")
    dpo(landlord, lift, restriction.pk)


def test_only_the_data_protection_officer_reads_restrictions(landlord, sign_in):
    restriction = restrict(tenant(landlord, PAIR, "Marie"))
    for name in ("elise", "awa", "georges", "paola", "paul", "jules"):
        client = sign_in(name)
        for path in ("/droits/limitations/", f"/droits/limitations/{restriction.pk}/"):
            assert client.get(path).status_code in (403, 404), (name, path)
        assert dpo(landlord, "SELECT id FROM tenants_restriction", who=name) == []
        assert dpo(landlord, "SELECT * FROM rights_restricted_people()", who=name) == []


# --- The person's own rights ------------------------------------------------------------------------------------------


def test_access_report_has_everything_and_says_since_when(landlord, sign_in):
    ines, anne = sign_in("ines"), tenant(landlord, CALM, "Anne")
    give_contact(anne)
    write_note(landlord.account(CALM), "Rappelle le 5.")
    before = access_report(ines, make_request(landlord, CALM, "Anne"))
    restrict(anne, "claims", begun=-3)
    report = access_report(ines, make_request(landlord, CALM, "Anne"))
    for section in ("card", "notes", "accounts", "entries"):
        assert rows_of_section(report, section) == rows_of_section(before, section), section
    assert "+33639987654" in str(rows_of_section(report, "card"))
    [row] = rows_of_section(report, "restriction")
    assert row["Depuis le"] == paris_day(-3).isoformat() and "en justice" in row["Fondement"]
    note = next(section["note"] for section in report["held"] if section["part"] == "restriction")
    assert "seulement conservées" in note


def test_portability_file_has_the_contact(landlord, sign_in):
    ines, anne = sign_in("ines"), tenant(landlord, CALM, "Anne")
    give_contact(anne)
    restrict(anne)
    request = make_demand(landlord.person("ines"), anne, kind="portability")
    ines.post(f"/droits/{request.pk}/", {"prepare": "1"})
    contact = ines.get(f"/droits/{request.pk}/donnees.json").json()["contact"]
    assert (contact["phone"], contact["email"], contact["channel"]) == ("+33639987654", "marie@exemple.fr", "contact")


def test_contact_that_was_set_aside_is_read_for_the_answer_in_preparation_only(landlord):
    anne = tenant(landlord, CALM, "Anne")
    restrict(anne)
    ask = "SELECT phone FROM rights_contact_set_aside()"
    assert dpo(landlord, ask) == []
    request = make_demand(landlord.person("ines"), anne, in_hand=True)
    assert len(dpo(landlord, ask)) == 1 and dpo(landlord, ask, who="paul") == []
    SubjectRequest.objects.using(OWNER).filter(pk=request.pk).update(prepared_until=timezone.now() - timedelta(1))
    assert dpo(landlord, ask) == []


def test_own_erasure_erases_restricted_data(landlord, sign_in):
    ines, anne, account = sign_in("ines"), tenant(landlord, CALM, "Anne"), landlord.account(CALM)
    give_contact(anne)
    write_note(account, "Rappelle le 5.", -40, -1)
    restrict(anne, "claims")
    assert stored(landlord, CALM, "Anne")["limitation"][:3] == (1, False, "proof_of_answer")
    kinds = erasable(landlord, CALM, "Anne")
    assert {"phone", "email", "contact", "notes"} <= set(kinds)
    request = make_demand(landlord.person("ines"), anne, kind="erasure")
    page = prepare(ines, request)
    assert ines.post(page, dict.fromkeys(kinds, "erase")).status_code == 302
    aside = SetAsideContact.objects.using(OWNER).get()
    assert (aside.phone, aside.email, aside.contact_name, aside.channel) == ("", "", "", "letter")
    assert run("SELECT count(*) FROM casework_accountnote") == [(0,)]


# --- Retention and restored backups -----------------------------------------------------------------------------------


def test_restriction_is_deleted_three_years_after_it_was_lifted(landlord):
    marie, paul = tenant(landlord, PAIR, "Marie"), tenant(landlord, PAIR, "Paul")
    for person, days in ((marie, 1096), (paul, 1097)):
        row = restrict(person, begun=-2000)
        with unguarded("tenants_restriction"):
            run(
                "UPDATE tenants_restriction SET informed_on = loge_today() - 1500, lifted_on = loge_today() - %s"
                " WHERE id = %s",
                days,
                row.pk,
            )
    call_command("expire_notes", stdout=io.StringIO())
    assert [row.tenant_id for row in Restriction.objects.using(OWNER).all()] == [marie.pk]


def repeat(file) -> int:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        return restrict_again(cursor, read_list(file))


def test_restored_database_restricts_again(landlord, sign_in, tmp_path):
    """After a restore, each restriction begun since the backup must begin again without its ground, even if lifted."""
    ines, request, file = sign_in("ines"), ask_restriction(landlord), tmp_path / "withdrawn"
    give_contact(tenant(landlord, PAIR, "Marie"))
    withdrawals = Withdrawals(file)
    assert ines.post(f"/droits/{request.pk}/limitation/", GRANT).status_code == 302
    assert follow(withdrawals) == 1
    [line] = read_list(file)
    assert line[2:] == ("processing_restricted", str(request.tenant_id), paris_day().isoformat(), str(request.pk))
    assert "accuracy" not in file.read_text()
    assert repeat(file) == 0, "the database has the event"
    with unguarded("tenants_restriction"):
        run("DELETE FROM tenants_restriction")
    run("DELETE FROM tenants_setasidecontact")
    give_contact(tenant(landlord, PAIR, "Marie"))
    file.write_text(f"{utc(timezone.now())} {'0' * 8}{line[1][8:]} {' '.join(line[2:])}\n")
    with unguarded("rights_subjectrequest"):
        run("UPDATE rights_subjectrequest SET answer = '', closed_on = NULL, closed_by_id = NULL, recipients = '{}'")
    assert repeat(file) == 1 and repeat(file) == 0
    restriction = Restriction.objects.using(OWNER).get()
    assert (restriction.pk, restriction.ground, restriction.begun_on) == (request.pk, "", paris_day())
    person = tenant(landlord, PAIR, "Marie")
    assert person.phone == "" and SetAsideContact.objects.using(OWNER).get().phone == "+33639987654"
    assert "à confirmer" in ines.get(f"/droits/limitations/{restriction.pk}/").content.decode().lower()
    assert ines.post(f"/droits/{request.pk}/limitation/", {**GRANT, "ground": "claims"}).status_code == 302
    restriction.refresh_from_db(using=OWNER)
    assert restriction.ground == "claims"
