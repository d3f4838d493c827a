"""Evidence taken away: by who may, never more than they may read, recorded, and believed at home by one command."""

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

from access.guard.context import Look, wearing
from access.permissions import Permission
from audit import events as kinds
from audit import verify
from audit.events import Outcome
from audit.record import Subject, TraceUnavailable, look
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
def seen(house):
    """Two accounts, each opened by an officer; one list that showed both; all sealed."""
    elise = house.person("elise")
    one, other = house.account(AT_A), house.account(AT_B)
    for account in (one, other):
        look(
            kinds.ACCOUNT_OPENED, Outcome.SHOWN, by=elise, about=Subject("account", account.pk), shown_ids=[account.pk]
        )
    look(kinds.LIST_SHOWN, Outcome.SHOWN, by=elise, shown_ids=[one.pk, other.pk], list="accounts")
    seal()
    return one, other


def at_home(content: bytes, folder, *more: str) -> tuple[int, str]:
    """What one reads on a laptop: the program that came in the pack, with nothing of ours around it."""
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


def test_an_account_s_history_is_believed_at_home(seen, sign_in, tmp_path):
    one, other = seen
    client = sign_in("ines")
    assert "Exporter le dossier" in client.get("/trace/preuves/").content.decode()
    answer = client.post("/trace/preuves/", {"references": one.reference.lower(), "details": "own"})
    content = body(answer)
    keys = [word for vkey in trusted() for word in ("--vkey", vkey)]
    code, said = at_home(content, tmp_path / "home", *keys)
    assert code == 0, said
    assert "mot pour mot : 2." in said and "Le dossier est entier, signé par" in said
    assert "scellée avec l’événement : 1." in said and "que le dossier tait, sans qu’ils soient effacés : 1." in said
    assert at_home(content, tmp_path / "home")[0] == 3
    opened, listed = lines(content)
    assert str(one.pk) in opened["payload"] and (listed["payload"], listed["absent"]) == ("", "withheld")
    assert str(other.pk) not in json.dumps(lines(content))
    asked = question(content)
    assert one.reference in asked and house_name(asked) and other.reference not in asked
    [event] = events(kind="evidence_taken")
    assert event["facts"] == {"scope": "account", "format": "own"} and event["count"] == 2
    assert event["shown"] == [one.pk] and event["outcome"] == "shown"


def house_name(asked: str) -> bool:
    return "Demandé par" in asked and "signé le" in asked


def test_two_accounts_and_all_details_for_an_inspector(seen, sign_in, tmp_path):
    references = ", ".join(account.reference for account in seen)
    answer = sign_in("ines").post("/trace/preuves/", {"references": references, "details": "all"})
    code, said = at_home(content := body(answer), tmp_path / "home", "--events")
    assert code == 3 and "scellée avec l’événement : 3." in said and "account_opened" in said
    assert "De l’événement" in said and len(lines(content)) == 3


def test_a_person_s_looks_are_taken_with_a_reason_alone(seen, house, sign_in):
    client, elise = sign_in("ines"), house.person("elise")
    url = f"/trace/personnes/{elise.pk}/preuves/"
    assert elise.name not in client.get(url).content.decode()
    assert client.post(url, {"details": "all"})["Content-Type"].startswith("text/html")
    content = body(client.post(url, {"reason": "complaint", "details": "all"}))
    assert len(lines(content)) == 3 and elise.name in question(content) and "plainte" in question(content)
    [event] = events(kind="evidence_taken")
    assert (event["facts"]["person"], event["facts"]["reason"]) == (str(elise.pk), "complaint")


def test_a_period_holds_all_of_it_and_tells_withheld_from_erased(seen, sign_in, tmp_path, settings):
    old = make_month(months_ago(14), months_ago(13))
    seal()
    call_command("prune_trace", "--apply", verbosity=0, stdout=io.StringIO())
    seal()
    first, last = paris_day(-460), paris_day()
    asked = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}", "details": "own"}
    client = sign_in("simone")
    content = body(client.post("/trace/preuves/", asked))
    code, said = at_home(content, tmp_path / "home")
    gone = [line for line in lines(content) if line["absent"] == "erased"]
    assert old and gone and code == 3
    assert f"joint : {len(gone)}." in said and "sans élagage" not in said and "tait, sans qu’ils" in said
    assert "aucun ne manque" in said
    # Without the pruning's own details, nothing but the landlord's word says that they were erased.
    bare = body(client.post("/trace/preuves/", {**asked, "last": f"{paris_day(-370):%d/%m/%Y}"}))
    kept = [line for line in lines(bare) if "trace_pruned" in line["entry"]]
    assert len(kept) == 1 and kept[0]["payload"]
    assert f"joint : {len(gone)}." in at_home(bare, tmp_path / "home")[1]


