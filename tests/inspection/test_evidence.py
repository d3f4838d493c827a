"""Evidence packs, files with audit events and proofs that employees and inspectors can export.

A pack must contain no more than the person who exports it may read, and each export must be recorded. The program
verify.py inside a pack must verify it without Loge.
"""

import io
import json
import subprocess
import sys
import zipfile
from contextlib import redirect_stdout
from datetime import date, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from access.guard.context import AccessContext, as_database_role
from access.permissions import Permission
from audit import events as kinds
from audit import verify
from audit.events import Outcome
from audit.record import AuditLogUnavailable, Subject, record_view
from audit.sealed import signing_keys
from audit.sealed.evidence_export import Details
from audit.tlog.note import COSIGNATURE, Signer
from inspection.evidence import Question, take
from privacy.encryption.signing import packers
from tests.audit.evidence import private
from tests.audit.test_append_only import COLUMNS, VALUES
from tests.audit.test_months import make_month, months_ago
from tests.audit.test_tampering import newest_note, seal
from tests.builders import events, leave_line, paris_day, run

AT_A, AT_B = "Dette-Glycines A", "Dette-Glycines B"


@pytest.fixture
def viewed(landlord):
    """Provide two accounts, and seal three audit events: an officer opened each account, and a list showed both."""
    elise = landlord.person("elise")
    item, other = landlord.account(AT_A), landlord.account(AT_B)
    for account in (item, other):
        record_view(
            kinds.ACCOUNT_OPENED, Outcome.SHOWN, by=elise, about=Subject("account", account.pk), shown_ids=[account.pk]
        )
    record_view(kinds.LIST_SHOWN, Outcome.SHOWN, by=elise, shown_ids=[item.pk, other.pk], list="accounts")
    seal()
    return item, other


def at_home(content: bytes, folder, *more: str) -> tuple[int, str]:
    """Write the evidence pack to a folder, and run the program verify.py that it contains, without access to Loge.
    Return the exit code and the output."""
    folder.mkdir(exist_ok=True)
    (folder / "pack.zip").write_bytes(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    command = [sys.executable, "-I", "verify.py", "pack.zip", *more]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, timeout=60, check=False)
    assert done.stderr == b""
    return done.returncode, done.stdout.decode()


def body(answer) -> bytes:
    assert answer["Content-Type"] == "application/zip"
    return answer.content


def lines(content: bytes) -> list[dict]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [json.loads(line) for line in archive.read("entries.jsonl").splitlines()]


