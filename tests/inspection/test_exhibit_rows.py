"""Exhibits, documents that each answer one question of an inspector, must contain the data that employees entered on
the landlord's pages."""

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
from casework.vocabulary import DEFERRAL_GROUNDS
from oversight.models import Breach
from oversight.register import dictionary
from privacy.encryption import keys, values
from privacy.retention import entries
from privacy.retention_periods import Ending
from rights.models import LookDeferral
from tenants.models import IdentityCheck
from tests.audit.test_months import make_month, months_ago
from tests.builders import (
    OWNER,
    ask_about_look,
    leave_line,
    make_certificate,
    make_demand,
    paris_day,
    run,
    seal_legacy_comment,
    seal_sentence,
    write_note,
)
from tests.casework.test_contests import answer, contest_url
from tests.casework.test_legacy_comment_queue import LIST as TRIAGE
from tests.casework.test_notes import AT_A, CANARY
from tests.database.test_policies import as_role
from tests.form_values import typed
from tests.inspection.test_exhibits import exhibit_json, rows_of
from tests.resident_tables import APPS

NAMES = ("Dette-", "Calme-", "Arrive-", CANARY)


def iso(days: int = 0) -> str:
    return paris_day(days).isoformat()


def nobodys(exhibit: dict) -> bool:
    """Return whether the exhibit contains neither a tenant's name nor a word of a sentence that the screening
    refused."""
    return not [name for name in NAMES if name in json.dumps(exhibit, ensure_ascii=False)]


def test_e1_lists_purpose_basis_recipients_and_retention_of_each_field(landlord, sign_in):
    exhibit = exhibit_json(sign_in("simone"), landlord, "E1")
    [table] = [event for event in exhibit["content"]["tables"] if event["title"] == "Donnée par donnée"]
    rows = {row[4]: dict(zip(table["columns"], row, strict=True)) for row in table["rows"]}
    assert len(rows) == len(dictionary()) > 300
    assert not [row for row in rows.values() if not (row["Finalité"] and row["Base légale"] and row["Conservation"])]
    phone = rows["tenants_tenant.phone"]
    assert phone["Classe"] == "personnelle" and "gardiennage" in phone["Destinataires"]
    balance = rows["ledger_entry.amount_cents"]["Destinataires"]
    assert "gardiennage" not in balance and "gestion locative" in balance
    assert rows["oversight_lookquestion.verdict"]["Fin"] == "effacée par la commande expire_notes"


def test_e10_shows_the_sealed_log_and_its_pruning(landlord, sign_in):
    simone = sign_in("simone")
    leave_line("trace_pruned", None, outcome="changed", machine="prune_trace", facts={"months": 2, "before": iso(-400)})
    before = {row[0]: row[1] for row in rows_of(exhibit_json(simone, landlord, "E10"), "État du journal scellé")}
    assert "Feuilles" not in before
    Sealer(signing_keys.load(signing_keys.path()), values, version()).run(sign_now=True)
    exhibit = exhibit_json(simone, landlord, "E10")
    state = {row[0]: row[1] for row in rows_of(exhibit, "État du journal scellé")}
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    assert state["Feuilles"] == size > 0 and state["Sceau"].startswith("tests/loge\n") and state["Signé"][:10] == iso()
    assert [row[0][:11] for row in rows_of(exhibit, "Clés publiques du journal")] == ["tests/loge+"]
    assert [row[2:] for row in rows_of(exhibit, "Effacements")] == [[2, iso(-400)]]
    assert rows_of(exhibit, "Témoins extérieurs") == []


def test_e11_counts_texts_lengths_ages_and_overdue_ones(landlord, sign_in):
    account = landlord.account(AT_A)
    (
        write_note(account, "Paiera le 20.", written=-30, ends=-1),
        write_note(account, f"{CANARY} paiera le 5.", written=-3),
    )
    seal_sentence(account, landlord.person("elise"), text=f"Est malade, {CANARY}.")
    exhibit = exhibit_json(sign_in("simone"), landlord, "E11")
    rows = {row[1]: row[3:] for row in rows_of(exhibit, "Textes libres")}
    # If a field has fewer than five texts, exhibit E11 must not show their lengths: one text's length could be guessed.
    assert rows["casework.AccountNote.text"] == [2, None, None, iso(-30), iso(-3), 1]
    assert rows["casework.ContestedSentence.sentence"] == [1, None, None, iso(), iso(), 0]
    assert rows["tenants.Tenant.last_name"][0] == run("SELECT count(*) FROM tenants_tenant")[0][0]
    assert nobodys(exhibit)


