"""A marker word that is sent to every input of text must not be stored in any table, log, session, cache or URL.

Only columns that take unscreened text, such as street names, may store it.
"""

import contextlib
import io
import json
import re
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal import auth as totp
from django import forms
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from access.checks import OPEN
from exchange.applications.csv_sheet import APPLICATIONS
from exchange.portfolio.sheets import DAILY, SHEETS
from tests.builders import OWNER, events, run
from tests.exchange.application_files import PERSON, application, xml_file
from tests.sample_objects import SampleObjects
from tests.sign_in import let_in
from tests.text_inputs.received import BAD, CANARY, Heard, commands, form_mouths, read_by_hand, serializer_mouths
from tests.text_inputs.stored import Log, addresses, columns, may_hold, opened
from tests.visits import Visit, visits

PHRASE = "une phrase assez longue"
pytestmark = pytest.mark.usefixtures("unkept")

HEADERS = {
    "User-Agent": BAD.encode("ascii", "replace").decode(),
    "Referer": f"http://localhost/{CANARY}/",
    "X-Request-Id": CANARY,
    "X-Forwarded-For": CANARY,
    "Accept-Language": CANARY,
    "HX-Current-URL": f"http://localhost/{CANARY}/",
    "HX-Prompt": CANARY,
    "HX-Trigger-Name": CANARY,
    "Idempotency-Key": CANARY,
}


class Sweep:
    """Sends requests with the marker word, and collects the headers, cookies and links of responses that repeat it."""

    def __init__(self, heard: Heard) -> None:
        self.heard, self.asked = heard, 0
        self.told: list[tuple[str, str]] = []
        self.words = dict.fromkeys(read_by_hand(), BAD)

    def look(self, where: str, answer) -> None:
        self.asked += 1
        lines = addresses(answer, asked_in_one=answer.wsgi_request.method == "GET")
        self.told += [(where, line) for line in lines if CANARY in line]

    def page(self, client, where: str, url: str, valid: dict) -> None:
        """Post the marker word to a page: in all fields at once, then in each field while the others are valid.

        A file field gets a file with the marker word in its name and content.
        """
        self.heard.bound.clear()
        self.look(where, client.post(url, {**dict.fromkeys(valid, BAD), **self.words}, headers=HEADERS))
        # Only an unknown parameter is sent here, because a view may ignore its form if it gets a known parameter.
        self.look(where, client.post(url, {"unknown": BAD}))
        for name, form in list(self.heard.bound.items()):
            field = form.fields[name.removeprefix(f"{form.prefix}-") if form.prefix else name]
            self.look(f"{where} {name}", client.post(url, {**valid, name: sent_to(field)}))
            if isinstance(field, forms.FileField):
                self.look(f"{where} {name}", client.post(url, {name: sent_to(field)}))

    def program(self, client, where: str, url: str, valid: dict, names: list[str]) -> None:
        for name in names:
            body = json.dumps({**valid, name: BAD})
            headers = {"Idempotency-Key": CANARY}
            self.look(where, client.post(url, body, content_type="application/json", headers=headers))


def sent_to(field: forms.Field) -> object:
    """Return a value with the marker word for a form field: a file for a file field, or else a text."""
    if isinstance(field, forms.FileField):
        return SimpleUploadedFile(f"{BAD}.csv", f"{BAD};{BAD}\n".encode())
    return BAD


# Some views show another form to some people. ALSO maps the view's URL name and the person to valid form values.
ALSO = {
    "contest": {"paul": {"outcome": "allow_wording"}},
    "saved_filters": {"elise": {"name": "Trois mois", "mois": "3", "save": "1"}},
    "subject_request": {"ines": {"name": "1", "number": "12345678", "reason": "", "weighed": ""}},
}

# Some views show another form for each URL argument. ELSEWHERE maps URL name and argument to valid form values.
ELSEWHERE: dict[str, Callable[[SampleObjects], dict[str, dict[str, object]]]] = {
    "control_exhibit": lambda sample_objects: {
        "E4": {"reference": sample_objects.account.reference, "day": ""},
        "E5": {"person": sample_objects.bruno.email, "day": ""},
        "E6": {"person": sample_objects.bruno.email},
        "E9": {"reference": "", "person": sample_objects.bruno.email, "first": "", "last": ""},
        "E12": {"words": "dette"},
        "E22": {"reference": sample_objects.account.reference},
    },
}