def question(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return json.loads(archive.read("manifest.json"))["question"]


def trusted():
    return [signing_keys.load(signing_keys.path()).signer.verifier.vkey, packers()[-1][2].verifier.vkey]


def test_pack_of_an_account_is_verified_without_loge(viewed, sign_in, tmp_path):
    item, other = viewed
    client = sign_in("ines")
    assert "Exporter le dossier" in client.get("/trace/preuves/").content.decode()
    answer = client.post("/trace/preuves/", {"references": item.reference.lower(), "details": "own"})
    content = body(answer)
    keys = [word for vkey in trusted() for word in ("--vkey", vkey)]
    code, text = at_home(content, tmp_path / "home", *keys)
    assert code == 0, text
    assert "mot pour mot : 2." in text and "Le dossier est entier, signé par" in text
    assert "scellée avec l’événement : 1." in text and "que le dossier tait, sans qu’ils soient effacés : 1." in text
    assert at_home(content, tmp_path / "home")[0] == 3
    opened, listed = lines(content)
    assert str(item.pk) in opened["payload"] and (listed["payload"], listed["absent"]) == ("", "withheld")
    assert str(other.pk) not in json.dumps(lines(content))
    form_data = question(content)
    assert item.reference in form_data and house_name(form_data) and other.reference not in form_data
    [event] = events(kind="evidence_taken")
    assert event["facts"] == {"scope": "account", "format": "own"} and event["count"] == 2
    assert event["shown_ids"] == [item.pk] and event["outcome"] == "shown"


def house_name(form_data: str) -> bool:
    return "Demandé par" in form_data and "signé le" in form_data


def test_pack_of_two_accounts_with_all_details(viewed, sign_in, tmp_path):
    references = ", ".join(account.reference for account in viewed)
    answer = sign_in("ines").post("/trace/preuves/", {"references": references, "details": "all"})
    code, text = at_home(content := body(answer), tmp_path / "home", "--events")
    assert code == 3 and "scellée avec l’événement : 3." in text and "account_opened" in text
    assert "De l’événement" in text and len(lines(content)) == 3


@pytest.mark.parametrize("new", ["id", "at"])
@pytest.mark.parametrize(("about_the_same", "leaves"), [(True, 3), (False, 2)])
def test_pack_with_two_events_of_the_same_id_or_time_is_verified(
    viewed, sign_in, tmp_path, about_the_same, leaves, new
):
    """The pack of an account must contain both events if both are about the account, and only its own otherwise."""
    item, other = viewed
    columns = f"{COLUMNS.replace(', shown', '')}, actor"
    about = item.pk if about_the_same else other.pk
    values = {"id": "id", "at": "at", new: {"id": "gen_random_uuid()", "at": "clock_timestamp()"}[new]}
    run(
        f"INSERT INTO audit_event ({columns}, at, about, shown) SELECT {columns.replace('id', values['id'], 1)},"
        f" {values['at']}, %s, ARRAY[%s]::uuid[] FROM audit_event WHERE about = %s",
        *(about, about, item.pk),
    )
    seal()
    content = body(sign_in("ines").post("/trace/preuves/", {"references": item.reference, "details": "all"}))
    code, text = at_home(content, tmp_path / "home")
    assert code == 3 and f"scellée avec l’événement : {leaves}." in text and len(lines(content)) == leaves


def test_pack_of_a_person_needs_a_reason(viewed, landlord, sign_in):
    client, elise = sign_in("ines"), landlord.person("elise")
    url = f"/trace/personnes/{elise.pk}/preuves/"
    assert elise.name not in client.get(url).content.decode()
    assert client.post(url, {"details": "all"})["Content-Type"].startswith("text/html")
    content = body(client.post(url, {"reason": "complaint", "details": "all"}))
    assert len(lines(content)) == 3 and elise.name in question(content) and "plainte" in question(content)
    [event] = events(kind="evidence_taken")
    assert (event["facts"]["person"], event["facts"]["reason"]) == (str(elise.pk), "complaint")


def test_pack_of_a_period_distinguishes_withheld_from_erased(viewed, sign_in, tmp_path, settings):
    old = make_month(months_ago(14), months_ago(13))
    seal()
    call_command("prune_trace", "--apply", verbosity=0, stdout=io.StringIO())
    seal()
    first, last = paris_day(-460), paris_day()
    form_data = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}", "details": "own"}
    client = sign_in("simone")
    content = body(client.post("/trace/preuves/", form_data))
    code, text = at_home(content, tmp_path / "home")
    gone = [line for line in lines(content) if line["absent"] == "erased"]
    assert old and gone and code == 3
    assert f"joint : {len(gone)}." in text and "sans élagage" not in text and "tait, sans qu’ils" in text
    assert "aucun ne manque" in text
    # An evidence pack about deleted months must contain the event that records the deletion (kind trace_pruned).
    # The details of the event trace_pruned prove that the deleted audit events were older than the retention period.
    bare = body(client.post("/trace/preuves/", {**form_data, "last": f"{paris_day(-370):%d/%m/%Y}"}))
    entries_kept = [line for line in lines(bare) if "trace_pruned" in line["entry"]]
    assert len(entries_kept) == 1 and entries_kept[0]["payload"]
    assert f"joint : {len(gone)}." in at_home(bare, tmp_path / "home")[1]


def test_only_an_inspector_takes_a_whole_period(viewed, landlord, sign_in, tmp_path):
    """Nobody but an inspector may export all events of a period, because these events would show the landlord when each
    employee works."""
    days = {"first": f"{paris_day(-9):%d/%m/%Y}", "last": f"{paris_day():%d/%m/%Y}"}
    ines, simone = sign_in("ines"), sign_in("simone")
    for details, references in (("own", ""), ("all", ""), ("none", ""), ("own", " , ,")):
        page = ines.post("/trace/preuves/", {**days, "details": details, "references": references}).content.decode()
        assert "seul l’agent de l’autorité de contrôle peut exporter toutes les mentions d’une période" in page, (
            details,
            references,
        )
    assert (
        "toutes les mentions de la période" not in page
        and "toutes les mentions de la période" in simone.get("/trace/preuves/").content.decode()
    )
    dates = {"first": days["first"], "last": days["last"]}
    for who in ("ines", "simone"):
        person = landlord.person(who)
        taken = partial(call_command, "evidence_pack", str(tmp_path / f"{who}.zip"), by=person.email, **dates)
        if who == "ines":
            with pytest.raises(CommandError, match="autorité de contrôle"):
                taken()
        else:
            taken(stdout=io.StringIO())
    assert [path.name for path in tmp_path.glob("*.zip")] == ["simone.zip"]
    look_of = AccessContext(
        landlord.person("ines"), Permission.EVIDENCE_TAKE, kinds.FORM_SHOWN, "", uuid4(), timezone.now()
    )
    form_data = Question({}, None, paris_day(-9), paris_day(), Details.NONE)
    with pytest.raises(PermissionDenied), as_database_role(look_of, read_only=True):
        take(look_of, form_data, io.BytesIO(), 10)
    assert [line["role"] for line in events(kind="evidence_taken")] == ["inspector"]


