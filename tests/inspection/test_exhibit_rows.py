"""What stands in exhibits that tell of a landlord at work: put in by those whose work it is, found line by line."""

import json
from datetime import timedelta

import django
import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError
from django.utils import timezone

from access.compartments import Compartment as C
from access.roles import version
from audit.sealed import signing_keys
from audit.sealed.sealing import Sealer
from oversight.register import dictionary
from privacy.encryption import keys, values
from privacy.retention import entries
from privacy.retention_periods import Ending
from tenants.models import Breach, IdentityCheck, LookDeferral
from tenants.vocabulary import DEFERRAL_GROUNDS
from tests.audit.test_months import make_month, months_ago
from tests.builders import (
    OWNER,
    ask_about_look,
    leave_line,
    make_certificate,
    make_demand,
    paris_day,
    run,
    seal_inherited,
    seal_sentence,
    write_note,
)
from tests.database.test_locks import as_role
from tests.inspection.test_exhibits import rows_of, told
from tests.known import typed
from tests.tenants.test_contests import answer, contest_url
from tests.tenants.test_notes import AT_A, CANARY
from tests.tenants.test_triage import LIST as TRIAGE

NAMES = ("Dette-", "Calme-", "Arrive-", CANARY)


def iso(days: int = 0) -> str:
    return paris_day(days).isoformat()


def nobodys(said: dict) -> bool:
    """No tenant's name and no word of a sentence stands in it."""
    return not [name for name in NAMES if name in json.dumps(said, ensure_ascii=False)]


def test_e1_says_of_each_field_that_is_held_why_on_what_ground_for_whom_and_how_long(house, sign_in):
    said = told(sign_in("simone"), house, "E1")
    [table] = [one for one in said["content"]["tables"] if one["title"] == "Donnée par donnée"]
    rows = {row[4]: dict(zip(table["columns"], row, strict=True)) for row in table["rows"]}
    assert len(rows) == len(dictionary()) > 300
    assert not [row for row in rows.values() if not (row["Finalité"] and row["Base légale"] and row["Conservation"])]
    phone = rows["tenants_tenant.phone"]
    assert phone["Classe"] == "personnelle" and "gardiennage" in phone["Destinataires"]
    balance = rows["tenants_entry.amount_cents"]["Destinataires"]
    assert "gardiennage" not in balance and "gestion locative" in balance
    assert rows["tenants_lookquestion.verdict"]["Fin"] == "effacée par la commande expire_notes"


def test_e10_shows_the_signed_log_and_what_it_forgot(house, sign_in):
    simone = sign_in("simone")
    leave_line("trace_pruned", None, outcome="changed", machine="prune_trace", facts={"months": 2, "before": iso(-400)})
    before = {row[0]: row[1] for row in rows_of(told(simone, house, "E10"), "État du journal scellé")}
    assert "Feuilles" not in before
    Sealer(signing_keys.load(signing_keys.path()), values, version()).run(sign_now=True)
    said = told(simone, house, "E10")
    state = {row[0]: row[1] for row in rows_of(said, "État du journal scellé")}
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    assert state["Feuilles"] == size > 0 and state["Sceau"].startswith("tests/loge\n") and state["Signé"][:10] == iso()
    assert [row[0][:11] for row in rows_of(said, "Clés publiques du journal")] == ["tests/loge+"]
    assert [row[2:] for row in rows_of(said, "Effacements")] == [[2, iso(-400)]]
    assert rows_of(said, "Témoins extérieurs") == []


