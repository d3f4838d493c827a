"""The file of a person who exercises the right to data portability (GDPR article 20).

The file must contain what the person provided, and nothing that the landlord wrote or that concerns somebody else.
"""

import json
from datetime import timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from django.conf import settings
from django.utils import timezone

from access.compartments import Compartment
from allocations.models import Applicant, Application, HouseholdMember, Income
from ledger.models import Entry
from ledger.vocabulary import ENTRY_LABELS
from privacy.retention import entries
from rights.models import SubjectRequest
from rights.policies import _DISCLOSED
from rights.portability.exclusions import APPLICANT_NOT_PROVIDED, NOT_PROVIDED
from rights.portability.tenants import OWN_PAYMENTS, RETURNED_PAYMENTS
from tenants.models import Account, HelpCode, Identity, Lease, LeaseParty, Residence, Tenant
from tests.allocations.builders import declare_income, make_application, make_member, open_occasion
from tests.builders import OWNER, events, make_demand, paris_day, post, run
from tests.database.test_policies import as_role
from tests.reading import reads, untold
from tests.rights.test_disclosure import CALM, PAIR, fill, submit_request, tenant

SCHEMA = json.loads((Path(settings.BASE_DIR) / "rights/portability/schema.json").read_text())
# Tables from which the data protection officer can read rows while preparing an answer to a portability request.
PROVIDED = {
    "tenants_tenant",
    "tenants_residence",
    "tenants_leaseparty",
    "tenants_helpcode",
    "tenants_identity",
    "tenants_lease",
    "tenants_account",
    "ledger_entry",
    "casework_factcode",
}
SECRETS = ("Rappelle le 5", "malade", "Alcoolique", "visit_in_pairs", "payment_difficulty", "2606", "Odile", "Paul")


def make_file_request(landlord, name: str = PAIR, first: str = "Marie") -> SubjectRequest:
    return make_demand(landlord.person("ines"), tenant(landlord, name, first), kind="portability")


def prepare(client, request: SubjectRequest) -> str:
    """Prepare the file as the DPO. Returns the URL of the request."""
    page = f"/droits/{request.pk}/"
    assert client.post(page, {"prepare": "1"})["Location"] == page
    return page


def json_file(client, request: SubjectRequest) -> dict:
    answer = client.get(f"{prepare(client, request)}donnees.json")
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    content = json.loads(answer.content)
    jsonschema_rs.Draft202012Validator(SCHEMA).validate(content)
    return content


# --- A tenant ---------------------------------------------------------------------------------------------------------


def test_tenant_gets_a_file_after_an_identity_check_and_an_answer(landlord, sign_in):
    paola, ines = sign_in("paola"), sign_in("ines")
    assert submit_request(paola, landlord, PAIR, "Marie", kind="portability", matter="notes").status_code == 302
    request = SubjectRequest.objects.using(OWNER).get()
    assert (request.kind, request.matter, request.proof) == ("portability", "", "photo")
    page = f"/droits/{request.pk}/"
    assert "à établir" in ines.get("/droits/").content.decode()
    before = ines.get(page).content.decode()
    assert "donnees.json" not in before and 'value="file_given"' not in before
    assert "Établissez d’abord" in ines.post(page, {"answer": "file_given"}).content.decode()
    content = json_file(ines, request)
    assert content["identity"]["last_name"] == PAIR and content["identity"]["first_name"] == "Marie"
    links = ines.get(page).content.decode()
    assert f"{page}donnees.json" in links and f"{page}paiements.csv" in links and "Indiquer ce nom" not in links
    assert ines.get(f"{page}paiements.csv").status_code == 200
    made = [(e["facts"]["format"], e["about"]) for e in events(kind="portable_file_made", outcome="shown")]
    assert made == [("json", request.tenant_id), ("csv", request.tenant_id)]
    for wrong in ("given", "upheld"):
        assert ines.post(page, {"answer": wrong}).status_code == 200, wrong
    assert ines.post(page, {"answer": "file_given"}).status_code == 302
    assert [e["facts"]["answer"] for e in events(kind="subject_request_answered")] == ["file_given"]
    assert "Fichier remis" in ines.get(page).content.decode()
    assert ines.get(f"{page}donnees.json").status_code == 404, "the file closes with the answer"
    for other in ("paola", "elise", "awa"):
        assert sign_in(other).get(f"{page}donnees.json").status_code == 403


