"""Requests for erasure (GDPR article 17): what is erased, what is kept and why, and the letter.

Only the data protection officer decides, line by line, while the request is in preparation.
"""

import io
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connections, transaction
from django.utils import timezone

from access.compartments import Compartment
from access.grants.revocation_list import Withdrawals, read_list
from audit.tlog.leaf import utc
from casework.models import AccountFact, AccountNote, CardFact, LegacyComment
from casework.vocabulary import ERASURE_GROUNDS
from housing.backup.erasures import erase_again
from ledger.models import BankDetail
from rights.erasures import StoredLine
from rights.forms import KEEPING_GROUNDS
from rights.models import ErasureLine, SubjectRequest
from rights.models.erasure import StoredData
from tenants.models import HelpCode, Representative, Tenant
from tests.access.test_revocation_list import follow
from tests.builders import OWNER, events, make_demand, note, paris_day, run, seal_legacy_comment, write_note
from tests.casework.test_legacy_comment_queue import tally
from tests.database.test_policies import as_role
from tests.rights.test_disclosure import (
    CALM,
    PAIR,
    TAKE,
    access_report,
    fill,
    make_request,
    submit_request,
    tenant,
    without_times,
)

LINES = "SELECT data, number, erasable, ground, until FROM rights_erasure_lines() ORDER BY data"
DECIDE = "SELECT rights_decide_erasure(%s, %s::text[], %s::text[], %s::text[], %s::text[])"
CONTACT = ("phone", "email", "contact")


def give_contact(who: Tenant) -> None:
    run(
        "UPDATE tenants_tenant SET phone = '+33639987654', email = 'marie@exemple.fr', contact_name = 'Jo Rey',"
        " channel = 'contact' WHERE id = %s",
        who.pk,
    )


def ask_erasure(landlord, name: str = PAIR, first: str = "Marie", in_hand: bool = False) -> SubjectRequest:
    return make_demand(landlord.person("ines"), tenant(landlord, name, first), in_hand=in_hand, kind="erasure")


def prepare(client, request: SubjectRequest) -> str:
    """As the DPO, list the stored data about which a request for erasure is decided. Returns the URL of the list."""
    answer = client.post(f"/droits/{request.pk}/", {"prepare": "1"})
    assert answer["Location"] == f"/droits/{request.pk}/effacement/"
    return answer["Location"]


def stored(landlord, name: str, first: str) -> dict[str, tuple]:
    rows = run(
        "SELECT data, number, erasable, ground, until FROM rights_stored_data(%s)", tenant(landlord, name, first).pk
    )
    return {data: tuple(rest) for data, *rest in rows}


def erasable(landlord, name: str, first: str) -> list[str]:
    return sorted(data for data, (_number, gone, *_why) in stored(landlord, name, first).items() if gone)


def settle(landlord, name: str, ago: int = 10) -> None:
    """End the lease and settle the account `ago` days ago, as if everybody had moved out."""
    account = landlord.account(name)
    run(
        "UPDATE tenants_lease SET notice_on = starts_on, ends_on = loge_today() - %s WHERE id = %s",
        ago,
        account.lease_id,
    )
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - %s WHERE lease_id = %s", ago, account.lease_id)
    run("UPDATE tenants_residence SET moved_out = loge_today() - %s WHERE lease_id = %s", ago, account.lease_id)
    run("UPDATE tenants_account SET settled_on = loge_today() - %s WHERE id = %s", ago, account.pk)


# --- From the request to the letter -----------------------------------------------------------------------------------