def test_e11_counts_texts_their_length_and_age_and_what_is_past_its_day(house, sign_in):
    account = house.account(AT_A)
    (
        write_note(account, "Paiera le 20.", written=-30, ends=-1),
        write_note(account, f"{CANARY} paiera le 5.", written=-3),
    )
    seal_sentence(account, house.person("elise"), text=f"Est malade, {CANARY}.")
    said = told(sign_in("simone"), house, "E11")
    rows = {row[1]: row[3:] for row in rows_of(said, "Textes libres")}
    # No length of fewer than five texts: it would be that of one of them.
    assert rows["tenants.AccountNote.text"] == [2, None, None, iso(-30), iso(-3), 1]
    assert rows["tenants.ContestedSentence.sentence"] == [1, None, None, iso(), iso(), 0]
    assert rows["tenants.Tenant.last_name"][0] == run("SELECT count(*) FROM tenants_tenant")[0][0]
    assert nobodys(said)


def test_e13_says_in_which_office_a_contest_was_weighed_and_decided_and_names_nobody(house, sign_in):
    account = house.account(AT_A)
    decided = seal_sentence(account, house.person("elise"), text=f"Est malade, {CANARY}.", asked=-1)
    waiting = seal_sentence(account, house.person("elise"), text=f"Est malade, {CANARY}.")
    assert sign_in("paul").post(contest_url(decided), {"outcome": "erased"}).status_code == 302
    assert sign_in("paul").post(contest_url(waiting), {"outcome": "allow_once"}).status_code == 302
    assert answer(sign_in("georges"), decided).status_code == 302
    said = told(sign_in("simone"), house, "E13")
    one, other = rows_of(said, "Refus contestés")
    assert one[:1] + one[4:8] == [iso(), "responsable des données", "", "", None] and one[-1] == "sous scellés"
    assert other[0] == iso(-1) and other[-1] == "effacée"
    assert other[4:8] == ["responsable des données", other[3], "responsable de secteur", iso()]
    assert nobodys(said) and "Paul" not in json.dumps(rows_of(said, "Refus contestés"))


def test_e13_counts_old_comments_by_what_became_of_them_and_shows_the_certificate(house, sign_in):
    account = house.account(AT_A)
    lines = [seal_inherited(account, f"Est malade, {CANARY}.") for _n in range(3)]
    run("UPDATE tenants_inheritance SET begun_on = loge_today() - 6")
    assert sign_in("paul").post(f"{TRIAGE}{lines[0].pk}/", {"erase": "1"}).status_code == 302
    keep = {"keep": "1", "ground": "legal_claim"}
    for line in lines[1:]:
        assert sign_in("paul").post(f"{TRIAGE}{line.pk}/", keep).status_code == 302
    assert sign_in("georges").post(f"{TRIAGE}{lines[1].pk}/", {"agree": "1"}).status_code == 302
    make_certificate(house.person("paul"))
    said = told(sign_in("simone"), house, "E13")
    files = {row[0]: row[1:] for row in rows_of(said, "Anciens commentaires, fichier par fichier")}
    assert files["0" * 12] == [iso(-6), None, 3, 0, 0, 1, 1, 1]
    rows = sorted(row[1:] for row in rows_of(said, "Anciens commentaires triés"))
    kept, ground = "conservée par décision à deux, avec son fondement", rows[0][3]
    assert "défendre" in ground and [row[0] for row in rows] == ["Agence Belleville"] * 2
    assert [row[1:] for row in rows] == [["santé", kept, ground, 1], ["santé", "effacée", "", 1]]
    assert rows_of(said, "Anciens commentaires à trier") == [
        ["0" * 12, "Agence Belleville", "santé", 1, 1, iso(180)],
    ]
    delays = rows_of(said, "Anciens commentaires\u00a0: rôles et délais de décision")
    assert sorted(row[1:] for row in delays) == [
        ["responsable de secteur", kept, 1, iso(), iso(), 6],
        ["responsable des données", "effacée", 1, iso(), iso(), 6],
    ]
    [signed] = rows_of(said, "Certificats de destruction")
    assert signed[:3] == ["1" * 12, iso(), house.person("paul").name]
    assert signed[3].startswith("3 reprises, 3 transformées en notes") and signed[-1] == "oui"
    assert nobodys(said)


