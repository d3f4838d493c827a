"""The access report (GDPR article 15): a tenant learns what is stored about them, and when and why employees opened it.

The report must contain nothing about anyone else.
"""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from pypdf import PdfReader

from access.compartments import Compartment
from audit.purposes import WORDS
from casework.models import DwellingFact
from ledger.models import BankDetail
from privacy.processing_activities import SIGNATURES
from privacy.retention import entries
from rights.delays import due_on, extended_until
from rights.disclosure.exclusions import ASIDE, UNTOLD
from rights.disclosure.render import period
from rights.disclosure.sections import _About
from rights.models import SubjectRequest
from rights.policies import _DISCLOSED
from tenants.models import FormerName, HelpCode, Identity, Representative
from tests.builders import (
    OWNER,
    ask_write_off,
    events,
    make_demand,
    note,
    paris_day,
    record_attempt,
    restrict,
    run,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
    write_note,
)
from tests.database.test_policies import as_role
from tests.reading import reads, untold
from tests.resident_tables import resident_models

TAKE, WRITTEN = "/accueil/demande/", "/droits/nouvelle/"
PAIR, CALM = "Dette-Glycines A", "Calme-Glycines A"
STAFF = ("Awa", "Diakité", "Élise", "Bernard", "Georges", "Paola", "Ricci", "Inès", "Haddad", "Hélène")


def submit_request(client, landlord, name: str, first: str, path: str = TAKE, **more):
    names = {"reference": landlord.account(name).reference, "last_name": name, "first_name": first}
    return client.post(path, {**names, "kind": "access", "proof": "letter" if path == WRITTEN else "photo", **more})


def start_report(client, request: SubjectRequest) -> str:
    """Begin to prepare the report as the DPO. Returns the report's URL without its ending (/, .json or .pdf)."""
    assert client.post(f"/droits/{request.pk}/", {"prepare": "1"}).status_code == 302
    return f"/droits/{request.pk}/releve"


def access_report(client, request: SubjectRequest) -> dict:
    return json.loads(client.get(f"{start_report(client, request)}.json").content)


def rows_of_section(report: dict, code: str) -> list[dict]:
    return next(section["rows"] for section in report["held"] if section["part"] == code)


def view_kinds(report: dict) -> list[str]:
    return [view["kind"] for view in report["looks"]]


def tenant(landlord, name: str, first: str):
    return landlord.residence(name).tenant.__class__.objects.using(OWNER).get(last_name=name, first_name=first)


def make_request(landlord, name: str = PAIR, first: str = "Marie") -> SubjectRequest:
    return make_demand(landlord.person("ines"), tenant(landlord, name, first))


# --- Requested at the counter, or in writing --------------------------------------------------------------------------


def test_front_desk_takes_a_request_and_reads_nothing_of_it(landlord, sign_in):
    paola, ines = sign_in("paola"), sign_in("ines")
    answer = submit_request(paola, landlord, PAIR, "Marie")
    assert answer.status_code == 302 and answer["Location"].startswith(TAKE)
    [request] = SubjectRequest.objects.using(OWNER).all()
    assert (request.tenant.first_name, request.proof, request.due_on) == ("Marie", "photo", due_on(paris_day()))
    recorded = [(e["kind"], e["about"], e["role"]) for e in events(outcome="changed", about_kind="tenant")]
    assert recorded == [
        (kind, request.tenant_id, "front_desk") for kind in ("identity_checked", "subject_request_taken")
    ]
    assert paola.get(f"/droits/{request.pk}/releve/").status_code == paola.get("/droits/").status_code == 403
    for table in ("rights_subjectrequest", "tenants_account", "tenants_identity"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.COUNTER, landlord.person("paola").pk, f"SELECT count(*) FROM {table}")
    assert "Marie Dette-Glycines A" in ines.get("/droits/").content.decode()
    assert submit_request(ines, landlord, PAIR, "Paul", WRITTEN).status_code == 302