def test_dpo_decides_line_by_line_and_the_letter_gives_the_reasons(landlord, sign_in):
    paola, ines, marie = sign_in("paola"), sign_in("ines"), tenant(landlord, PAIR, "Marie")
    give_contact(marie)
    HelpCode.objects.using(OWNER).create(tenant=marie, code="give_time", asked_on=paris_day(), renew_by=paris_day(300))
    assert submit_request(paola, landlord, PAIR, "Marie", TAKE, kind="erasure").status_code == 302
    request = SubjectRequest.objects.using(OWNER).get()
    assert ines.get(f"/droits/{request.pk}/effacement/").status_code == 404, "it is not in preparation yet"
    page = prepare(ines, request)
    html = ines.get(page).content.decode()
    assert [secret for secret in ("+33639987654", "marie@exemple.fr", "Jo Rey") if secret in html] == []
    for words in (
        "Téléphone (1)",
        "Aides demandées (1)",
        "Écritures du compte",
        "C. com., art. L123-22",
        "exigée par la sécurité",
    ):
        assert words in html, words
    choices = {"phone": "erase", "email": "erase", "contact": "person_keeps", "help": "erase"}
    for missing in choices:
        wrong = {**choices, missing: ""}
        assert ines.post(page, wrong).status_code == 200, missing
    assert ines.post(page, {**choices, "phone": "lease_running"}).status_code == 200
    assert not ErasureLine.objects.using(OWNER).exists() and events(kind="data_erased") == []
    answer = ines.post(page, {**choices, "recipients": ["contractors", "bank"]})
    assert answer["Location"] == f"/droits/{request.pk}/lettre/"
    marie.refresh_from_db(using=OWNER)
    assert (marie.phone, marie.email, marie.contact_name, marie.channel) == ("", "", "Jo Rey", "contact")
    assert not HelpCode.objects.using(OWNER).filter(tenant=marie).exists()
    [event] = events(kind="data_erased", outcome="changed")
    assert event["facts"] == {"request": str(request.pk), "erased": "phone.email.help", "answer": "erased"}
    assert event["about"] == marie.pk
    read_letter(ines, answer["Location"])
    assert ines.get(page).status_code == 404 and ines.post(page, choices).status_code == 404


def read_letter(client, url: str) -> None:
    letter = client.get(url).content.decode()
    for words in (
        "Nous avons effacé des données à votre demande",
        "We erased data at your request",
        "vous avez choisi de la conserver",
        "les entreprises qui interviennent dans le logement, la banque du bailleur",
        "cnil.fr",
    ):
        assert words in letter, words
    assert "excuses" not in letter and "Haddad" not in letter[letter.index("<main") :]


def test_nothing_to_erase_is_a_reasoned_refusal(landlord, sign_in):
    ines, anne = sign_in("ines"), tenant(landlord, CALM, "Anne")
    run(
        "UPDATE tenants_tenant SET phone = '', email = '', contact_name = '', channel = 'letter' WHERE id = %s", anne.pk
    )
    run("DELETE FROM tenants_helpcode")
    request = ask_erasure(landlord, CALM, "Anne")
    page = prepare(ines, request)
    assert "Répondre : rien à effacer" in ines.get(page).content.decode()
    assert ines.post(page, {"recipients": ["bank"]}).status_code == 200, "nobody is told of an erasure that is none"
    assert ines.post(page, {}).status_code == 302
    request.refresh_from_db(using=OWNER)
    assert (request.answer, request.recipients) == ("not_erased", [])
    letter = ines.get(f"/droits/{request.pk}/lettre/").content.decode()
    assert "Notre réponse à votre demande d’effacement" in letter and "Destinataires informés" not in letter
    lines = ErasureLine.objects.using(OWNER).all()
    assert {line.decision for line in lines} == {"kept"} and all(line.ground for line in lines)
    assert events(kind="data_erased")[-1]["facts"] == {"request": str(request.pk), "answer": "not_erased"}


def test_each_kept_kind_has_a_ground_and_its_last_day(landlord):
    fill(landlord, CALM, "Anne")
    rows = stored(landlord, CALM, "Anne")
    staying = {data: row for data, row in rows.items() if not row[1]}
    assert set(staying) == {
        *("identity", "leases", "accounts", "current_powers", "current_facts", "current_notes", "contacts"),
        *("sealed", "discretion", "current_bank", "trace"),
    }
    assert {row[2] for row in staying.values()} <= set(ERASURE_GROUNDS.terms)
    assert set(rows) <= set(StoredData.values)
    [(last,)] = run("SELECT max(booked_on) FROM ledger_entry WHERE account_id = %s", landlord.account(CALM).pk)
    assert staying["accounts"][3] == date(last.year + 10, 12, 31)
    assert staying["identity"][3] is None and staying["leases"][3] is None, "the lease runs"
    assert staying["sealed"][3] == paris_day(29) and staying["contacts"][3] == paris_day(365)
    assert staying["current_notes"][3] == paris_day(90) and staying["discretion"][3] == paris_day(9)
    settle(landlord, CALM)
    staying = stored(landlord, CALM, "Anne")
    assert staying["identity"][3] == staying["leases"][3] == paris_day(-10 + 1096)


