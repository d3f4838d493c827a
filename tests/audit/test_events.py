"""Every kind of audit event must have a French sentence, and no detail stored with an event may be free text."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from access.grants import reasons
from access.permissions import Permission
from audit import reading
from audit.events import KINDS, Code, Kind, Outcome
from audit.models import Event, without_amounts
from audit.record import record, record_view
from tests.builders import events

SAMPLES = {int: 3, date: date(2026, 3, 1), UUID: UUID(int=7), Code: "a_code"}
TEXTS = ("Mme Diakité", "a b", "é", "", "x" * 65, "a\nb", "<b>", "l'appel")


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_every_kind_has_a_sentence_and_names_for_its_facts(kind):
    with translation.override("fr"):
        said = str(kind.sentence)
        assert said and said[0].isupper() and not said.endswith(".") and kind.code not in said
        for outcome in Outcome:
            event = Event(kind=kind.code, outcome=outcome, facts=dict.fromkeys(kind.facts, 1))
            assert str(reading.sentence(event)) == said and str(reading.OUTCOMES[outcome])
            assert len(reading.facts(event)) == len(without_amounts(kind.facts))
    assert isinstance(kind.sentence, Promise), "sentences go through gettext"
    assert not kind.facts.keys() - reading.FACTS.keys(), "audit/reading.py FACTS says what each fact is called"


COUNTED = {
    ("sessions_ended", "ended"): "sessions fermées",
    ("factors_reset", "ended"): "sessions fermées",
    ("person_closed", "ended"): "affectations terminées",
    ("rights_reviewed", "ended"): "affectations terminées",
    ("breach_noted", "people"): "personnes touchées",
    ("portfolio_imported", "people"): "membres du personnel",
    ("discreet_set", "people"): "personnes désignées",
}


@pytest.mark.parametrize(("kind", "fact"), COUNTED, ids=map("-".join, COUNTED))
def test_the_name_of_a_fact_depends_on_what_the_kind_counts(kind, fact):
    with translation.override("fr"):
        [(_name, called, _number)] = reading.facts(Event(kind=kind, facts={fact: 2}))
        assert str(called) == COUNTED[kind, fact]


def test_special_names_belong_to_facts_of_their_kind():
    otherwise = [(fact, KINDS[kind].facts) for kind, facts in reading.CALLED.items() for fact in facts]
    assert len(otherwise) > 3 and all(fact in declared for fact, declared in otherwise)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_facts_are_ids_codes_numbers_and_dates(kind):
    assert set(kind.facts.values()) <= set(SAMPLES)
    assert len(kind.code) <= 64
    whole = {name: SAMPLES[wanted] for name, wanted in kind.facts.items()}
    assert kind.encode(whole).keys() == kind.facts.keys()
    for name, wanted in kind.facts.items():
        for text in TEXTS:
            with pytest.raises(TypeError):
                kind.encode({name: text})
        for other in (True, 1.5, ["a"], {"a": 1}, b"x"):
            if not isinstance(other, wanted) or isinstance(other, bool):
                with pytest.raises(TypeError):
                    kind.encode({name: other})


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_an_undeclared_fact_raises_type_error(kind):
    with pytest.raises(TypeError, match="does not carry"):
        kind.encode({"comment": "x"})


def test_an_undeclared_kind_raises_type_error(bare):
    with pytest.raises(TypeError):
        record_view(Kind("made_up", "Inventé"), Outcome.SHOWN, by="test")
    assert not events()


def test_an_event_of_a_removed_kind_is_still_readable():
    event = Event(kind="of_another_time", outcome="shown", facts={"x": 1})
    assert reading.sentence(event) == reading.OLD_KIND and reading.facts(event) == [("x", reading.OLD_FACT, 1)]


@pytest.mark.parametrize("by", TEXTS)
def test_a_machine_must_be_named_by_a_code(bare, by):
    with pytest.raises(TypeError):
        record_view(KINDS["list_shown"], Outcome.SHOWN, by=by)


def test_a_change_is_recorded_only_inside_its_transaction(bare):
    with pytest.raises(RuntimeError):
        record(KINDS["populated"], by="test", using="jobs", leases=1, seed=1)
    with pytest.raises(ZeroDivisionError), transaction.atomic(using="jobs"):
        record(KINDS["populated"], by="test", using="jobs", leases=1, seed=1)
        _ = 1 / 0
    assert not events()


def test_the_event_model_refuses_save_and_delete():
    for act in (Event(pk=uuid4()).save, Event(pk=uuid4()).delete):
        with pytest.raises(TypeError):
            act()


def test_codes_of_the_code_fit_their_columns():
    for permission in Permission:
        assert len(permission.value) <= 64
    for choices in (reasons.StartReason, reasons.EndReason, reasons.LookReason):
        for code in choices.values:
            assert Code(code).isascii() and len(code) <= 64