def test_all_of_a_period_is_for_who_inspects(seen, house, sign_in, tmp_path):
    """Each entry bears the pseudonym of who acted: whoever watches the staff takes no record of when they work."""
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
        person = house.person(who)
        taken = partial(call_command, "evidence_pack", str(tmp_path / f"{who}.zip"), by=person.email, **dates)
        if who == "ines":
            with pytest.raises(CommandError, match="contrôle externe"):
                taken()
        else:
            taken(stdout=io.StringIO())
    assert [path.name for path in tmp_path.glob("*.zip")] == ["simone.zip"]
    look_of = Look(house.person("ines"), Permission.EVIDENCE_TAKE, kinds.FORM_SHOWN, "", uuid4(), timezone.now())
    asked = Question({}, None, paris_day(-9), paris_day(), Details.NONE)
    with pytest.raises(PermissionDenied), wearing(look_of, read_only=True):
        take(look_of, asked, io.BytesIO(), 10)
    assert [line["role"] for line in events(kind="evidence_taken")] == ["inspector"]


def test_a_witness_dates_it(seen, sign_in, tmp_path, settings):
    witness = Signer("witness.example/w1", private(2), COSIGNATURE)
    settings.WITNESS_FILE = str(tmp_path / "witnesses")
    (tmp_path / "witnesses").write_text(f"https://witness.example {witness.verifier.vkey}\n")
    note = newest_note()
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    line = witness.signature(note.split("\n\n")[0] + "\n", 1_800_000_000).line
    run("INSERT INTO audit_cosignature (size, witness, line) VALUES (%s, %s, %s)", size, witness.name, line.encode())
    look(kinds.OWN_LOOKS_READ, Outcome.SHOWN, by="bench")
    seal()
    content = body(sign_in("ines").post("/trace/preuves/", {"references": seen[0].reference, "details": "own"}))
    said = at_home(content, tmp_path / "home")[1]
    assert f"Le témoin witness.example/w1 a vu {size} événements" in said and "il n’a fait que grandir" in said


def test_what_cannot_be_taken_is_said(house, sign_in, monkeypatch):
    client = sign_in("ines")
    reference = house.account(AT_A).reference

    def told(**asked):
        return client.post("/trace/preuves/", {"details": "own", **asked}).content.decode()

    assert "Aucune mention n’est encore sous sceau" in told(references=reference)
    seal()
    assert "Donnez une référence" in told()
    assert "Aucun compte n’a la référence ZZZZ-ZZZZ-ZZZZ" in told(references="zzzz zzzz zzzz")
    assert "dix références au plus" in told(references=",".join([reference] * 11))
    assert "doit être postérieur ou égal au premier" in told(
        references=reference, first="02/11/2026", last="01/11/2026"
    )
    days = {"first": f"{date.today() - timedelta(days=9):%d/%m/%Y}", "last": f"{paris_day():%d/%m/%Y}"}
    monkeypatch.setattr("inspection.views.evidence.MOST", 1)
    assert "seul l’agent de l’autorité de contrôle peut exporter" in told(**days)
    asked = {"details": "own", **days}
    assert "Plus de" in sign_in("simone").post("/trace/preuves/", asked).content.decode()
    assert not events(kind="evidence_taken")


def test_a_fresh_second_factor_is_asked(seen, sign_in, monkeypatch):
    client = sign_in("ines")
    monkeypatch.setattr("access.guard.door.freshly_proved", lambda _request: False)
    answer = client.post("/trace/preuves/", {"references": seen[0].reference, "details": "own"})
    assert answer.status_code == 302 and not events(kind="evidence_taken")


def test_the_command_gives_what_the_page_gives(seen, house, tmp_path):
    file, ines = tmp_path / "out.zip", house.person("ines")
    call_command("evidence_pack", str(file), by=ines.email, account=[seen[0].reference], stdout=io.StringIO())
    assert file.stat().st_mode & 0o077 == 0 and len(lines(file.read_bytes())) == 2
    assert at_home(file.read_bytes(), tmp_path / "home")[0] == 3
    [event] = events(kind="evidence_taken")
    assert (event["actor"], event["role"], event["route"]) == (ines.pk, "dpo", "evidence_pack")
    elise = house.person("elise")
    whose = {"person": elise.email, "reason": "control"}
    call_command("evidence_pack", str(tmp_path / "p.zip"), by=ines.email, **whose, stdout=io.StringIO())
    with pytest.raises(CommandError, match="n’a pas aujourd’hui"):
        call_command("evidence_pack", str(tmp_path / "no.zip"), by=elise.email, account=[seen[0].reference])
    for wrong in ({"account": ["ZZZZ-ZZZZ-ZZZZ"]}, {"person": elise.email}, {"first": "hier"}, {"person": "nobody@x"}):
        with pytest.raises(CommandError):
            call_command("evidence_pack", str(tmp_path / "no.zip"), by=ines.email, **wrong)
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == ["out.zip", "p.zip"]
    assert not list(tmp_path.glob(".*.zip*")) and len(events(kind="evidence_taken")) == 2
    [refused] = events(kind="form_shown", outcome="refused")
    assert refused["actor"] == elise.pk


