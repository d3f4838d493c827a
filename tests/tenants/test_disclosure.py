"""A person is told what is held of them and every look at it, and nothing of anybody else (GDPR, art. 15)."""

import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone
from pypdf import PdfReader

from access.compartments import Compartment
from audit.purposes import WORDS
from privacy.held import entries
from privacy.treatments import SIGNATURES
from tenants.delays import due_on, extended_until
from tenants.disclosure.parts import _About
from tenants.disclosure.telling import period
from tenants.disclosure.untold import ASIDE, UNTOLD
from tenants.locks.disclosed import _DISCLOSED
from tenants.models import BankDetail, DwellingFact, HelpCode, Identity, Representative, SubjectRequest
from tests.builders import (
    OWNER,
    ask_write_off,
    events,
    make_demand,
    note,
    paris_day,
    run,
    seal_inherited,
    seal_sentence,
    stand_wall,
    write_note,
)
from tests.database.test_locks import as_role
from tests.reading import reads, untold

TAKE, WRITTEN = "/accueil/demande/", "/droits/nouvelle/"
PAIR, CALM = "Dette-Glycines A", "Calme-Glycines A"
STAFF = ("Awa", "Diakité", "Élise", "Bernard", "Georges", "Paola", "Ricci", "Inès", "Haddad", "Hélène")


def demand(client, house, name: str, first: str, path: str = TAKE, **more):
    said = {"reference": house.account(name).reference, "last_name": name, "first_name": first}
    return client.post(path, {**said, "kind": "access", "proof": "letter" if path == WRITTEN else "photo", **more})


def taken_up(client, asked: SubjectRequest) -> str:
    """In the officer's hands: the address of the receipt."""
    assert client.post(f"/droits/{asked.pk}/", {"prepare": "1"}).status_code == 302
    return f"/droits/{asked.pk}/releve"


def receipt(client, asked: SubjectRequest) -> dict:
    return json.loads(client.get(f"{taken_up(client, asked)}.json").content)


def part(said: dict, code: str) -> list[dict]:
    return next(one["rows"] for one in said["held"] if one["part"] == code)


def kinds(said: dict) -> list[str]:
    return [one["kind"] for one in said["looks"]]


def tenant(house, name: str, first: str):
    return house.residence(name).tenant.__class__.objects.using(OWNER).get(last_name=name, first_name=first)


def asked_for(house, name: str = PAIR, first: str = "Marie") -> SubjectRequest:
    return make_demand(house.person("ines"), tenant(house, name, first))


# --- Asked at the counter, or in writing ------------------------------------------------------------------------------


def test_the_counter_hands_a_demand_on_and_reads_nothing_of_it(house, sign_in):
    paola, ines = sign_in("paola"), sign_in("ines")
    answer = demand(paola, house, PAIR, "Marie")
    assert answer.status_code == 302 and answer["Location"].startswith(TAKE)
    [asked] = SubjectRequest.objects.using(OWNER).all()
    assert (asked.tenant.first_name, asked.proof, asked.due_on) == ("Marie", "photo", due_on(paris_day()))
    told = [(e["kind"], e["about"], e["role"]) for e in events(outcome="changed", about_kind="tenant")]
    assert told == [(kind, asked.tenant_id, "front_desk") for kind in ("identity_checked", "subject_request_taken")]
    assert paola.get(f"/droits/{asked.pk}/releve/").status_code == paola.get("/droits/").status_code == 403
    for table in ("tenants_subjectrequest", "tenants_account", "tenants_identity"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.COUNTER, house.person("paola").pk, f"SELECT count(*) FROM {table}")
    assert "Marie Dette-Glycines A" in ines.get("/droits/").content.decode()
    assert demand(ines, house, PAIR, "Paul", WRITTEN).status_code == 302


def test_nobody_is_found_by_half_a_name_elsewhere_or_behind_a_mark(house, sign_in):
    """One answer for all of them. In writing a discreet household is answered as any other."""
    paola, ines = sign_in("paola"), sign_in("ines")
    wrong = [(PAIR, ""), (PAIR, "Anne"), (CALM, ""), (CALM, "An"), ("Dette-Quai 9", "Marie")]
    pages = {bare(demand(paola, house, *one)) for one in wrong}
    assert all("prénom compris" in page for page in pages)  # what a clerk most often left out
    hide(house, PAIR)
    pages.add(bare(demand(paola, house, PAIR, "Marie")))
    assert len(pages) == 1
    assert "Aucune personne de vos lieux" in pages.pop() and not SubjectRequest.objects.using(OWNER).exists()
    assert demand(paola, house, CALM, "Anne", proof="letter").status_code == 200
    assert demand(ines, house, PAIR, "Marie", WRITTEN).status_code == 302