def test_partial_name_other_place_and_discreet_mark_get_one_answer(landlord, sign_in):
    """The front desk must get the same refusal for a partial name, another agency's tenant and a discreet household.

    Otherwise the refusal would reveal whether a tenant exists or is discreet. The DPO, who enters requests that come by
    letter, must find a discreet household like any other.
    """
    paola, ines = sign_in("paola"), sign_in("ines")
    wrong = [(PAIR, ""), (PAIR, "Anne"), (CALM, ""), (CALM, "An"), ("Dette-Quai 9", "Marie")]
    pages = {without_values(submit_request(paola, landlord, *names)) for names in wrong}
    # The message must remind clerks to enter the first name, because clerks forget the first name most often.
    assert all("prénom compris" in page for page in pages)
    hide(landlord, PAIR)
    pages.add(without_values(submit_request(paola, landlord, PAIR, "Marie")))
    assert len(pages) == 1
    assert "Aucune personne de vos lieux" in pages.pop() and not SubjectRequest.objects.using(OWNER).exists()
    assert submit_request(paola, landlord, CALM, "Anne", proof="letter").status_code == 200
    assert submit_request(ines, landlord, PAIR, "Marie", WRITTEN).status_code == 302


def without_values(response) -> str:
    return re.sub(r' value="[^"]*"|<time.*?</time>', "", response.content.decode())


def restrict_for_a_while(who) -> None:
    restrict(who, begun=-9, informed_on=paris_day(-8), lifted_on=paris_day(-7))


def hide(landlord, name: str) -> None:
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " SELECT gen_random_uuid(), lease_id, building_id, loge_today(), loge_today() + 9"
        " FROM tenants_account WHERE id = %s",
        landlord.account(name).pk,
    )


# --- Contents ---------------------------------------------------------------------------------------------------------


def fill(landlord, name: str, first: str) -> None:
    """Write a row in every table that an access report reads."""
    account, who = landlord.account(name), tenant(landlord, name, first)
    day = paris_day().isoformat()
    home = who.residences.using(OWNER).select_related("unit").get()
    Identity.objects.using(OWNER).create(tenant=who, birth_date=date(1961, 4, 2))
    FormerName.objects.using(OWNER).create(tenant=who, last_name="Rossi", last_day=paris_day(-50))
    BankDetail(tenant=who, iban="FR1420041010050500013M02606", holder="Rose Caution", set_on=paris_day()).save(
        using=OWNER
    )
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    HelpCode.objects.using(OWNER).create(tenant=who, code="give_time", **days)
    Representative.objects.using(OWNER).create(tenant=who, name="Odile Rey", first_day=paris_day())
    note(home, "visit_in_pairs", informed=0, date=day, until=paris_day(20).isoformat())
    note(home, "contact_correction", contact_item="phone", correction_step="asked", date=day)
    key_fields = {"key_kind": "entrance_badge", "count": 2, "date": day}
    keys = DwellingFact(unit=home.unit, building_id=home.building_id, code_id="keys_handed", fields=key_fields)
    keys.written_on, keys.ends_on, keys.lease_id = paris_day(), paris_day(20), account.lease_id
    keys.save(using=OWNER)
    note(account, "payment_difficulty", offer="instalments", date=day)
    write_note(account, "Rappelle le 5 pour le second versement.")
    record_attempt(account, landlord.person("elise"), "appointment", back=6)
    seal_sentence(account, landlord.person("elise"), "Est malade du foie.")
    seal_legacy_comment(account, "Alcoolique notoire.")
    refused = {"decision": "refused", "decided_by": landlord.person("elise"), "decided_at": timezone.now()}
    ask_write_off(account, refusal="proof_missing", **refused)
    hide(landlord, name)