# --- What is erased ---------------------------------------------------------------------------------------------------


def test_facts_and_notes_end_with_their_date_or_with_the_account(landlord):
    fill(landlord, CALM, "Anne")
    account = landlord.account(CALM)
    day = paris_day().isoformat()
    assert "facts" not in erasable(landlord, CALM, "Anne") and "notes" not in erasable(landlord, CALM, "Anne")
    note(account, "payment_difficulty", -40, -1, offer="instalments", date=day)
    write_note(account, "Rappelle le 6 pour le second versement.", -40, -1)
    assert stored(landlord, CALM, "Anne")["facts"][:2] == (1, True)
    assert stored(landlord, CALM, "Anne")["notes"][:2] == (1, True)
    settle(landlord, CALM)
    rows = stored(landlord, CALM, "Anne")
    assert rows["notes"][0] == 2 and "current_notes" not in rows
    assert rows["facts"][0] == AccountFact.objects.using(OWNER).count() + CardFact.objects.using(OWNER).count()


def test_bank_details_are_erased_thirteen_months_after_the_last_account(landlord):
    fill(landlord, CALM, "Anne")
    for ago, gone in ((395, False), (396, True)):
        settle(landlord, CALM, ago)
        rows = stored(landlord, CALM, "Anne")
        assert (("bank" in rows), ("current_bank" in rows)) == (gone, not gone), ago


def test_erasure_deletes_the_rows_and_nothing_of_others(landlord, sign_in):
    fill(landlord, CALM, "Anne")
    fill(landlord, PAIR, "Marie")
    settle(landlord, CALM, 400)
    anne = tenant(landlord, CALM, "Anne")
    give_contact(anne)
    run(
        "UPDATE tenants_representative SET first_day = loge_today() - 9, last_day = loge_today() - 1"
        " WHERE tenant_id = %s",
        anne.pk,
    )
    ines, request = sign_in("ines"), ask_erasure(landlord, CALM, "Anne")
    page = prepare(ines, request)
    kinds = erasable(landlord, CALM, "Anne")
    assert kinds == sorted([*CONTACT, "help", "powers", "facts", "notes", "comments", "bank"])
    assert ines.post(page, dict.fromkeys(kinds, "erase")).status_code == 302
    account = landlord.account(CALM)
    for model in (HelpCode, Representative, BankDetail):
        assert [row.tenant_id for row in model.objects.using(OWNER).all()] == [tenant(landlord, PAIR, "Marie").pk], (
            model
        )
    for model in (AccountFact, AccountNote, LegacyComment):
        assert not model.objects.using(OWNER).filter(account=account).exists(), model
        assert model.objects.using(OWNER).count() >= 1, model
    assert (
        not CardFact.objects.using(OWNER).filter(residence__tenant=anne).exists()
        and CardFact.objects.using(OWNER).exists()
    )
    anne.refresh_from_db(using=OWNER)
    assert (anne.phone, anne.email, anne.contact_name, anne.channel, anne.last_name) == ("", "", "", "letter", CALM)
    counts = tally()
    assert (counts["imported"], counts["waiting"], counts["erased"]) == (2, 1, 1)


def test_decision_on_other_kinds_than_are_stored_erases_nothing(landlord, sign_in, monkeypatch):
    marie = tenant(landlord, PAIR, "Marie")
    give_contact(marie)
    ines, request = landlord.person("ines").pk, ask_erasure(landlord, in_hand=True)
    kinds = erasable(landlord, PAIR, "Marie")

    def decide(erased: list[str], spared: tuple = (), who=ines) -> object:
        grounds = ["legal_claim"] * len(spared)
        [(done,)] = as_role(Compartment.DISCLOSURE, who, DECIDE, request.pk, erased, [*spared], grounds, [])
        return done

    for wrong in ([], kinds[:-1], [*kinds, "facts"], [*kinds, "identity"], [*kinds, kinds[0]]):
        assert decide(wrong) is None, wrong
    for other in ("paul", "elise", "jules"):
        assert decide(kinds, who=landlord.person(other).pk) is None, other
    marie.refresh_from_db(using=OWNER)
    assert marie.phone and not ErasureLine.objects.using(OWNER).exists()
    page, client = f"/droits/{request.pk}/effacement/", sign_in("ines")
    monkeypatch.setattr("rights.views.erasures.stored_lines", lambda request: stale)
    stale = [StoredLine(StoredData(kind), 1, True, "", None) for kind in (*kinds, "help")]
    refused = client.post(page, dict.fromkeys((*kinds, "help"), "erase"))
    assert refused.status_code == 200 and "Les données ont changé" in refused.content.decode()
    monkeypatch.undo()
    SubjectRequest.objects.using(OWNER).update(prepared_until=timezone.now() - timedelta(seconds=1))
    assert decide(kinds) is None and client.get(page).status_code == client.post(page, {}).status_code == 404