def test_file_contains_what_the_person_provided_and_no_landlords_data(landlord, sign_in):
    fill(landlord, CALM, "Anne")
    anne, account = tenant(landlord, CALM, "Anne"), landlord.account(CALM)
    run(
        "UPDATE tenants_tenant SET phone = '+33639987654', email = 'anne@exemple.fr', contact_name = 'Jo Rey',"
        " channel = 'contact' WHERE id = %s",
        anne.pk,
    )
    content = json_file(sign_in("ines"), make_file_request(landlord, CALM, "Anne"))
    assert content["identity"]["birth_date"] == "1961-04-02"
    contact = {"channel": "contact", "phone": "+33639987654", "email": "anne@exemple.fr", "contact_name": "Jo Rey"}
    assert content["contact"] == contact
    assert [row["code"] for row in content["requested_help"]] == ["give_time"]
    [home], [lease] = content["household"]["residences"], content["household"]["leases"]
    assert home["moved_out"] is None and home["door"] and lease["capacity"] == "holder"
    assert {row["account"] for row in content["payments"]} <= {account.reference}
    written = json.dumps(content, ensure_ascii=False)
    assert [word for word in SECRETS if word in written] == []


def cancel(entry: Entry) -> None:
    """Book the reversal of an entry, as of today."""
    fields = {"account": entry.account, "building_id": entry.building_id, "kind": entry.kind, "label": "reversal"}
    fields |= {"source": "officer", "reason": "wrong_account", "reverses": entry, "amount_cents": -entry.amount_cents}
    day = paris_day()
    Entry(**fields, effective_on=day, booked_on=day, period=day.replace(day=1)).save(using=OWNER)


def test_payments_of_others_and_charges_are_left_out(landlord, sign_in):
    account = landlord.account(CALM)
    paid = post(account, -12345, "bank_transfer", "payment", -9)
    rejected = post(account, -23456, "direct_debit", "payment", -8)
    post(account, 23456, "debit_rejected", "payment", -7)
    cancel(paid)
    for cents, label, kind in (
        (-77701, "apl", "payment"),
        (-77702, "third_party", "payment"),
        (77703, "rent", "charge"),
    ):
        post(account, cents, label, kind, -5)
    ines, request = sign_in("ines"), make_file_request(landlord, CALM, "Anne")
    rows = [row for row in json_file(ines, request)["payments"] if abs(row["amount_cents"]) in (12345, 23456)]
    assert [(row["means"], row["amount_cents"], row["cancels"]) for row in rows] == [
        ("bank_transfer", 12345, False),
        ("direct_debit", 23456, False),
        ("debit_rejected", -23456, False),
        ("bank_transfer", -12345, True),
    ]
    assert rows[1]["day"] == rejected.effective_on.isoformat()
    table = ines.get(f"/droits/{request.pk}/paiements.csv").content.decode("utf-8-sig")
    assert table.splitlines()[0] == "Compte;Date;Moyen de paiement;Montant;Annulation"
    assert "Virement;123,45;non" in table and "Virement;-123,45;oui" in table
    assert [word for word in ("777,01", "777,02", "777,03") if word in table] == []


def test_every_payment_label_is_of_the_person_or_of_somebody_else():
    """Each kind of payment must be listed either as the tenant's own or, in this test, as somebody else's."""
    others = {"apl", "apl_back_payment", "fsl", "employer_body", "guarantee", "third_party", "bailiff", "insurer"}
    others |= {"estate", "suspense", "aid_refunded"}
    payments = {term.code for term in ENTRY_LABELS.where(kind="payment")}
    assert payments == {*OWN_PAYMENTS, *RETURNED_PAYMENTS} | others
    schema = SCHEMA["$defs"]["tenant"]["properties"]["payments"]["items"]["properties"]["means"]["enum"]
    assert schema == [*OWN_PAYMENTS, *RETURNED_PAYMENTS]
    described = (Path(settings.BASE_DIR) / "docs/portability.md").read_text()
    assert [means for means in schema if f"`{means}`" not in described] == []


