"""The page of an audit event shows words instead of codes, and the address of a page instead of its URL name."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from audit.events import KINDS, Code
from audit.models import Event
from oversight.audit_log.code_words import LISTS, OLD, QUESTIONS, SCOPES, SUBJECTS
from oversight.audit_log.values import AS_THEY_ARE, WORDINGS, address_of, facts_in_words, in_words, lists_of, words
from tests.architecture.source import files, walk
from tests.builders import run

# Matches what no page about audit events may display: a code with underscores, an id, or the word "cents".
IDENTIFIER_LIKE = re.compile(r"\b[a-z]+_[a-z_]+\b|[0-9a-f]{8}-[0-9a-f]{4}-|(?i:\bcent(ime)?s\b)")
SAMPLE_ID = "3f2a9c1e-0000-4000-8000-000000000000"


def test_every_code_of_every_event_is_looked_up_in_a_list():
    codes = code_facts()
    assert len(codes) > 80
    assert [fact for fact in codes if not lists_of(*fact) and fact[1] not in AS_THEY_ARE | WORDINGS.keys()] == []


def code_facts() -> list[tuple[str, str]]:
    """Return (kind of event, name of the field) for each field of audit events that contains a code."""
    return [(kind.code, name) for kind in KINDS.values() for name, shape in kind.facts.items() if shape is Code]


def test_no_code_of_an_event_has_two_meanings():
    twice = []
    for kind, name in code_facts():
        labels = defaultdict(set)
        for source in lists_of(kind, name):
            for code, label in words(source).items():
                labels[code].add(str(label))
        twice += [(kind, name, code) for code, meanings in labels.items() if len(meanings) > 1]
    assert twice == []


def name_of(function: ast.expr) -> str:
    """Return the name of a called function without its object, such as "note" for event.note()."""
    return getattr(function, "attr", getattr(function, "id", ""))


def constants(argument: str) -> set[str]:
    """Return the constant codes that the apps write into one field of audit events, such as list="accounts"."""
    values = set()
    for tree in files().values():
        for node in walk(tree):
            if isinstance(node, ast.Call) and name_of(node.func) in {"note", "record", "record_view"}:
                for keyword in node.keywords:
                    value = keyword.value
                    if isinstance(value, ast.Call) and name_of(value.func) == "Code" and value.args:
                        value = value.args[0]
                    if keyword.arg == argument and isinstance(value, ast.Constant):
                        values.add(str(value.value))
    return values


@pytest.mark.parametrize(("fact", "known"), [("list", LISTS), ("scope", SCOPES), ("question", QUESTIONS)])
def test_every_constant_code_has_words(fact, known):
    codes = constants(fact)
    assert len(codes) > 4
    assert codes - known.keys() == set()


def test_every_subject_has_words():
    kinds = {
        node.args[0].value
        for tree in files().values()
        for node in walk(tree)
        if isinstance(node, ast.Call)
        and name_of(node.func) == "Subject"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(kinds) > 15
    assert kinds - SUBJECTS.keys() - {""} == set()


@pytest.mark.parametrize(
    ("fact", "value", "french", "english"),
    [
        ("role", "caretaker", "gardiennage", "caretaker"),
        ("means", "password-code", "mot de passe + code de l’application", "password + code of the application"),
        ("fields", "title.last_name", "civilité, nom", "title, name"),
        ("categories", "health.origin", "Santé, Origine", "Health, Origin"),
        ("categories", "iban.phone", "IBAN, Numéros de téléphone", "IBAN, Telephone numbers"),
        ("list", "accounts", "comptes", "accounts"),
        ("filters", "building.amount", "bâtiment, somme", "building, amount"),
        ("order", "nom", "titulaires", "holders"),
        ("last_day", "2026-12-01", "1 décembre 2026", "1 December 2026"),
        ("format", "csv", "fichier CSV", "CSV file"),
        ("reason", "gone", OLD, OLD),
        ("exhibit_shown.format", "page", "à l’écran", "on screen"),
        ("shown_as.page", "card_opened", "Fiche ouverte", "Card opened"),
        ("assignment_granted.from_minute", 1110, "18:30", "18:30"),
        ("charge_posted.cents", 30_000, "300,00\u202f€", "€300.00"),
        ("charge_posted.entry", SAMPLE_ID, "n° 3f2a9c1e", "No. 3f2a9c1e"),
        ("backup_taken.encrypted", 1, "oui", "yes"),
        ("vacancies_shown.filters", "place.days", "lieu, dates", "place, dates"),
        ("subject_request_answered.answer", "refused", "demande refusée", "request rejected"),
        ("data_erased.erased", "phone.help", "téléphone, aides demandées", "telephone, requested help"),
        ("offer_answered.answer", "refused", "refuse", "refuses"),
        ("lines", 3, 3, 3),
    ],
)
def test_value_is_shown_in_the_readers_language(fact, value, french, english):
    kind, _dot, name = fact.rpartition(".")
    with translation.override("fr"):
        assert str(in_words(kind, name, value)) == str(french)
    with translation.override("en"):
        assert str(in_words(kind, name, value)) == str(english)


def test_address_replaces_the_name_of_a_page():
    assert address_of("account_export") == "/comptes/…/export/"
    assert address_of("accounts") == "/comptes/"
    assert address_of("page_of_another_time") == OLD


def test_page_of_an_event_shows_words(landlord, sign_in):
    sign_in("elise").get("/comptes/")
    ines = sign_in("ines")
    event = Event.objects.using("owner").filter(kind="list_shown").order_by("-at")[0]
    page = ines.get(reverse("trace_event", kwargs={"pk": event.pk})).content.decode()
    assert "<code>/comptes/</code>" in page and "<dt>Liste</dt><dd>comptes</dd>" in page
    assert "<dd>accounts</dd>" not in page


def test_ids_of_people_and_events_are_links(landlord):
    facts = {"look": SAMPLE_ID, "person": SAMPLE_ID, "request": SAMPLE_ID, "reason": "asked"}
    links = {fact.label: (fact.person, fact.event) for fact in facts_in_words(Event(kind="look_named", facts=facts))}
    labels = {str(label): link for label, link in links.items()}
    assert labels["personne"] == (SAMPLE_ID, "") and labels["consultation"] == ("", SAMPLE_ID)
    assert labels["demande"] == ("", "")


def sample_values(kind: str, name: str, shape: type) -> Sequence[object]:
    """Return sample values of one field of this kind of audit event: all codes, or one number, date or id."""
    if shape is int:
        return [300]
    if shape is date:
        return ["2026-12-01"]
    if shape is UUID:
        return [SAMPLE_ID]
    codes = [code for source in lists_of(kind, name) for code in words(source)]
    more = {"page": ["card_opened"], "means": ["password-code"]}.get(name, [])
    return [*codes, *more, "code_of_another_time"]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_fact_of_any_kind_shows_an_identifier(language):
    """No field of an audit event may display a raw code or id, except digests, references and file names."""
    texts = []
    with translation.override(language):
        for kind in KINDS.values():
            assert not IDENTIFIER_LIKE.search(str(kind.sentence))
            for name, shape in kind.facts.items():
                for value in sample_values(kind.code, name, shape) if name not in AS_THEY_ARE else ():
                    event = Event(kind=kind.code, facts={name: value})
                    for fact in facts_in_words(event):
                        texts.append((kind.code, name, f"{fact.label} {fact.value}"))
    assert len(texts) > 400
    assert [line for line in texts if IDENTIFIER_LIKE.search(line[2])] == []


def displayed(page: str) -> str:
    """Return the text of a page without its tags, whose links contain ids."""
    return re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main")])


def write_event(values: dict[str, object]) -> None:
    """Insert an audit event with values that `audit.record` would refuse, such as codes of an earlier version."""
    line = {"id": uuid4(), "at": timezone.now(), "outcome": "shown", "count": 3, "shown": "{}", **values}
    line["facts"] = json.dumps(line["facts"])
    run(
        f"INSERT INTO audit_event ({', '.join(line)}) VALUES ({', '.join(['%s'] * len(line))})",
        *map(plain, line.values()),
    )


def plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


@pytest.mark.unwatched("writes one event of each kind and opens its page")
def test_no_page_of_an_event_of_any_kind_shows_an_identifier(landlord, sign_in):
    """No page or list of audit events may display raw codes or ids, even if a code in the event no longer exists."""
    elise, account = landlord.person("elise"), landlord.account("Dette-Glycines A")
    place = landlord.place("Glycines A").pk
    old = {"role": "old_role", "permission": "old_permission", "purpose": "old_purpose", "route": "old_route"}
    lines = [("old_kind", {"old_fact": "old_code"}, old | {"about_kind": "old_subject", "machine": "old_program"})]
    for kind in KINDS.values():
        facts = {name: sample_values(kind.code, name, shape)[0] for name, shape in kind.facts.items()}
        more = {"role": "officer", "permission": "entry_post", "purpose": "payment", "route": "entry_charge"}
        lines.append((kind.code, facts, more | {"about_kind": "account"}))
    for code, facts, more in lines:
        facts = {name: value for name, value in facts.items() if name not in AS_THEY_ARE}
        values = {
            "machine": "",
            "kind": code,
            "facts": facts,
            "about": account.pk,
            "place": place,
            "request": SAMPLE_ID,
            **more,
        }
        values["actor"] = None if values["machine"] else elise.pk
        write_event(values)
    ines, wrong = sign_in("ines"), []
    pages = {
        "list": ines.get(reverse("trace_lines")).content.decode(),
        "own": sign_in("elise").get(reverse("own_looks")).content.decode(),
    }
    for event in Event.objects.using("owner").filter(request=SAMPLE_ID):
        pages[event.kind] = ines.get(reverse("trace_event", kwargs={"pk": event.pk})).content.decode()
    for name, page in pages.items():
        text = displayed(page)
        wrong += [(name, found[0]) for found in IDENTIFIER_LIKE.finditer(text)]
    assert len(pages) > 250 and wrong == []