def test_only_a_request_in_preparation_shows_its_own_person(landlord):
    ines = landlord.person("ines").pk
    give_contact(tenant(landlord, PAIR, "Marie"))
    request = ask_erasure(landlord)
    assert as_role(Compartment.DISCLOSURE, ines, LINES) == []
    SubjectRequest.objects.using(OWNER).update(prepared_by=ines, prepared_until=timezone.now() + timedelta(minutes=5))
    assert len(as_role(Compartment.DISCLOSURE, ines, LINES)) > 5
    assert as_role(Compartment.DISCLOSURE, landlord.person("paul").pk, LINES) == []
    SubjectRequest.objects.using(OWNER).filter(pk=request.pk).update(kind="access")
    assert as_role(Compartment.DISCLOSURE, ines, LINES) == [], "an access request erases nothing"
    assert as_role(Compartment.DISCLOSURE, ines, DECIDE, request.pk, [], [], [], []) == [(None,)]
    for statement in (
        "SELECT * FROM rights_stored_data(%s)",
        "SELECT * FROM rights_ended_rows(%s)",
        "SELECT rights_erase_data(%s, ARRAY['phone'])",
        "INSERT INTO rights_erasureline (id, request_id, data, rows, decision, ground)"
        " VALUES (gen_random_uuid(), %s, 'phone', 1, 'erased', '')",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.DISCLOSURE, ines, statement, request.pk)


def test_answer_without_lines_is_refused(landlord, sign_in):
    ines, request = sign_in("ines"), ask_erasure(landlord)
    for answer in ("erased", "not_erased", "given", "upheld"):
        assert ines.post(f"/droits/{request.pk}/", {"answer": answer}).status_code == 200, answer
    forged = (
        "UPDATE rights_subjectrequest SET answer = 'erased', closed_on = loge_today(), closed_by_id = loge_person()"
        " WHERE id = %s"
    )
    with pytest.raises(DatabaseError, match="answered line by line"):
        as_role(Compartment.DISCLOSURE, landlord.person("ines").pk, forged, request.pk)
    assert ines.post(f"/droits/{request.pk}/", {"answer": "withdrawn"}).status_code == 302


def test_dpo_erases_no_legacy_comment_without_a_request(landlord, sign_in):
    comment = seal_legacy_comment(landlord.account(CALM))
    answer = sign_in("ines").post(f"/anciens-commentaires/{comment.pk}/", {"outcome": "erased", "erase": "1"})
    assert answer.status_code in (200, 403, 404) and LegacyComment.objects.using(OWNER).filter(pk=comment.pk).exists()


# --- Nothing about another person -------------------------------------------------------------------------------------


def test_former_holders_list_tells_nothing_of_those_who_stayed(landlord):
    paul = tenant(landlord, PAIR, "Paul")
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s", paul.pk)
    run("UPDATE tenants_residence SET moved_out = loge_today() - 30 WHERE tenant_id = %s", paul.pk)
    before = stored(landlord, PAIR, "Paul")
    assert before["leases"][3] == paris_day(-30 + 1096)
    account = landlord.account(PAIR)
    write_note(account, "Rappelle le 5 pour le second versement.")
    note(account, "payment_difficulty", offer="instalments", date=paris_day().isoformat())
    run(
        "UPDATE tenants_lease SET notice_on = loge_today() - 9, ends_on = loge_today() - 2 WHERE id = %s",
        account.lease_id,
    )
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)
    assert stored(landlord, PAIR, "Paul") == before