def test_report_covers_every_compartment_in_three_formats_and_two_languages(landlord, sign_in):
    fill(landlord, CALM, "Anne")
    restrict_for_a_while(tenant(landlord, CALM, "Anne"))
    ines, request = sign_in("ines"), make_request(landlord, CALM, "Anne")
    report = access_report(ines, request)
    assert [section["part"] for section in report["held"] if not section["rows"]] == []
    for section in report["held"]:
        assert section["purposes"] and section["grounds"] and section["recipients"] and section["kept"], section["part"]
    assert {"IBAN, masqué": "FR•• •••• 2606"}.items() <= {
        r["Donnée"]: r["Valeur"] for r in rows_of_section(report, "identity")
    }.items()
    [contact] = rows_of_section(report, "contacts")
    assert contact["Résultat"] == "rendez-vous convenu" and len(contact) == 3
    assert rows_of_section(report, "notes")[0]["Phrase"].startswith("Rappelle le 5")
    # A contested sentence is erased thirty days after it was contested, not on the last day that its author chose.
    assert rows_of_section(report, "sealed")[0]["S’efface le"] == paris_day(30).isoformat()
    written = json.dumps(report, ensure_ascii=False)
    assert [word for word in ("malade", "Alcoolique", "Rose Caution", *STAFF) if word in written] == []
    where = f"/droits/{request.pk}/releve"
    page, english = ines.get(f"{where}/").content.decode(), ines.get(f"{where}/?langue=en").content.decode()
    assert "Données conservées sur vous" in page and 'lang="en"' in english and "Data stored about you" in english
    paper = PdfReader(io.BytesIO(ines.get(f"{where}.pdf?langue=en").content))
    pdf_text = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert (
        "Data stored about you" in pdf_text
        and "2606" in pdf_text
        and "FR14" not in pdf_text
        and "Alcoolique" not in pdf_text
    )
    formats = [event["facts"]["format"] for event in events(kind="disclosure_shown")]
    assert formats == ["json", "page", "page", "pdf"]


def test_every_table_with_tenant_data_is_reported_or_exempted():
    """Each table with data about tenants must be in the access report, or be exempted with a reason.

    The record of processing activities lists the tables with data about tenants.
    """
    models = resident_models()
    reported = {model._meta.label for model in models if model._meta.db_table in _DISCLOSED} | {
        *("rights.SubjectRequest", "tenants.Restriction")
    }
    fields = [
        field for field in entries(models) if field.says_something and field.processing_activity is not SIGNATURES
    ]
    personal = {field.model._meta.label for field in fields}
    assert len(personal) > 20 and personal - reported - ASIDE.keys() == set()
    assert ASIDE.keys() & reported == set() and ASIDE.keys() <= personal
    assert all(len(reason.split()) > 3 for reason in ASIDE.values())


def test_every_personal_column_is_reported_or_exempted(landlord, sign_in, monkeypatch):
    """Each column with personal data must be read by the code that makes the access report, or be exempted with a
    reason."""
    fill(landlord, CALM, "Anne")
    restrict_for_a_while(tenant(landlord, CALM, "Anne"))
    made, parts = [], _About.parts

    def record_parts(about, person):
        with reads() as columns:
            sections = list(parts(about, person))
        made.append((sections, columns))
        return sections

    monkeypatch.setattr(_About, "parts", record_parts)
    access_report(sign_in("ines"), make_request(landlord, CALM, "Anne"))
    [(sections, columns)] = made
    models = {model for section in sections for model in section.models}
    assert len(models) > 15 and len(columns) > 100
    silent = untold(models, columns)
    missing, stale = sorted(silent - UNTOLD.keys()), sorted(UNTOLD.keys() - silent)
    assert not missing, "show it in rights/disclosure/sections.py, or give the reason in UNTOLD of exclusions.py"
    assert not stale, "the report shows it, so remove it from UNTOLD of rights/disclosure/exclusions.py"
    assert all(len(reason.split()) > 3 for reason in UNTOLD.values())


# --- One person at a time, for a few minutes --------------------------------------------------------------------------