def test_e13_shows_roles_but_no_names_of_those_who_decided(landlord, sign_in):
    account = landlord.account(AT_A)
    decided = seal_sentence(account, landlord.person("elise"), text=f"Est malade, {CANARY}.", asked=-1)
    waiting = seal_sentence(account, landlord.person("elise"), text=f"Est malade, {CANARY}.")
    assert sign_in("paul").post(contest_url(decided), {"outcome": "erased"}).status_code == 302
    assert sign_in("paul").post(contest_url(waiting), {"outcome": "allow_once"}).status_code == 302
    assert answer(sign_in("georges"), decided).status_code == 302
    exhibit = exhibit_json(sign_in("simone"), landlord, "E13")
    row, other = rows_of(exhibit, "Refus contestés")
    assert row[:1] + row[4:8] == [iso(), "responsable des données", "", "", None] and row[-1] == "sous scellés"
    assert other[0] == iso(-1) and other[-1] == "effacée"
    assert other[4:8] == ["responsable des données", other[3], "responsable de secteur", iso()]
    assert nobodys(exhibit) and "Paul" not in json.dumps(rows_of(exhibit, "Refus contestés"))


def test_e13_counts_legacy_comments_and_shows_the_certificate(landlord, sign_in):
    account = landlord.account(AT_A)
    lines = [seal_legacy_comment(account, f"Est malade, {CANARY}.") for _n in range(3)]
    run("UPDATE casework_legacycommentfile SET begun_on = loge_today() - 6")
    assert sign_in("paul").post(f"{TRIAGE}{lines[0].pk}/", {"erase": "1"}).status_code == 302
    keep = {"keep": "1", "ground": "legal_claim"}
    for line in lines[1:]:
        assert sign_in("paul").post(f"{TRIAGE}{line.pk}/", keep).status_code == 302
    assert sign_in("georges").post(f"{TRIAGE}{lines[1].pk}/", {"agree": "1"}).status_code == 302
    make_certificate(landlord.person("paul"))
    exhibit = exhibit_json(sign_in("simone"), landlord, "E13")
    files = {row[0]: row[1:] for row in rows_of(exhibit, "Anciens commentaires, fichier par fichier")}
    assert files["0" * 12] == [iso(-6), None, 3, 0, 0, 1, 1, 1]
    rows = sorted(row[1:] for row in rows_of(exhibit, "Anciens commentaires triés"))
    outcome, ground = "conservée par décision à deux, avec son fondement", rows[0][3]
    assert "défendre" in ground and [row[0] for row in rows] == ["Agence Belleville"] * 2
    assert [row[1:] for row in rows] == [["santé", outcome, ground, 1], ["santé", "effacée", "", 1]]
    assert rows_of(exhibit, "Anciens commentaires à trier") == [
        ["0" * 12, "Agence Belleville", "santé", 1, 1, iso(180)],
    ]
    delays = rows_of(exhibit, "Anciens commentaires\u00a0: rôles et délais de décision")
    assert sorted(row[1:] for row in delays) == [
        ["responsable de secteur", outcome, 1, iso(), iso(), 6],
        ["responsable des données", "effacée", 1, iso(), iso(), 6],
    ]
    [signed] = rows_of(exhibit, "Certificats de destruction")
    assert signed[:3] == ["1" * 12, iso(), landlord.person("paul").name]
    assert signed[3].startswith("3 reprises, 3 transformées en notes") and signed[-1] == "oui"
    assert nobodys(exhibit)