def test_former_holder_gets_own_payments_until_the_day_of_leaving(landlord, sign_in):
    account, paul = landlord.account(PAIR), tenant(landlord, PAIR, "Paul")
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s", paul.pk)
    run("UPDATE tenants_lease SET notice_on = loge_today() - 9, ends_on = loge_today() WHERE id = %s", account.lease_id)
    post(account, -11101, "cheque", "payment", -40)
    post(account, -11102, "cheque", "payment", -20)
    content = json_file(sign_in("ines"), make_file_request(landlord, PAIR, "Paul"))
    amounts = {row["amount_cents"] for row in content["payments"]}
    assert 11101 in amounts and 11102 not in amounts
    written = json.dumps(content, ensure_ascii=False)
    assert "Marie" not in written and paris_day().isoformat() not in written.replace(f'"made_on": "{paris_day()}"', "")


def test_policies_show_only_provided_rows_while_the_file_is_open(landlord):
    ines = landlord.person("ines")
    fill(landlord, CALM, "Anne")
    post(landlord.account(CALM), -100, "cheque", "payment")
    key = {"tenants_identity": "tenant_id", "casework_factcode": "code"}

    def visible() -> set[str]:
        sql = {table: f"SELECT {key.get(table, 'id')} FROM {table}" for table in _DISCLOSED}
        return {table for table, query in sql.items() if as_role(Compartment.DISCLOSURE, ines.pk, query)}

    request = make_demand(ines, tenant(landlord, CALM, "Anne"), in_hand=True, kind="portability")
    assert visible() == PROVIDED
    kinds = as_role(Compartment.DISCLOSURE, ines.pk, "SELECT DISTINCT kind FROM ledger_entry")
    assert kinds == [("payment",)]
    for call in ("rights_disclosed_notes()", "rights_disclosed_views(ARRAY['account_opened'])"):
        assert as_role(Compartment.DISCLOSURE, ines.pk, f"SELECT * FROM {call}") == []
    SubjectRequest.objects.using(OWNER).filter(pk=request.pk).update(kind="access")
    assert visible() == {*_DISCLOSED}


def test_file_and_access_report_need_their_own_request(landlord, sign_in):
    ines = sign_in("ines")
    report = make_demand(landlord.person("ines"), tenant(landlord, PAIR, "Marie"))
    assert ines.post(f"/droits/{report.pk}/", {"prepare": "1"}).status_code == 302
    assert ines.get(f"/droits/{report.pk}/donnees.json").status_code == 404
    page = prepare(ines, make_file_request(landlord))
    for ending in ("releve/", "releve.json", "releve.pdf"):
        assert ines.get(f"{page}{ending}").status_code == 404, ending
    later = timezone.now() - timedelta(seconds=1)
    SubjectRequest.objects.using(OWNER).update(prepared_until=later)
    assert ines.get(f"{page}donnees.json").status_code == ines.get(f"{page}paiements.csv").status_code == 404


def test_every_column_is_in_the_file_or_left_out_with_a_reason(landlord, sign_in):
    fill(landlord, CALM, "Anne")
    post(landlord.account(CALM), -100, "cheque", "payment")
    ines, request = sign_in("ines"), make_file_request(landlord, CALM, "Anne")
    page = prepare(ines, request)
    with reads() as columns:
        assert ines.get(f"{page}donnees.json").status_code == 200
    models = {Tenant, Identity, HelpCode, Residence, LeaseParty, Lease, Account, Entry}
    silent = untold(models, columns) - personal_relations(models)
    assert sorted(silent - NOT_PROVIDED.keys()) == [], "put it in the file or give the reason in exclusions.py"
    assert sorted(NOT_PROVIDED.keys() - silent) == []
    assert all(len(reason.split()) > 2 for reason in NOT_PROVIDED.values())