def test_an_older_pack_is_compared_with_one_that_continues_it(seen, house, sign_in, tmp_path):
    ines, account = house.person("ines"), [seen[0].reference]
    older, later = tmp_path / "older.zip", tmp_path / "later.zip"
    call_command("evidence_pack", str(older), by=ines.email, account=account, stdout=io.StringIO())
    [(size,)] = run("SELECT max(size) FROM audit_checkpoint")
    sign_in("awa")
    call_command("seal", "--once", stdout=io.StringIO())
    call_command("evidence_pack", str(later), by=ines.email, account=account, continues=size, stdout=io.StringIO())
    told = io.StringIO()
    with redirect_stdout(told):
        code = verify.main([str(older), str(later), *(f"--vkey={vkey}" for vkey in trusted())])
    assert code == 0 and f"continue celui de {size}" in told.getvalue()
    with pytest.raises(CommandError, match="Aucun relevé"):
        call_command("evidence_pack", str(tmp_path / "no.zip"), by=ines.email, account=account, continues=10**6)


def test_a_whole_period_holds_what_was_sealed_between(seen, sign_in, tmp_path):
    """The line of another day, sealed in the midst of this one's, leaves no gap."""
    for at in ("now()", "now() - interval '3 days'", "now()"):
        run(f"INSERT INTO audit_event (at, {COLUMNS}) VALUES ({at}, {VALUES})")
        call_command("seal", "--once", stdout=io.StringIO())
    today = {"first": f"{paris_day():%d/%m/%Y}", "last": f"{paris_day():%d/%m/%Y}", "details": "none"}
    content = body(sign_in("simone").post("/trace/preuves/", today))
    keys = [word for vkey in trusted() for word in ("--vkey", vkey)]
    code, said = at_home(content, tmp_path / "home", *keys)
    assert code == 0 and "aucun ne manque" in said, said
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        first, last = json.loads(archive.read("manifest.json"))["whole"]
    assert len(lines(content)) == last - first + 1 > 3


def test_no_pack_leaves_without_its_line(seen, house, sign_in, monkeypatch, tmp_path):
    def fail(*_args, **_kwargs):
        raise TraceUnavailable

    monkeypatch.setattr("access.guard.context.look", fail)
    one = [seen[0].reference]
    answer = sign_in("ines").post("/trace/preuves/", {"references": one, "details": "own"})
    assert answer.status_code == 503
    with pytest.raises(CommandError, match="rien n’est exporté"):
        call_command("evidence_pack", str(tmp_path / "x.zip"), by=house.person("ines").email, account=one)
    assert not list(tmp_path.iterdir())


def test_an_inspector_takes_it_too_and_it_bears_her_role(seen, sign_in, tmp_path):
    client = sign_in("simone")
    assert "/trace/preuves/" in client.get("/controle/").content.decode()
    assert 'href="/controle/"' in client.get("/trace/preuves/").content.decode()
    content = body(client.post("/trace/preuves/", {"references": seen[0].reference, "details": "all"}))
    assert "scellée avec l’événement : 2." in at_home(content, tmp_path / "home")[1]
    [event] = events(kind="evidence_taken")
    assert event["role"] == "inspector"


def test_an_amount_of_an_account_is_proved_and_withheld(house, sign_in):
    """Whoever takes a pack may see no account: not even with all details."""
    elise, account = house.person("elise"), house.account(AT_A)
    what = {
        "about": account,
        "outcome": "changed",
        "facts": {"label": "cheque", "cents": 123_45, "entry": str(uuid4())},
    }
    leave_line("payment_taken", elise, **what)
    seal()
    for details in ("own", "all"):
        said = {"references": account.reference, "details": details}
        content = body(sign_in("ines").post("/trace/preuves/", said))
        [line] = lines(content)
        assert (line["payload"], line["absent"]) == ("", "withheld") and "12345" not in json.dumps(lines(content))