def bare(response) -> str:
    return re.sub(r' value="[^"]*"|<time.*?</time>', "", response.content.decode())


def hide(house, name: str) -> None:
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " SELECT gen_random_uuid(), lease_id, building_id, loge_today(), loge_today() + 9"
        " FROM tenants_account WHERE id = %s",
        house.account(name).pk,
    )


# --- What it says -----------------------------------------------------------------------------------------------------


def fill(house, name: str, first: str) -> None:
    """A row in every table that a receipt reads."""
    account, who = house.account(name), tenant(house, name, first)
    day = paris_day().isoformat()
    home = who.residences.using(OWNER).select_related("unit").get()
    Identity.objects.using(OWNER).create(tenant=who, birth_date=date(1961, 4, 2))
    BankDetail(tenant=who, iban="FR1420041010050500013M02606", holder="Rose Caution", set_on=paris_day()).save(
        using=OWNER
    )
    days = {"asked_on": paris_day(), "renew_by": paris_day(300)}
    HelpCode.objects.using(OWNER).create(tenant=who, code="give_time", **days)
    Representative.objects.using(OWNER).create(tenant=who, name="Odile Rey", first_day=paris_day())
    note(home, "visit_in_pairs", told=0, date=day, until=paris_day(20).isoformat())
    note(home, "contact_correction", contact_item="phone", correction_step="asked", date=day)
    said = {"key_kind": "entrance_badge", "count": 2, "date": day}
    keys = DwellingFact(unit=home.unit, building_id=home.building_id, code_id="keys_handed", fields=said)
    keys.written_on, keys.ends_on, keys.lease_id = paris_day(), paris_day(20), account.lease_id
    keys.save(using=OWNER)
    note(account, "payment_difficulty", offer="instalments", date=day)
    write_note(account, "Rappelle le 5 pour le second versement.")
    seal_sentence(account, house.person("elise"), "Est malade du foie.")
    seal_inherited(account, "Alcoolique notoire.")
    refused = {"decision": "refused", "decided_by": house.person("elise"), "decided_at": timezone.now()}
    ask_write_off(account, refusal="proof_missing", **refused)
    hide(house, name)


def test_every_compartment_is_told_in_three_forms_and_two_languages(house, sign_in):
    fill(house, CALM, "Anne")
    ines, asked = sign_in("ines"), asked_for(house, CALM, "Anne")
    said = receipt(ines, asked)
    assert [one["part"] for one in said["held"] if not one["rows"]] == []
    for one in said["held"]:
        assert one["purposes"] and one["grounds"] and one["recipients"] and one["kept"], one["part"]
    assert {"IBAN, masqué": "FR•• •••• 2606"}.items() <= {
        r["Donnée"]: r["Ce qui est tenu"] for r in part(said, "identity")
    }.items()
    assert part(said, "notes")[0]["Phrase"].startswith("Rappelle le 5")
    assert part(said, "sealed")[0]["S’efface le"] == paris_day(30).isoformat()  # whatever end its writer wished for
    written = json.dumps(said, ensure_ascii=False)
    assert [word for word in ("malade", "Alcoolique", "Rose Caution", *STAFF) if word in written] == []
    where = f"/droits/{asked.pk}/releve"
    page, english = ines.get(f"{where}/").content.decode(), ines.get(f"{where}/?langue=en").content.decode()
    assert "Ce qui est tenu sur vous" in page and 'lang="en"' in english and "What is held about you" in english
    paper = PdfReader(io.BytesIO(ines.get(f"{where}.pdf?langue=en").content))
    told = " ".join(one.extract_text() for one in paper.pages)
    assert "What is held about you" in told and "2606" in told and "FR14" not in told and "Alcoolique" not in told
    formats = [event["facts"]["format"] for event in events(kind="disclosure_shown")]
    assert formats == ["json", "page", "page", "pdf"]