def test_policies_show_one_persons_rows_while_the_report_is_open(landlord):
    """Row-level security must show the DPO only the rows of the tenant Marie, while her report is being prepared."""
    ines, marie = landlord.person("ines").pk, tenant(landlord, PAIR, "Marie")
    fill(landlord, CALM, "Anne")
    fill(landlord, PAIR, "Marie")
    tables = [table for table in _DISCLOSED if table != "casework_factcode"]
    key = {"tenants_identity": "tenant_id"}
    count = {table: f"SELECT {key.get(table, 'id')} FROM {table}" for table in tables}

    def count_rows(who=ines) -> dict[str, int]:
        return {table: len(as_role(Compartment.DISCLOSURE, who, sql)) for table, sql in count.items()}

    assert set(count_rows().values()) == {0} and disclosed_views(ines) == []
    request = make_demand(landlord.person("ines"), marie, in_hand=True)
    visible = count_rows()
    assert [table for table, rows in visible.items() if rows == 0] == ["casework_accountnote", "tenants_discreetmark"]
    assert visible["tenants_tenant"] == visible["tenants_residence"] == visible["tenants_leaseparty"] == 1
    assert as_role(Compartment.DISCLOSURE, ines, "SELECT id FROM tenants_tenant") == [(marie.pk,)]
    for other in ("jules", "elise", "paul"):
        assert set(count_rows(landlord.person(other).pk).values()) == {0}, other
    unreadable = {
        "casework_accountnote": "written_by_id",
        "casework_contestedsentence": "sentence",
        "casework_legacycomment": "sentence",
    }
    for table, column in {**unreadable, "ledger_entry": "posted_by_id", "casework_cardfact": "written_by_id"}.items():
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.DISCLOSURE, ines, f"SELECT {column} FROM {table}")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(
            Compartment.DISCLOSURE, ines, "UPDATE rights_subjectrequest SET prepared_until = now() + interval '1 day'"
        )
    SubjectRequest.objects.using(OWNER).update(prepared_until=timezone.now() - timedelta(seconds=1))
    assert set(count_rows().values()) == {0} and disclosed_views(ines) == []
    closed = {"answer": "given", "closed_on": paris_day(), "closed_by": landlord.person("ines")}
    SubjectRequest.objects.using(OWNER).filter(pk=request.pk).update(
        prepared_until=timezone.now() + timedelta(minutes=5), **closed
    )
    assert set(count_rows().values()) == {0}


def disclosed_views(who) -> list:
    return as_role(Compartment.DISCLOSURE, who, "SELECT * FROM rights_disclosed_views(ARRAY['account_opened'])")


def test_report_closes_when_another_is_prepared_or_the_request_answered(landlord, sign_in):
    ines, first, second = sign_in("ines"), make_request(landlord), make_request(landlord, CALM, "Anne")
    where = start_report(ines, first)
    assert ines.get(f"{where}/").status_code == 200
    other = start_report(ines, second)
    assert ines.get(f"{where}/").status_code == 404 and ines.get(f"{other}/").status_code == 200
    page = ines.get(f"/droits/{first.pk}/").content.decode()
    assert 'value="given"' in page and "Indiquer ce nom" not in page, "a report that closed can still be handed over"
    assert ines.post(f"/droits/{second.pk}/", {"answer": "given"}).status_code == 302
    assert ines.get(f"{other}/").status_code == 404
    assert "n’attend pas de relevé" in ines.post(f"/droits/{second.pk}/", {"prepare": "1"}).content.decode()
    assert [e["facts"]["answer"] for e in events(kind="subject_request_answered")] == ["given"]


def test_report_is_handed_over_only_after_it_was_prepared(landlord, sign_in):
    ines, request = sign_in("ines"), make_request(landlord)
    page = f"/droits/{request.pk}/"
    assert 'value="given"' not in ines.get(page).content.decode()
    assert "Établissez d’abord" in ines.post(page, {"answer": "given"}).content.decode()
    request.refresh_from_db(using=OWNER)
    assert request.is_open and not events(kind="subject_request_answered")
    start_report(ines, request)
    assert 'value="given"' in ines.get(page).content.decode()
    assert ines.post(page, {"answer": "given"}).status_code == 302


def test_dpo_with_a_conflict_of_interest_cannot_prepare_the_report(landlord, sign_in):
    ines, request = landlord.person("ines"), make_request(landlord, CALM, "Anne")
    SubjectRequest.objects.using(OWNER).update(prepared_by=ines, prepared_until=timezone.now() + timedelta(minutes=5))
    tenants = "SELECT id FROM tenants_tenant"
    assert len(as_role(Compartment.DISCLOSURE, ines.pk, tenants)) == 1
    stand_wall(landlord.account(CALM).lease, ines)
    assert as_role(Compartment.DISCLOSURE, ines.pk, tenants) == []
    answer = sign_in("ines").post(f"/droits/{request.pk}/", {"prepare": "1"})
    assert answer.status_code == 200 and events(kind="disclosure_prepared") == []