def test_e13_and_e15_show_nightly_deletions(landlord, sign_in):
    write_note(landlord.account(AT_A), "Rappeler lundi.", written=-30, ends=-1)
    seal_sentence(landlord.account(AT_A), landlord.person("elise"), text=f"Est malade, {CANARY}.", asked=-40)
    call_command("expire_notes")
    simone = sign_in("simone")
    e13 = rows_of(exhibit_json(simone, landlord, "E13"), "Derniers effacements de la nuit")
    e15 = rows_of(exhibit_json(simone, landlord, "E15"), "Effacements de la nuit")
    assert sorted(row[1:] for row in e13) == sorted(row[1:] for row in e15) == [
        ["Notes échues ou retirées effacées", 1],
        ["Phrases contestées effacées après trente jours", 1],
    ]  # fmt: skip


def test_inspector_cannot_read_legacy_comments(landlord):
    seal_legacy_comment(landlord.account(AT_A), f"Est malade, {CANARY}.")
    simone = landlord.person("simone").pk
    assert as_role(C.CONTROL, simone, "SELECT waiting FROM inspection_exhibit_waiting_comments()") == [(1,)]
    assert (
        as_role(C.CONTROL, landlord.person("ines").pk, "SELECT waiting FROM inspection_exhibit_waiting_comments()")
        == []
    )
    assert as_role(C.CONTROL, landlord.person("ines").pk, "SELECT 1 FROM casework_legacycommentfile") == []
    for table in ("casework_legacycomment", "casework_contestedsentence", "oversight_lookquestion"):
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(C.CONTROL, simone, f"SELECT 1 FROM {table}")


# --- E15 --------------------------------------------------------------------------------------------------------------


def test_e15_counts_every_table_with_nightly_deletion(landlord):
    """Every table whose rows are erased at the end of their retention period must have a database view `<table>_ends`.

    An inspector's exhibit E15 counts the rows of these views. A table without such a view would be missing from the
    exhibit.
    """
    exhibit = {name.removesuffix("_ends") for (name,) in run("SELECT viewname FROM pg_views WHERE viewname ~ '_ends$'")}
    ends = {
        entry.model._meta.db_table
        for entry in entries(apps.get_models())
        if entry.retention_period.ending is Ending.ERASED and entry.model._meta.app_label in APPS
    } | {"tenants_identitycheck"}
    assert len(ends) >= 12 and sorted(ends - exhibit) == []


def test_e15_includes_a_table_added_later(landlord):
    """Once the migration of a new table has called `tenants_create_retention_view`, the inspector's exhibit E15 (data
    with an end date) must count the table's rows."""
    run("CREATE TABLE tenants_letter (until date)")
    run("INSERT INTO tenants_letter VALUES (loge_today() - 1), (loge_today()), (NULL)")
    run("SELECT tenants_create_retention_view('tenants_letter', 'until')")
    inputs = "SELECT held, oldest_end, overdue FROM inspection_exhibit_retention() WHERE source = 'tenants_letter'"
    assert as_role(C.CONTROL, landlord.person("simone").pk, inputs) == [(3, paris_day(-1), 1)]
    run("SELECT tenants_create_retention_view('tenants_letter', 'until + 1')")
    assert as_role(C.CONTROL, landlord.person("simone").pk, inputs) == [(3, paris_day(), 0)]


def test_e15_counts_rows_and_overdue_rows(landlord, sign_in):
    elise, account = landlord.person("elise"), landlord.account(AT_A)
    inputs = {"verdict": "explained", "judged_by": landlord.person("ines")}
    ask_about_look(elise), ask_about_look(elise, **inputs, judged_on=paris_day(-92))
    ask_about_look(elise, **inputs, judged_on=paris_day(-93))
    ask_about_look(elise, ago=367, verdict="misuse", judged_by=landlord.person("ines"), judged_on=paris_day(-200))
    paul = landlord.person("paul")
    for n, until in enumerate((-1, 0)):
        LookDeferral.objects.using(OWNER).create(
            event=f"00000000-0000-4000-8000-00000000000{n}", ground=DEFERRAL_GROUNDS.choices[0][0],
            until=paris_day(until), asked_by=paul, asked_on=paris_day(-20),
        )  # fmt: skip
    late = timezone.now() - timedelta(days=2)
    IdentityCheck.objects.using(OWNER).create(person=paul, lease=account.lease, document="photo", until=late)
    make_demand(landlord.person("ines"), landlord.tenant(AT_A))
    make_month(months_ago(14), months_ago(13)), make_month(months_ago(12), months_ago(11))
    exhibit = exhibit_json(sign_in("simone"), landlord, "E15")
    rows = {row[0]: row[1:] for row in rows_of(exhibit, "Données qui ont une date de fin")}
    assert rows["oversight_lookquestion"] == [4, rows["oversight_lookquestion"][1], 2]
    assert rows["rights_lookdeferral"] == [2, iso(-1), 1]
    assert rows["tenants_identitycheck"] == [1, iso(-2), 1]
    assert rows["rights_subjectrequest"] == [1, None, 0]
    months = {row[0]: row[2] for row in rows_of(exhibit, "Mois de la trace")}
    assert months[f"{months_ago(14):%Y-%m}"] == "oui" and months[f"{months_ago(12):%Y-%m}"] == "non"
    assert months[f"{months_ago(0):%Y-%m}"] == "non" and f"{months_ago(-1):%Y-%m}" not in months
    assert nobodys(exhibit)