def test_no_table_that_speaks_of_tenants_is_forgotten():
    """Read from the register: what says something of somebody, and is no matter of staff, is told or has its reason."""
    models = [*apps.get_app_config("tenants").get_models()]
    told = {model._meta.label for model in models if model._meta.db_table in _DISCLOSED} | {"tenants.SubjectRequest"}
    fields = [one for one in entries(models) if one.says_something and one.treatment is not SIGNATURES]
    speaks = {one.model._meta.label for one in fields}
    assert len(speaks) > 20 and speaks - told - ASIDE.keys() == set()
    assert ASIDE.keys() & told == set() and ASIDE.keys() <= speaks
    assert all(len(reason.split()) > 3 for reason in ASIDE.values())


def test_no_column_that_speaks_of_somebody_is_forgotten(house, sign_in, monkeypatch):
    """Each is read as the parts are made, or has its reason: a field that is added is told, or says why not."""
    fill(house, CALM, "Anne")
    made, parts = [], _About.parts

    def noted(about, person):
        with reads() as read:
            told = list(parts(about, person))
        made.append((told, read))
        return told

    monkeypatch.setattr(_About, "parts", noted)
    receipt(sign_in("ines"), asked_for(house, CALM, "Anne"))
    [(told, read)] = made
    models = {model for one in told for model in one.models}
    assert len(models) > 15 and len(read) > 100
    silent = untold(models, read)
    assert (sorted(silent - UNTOLD.keys()), sorted(UNTOLD.keys() - silent)) == ([], [])
    assert all(len(reason.split()) > 3 for reason in UNTOLD.values())


# --- One person at a time, for some minutes ---------------------------------------------------------------------------


def test_the_database_alone_holds_it(house):
    """Before: nothing. While it is in hand: the person's rows. Of another, to another, afterwards: nothing."""
    ines, marie = house.person("ines").pk, tenant(house, PAIR, "Marie")
    fill(house, CALM, "Anne")
    fill(house, PAIR, "Marie")
    tables = [table for table in _DISCLOSED if table != "tenants_factcode"]
    key = {"tenants_identity": "tenant_id"}
    count = {table: f"SELECT {key.get(table, 'id')} FROM {table}" for table in tables}

    def read(who=ines) -> dict[str, int]:
        return {table: len(as_role(Compartment.DISCLOSURE, who, sql)) for table, sql in count.items()}

    assert set(read().values()) == {0} and looks(ines) == []
    asked = make_demand(house.person("ines"), marie, in_hand=True)
    held = read()
    assert [table for table, rows in held.items() if rows == 0] == ["tenants_accountnote", "tenants_discreetmark"]
    assert held["tenants_tenant"] == held["tenants_residence"] == held["tenants_leaseparty"] == 1
    assert as_role(Compartment.DISCLOSURE, ines, "SELECT id FROM tenants_tenant") == [(marie.pk,)]
    for other in ("jules", "elise", "paul"):
        assert set(read(house.person(other).pk).values()) == {0}, other
    closed = {"accountnote": "written_by_id", "contestedsentence": "sentence", "inheritedline": "sentence"}
    for table, column in {**closed, "entry": "posted_by_id", "cardfact": "written_by_id"}.items():
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(Compartment.DISCLOSURE, ines, f"SELECT {column} FROM tenants_{table}")
    with pytest.raises(DatabaseError, match="permission denied"):
        as_role(
            Compartment.DISCLOSURE, ines, "UPDATE tenants_subjectrequest SET prepared_until = now() + interval '1 day'"
        )
    SubjectRequest.objects.using(OWNER).update(prepared_until=timezone.now() - timedelta(seconds=1))
    assert set(read().values()) == {0} and looks(ines) == []
    said = {"answer": "given", "closed_on": paris_day(), "closed_by": house.person("ines")}
    SubjectRequest.objects.using(OWNER).filter(pk=asked.pk).update(
        prepared_until=timezone.now() + timedelta(minutes=5), **said
    )
    assert set(read().values()) == {0}


def looks(who) -> list:
    return as_role(Compartment.DISCLOSURE, who, "SELECT * FROM tenants_disclosed_looks(ARRAY['account_opened'])")