def sweep_doors(sample_objects: SampleObjects, sign_in, sweep: Sweep) -> None:
    browsers: dict[str, Client] = {}
    for visit in visits():
        client = browsers.setdefault(visit.who, sign_in(visit.who))
        client.cookies["other"] = CANARY
        url = visit.url(sample_objects)
        asked = _query(visit)
        query = {**sweep.words, **dict.fromkeys(asked, BAD)}
        sweep.heard.bound.clear()
        sweep.look(f"{visit.name}?", client.get(url, query, headers=HEADERS))
        # Some pages read a form from the query string, so the fields of these forms are sent as query parameters too.
        filters = [name for name in sweep.heard.bound if name not in query]
        for word in (*query, *filters) if asked else filters:
            sweep.look(f"{visit.name}?{word}", client.get(url, {word: BAD}))
        if visit.posts and visit.door.api:
            sweep.program(client, visit.name, url, visit.post(sample_objects), _body(visit))
        elif visit.posts:
            sweep.page(client, visit.name, url, visit.post(sample_objects))
        for name, valid in ALSO.get(visit.name, {}).items():
            client = sign_in(name)
            # Only this form's fields are sent, because a field named like another form's button would select that form.
            sweep.look(visit.name, client.post(url, dict.fromkeys(valid, BAD)))
            sweep.page(client, visit.name, url, valid)
        for key, valid in ELSEWHERE.get(visit.name, lambda _known: {})(sample_objects).items():
            sweep.page(client, visit.name, reverse(visit.name, args=[key]), valid)
        for argument in visit.arguments:
            sweep.look(visit.name, client.get(url.replace(str(visit.keys(sample_objects)[argument]), CANARY)))


def _query(visit: Visit) -> list[str]:
    """Return the names of the query parameters that an API view reads."""
    read = visit.door.api and visit.door.api.query
    return list(read().fields) if read else []


def _body(visit: Visit) -> list[str]:
    read = visit.door.api and visit.door.api.body
    assert read
    return list(read().fields)


def sweep_open(client, sweep: Sweep) -> None:
    """Send the marker word to all pages without `@door`, such as sign-in and password reset."""
    for name in OPEN:
        try:
            url = reverse(name)
        except NoReverseMatch:
            url = f"/{CANARY}/"
        sweep.look(name, client.get(url, sweep.words, headers=HEADERS))
        sweep.page(client, name, url, {})
    sweep.look("login", client.post("/entrer/", {"login": f"{CANARY}@rives.example", "password": BAD}, headers=HEADERS))


def sweep_stale(sample_objects: SampleObjects, sweep: Sweep) -> None:
    """Post the marker word to pages that first require a new proof of identity, and to a locked session.

    While Loge asks for the password or code, it must not store the posted form.
    """
    landlord, left = sample_objects.landlord, 0
    for visit in visits():
        if visit.posts and visit.door.reauthenticate and not visit.door.api:
            client = let_in(Client(), landlord.person(visit.who), ago=3_600)
            sweep.look(
                visit.name, client.post(visit.url(sample_objects), dict.fromkeys(visit.post(sample_objects), BAD))
            )
            left += 1
    assert left >= 5
    client = let_in(Client(), landlord.person("noel"))
    client.post(reverse("lock"))
    sweep.look("locked", client.post(reverse("locked"), {"password": BAD}))


def sweep_passwords(sample_objects: SampleObjects, sweep: Sweep) -> None:
    """Post the marker word as a password, to check later that Loge stored it nowhere.

    Passwords are posted to change a password, to prove one's identity again, and after the reset link.
    """
    person = sample_objects.landlord.person("awa")
    person.set_password(PHRASE)
    person.save(using=OWNER, update_fields=["password"])
    two = {"password1": BAD, "password2": f"{BAD} "}
    client = let_in(Client(), person)
    change, proof = reverse("account_change_password"), reverse("account_reauthenticate")
    sweep.look("password", client.post(change, {"oldpassword": BAD, **two}, headers=HEADERS))
    sweep.look("proof", client.post(proof, {"password": BAD}, headers=HEADERS))
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"/entrer/oubli/\S+", str(mail.outbox[-1].body))
    assert link
    behind = client.get(link.group(), follow=True).redirect_chain[-1][0]
    sweep.look("letter", client.post(behind, two, headers=HEADERS))