def test_e13_and_e15_say_how_much_each_night_erased(house, sign_in):
    write_note(house.account(AT_A), "Rappeler lundi.", written=-30, ends=-1)
    seal_sentence(house.account(AT_A), house.person("elise"), text=f"Est malade, {CANARY}.", asked=-40)
    call_command("expire_notes")
    simone = sign_in("simone")
    e13 = rows_of(told(simone, house, "E13"), "Derniers effacements de la nuit")
    e15 = rows_of(told(simone, house, "E15"), "Effacements de la nuit")
    assert sorted(row[1:] for row in e13) == sorted(row[1:] for row in e15) == [
        ["Notes échues ou retirées effacées", 1],
        ["Phrases contestées effacées après trente jours", 1],
    ]  # fmt: skip


def test_the_inspector_reads_no_old_comment_itself(house):
    seal_inherited(house.account(AT_A), f"Est malade, {CANARY}.")
    simone = house.person("simone").pk
    assert as_role(C.CONTROL, simone, "SELECT waiting FROM tenants_inspected_waiting()") == [(1,)]
    assert as_role(C.CONTROL, house.person("ines").pk, "SELECT waiting FROM tenants_inspected_waiting()") == []
    assert as_role(C.CONTROL, house.person("ines").pk, "SELECT 1 FROM tenants_inheritance") == []
    for table in ("inheritedline", "contestedsentence", "lookquestion"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.CONTROL, simone, f"SELECT 1 FROM tenants_{table}")


# --- E15 --------------------------------------------------------------------------------------------------------------


def test_e15_counts_every_table_that_a_night_empties(house):
    """One that is new and ends on a day says until when, or this names it."""
    said = {name.removesuffix("_ends") for (name,) in run("SELECT viewname FROM pg_views WHERE viewname ~ '_ends$'")}
    ends = {
        entry.model._meta.db_table
        for entry in entries(apps.get_models())
        if entry.life.ending is Ending.ERASED and entry.model._meta.app_label == "tenants"
    } | {"tenants_identitycheck"}
    assert len(ends) >= 12 and sorted(ends - said) == []


def test_e15_is_put_together_of_what_each_table_says(house):
    """A table that comes later adds its own line, and no other is written again."""
    run("CREATE TABLE tenants_letter (until date)")
    run("INSERT INTO tenants_letter VALUES (loge_today() - 1), (loge_today()), (NULL)")
    run("SELECT tenants_say_end('tenants_letter', 'until')")
    asked = "SELECT held, oldest_end, overdue FROM tenants_inspected_terms() WHERE source = 'tenants_letter'"
    assert as_role(C.CONTROL, house.person("simone").pk, asked) == [(3, paris_day(-1), 1)]
    run("SELECT tenants_say_end('tenants_letter', 'until + 1')")
    assert as_role(C.CONTROL, house.person("simone").pk, asked) == [(3, paris_day(), 0)]


def test_e15_counts_what_is_held_and_what_is_past_its_day(house, sign_in):
    elise, account = house.person("elise"), house.account(AT_A)
    asked = {"verdict": "explained", "judged_by": house.person("ines")}
    ask_about_look(elise), ask_about_look(elise, **asked, judged_on=paris_day(-92))
    ask_about_look(elise, **asked, judged_on=paris_day(-93))
    ask_about_look(elise, ago=367, verdict="misuse", judged_by=house.person("ines"), judged_on=paris_day(-200))
    paul = house.person("paul")
    for n, until in enumerate((-1, 0)):
        LookDeferral.objects.using(OWNER).create(
            event=f"00000000-0000-4000-8000-00000000000{n}", ground=DEFERRAL_GROUNDS.choices[0][0],
            until=paris_day(until), asked_by=paul, asked_on=paris_day(-20),
        )  # fmt: skip
    late = timezone.now() - timedelta(days=2)
    IdentityCheck.objects.using(OWNER).create(person=paul, lease=account.lease, document="photo", until=late)
    make_demand(house.person("ines"), house.tenant(AT_A))
    make_month(months_ago(14), months_ago(13)), make_month(months_ago(12), months_ago(11))
    said = told(sign_in("simone"), house, "E15")
    rows = {row[0]: row[1:] for row in rows_of(said, "Données qui ont une date de fin")}
    assert rows["tenants_lookquestion"] == [4, rows["tenants_lookquestion"][1], 2]
    assert rows["tenants_lookdeferral"] == [2, iso(-1), 1]
    assert rows["tenants_identitycheck"] == [1, iso(-2), 1]
    assert rows["tenants_subjectrequest"] == [1, None, 0]
    months = {row[0]: row[2] for row in rows_of(said, "Mois de la trace")}
    assert months[f"{months_ago(14):%Y-%m}"] == "oui" and months[f"{months_ago(12):%Y-%m}"] == "non"
    assert months[f"{months_ago(0):%Y-%m}"] == "non" and f"{months_ago(-1):%Y-%m}" not in months
    assert nobodys(said)