def test_the_next_demand_shuts_the_last_and_an_answer_shuts_it_for_good(house, sign_in):
    ines, first, second = sign_in("ines"), asked_for(house), asked_for(house, CALM, "Anne")
    where = taken_up(ines, first)
    assert ines.get(f"{where}/").status_code == 200
    other = taken_up(ines, second)
    assert ines.get(f"{where}/").status_code == 404 and ines.get(f"{other}/").status_code == 200
    assert ines.post(f"/droits/{second.pk}/", {"answer": "given"}).status_code == 302
    assert ines.get(f"{other}/").status_code == 404
    assert "n’attend pas de relevé" in ines.post(f"/droits/{second.pk}/", {"prepare": "1"}).content.decode()
    assert [e["facts"]["answer"] for e in events(kind="subject_request_answered")] == ["given"]


def test_who_is_kept_from_a_household_makes_no_receipt_of_its_people(house, sign_in):
    ines, asked = house.person("ines"), asked_for(house, CALM, "Anne")
    SubjectRequest.objects.using(OWNER).update(prepared_by=ines, prepared_until=timezone.now() + timedelta(minutes=5))
    held = "SELECT id FROM tenants_tenant"
    assert len(as_role(Compartment.DISCLOSURE, ines.pk, held)) == 1
    stand_wall(house.account(CALM).lease, ines)
    assert as_role(Compartment.DISCLOSURE, ines.pk, held) == []
    answer = sign_in("ines").post(f"/droits/{asked.pk}/", {"prepare": "1"})
    assert answer.status_code == 200 and events(kind="disclosure_prepared") == []


def test_what_an_inspector_was_shown_of_an_account_is_told(house, sign_in):
    sign_in("simone").post("/controle/E22/", {"reference": house.account(CALM).reference})
    [told] = [
        one for one in receipt(sign_in("ines"), asked_for(house, CALM, "Anne"))["looks"] if one["role"] == "inspector"
    ]
    assert told["kind"] == "exhibit_shown" and told["purpose"] == "control"


# --- CJEU 22 June 2023, C-579/21, Pankki S: point by point ------------------------------------------------------------

Point = Callable[[dict], bool]
POINTS: dict[str, Point] = {
    "46-49: the processing of personal data covers a consultation of them": lambda r: "card_opened" in kinds(r),
    "55: when her data were consulted": lambda r: all(re.match(r"\d{4}-\d\d-\d\dT", one["at"]) for one in r["looks"]),
    "57-58: how often, each look by itself": lambda r: kinds(r).count("account_opened") == 2,
    "59: for what purpose": lambda r: all(one["said"] and one["why"] and one["purpose"] in WORDS for one in r["looks"]),
    "31-36: looks made before anybody asked, as long as their log is held": lambda r: (
        r["looks"][0]["at"] < r["made_on"]
    ),
    "73: who works under the controller is no recipient: roles are told": lambda r: (
        {one["role"] for one in r["looks"]} == {"officer", "caretaker", "front_desk", "dpo", "accountant"}
    ),
    "75-77, 83: no employee's name, unless she cannot do without": lambda r: (
        not [name for name in STAFF if name in json.dumps(r, ensure_ascii=False)]
    ),
    "15(1) c: who receives what is held": lambda r: all(one["recipients"] for one in r["held"]),
    "15(1) d: how long": lambda r: all(one["kept"] for one in r["held"]),
    "15(1) a: what for, on what ground": lambda r: all(one["purposes"] and one["grounds"] for one in r["held"]),
    "15(1) e, f: her other rights, and the authority": lambda r: "CNIL" in json.dumps(r["rights"]),
    "15(3): a copy that machines read": lambda r: {"held", "looks", "rights", "person"} <= r.keys(),
    "15(4): nothing of another": lambda r: "Paul" not in json.dumps(r),
}


def test_c_579_21_point_by_point(house, sign_in):
    elise, awa, helene, paola, ines = (sign_in(name) for name in ("elise", "awa", "helene", "paola", "ines"))
    account, card = house.account(PAIR), house.residence(PAIR)
    elise.get(f"/comptes/{account.reference}/")
    elise.get(f"/comptes/{account.reference}/")
    awa.get(f"/fiches/{card.pk}/")
    helene.get(f"/ecritures/{account.reference}/")
    run("ALTER TABLE audit_event DISABLE TRIGGER USER")
    demand(paola, house, PAIR, card.tenant.first_name)
    back_date("card_opened", days=1)
    said = receipt(ines, SubjectRequest.objects.using(OWNER).get())
    assert [point for point, holds in POINTS.items() if not holds(said)] == []
    assert len(POINTS) > 12