def test_report_of_the_other_holder_does_not_reveal_the_erasure(landlord, sign_in):
    ines = sign_in("ines")
    give_contact(tenant(landlord, PAIR, "Marie"))
    his = make_request(landlord, PAIR, "Paul")
    before = access_report(ines, his)
    page = prepare(ines, ask_erasure(landlord))
    assert ines.get(page).status_code == 200
    assert ines.post(page, dict.fromkeys(erasable(landlord, PAIR, "Marie"), "erase")).status_code == 302
    after = access_report(ines, his)
    added = without_times({"looks": after["looks"][len(before["looks"]) :]})
    assert after["held"] == before["held"] and "erasure" not in added and "data_erased" not in added
    hers = json.dumps(access_report(ines, make_request(landlord)))
    assert "data_erased" in hers and "erasure_listed" in hers


# --- Later ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path):
    return tmp_path / "withdrawn"


def repeat(file) -> int:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        return erase_again(cursor, read_list(file))


def test_restored_database_erases_again(landlord, sign_in, file):
    fill(landlord, CALM, "Anne")
    anne, ines = tenant(landlord, CALM, "Anne"), landlord.person("ines")
    give_contact(anne)
    client = sign_in("ines")
    page = prepare(client, ask_erasure(landlord, CALM, "Anne"))
    choices = {**dict.fromkeys(erasable(landlord, CALM, "Anne"), "erase"), "email": "person_keeps"}
    assert client.post(page, choices).status_code == 302
    assert follow(Withdrawals(file)) == 1
    [row] = read_list(file)
    kinds, _slash, by = row[5].partition("/")
    assert (row[2], row[3], by) == ("data_erased", str(anne.pk), str(ines.pk))
    assert set(kinds.split(".")) == choices.keys() - {"email"}
    # The erasure must not be repeated here, because it would delete what the person has provided since the erasure.
    give_contact(anne)
    assert repeat(file) == 0
    seal_legacy_comment(landlord.account(CALM), "Alcoolique notoire.")
    lines = file.read_text().replace(row[1], str(uuid4()))
    file.write_text(lines)
    assert repeat(file) == 1
    anne.refresh_from_db(using=OWNER)
    assert (anne.phone, anne.contact_name, anne.email) == ("", "", "marie@exemple.fr")
    assert not LegacyComment.objects.using(OWNER).exists() and tally()["erased"] == 2


def test_erasure_older_than_the_audit_log_is_not_repeated(landlord, sign_in, file):
    """An erasure from before the oldest audit event must not be repeated, because it would delete newer data."""
    who, ines = tenant(landlord, PAIR, "Marie"), landlord.person("ines")
    sign_in("ines").get("/")
    give_contact(who)
    at = utc(timezone.now() - timedelta(500))
    file.write_text(f"{at} {uuid4()} data_erased {who.pk} {paris_day(-500)} phone/{ines.pk}\n")
    assert repeat(file) == 0
    who.refresh_from_db(using=OWNER)
    assert who.phone == "+33639987654"


def test_answer_that_erased_nothing_is_not_repeated(landlord, sign_in, file):
    who, ines = tenant(landlord, PAIR, "Marie"), landlord.person("ines")
    sign_in("ines").get("/")
    file.write_text(f"{utc(timezone.now())} {uuid4()} data_erased {who.pk} {paris_day()} -\n")
    assert repeat(file) == 0
    file.write_text(f"{utc(timezone.now())} {uuid4()} data_erased {who.pk} {paris_day()} phone/{ines.pk}\n")
    give_contact(who)
    assert repeat(file) == 1
    who.refresh_from_db(using=OWNER)
    assert (who.phone, who.channel, who.email) == ("", "contact", "marie@exemple.fr")


def test_lines_are_deleted_with_their_request_after_three_years(landlord):
    ines = landlord.person("ines")
    closed = {"kind": "erasure", "answer": "not_erased", "closed_by": ines}
    for days in (1096, 1097):
        request = make_demand(ines, tenant(landlord, PAIR, "Marie"), asked=-1200, closed_on=paris_day(-days), **closed)
        ErasureLine.objects.using(OWNER).create(
            request=request, data="identity", rows=1, decision="kept", ground="lease_running"
        )
    call_command("expire_notes", stdout=io.StringIO())
    assert ErasureLine.objects.using(OWNER).count() == SubjectRequest.objects.using(OWNER).count() == 1


def test_grounds_that_the_officer_chooses_are_in_the_list():
    assert set(KEEPING_GROUNDS) <= set(ERASURE_GROUNDS.terms)