def test_report_lists_views_by_an_inspector(landlord, sign_in):
    sign_in("simone").post("/controle/E22/", {"reference": landlord.account(CALM).reference})
    [view] = [
        item
        for item in access_report(sign_in("ines"), make_request(landlord, CALM, "Anne"))["looks"]
        if item["role"] == "inspector"
    ]
    assert view["kind"] == "exhibit_shown" and view["purpose"] == "control"


# --- CJEU 22 June 2023, C-579/21, Pankki S: point by point ------------------------------------------------------------

Point = Callable[[dict], bool]
POINTS: dict[str, Point] = {
    "46-49: a view of personal data is processing": lambda r: "card_opened" in view_kinds(r),
    "55: when her data were consulted": lambda r: all(re.match(r"\d{4}-\d\d-\d\dT", item["at"]) for item in r["looks"]),
    "57-58: how often, each view listed separately": lambda r: view_kinds(r).count("account_opened") == 2,
    "59: for what purpose": lambda r: all(
        item["said"] and item["why"] and item["purpose"] in WORDS for item in r["looks"]
    ),
    "31-36: views made before the request, while the log is stored": lambda r: r["looks"][0]["at"] < r["made_on"],
    "73: employees are not recipients: their roles are listed": lambda r: (
        {item["role"] for item in r["looks"]} == {"officer", "caretaker", "front_desk", "dpo", "accountant"}
    ),
    "75-77, 83: no employee's name, unless indispensable to her rights": lambda r: (
        not [name for name in STAFF if name in json.dumps(r, ensure_ascii=False)]
    ),
    "15(1) c: recipients": lambda r: all(item["recipients"] for item in r["held"]),
    "15(1) d: retention periods": lambda r: all(item["kept"] for item in r["held"]),
    "15(1) a: purposes and legal grounds": lambda r: all(item["purposes"] and item["grounds"] for item in r["held"]),
    "15(1) e, f: her other rights, and the authority": lambda r: "CNIL" in json.dumps(r["rights"]),
    "15(3): a machine-readable copy": lambda r: {"held", "looks", "rights", "person"} <= r.keys(),
    "15(4): nothing about another person": lambda r: "Paul" not in json.dumps(r),
}


def test_report_meets_each_point_of_cjeu_c_579_21(landlord, sign_in):
    elise, awa, helene, paola, ines = (sign_in(name) for name in ("elise", "awa", "helene", "paola", "ines"))
    account, card = landlord.account(PAIR), landlord.residence(PAIR)
    elise.get(f"/comptes/{account.reference}/")
    elise.get(f"/comptes/{account.reference}/")
    awa.get(f"/fiches/{card.pk}/")
    helene.get(f"/ecritures/{account.reference}/")
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    submit_request(paola, landlord, PAIR, card.tenant.first_name)
    back_date("card_opened", days=1)
    report = access_report(ines, SubjectRequest.objects.using(OWNER).get())
    assert [point for point, holds in POINTS.items() if not holds(report)] == []
    assert len(POINTS) > 12


def back_date(kind: str, days: int) -> None:
    """Disable the triggers that protect the audit log, and date the events of this kind `days` days earlier."""
    for (table,) in run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER; ALTER TABLE {table} DISABLE TRIGGER audit_keep_rows")
    run("UPDATE audit_event SET at = at - %s * interval '1 day' WHERE kind = %s", days, kind)


# --- Nothing about another person -------------------------------------------------------------------------------------


def without_times(report: dict) -> str:
    return re.sub(r'"at": "[^"]+"|"number": "[^"]+"', "", json.dumps(report, ensure_ascii=False))