# --- E20 and E21 ------------------------------------------------------------------------------------------------------


def test_e20_lists_every_entry_of_the_breach_register(landlord, sign_in):
    ines = sign_in("ines")
    known = {"nature": "confidentiality", "touched": "contact", "people": "12", "consequence": "risk"}
    first = {**known, "measure": "closed", "known_on": typed(-2)}
    assert ines.post("/registre/violations/", first).status_code == 302
    later = {**first, "number": "1", "notified_on": typed(-1), "measure": "corrected"}
    assert ines.post("/registre/violations/", later).status_code == 302
    rows = rows_of(exhibit_json(sign_in("simone"), landlord, "E20"), "Violations de données")
    assert {(row[0], row[1], row[4], row[6], row[7], row[10]) for row in rows} == {
        (1, iso(-2), 12, "accès fermé", None, "non"),
        (1, iso(-2), 12, "défaut corrigé", iso(-1), "oui"),
    }
    assert Breach.objects.using(OWNER).count() == len(rows) == 2


def test_e21_lists_factors_backups_keys_and_versions(landlord, sign_in):
    for name, kind in (("awa", "webauthn"), ("awa", "totp"), ("elise", "totp"), ("bruno", "recovery_codes")):
        Authenticator.objects.using(OWNER).get_or_create(user=landlord.person(name), type=kind, defaults={"data": {}})
    leave_line("backup_taken", None, day=-1, machine="backup", facts={"encrypted": 1})
    leave_line("backup_taken", None, day=-2, machine="backup", facts={"encrypted": 0})
    exhibit = exhibit_json(sign_in("simone"), landlord, "E21")
    factors = {row[0]: row[1] for row in rows_of(exhibit, "Second facteur")}
    people = run("SELECT count(*) FROM access_person WHERE is_active AND NOT is_machine")[0][0]
    with_one = run("SELECT count(DISTINCT user_id) FROM mfa_authenticator WHERE type <> 'recovery_codes'")[0][0]
    assert factors["agents qui peuvent se connecter"] == people
    assert factors["dont sans second facteur, donc sans accès"] == people - with_one > 0
    of_kind = dict(run("SELECT type, count(DISTINCT user_id) FROM mfa_authenticator GROUP BY type"))
    assert (factors["code d’une application"], factors["clé de sécurité"], factors["codes de secours"]) == (
        of_kind["totp"], of_kind["webauthn"], of_kind["recovery_codes"],
    )  # fmt: skip
    assert [(row[0][:10], row[1]) for row in rows_of(exhibit, "Copies de la base")] == [
        (iso(-1), "oui"),
        (iso(-2), "non"),
    ]
    ring = keys.ring()
    serving = {row[0]: row[2] for row in rows_of(exhibit, "Chiffrement")}
    assert serving[ring.current] == "chiffre les nouvelles données" and set(ring.ciphers) <= set(serving)
    versions = {row[0]: row[1] for row in rows_of(exhibit, "Versions")}
    assert versions["Django"] == django.__version__ and versions["PostgreSQL"] and versions["Python"]
    assert "secret" not in json.dumps(exhibit).lower()