def back_date(kind: str, days: int) -> None:
    """In its own month's table; on the first of a month, the default one takes it."""
    for (table,) in run("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'audit_event'::regclass"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER; ALTER TABLE {table} DISABLE TRIGGER audit_keep_rows")
    run("UPDATE audit_event SET at = at - %s * interval '1 day' WHERE kind = %s", days, kind)


# --- Nothing of another -----------------------------------------------------------------------------------------------


def plain(said: dict) -> str:
    return re.sub(r'"at": "[^"]+"|"number": "[^"]+"', "", json.dumps(said, ensure_ascii=False))


def test_who_shares_a_lease_never_learns_that_the_other_asked(house, sign_in):
    """Between two receipts of his, the same lines are new whether or not she asked and was answered in every form."""
    paola, ines, elise = sign_in("paola"), sign_in("ines"), sign_in("elise")
    his = asked_for(house, PAIR, "Paul")
    fill(house, PAIR, "Marie")

    def added(before: dict) -> tuple[dict, str]:
        now = receipt(ines, his)
        assert now["looks"][: len(before["looks"])] == before["looks"] and now["held"] == before["held"]
        return now, plain({"looks": now["looks"][len(before["looks"]) :]})

    first = receipt(ines, his)
    second, alone = added(first)
    demand(paola, house, PAIR, "Marie")  # discreet: refused, and recorded
    hers = asked_for(house)
    where = taken_up(ines, hers)
    assert [ines.get(f"{where}{form}").status_code for form in ("/", ".pdf", ".json")] == [200] * 3
    ines.post(f"/droits/{hers.pk}/", {"answer": "given"})
    third, beside = added(second)
    assert alone == beside and "Marie" not in plain(third)
    assert third["held"] == first["held"] and part(third, "discretion") == []
    assert any("ni qu’elle ne l’est pas" in one["note"] for one in third["held"])  # a mark there is, and he is not told
    # And hers shows his looks as little: only what was of their account, or of her.
    run("DELETE FROM tenants_discreetmark")
    elise.post(f"/comptes/{house.account(PAIR).reference}/identite/", {"show": str(hers.tenant_id)})
    again = receipt(ines, his)
    assert kinds(again).count("bank_details_shown") == 0 and kinds(again).count("identity_opened") == 1
    her_second = asked_for(house)
    assert kinds(receipt(ines, her_second)).count("bank_details_shown") == 1


def test_days_when_another_was_the_party_are_not_told(house, sign_in):
    """He left the lease a month ago: what is posted, written and looked at since is hers alone."""
    ines, elise, account = sign_in("ines"), sign_in("elise"), house.account(PAIR)
    elise.get(f"/comptes/{account.reference}/")
    sign_in("helene").get(f"/ecritures/{account.reference}/")
    write_note(account, "Rappelle le 5 pour le second versement.")
    run(
        "UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s",
        tenant(house, PAIR, "Paul").pk,
    )
    run(
        "UPDATE tenants_residence SET moved_out = loge_today() - 30 WHERE tenant_id = %s",
        tenant(house, PAIR, "Paul").pk,
    )
    his, hers = receipt(ines, asked_for(house, PAIR, "Paul")), receipt(ines, asked_for(house))
    assert (len(part(his, "entries")), len(part(hers, "entries"))) == (2, 3)
    assert part(his, "notes") == [] and len(part(hers, "notes")) == 1
    assert part(hers, "notes")[0]["Phrase"].startswith("phrase tenue") and "second versement" not in json.dumps(hers)
    assert kinds(hers).count("account_opened") == 1
    assert (kinds(hers).count("books_opened"), kinds(his).count("books_opened")) == (1, 0)


def test_when_the_one_who_stayed_goes_is_not_told_to_the_one_who_left(house, sign_in):
    """Nor when the account is settled: it would say when to look for her elsewhere."""
    ines, account, paul = sign_in("ines"), house.account(PAIR), tenant(house, PAIR, "Paul").pk
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE tenant_id = %s", paul)
    run(
        "UPDATE tenants_lease SET notice_on = loge_today() - 9, ends_on = loge_today() - 2 WHERE id = %s",
        account.lease_id,
    )
    run("UPDATE tenants_account SET settled_on = loge_today() WHERE id = %s", account.pk)

    def ends(first: str) -> list[str | None]:
        said = receipt(ines, asked_for(house, PAIR, first))
        [lease], [kept] = part(said, "leases"), part(said, "accounts")
        return [lease["Congé"], lease["Fin du bail"], kept["Soldé le"]]

    days = [paris_day(back).isoformat() for back in (-9, -2, 0)]
    assert (ends("Paul"), ends("Marie")) == ([None, None, None], days)
    run("UPDATE tenants_lease SET notice_on = loge_today() - 40 WHERE id = %s", account.lease_id)
    assert ends("Paul")[1] == paris_day(-2).isoformat()  # he gave notice with her
    run("UPDATE tenants_leaseparty SET last_day = loge_today() - 30 WHERE lease_id = %s", account.lease_id)
    assert ends("Paul")[2] == paris_day().isoformat()  # nobody stayed


# --- Delays -----------------------------------------------------------------------------------------------------------

CLOCKS = [
    (date(2026, 1, 31), date(2026, 3, 2), "the 28th is a Saturday, and the month ends there"),
    (date(2025, 1, 31), date(2025, 2, 28), "28 days: the last of the month"),
    (date(2028, 1, 31), date(2028, 2, 29), "a leap year's 29 days"),
    (date(2028, 2, 29), date(2028, 3, 29), "from a leap day"),
    (date(2026, 3, 31), date(2026, 4, 30), "30 days"),
    (date(2026, 6, 10), date(2026, 7, 10), "the same date"),
    (date(2026, 6, 14), date(2026, 7, 15), "14 July is a holiday"),
    (date(2026, 4, 1), date(2026, 5, 4), "1 May, then a week-end"),
    (date(2026, 3, 6), date(2026, 4, 7), "Easter Monday"),
    (date(2026, 11, 25), date(2026, 12, 28), "Christmas, then a week-end"),
]


def test_a_month_is_a_month_and_ends_on_a_working_day():
    assert [(asked, due_on(asked)) for asked, _due, _why in CLOCKS] == [(asked, due) for asked, due, _why in CLOCKS]
    assert extended_until(date(2026, 11, 30)) == date(2027, 3, 1)  # the 28th of February, a Sunday
    assert extended_until(date(2027, 11, 30)) == date(2028, 2, 29)
    spans = [due_on(day) - day for day in (date(2026, 1, 1) + timedelta(n) for n in range(3000))]
    longer = [extended_until(day) - day for day in (date(2026, 1, 1) + timedelta(n) for n in range(3000))]
    assert (min(spans).days, max(spans).days) == (28, 34) and min(longer).days >= 89 and max(longer).days <= 97


def test_two_months_more_once_within_the_first_and_forgotten_after_three_years(house, sign_in):
    ines, asked = sign_in("ines"), asked_for(house)
    assert ines.post(f"/droits/{asked.pk}/", {"extend": "1", "reason": "complexity"}).status_code == 302
    asked.refresh_from_db(using=OWNER)
    assert asked.due_on == extended_until(paris_day()) and asked.extension == "complexity"
    again = ines.post(f"/droits/{asked.pk}/", {"extend": "1", "reason": "complexity"})
    assert again.status_code == 200 and len(events(kind="subject_request_extended")) == 1
    late = make_demand(house.person("ines"), asked.tenant, asked=-60)
    listed = ines.get("/droits/").content.decode()
    assert listed.count("en retard") == 1 and "1 demande attend sa réponse au-delà" in listed
    assert ines.post(f"/droits/{late.pk}/", {"extend": "1", "reason": "complexity"}).status_code == 200
    closed = {"answer": "given", "closed_by": house.person("ines")}
    for days in (1096, 1097):
        make_demand(house.person("ines"), asked.tenant, asked=-1200, closed_on=paris_day(-days), **closed)
    call_command("expire_notes", stdout=io.StringIO())
    assert SubjectRequest.objects.using(OWNER).count() == 3
    assert [e["facts"] for e in events(kind="subject_requests_expired")] == [{"requests": 1}]


def test_a_receipt_says_how_long_the_trace_is_kept_here(settings, tmp_path):
    assert period(None).startswith("Douze mois")
    file = tmp_path / "retention.json"
    why = {"ground": "internal_control", "decided_on": "2026-11-01", "reason": "Un mésusage " * 10}
    file.write_text(json.dumps({"months": 36, **why}))
    settings.RETENTION_FILE = str(file)
    assert period(None).startswith("36 mois")
    file.write_text("{}")
    assert period(None).startswith("Douze mois")