def test_pack_contains_a_witness_cosignature(viewed, sign_in, tmp_path, settings):
    witness = Signer("witness.example/w1", private(2), COSIGNATURE)
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    (tmp_path / "witnesses").write_text(f"https://witness.example {witness.verifier.vkey}\n")
    note = newest_note()
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    line = witness.signature(note.split("\n\n")[0] + "\n", 1_800_000_000).line
    run("INSERT INTO audit_cosignature (size, witness, line) VALUES (%s, %s, %s)", size, witness.name, line.encode())
    record_view(kinds.OWN_LOOKS_READ, Outcome.SHOWN, by="bench")
    seal()
    content = body(sign_in("ines").post("/trace/preuves/", {"references": viewed[0].reference, "details": "own"}))
    text = at_home(content, tmp_path / "home")[1]
    assert f"Le témoin witness.example/w1 a vu {size} événements" in text and "il n’a fait que grandir" in text


def test_invalid_requests_show_the_reason(landlord, sign_in, monkeypatch):
    client = sign_in("ines")
    reference = landlord.account(AT_A).reference

    def page(**form_data):
        return client.post("/trace/preuves/", {"details": "own", **form_data}).content.decode()

    assert "Aucune mention n’est encore sous sceau" in page(references=reference)
    seal()
    assert "Donnez une référence" in page()
    assert "Aucun compte n’a la référence ZZZZ-ZZZZ-ZZZZ" in page(references="zzzz zzzz zzzz")
    assert "dix références au plus" in page(references=",".join([reference] * 11))
    assert "doit être postérieur ou égal au premier" in page(
        references=reference, first="02/11/2026", last="01/11/2026"
    )
    days = {"first": f"{date.today() - timedelta(days=9):%d/%m/%Y}", "last": f"{paris_day():%d/%m/%Y}"}
    monkeypatch.setattr("inspection.views.evidence.MOST", 1)
    assert "seul l’agent de l’autorité de contrôle peut exporter" in page(**days)
    form_data = {"details": "own", **days}
    assert "Plus de" in sign_in("simone").post("/trace/preuves/", form_data).content.decode()
    assert not events(kind="evidence_taken")


def test_pack_needs_recent_authentication(viewed, sign_in, monkeypatch):
    client = sign_in("ines")
    monkeypatch.setattr("access.guard.door.freshly_proved", lambda _request: False)
    answer = client.post("/trace/preuves/", {"references": viewed[0].reference, "details": "own"})
    assert answer.status_code == 302 and not events(kind="evidence_taken")


def test_command_writes_the_same_pack_as_the_page(viewed, landlord, tmp_path):
    file, ines = tmp_path / "out.zip", landlord.person("ines")
    call_command("evidence_pack", str(file), by=ines.email, account=[viewed[0].reference], stdout=io.StringIO())
    assert file.stat().st_mode & 0o077 == 0 and len(lines(file.read_bytes())) == 2
    assert at_home(file.read_bytes(), tmp_path / "home")[0] == 3
    [event] = events(kind="evidence_taken")
    assert (event["actor"], event["role"], event["route"]) == (ines.pk, "dpo", "evidence_pack")
    elise = landlord.person("elise")
    whose = {"person": elise.email, "reason": "control"}
    call_command("evidence_pack", str(tmp_path / "p.zip"), by=ines.email, **whose, stdout=io.StringIO())
    with pytest.raises(CommandError, match="n’a pas aujourd’hui"):
        call_command("evidence_pack", str(tmp_path / "no.zip"), by=elise.email, account=[viewed[0].reference])
    for wrong in ({"account": ["ZZZZ-ZZZZ-ZZZZ"]}, {"person": elise.email}, {"first": "hier"}, {"person": "nobody@x"}):
        with pytest.raises(CommandError):
            call_command("evidence_pack", str(tmp_path / "no.zip"), by=ines.email, **wrong)
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["out.zip", "p.zip"]
    assert not list(tmp_path.glob(".*.zip*")) and len(events(kind="evidence_taken")) == 2
    [refused] = events(kind="form_shown", outcome="refused")
    assert refused["actor"] == elise.pk