def sweep_codes(sample_objects: SampleObjects, sweep: Sweep) -> None:
    """Post the marker word as a one-time code, to check later that Loge stored it nowhere.

    Codes are posted at set-up, to prove one's identity again, and at sign-in.
    """
    person, choosing = sample_objects.landlord.person("awa"), reverse("mfa_activate_totp")
    client = let_in(Client(), person)
    sweep.look("choosing", client.post(choosing, {"code": BAD}, headers=HEADERS))
    secret = re.search(r'class="secret">(\w+)<', client.get(choosing).content.decode())
    assert secret
    value = totp.hotp_value(secret[1], next(iter(totp.yield_hotp_counters_from_time())))
    assert client.post(choosing, {"code": totp.format_hotp_value(value)}).status_code == 302
    sweep.look("proof", client.post(reverse("mfa_reauthenticate"), {"code": BAD}, headers=HEADERS))
    client = Client()
    client.post(reverse("account_login"), {"login": person.email, "password": PHRASE})
    sweep.look("second step", client.post(reverse("mfa_authenticate"), {"code": BAD}, headers=HEADERS))


def sweep_open_card(sample_objects: SampleObjects, sign_in, sweep: Sweep) -> None:
    """Post the marker word to the form of a request by a person whose card an identity check has opened."""
    assert sample_objects.checked.person == sample_objects.landlord.person("paola")
    tenant = sample_objects.residence.tenant
    valid = {"last_name": tenant.last_name, "first_name": tenant.first_name, "kind": "access", "proof": "photo"}
    url = f"{reverse('subject_request_take')}?fiche={sample_objects.residence.pk}"
    sweep.page(sign_in("paola"), "subject_request_take", url, valid)


def sweep_new_grid(sign_in, sweep: Sweep) -> None:
    """Post the marker word to the form that starts a points grid. Managers see it only while there is no draft."""
    run("DELETE FROM allocations_grid WHERE adopted_on IS NULL")
    valid = {"band_width": "20", "source_kind": "agreement", "source_number": "2025-12", "source_date": "01/12/2025"}
    sweep.page(sign_in("rosa"), "grid_draft", reverse("grid_draft"), valid)


@pytest.mark.unwatched("asks every door for nonsense; what is looked at here is what stays of it")
def test_a_marker_word_sent_to_every_input_is_stored_nowhere(sample_objects, sign_in, monkeypatch, tmp_path):
    heard, log = Heard(), Log(monkeypatch)
    heard.listen(monkeypatch)
    sweep = Sweep(heard)
    sweep_doors(sample_objects, sign_in, sweep)
    for client in (sign_in("nobody"), sign_in("noel")):
        client.raise_request_exception = False
        sweep_open(client, sweep)
    sweep_stale(sample_objects, sweep)
    sweep_passwords(sample_objects, sweep)
    sweep_codes(sample_objects, sweep)
    sweep_open_card(sample_objects, sign_in, sweep)
    sweep_new_grid(sign_in, sweep)
    run_commands(tmp_path)
    assert sweep.asked > 600
    assert sorted((form_mouths() | serializer_mouths()) - heard.mouths) == [], "mouths in which nobody planted a word"
    assert sorted(columns() - may_hold()) == []
    assert sweep.told == []
    assert CANARY not in log.written.getvalue() and "accounts_search" in log.written.getvalue()
    assert CANARY not in opened() and CANARY not in str(events())
    assert [letter.subject for letter in mail.outbox if CANARY in f"{letter.subject}{letter.body}{letter.to}"] == []


# --- Commands ---------------------------------------------------------------------------------------------------------


def quiet(name: str, *words: str, **more) -> None:
    call_command(name, *words, stdout=io.StringIO(), stderr=io.StringIO(), **more)


def file_of(tmp_path, header: str) -> str:
    """Write a CSV file with the marker word in its name and in each cell. Returns its path."""
    path = tmp_path / f"{BAD}.csv"
    path.write_text(f"{header}\n" + ";".join([BAD] * (header.count(";") + 1)) + "\n", encoding="utf-8")
    return str(path)


def folder_of(tmp_path) -> str:
    """Write all CSV files of a portfolio (the import of a landlord's data) with the marker word in each cell."""
    folder = tmp_path / BAD
    folder.mkdir(exist_ok=True)
    for sheet in SHEETS:
        header = [column.name for column in sheet.columns]
        lines = ";".join(header) + "\n" + ";".join([BAD] * len(header)) + "\n"
        (folder / sheet.file).write_text(lines, encoding="utf-8")
    return str(folder)


def agency_code() -> str:
    [(code,)] = run("SELECT code FROM access_place WHERE level = 'agency' ORDER BY 1 LIMIT 1")
    return str(code)


def import_applications_to(tmp_path, *places: str) -> None:
    """For each agency code in `places`, import housing applications with the marker word in each cell, once from CSV
    and once from XML."""
    xml = tmp_path / f"{BAD}.xml"
    xml.write_text(xml_file(application(BAD, person=PERSON.replace("Anne", BAD))), encoding="utf-8")
    for place in places:
        for file in (file_of(tmp_path, ";".join(APPLICATIONS.names)), str(xml)):
            with contextlib.suppress(CommandError):
                quiet("import_applications", file, "--place", place)