def test_report_does_not_reveal_a_request_of_the_other_holder(landlord, sign_in):
    """Paul's access reports must not reveal that Marie, who holds the lease with him, also made a request.

    The events that his next report adds must be the same whether or not Marie made a request and got an answer.
    """
    paola, ines, elise = sign_in("paola"), sign_in("ines"), sign_in("elise")
    his = make_request(landlord, PAIR, "Paul")
    fill(landlord, PAIR, "Marie")

    def added(before: dict) -> tuple[dict, str]:
        now = access_report(ines, his)
        assert now["looks"][: len(before["looks"])] == before["looks"] and now["held"] == before["held"]
        return now, without_times({"looks": now["looks"][len(before["looks"]) :]})

    first = access_report(ines, his)
    second, alone = added(first)
    # The front desk refuses Marie's request, because a discreet mark hides her household. Paul's report must omit this.
    submit_request(paola, landlord, PAIR, "Marie")
    hers = make_request(landlord)
    where = start_report(ines, hers)
    assert [ines.get(f"{where}{form}").status_code for form in ("/", ".pdf", ".json")] == [200] * 3
    ines.post(f"/droits/{hers.pk}/", {"answer": "given"})
    third, beside = added(second)
    assert alone == beside and "Marie" not in without_times(third)
    assert third["held"] == first["held"] and rows_of_section(third, "discretion") == []
    # The report must say that it does not state whether a household is discreet, even for this discreet household.
    assert any("n’indique pas si la discrétion est demandée" in section["note"] for section in third["held"])
    # The opening of Marie's bank details must be listed in Marie's access report, but not in Paul's.
    run("DELETE FROM tenants_discreetmark")
    elise.post(f"/comptes/{landlord.account(PAIR).reference}/identite/", {"show": str(hers.tenant_id)})
    again = access_report(ines, his)
    assert view_kinds(again).count("bank_details_shown") == 0 and view_kinds(again).count("identity_opened") == 1
    her_second = make_request(landlord)
    assert view_kinds(access_report(ines, her_second)).count("bank_details_shown") == 1


def test_report_ends_on_the_day_the_person_left_the_lease(landlord, sign_in):
    """Paul (tenant) left the lease a month ago. His report must omit later entries, notes and account openings."""
    ines, elise, account = sign_in("ines"), sign_in("elise"), landlord.account(PAIR)
    elise.get(f"/comptes/{account.reference}/")
    sign_in("helene").get(f"/ecritures/{account.reference}/")
    write_note(account, "Rappelle le 5 pour le second versement.")
    run(
        "UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s",
        tenant(landlord, PAIR, "Paul").pk,
    )
    run(
        "UPDATE tenants_residence SET moved_out = loge_today() - 30 WHERE tenant_id = %s",
        tenant(landlord, PAIR, "Paul").pk,
    )
    his, hers = access_report(ines, make_request(landlord, PAIR, "Paul")), access_report(ines, make_request(landlord))
    assert (len(rows_of_section(his, "entries")), len(rows_of_section(hers, "entries"))) == (2, 3)
    assert rows_of_section(his, "notes") == [] and len(rows_of_section(hers, "notes")) == 1
    assert rows_of_section(hers, "notes")[0]["Phrase"].startswith(
        "phrase enregistrée"
    ) and "second versement" not in json.dumps(hers)
    assert view_kinds(hers).count("account_opened") == 1
    assert (view_kinds(hers).count("books_opened"), view_kinds(his).count("books_opened")) == (1, 0)


def test_former_holder_does_not_learn_when_the_remaining_one_leaves(landlord, sign_in):
    """Paul (tenant) has left the lease, and Marie has stayed. His report must not state when the lease and the account
    ended, because these days would disclose when Marie moved out."""
    ines, account, paul = sign_in("ines"), landlord.account(PAIR), tenant(landlord, PAIR, "Paul").pk
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s", paul)
    run(
        "UPDATE tenants_lease SET notice_on = loge_today() - 9, ends_on = loge_today() - 2 WHERE id = %s",
        account.lease_id,
    )
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)

    def ends(first: str) -> list[str | None]:
        report = access_report(ines, make_request(landlord, PAIR, first))
        [lease], [account_row] = rows_of_section(report, "leases"), rows_of_section(report, "accounts")
        return [lease["Congé"], lease["Fin du bail"], account_row["Soldé le"]]

    days = [paris_day(back).isoformat() for back in (-9, -2, 0)]
    assert (ends("Paul"), ends("Marie")) == ([None, None, None], days)
    run("UPDATE tenants_lease SET notice_on = loge_today() - 40 WHERE id = %s", account.lease_id)
    # If notice was given before Paul left, his report must contain the day on which the lease ended.
    assert ends("Paul")[1] == paris_day(-2).isoformat()
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE lease_id = %s", account.lease_id)
    # If Marie left on the same day as Paul, his report must contain the day on which the account was settled.
    assert ends("Paul")[2] == paris_day().isoformat()