def test_older_pack_is_consistent_with_a_later_one(viewed, landlord, sign_in, tmp_path):
    ines, account = landlord.person("ines"), [viewed[0].reference]
    older, later = tmp_path / "older.zip", tmp_path / "later.zip"
    call_command("evidence_pack", str(older), by=ines.email, account=account, stdout=io.StringIO())
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    sign_in("awa")
    call_command("seal", "--once", stdout=io.StringIO())
    call_command("evidence_pack", str(later), by=ines.email, account=account, continues=size, stdout=io.StringIO())
    page = io.StringIO()
    with redirect_stdout(page):
        code = verify.main([str(older), str(later), *(f"--vkey={vkey}" for vkey in trusted())])
    assert code == 0 and f"continue celui de {size}" in page.getvalue()
    with pytest.raises(CommandError, match="Aucun relevé"):
        call_command("evidence_pack", str(tmp_path / "no.zip"), by=ines.email, account=account, continues=10**6)


def test_whole_period_includes_events_sealed_in_between(viewed, sign_in, tmp_path):
    """An evidence pack with all events of a period must have no gap. If an event of another day was sealed between
    these events, the pack must include that event too.
    """
    for at in ("now()", "now() - interval '3 days'", "now()"):
        run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ({at}, {VALUES})")
        call_command("seal", "--once", stdout=io.StringIO())
    today = {"first": f"{paris_day():%d/%m/%Y}", "last": f"{paris_day():%d/%m/%Y}", "details": "none"}
    content = body(sign_in("simone").post("/trace/preuves/", today))
    keys = [word for vkey in trusted() for word in ("--vkey", vkey)]
    code, text = at_home(content, tmp_path / "home", *keys)
    assert code == 0 and "aucun ne manque" in text, text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, last = json.loads(archive.read("manifest.json"))["whole"]
    assert len(lines(content)) == last - first + 1 > 3


def test_no_pack_is_written_without_its_audit_event(viewed, landlord, sign_in, monkeypatch, tmp_path):
    def fail(*_args, **_kwargs):
        raise AuditLogUnavailable

    monkeypatch.setattr("access.guard.context.record_view", fail)
    item = [viewed[0].reference]
    answer = sign_in("ines").post("/trace/preuves/", {"references": item, "details": "own"})
    assert answer.status_code == 503
    with pytest.raises(CommandError, match="rien n’est exporté"):
        call_command("evidence_pack", str(tmp_path / "x.zip"), by=landlord.person("ines").email, account=item)
    assert not list(tmp_path.iterdir())


def test_inspector_takes_a_pack_under_her_role(viewed, sign_in, tmp_path):
    client = sign_in("simone")
    assert "/trace/preuves/" in client.get("/controle/").content.decode()
    assert 'href="/controle/"' in client.get("/trace/preuves/").content.decode()
    content = body(client.post("/trace/preuves/", {"references": viewed[0].reference, "details": "all"}))
    assert "scellée avec l’événement : 2." in at_home(content, tmp_path / "home")[1]
    [event] = events(kind="evidence_taken")
    assert event["role"] == "inspector"


def test_amounts_of_an_account_are_withheld(landlord, sign_in):
    """If the person who exports an evidence pack may not see accounts, even a pack with all details must contain no
    amounts.
    """
    elise, account = landlord.person("elise"), landlord.account(AT_A)
    what = {
        "about": account,
        "outcome": "changed",
        "facts": {"label": "cheque", "cents": 123_45, "entry": str(uuid4())},
    }
    leave_line("payment_taken", elise, **what)
    seal()
    for details in ("own", "all"):
        text = {"references": account.reference, "details": details}
        content = body(sign_in("ines").post("/trace/preuves/", text))
        [line] = lines(content)
        assert (line["payload"], line["absent"]) == ("", "withheld") and "12345" not in json.dumps(lines(content))