def personal_relations(models) -> set[str]:
    return {entry.label for entry in entries(models) if entry.field.is_relation}


# --- An applicant -----------------------------------------------------------------------------------------------------


@pytest.fixture
def application(landlord):
    aline = landlord.person("aline")
    application = make_application(landlord.place("Agence Belleville"), "Vidal", by=aline, rooms_from=2, rooms_to=3)
    make_member(application, "child", "alternate")
    declare_income(application)
    open_occasion(application, aline)
    return application


def add_co_applicant(application) -> Applicant:
    other = Applicant(
        application=application,
        tie="co_applicant",
        last_name="Autrui",
        first_name="Jeanne",
        birth_date=paris_day(-12_000),
        phone="+33639980011",
    )
    other.save(using=OWNER)
    return other


def applicants_file(client, application, person: object = None) -> dict:
    query = f"?personne={person}" if person else ""
    answer = client.get(f"/demandes/{application.pk}/donnees.json{query}")
    assert answer.status_code == 200
    content = json.loads(answer.content)
    jsonschema_rs.Draft202012Validator(SCHEMA).validate(content)
    return content


def test_applicant_gets_the_statements_of_the_application(landlord, sign_in, application):
    aline = sign_in("aline")
    content = applicants_file(aline, application)
    assert (content["identity"]["last_name"], content["contact"]["city"]) == ("Vidal", "Paris")
    assert content["application"]["rooms_to"] == 3 and content["application"]["number"] == application.number
    assert content["household"] == ["child"] and [row["amount_cents"] for row in content["incomes"]] == [18_400_00]
    [made] = events(kind="portable_file_made", outcome="shown")
    assert made["about"] == application.pk
    assert "donnees.json?personne=" in aline.get(f"/demandes/{application.pk}/releve/").content.decode()


def test_co_applicants_get_nothing_about_each_other(landlord, sign_in, application):
    aline, other = sign_in("aline"), add_co_applicant(application)
    for person, own, foreign in (
        (None, "Vidal", ("Autrui", "Jeanne", "+33639980011")),
        (other.pk, "Autrui", ("Vidal", "+33639981234", "Lilas")),
    ):
        content = applicants_file(aline, application, person)
        written = json.dumps(content, ensure_ascii=False)
        assert content["identity"]["last_name"] == own and content["incomes"] == []
        assert [word for word in foreign if word in written] == []
    assert sorted(applicants_file(aline, application, other.pk)["household"]) == ["child", "principal"]


def test_file_of_an_applicant_opens_only_with_the_application(landlord, sign_in, application):
    aline, page = sign_in("aline"), f"/demandes/{application.pk}/donnees.json"
    stranger = Applicant.objects.using(OWNER).exclude(application=application).first()
    elsewhere = make_application(landlord.place("Agence Belleville"), "Voisin")
    stranger = stranger or Applicant.objects.using(OWNER).get(application=elsewhere)
    for wrong in (stranger.pk, "x", "00000000-0000-0000-0000-000000000000"):
        assert aline.get(f"{page}?personne={wrong}").status_code == 404, wrong
    run("UPDATE allocations_occasion SET opened_at = loge_now(), ends_at = loge_now()")
    assert aline.get(page).status_code == sign_in("basile").get(page).status_code == 404
    assert sign_in("ines").get(page).status_code == 403


def test_every_column_of_an_application_is_in_the_file_or_left_out(landlord, sign_in, application):
    aline = sign_in("aline")
    with reads() as columns:
        applicants_file(aline, application)
    models = {Application, Applicant, HouseholdMember, Income}
    silent = untold(models, columns)
    # The page may also read columns that the file leaves out, because its access check needs them.
    assert sorted(silent - APPLICANT_NOT_PROVIDED.keys()) == []
    assert all(len(reason.split()) > 2 for reason in APPLICANT_NOT_PROVIDED.values())
