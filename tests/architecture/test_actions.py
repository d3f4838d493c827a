"""Every action (a function that changes data) takes the acting person as `by` and records an audit event. Every kind of
audit event is used somewhere, and has a sentence that describes it."""

import ast

import pytest
from django.utils import translation

from audit import events
from audit.events import KINDS, Kind
from tests.architecture.source import files, is_action, public_functions, walk

# Public functions that change no data, although their module is for actions: "module:function" -> reason.
ASKS_ONLY: dict[str, str] = {}


def actions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (name, function)
        for name, tree in files().items()
        if is_action(name)
        for function in public_functions(tree)
        if f"{name}:{function.name}" not in ASKS_ONLY
    ]


def test_every_action_takes_by_first_and_keywords_only():
    functions = actions()
    assert len(functions) >= 20
    for name, function in functions:
        keywords = [argument.arg for argument in function.args.kwonlyargs]
        assert keywords[:1] == ["by"] and not function.args.args, f"{name}:{function.name}"


def test_every_action_records():
    """Every action calls `record`, which writes an audit event, directly or through another function of its module."""
    for name, function in actions():
        assert "record" in calls_of(function, files()[name]), f"{name}:{function.name} records nothing"


def calls_of(function: ast.FunctionDef, tree: ast.Module) -> set[str]:
    local = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    called: set[str] = set()
    waiting = [function]
    while waiting:
        for node in walk(waiting.pop()):
            word = getattr(getattr(node, "func", None), "id", None)
            if isinstance(node, ast.Call) and word and word not in called:
                called.add(word)
                waiting += [local[word]] if word in local else []
    return called


def test_no_action_takes_a_request():
    for name, function in actions():
        assert "request" not in {argument.arg for argument in function.args.kwonlyargs}, name


def test_no_exemption_is_stale():
    known = {f"{name}:{f.name}" for name, tree in files().items() if is_action(name) for f in public_functions(tree)}
    assert ASKS_ONLY.keys() <= known


def constants() -> dict[str, Kind]:
    return {name: kind for name, kind in vars(events).items() if isinstance(kind, Kind)}


def test_every_kind_is_used():
    assert len(constants()) == len(KINDS) > 40
    words = {
        getattr(node, "attr", getattr(node, "id", None))
        for name, tree in files().items()
        if name not in ("audit/events.py", "audit/kinds/allocation.py")
        for node in walk(tree)
    }
    assert constants().keys() - words == set()


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_has_a_sentence(code):
    with translation.override("fr"):
        assert len(str(KINDS[code].sentence)) > 8


def test_no_fact_of_an_event_is_free_text():
    assert {fact for kind in KINDS.values() for fact in kind.facts.values()} & {str, dict, list, object} == set()