# --- Delays -----------------------------------------------------------------------------------------------------------

CLOCKS = [
    (date(2026, 1, 31), date(2026, 3, 2), "the 28th is a Saturday, and the month ends there"),
    (date(2025, 1, 31), date(2025, 2, 28), "28 days: the last of the month"),
    (date(2028, 1, 31), date(2028, 2, 29), "a leap year's 29 days"),
    (date(2028, 2, 29), date(2028, 3, 29), "from a leap day"),
    (date(2026, 3, 31), date(2026, 4, 30), "30 days"),
    (date(2026, 6, 10), date(2026, 7, 10), "the same date"),
    (date(2026, 6, 14), date(2026, 7, 15), "14 July is a holiday"),
    (date(2026, 4, 1), date(2026, 5, 4), "1 May, then a weekend"),
    (date(2026, 3, 6), date(2026, 4, 7), "Easter Monday"),
    (date(2026, 11, 25), date(2026, 12, 28), "Christmas, then a weekend"),
]


def test_answer_is_due_after_a_calendar_month_on_a_working_day():
    assert [(request_day, due_on(request_day)) for request_day, _due, _why in CLOCKS] == [
        (request_day, due) for request_day, due, _why in CLOCKS
    ]
    # An extended time limit that would end on Sunday, 28 February 2027, must end on the Monday after.
    assert extended_until(date(2026, 11, 30)) == date(2027, 3, 1)
    assert extended_until(date(2027, 11, 30)) == date(2028, 2, 29)
    spans = [due_on(day) - day for day in (date(2026, 1, 1) + timedelta(n) for n in range(3000))]
    longer = [extended_until(day) - day for day in (date(2026, 1, 1) + timedelta(n) for n in range(3000))]
    assert (min(spans).days, max(spans).days) == (28, 34) and min(longer).days >= 89 and max(longer).days <= 97


def test_request_is_extended_once_and_deleted_after_three_years(landlord, sign_in):
    ines, request = sign_in("ines"), make_request(landlord)
    assert ines.post(f"/droits/{request.pk}/", {"extend": "1", "reason": "complexity"}).status_code == 302
    request.refresh_from_db(using=OWNER)
    assert request.due_on == extended_until(paris_day()) and request.extension == "complexity"
    again = ines.post(f"/droits/{request.pk}/", {"extend": "1", "reason": "complexity"})
    assert again.status_code == 200 and len(events(kind="subject_request_extended")) == 1
    late = make_demand(landlord.person("ines"), request.tenant, asked=-60)
    listed = ines.get("/droits/").content.decode()
    assert listed.split("<table")[1].count("en retard") == 1 and "1 demande a dépassé son délai de réponse" in listed
    assert ines.post(f"/droits/{late.pk}/", {"extend": "1", "reason": "complexity"}).status_code == 200
    closed = {"answer": "given", "closed_by": landlord.person("ines")}
    for days in (1096, 1097):
        make_demand(landlord.person("ines"), request.tenant, asked=-1200, closed_on=paris_day(-days), **closed)
    call_command("expire_notes", stdout=io.StringIO())
    assert SubjectRequest.objects.using(OWNER).count() == 3
    assert [e["facts"] for e in events(kind="subject_requests_expired")] == [{"requests": 1}]


def test_report_states_the_retention_period_of_the_audit_log(settings, tmp_path):
    assert period().startswith("Douze mois")
    file = tmp_path / "retention.json"
    why = {"ground": "internal_control", "decided_on": "2026-11-01", "reason": "Un mésusage " * 10}
    file.write_text(json.dumps({"months": 36, **why}))
    settings.RETENTION_FILE = str(file)
    assert period().startswith("36 mois")
    file.write_text("{}")
    assert period().startswith("Douze mois")
