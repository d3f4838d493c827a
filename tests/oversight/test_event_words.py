"""The page of an audit event shows words instead of codes, and the address of a page instead of its URL name."""

import ast
from collections import defaultdict

import pytest
from django.urls import reverse
from django.utils import translation

from audit.events import KINDS, Code
from audit.models import Event
from oversight.audit_log.values import (
    AS_THEY_ARE,
    LISTS,
    QUESTIONS,
    SCOPES,
    SUBJECTS,
    address_of,
    facts_in_words,
    in_words,
    lists_of,
    words,
)
from tests.architecture.source import files, walk

OWN_WORDS = {"categories", "erased", "fields"}


def test_every_code_of_every_event_is_looked_up_in_a_list():
    codes = code_facts()
    assert len(codes) > 80
    assert [fact for fact in codes if not lists_of(*fact) and fact[1] not in AS_THEY_ARE | OWN_WORDS] == []


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
        ("format", "csv", "csv", "csv"),
        ("reason", "gone", "gone", "gone"),
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
    assert address_of("page_of_another_time") == "page_of_another_time"


def test_page_of_an_event_shows_words(landlord, sign_in):
    sign_in("elise").get("/comptes/")
    ines = sign_in("ines")
    event = Event.objects.using("owner").filter(kind="list_shown").order_by("-at")[0]
    page = ines.get(reverse("trace_event", kwargs={"pk": event.pk})).content.decode()
    assert "<code>/comptes/</code>" in page and "<dt>Liste</dt><dd>comptes</dd>" in page
    assert "<dd>accounts</dd>" not in page


def test_ids_are_marked(landlord):
    event = Event(
        kind="evidence_taken", facts={"person": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "last_day": "2026-01-02"}
    )
    ids = {str(label): is_id for label, _value, is_id in facts_in_words(event)}
    assert ids == {"personne": True, "dernier jour": False}