# --- E20 and E21 ------------------------------------------------------------------------------------------------------


def test_e20_is_the_register_of_breaches_entry_by_entry(house, sign_in):
    ines = sign_in("ines")
    known = {"nature": "confidentiality", "touched": "contact", "people": "12", "consequence": "risk"}
    first = {**known, "measure": "closed", "known_on": typed(-2)}
    assert ines.post("/registre/violations/", first).status_code == 302
    later = {**first, "number": "1", "notified_on": typed(-1), "measure": "corrected"}
    assert ines.post("/registre/violations/", later).status_code == 302
    rows = rows_of(told(sign_in("simone"), house, "E20"), "Violations de données")
    assert {(row[0], row[1], row[4], row[6], row[7], row[10]) for row in rows} == {
        (1, iso(-2), 12, "accès fermé", None, "non"),
        (1, iso(-2), 12, "défaut corrigé", iso(-1), "oui"),
    }
    assert Breach.objects.using(OWNER).count() == len(rows) == 2


def test_e21_counts_factors_copies_keys_and_versions(house, sign_in):
    for name, kind in (("awa", "webauthn"), ("awa", "totp"), ("elise", "totp"), ("bruno", "recovery_codes")):
        Authenticator.objects.using(OWNER).get_or_create(user=house.person(name), type=kind, defaults={"data": {}})
    leave_line("backup_taken", None, day=-1, machine="backup", facts={"encrypted": 1})
    leave_line("backup_taken", None, day=-2, machine="backup", facts={"encrypted": 0})
    said = told(sign_in("simone"), house, "E21")
    factors = {row[0]: row[1] for row in rows_of(said, "Second facteur")}
    people = run("SELECT count(*) FROM access_person WHERE is_active AND NOT is_machine")[0][0]
    with_one = run("SELECT count(DISTINCT user_id) FROM mfa_authenticator WHERE type <> 'recovery_codes'")[0][0]
    assert factors["agents qui peuvent se connecter"] == people
    assert factors["dont sans second facteur, donc sans accès"] == people - with_one > 0
    of_kind = dict(run("SELECT type, count(DISTINCT user_id) FROM mfa_authenticator GROUP BY type"))
    assert (factors["code d’une application"], factors["clé de sécurité"], factors["codes de secours"]) == (
        of_kind["totp"], of_kind["webauthn"], of_kind["recovery_codes"],
    )  # fmt: skip
    assert [(row[0][:10], row[1]) for row in rows_of(said, "Copies de la base")] == [(iso(-1), "oui"), (iso(-2), "non")]
    ring = keys.ring()
    serving = {row[0]: row[2] for row in rows_of(said, "Chiffrement")}
    assert serving[ring.current] == "chiffre les nouvelles données" and set(ring.ciphers) <= set(serving)
    versions = {row[0]: row[1] for row in rows_of(said, "Versions")}
    assert versions["Django"] == django.__version__ and versions["PostgreSQL"] and versions["Python"]
    assert "secret" not in json.dumps(said).lower()