def comments_of(tmp_path) -> str:
    """Write a CSV file of legacy comments. The lines have the marker word in different cells. Returns the path."""
    # The account must have no tenant with the marker word as name: the screening accepts a tenant's name in a comment.
    [(reference,)] = run(
        "SELECT a.reference FROM tenants_account a WHERE NOT EXISTS (SELECT FROM tenants_leaseparty p"
        " JOIN tenants_tenant t ON t.id = p.tenant_id WHERE p.lease_id = a.lease_id"
        " AND t.last_name || t.first_name || t.contact_name LIKE %s) ORDER BY 1 LIMIT 1",
        f"%{CANARY}%",
    )
    lines = [
        f"{BAD};;03/02/2011;{BAD};{BAD}",
        f"{reference};;03/02/2011;AGT12;{BAD}",
        f"{reference};;{BAD};AGT12;Rappelle.",
    ]
    path = tmp_path / f"{BAD} anciens.csv"
    path.write_text("\n".join(["compte;bail;date;auteur;texte", *lines, ""]), encoding="utf-8")
    return str(path)


def screened(_tmp_path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdin", io.StringIO(json.dumps({"id": CANARY, "text": BAD}) + f"\n{BAD}\n"))
        quiet("screen")


Run = Callable[..., object]
# Maps each management command to a call with the marker word in its inputs, or to the reason why it takes no text.
COMMANDS: dict[str, Run | str] = {
    "appoint": lambda _tmp: quiet("appoint", f"{CANARY}@office.example", BAD, "--by", BAD),
    "import_applications": lambda tmp: import_applications_to(tmp, BAD, agency_code()),
    "import_entries": lambda tmp: quiet("import_entries", file_of(tmp, ";".join(c.name for c in DAILY.columns))),
    "import_notes": lambda tmp: quiet("import_notes", comments_of(tmp)),
    "import_portfolio": lambda tmp: quiet("import_portfolio", folder_of(tmp)),
    "import_programmes": lambda tmp: quiet("import_programmes", file_of(tmp, "id_livraison;adresse"), "--under", BAD),
    "export_portfolio": lambda tmp: quiet(
        "export_portfolio", str(tmp / f"{BAD} out"), recipient=BAD, by=BAD, approved_by=BAD
    ),
    "export_decisions": lambda tmp: quiet("export_decisions", str(tmp / f"{BAD} out"), "--recipient", BAD),
    "backup": lambda tmp: quiet("backup", str(tmp / "none" / BAD), "--recipient", BAD),
    "after_restore": "no argument",
    "restore": lambda tmp: quiet("restore", str(tmp / BAD), "--identity", str(tmp / BAD)),
    "check_trace": lambda tmp: quiet("check_trace", "--kept", file_of(tmp, "checkpoint")),
    "evidence_pack": lambda tmp: quiet(
        "evidence_pack", str(tmp / f"{BAD}.zip"), "--by", BAD, "--account", BAD, "--person", BAD, "--from", BAD
    ),
    "forget_pseudonym": lambda _tmp: quiet("forget_pseudonym", BAD),
    "screen": screened,
    "reseal": lambda _tmp: quiet("reseal", "--database", BAD),
    "check_balances": "a switch",
    "check_phones": "no argument",
    "demo": "no argument: an invented landlord",
    "docs": "no argument",
    "allocation_calculate": "calculates cases, and stores nothing",
    "compute_scores": "no argument",
    "expire_notes": "no argument",
    "measure_board": "no argument",
    "measure_exposure": "no argument",
    "run_imports": "switches; what it imports is sent by test_write_paths.py",
    "send_daily_mails": "no argument",
    "keys": "a word of three",
    "make_months": "a number",
    "migrate": "Django's own, of names of apps",
    "populate": "numbers",
    "prepare": "a switch",
    "provision": "no argument",
    "prune_trace": "a switch",
    "sbom": "no argument",
    "run_grid_lab": "no argument",
    "seal": "switches",
    "simulate_misuse": "numbers",
    "watch_looks": "a number of days",
    "words": "no argument",
}


def run_commands(tmp_path) -> None:
    """Call all commands with the marker word. Errors are ignored, because only what is stored afterwards matters."""
    for plant in COMMANDS.values():
        if callable(plant):
            with contextlib.suppress(Exception, SystemExit):
                plant(tmp_path)


def test_every_command_is_tried_or_listed_as_taking_no_text():
    assert sorted(COMMANDS) == sorted(commands())
