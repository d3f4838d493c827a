"""Every view function has the decorator `@door`, which checks permissions, or is listed with a reason for having none.
View functions do not query models directly: `@door` and `request.access` give a view function its rows."""

from django.urls import path

from access import checks
from access.checks import OPEN, every_url_has_a_door, routes
from tests.architecture.source import files, is_view, walk

SIDE_ENTRANCES = {"objects", "_default_manager", "_base_manager", "raw", "extra", "cursor", "get_object_or_404"}


def test_every_url_has_a_door_or_a_reason():
    assert every_url_has_a_door() == []
    all_routes = list(routes())
    assert len(all_routes) > 30
    assert sum(hasattr(pattern.callback, "door") for _path, pattern in all_routes) > 25


def test_every_reason_has_more_than_four_words():
    assert all(len(reason.split()) > 4 for reason in OPEN.values())


def test_a_url_without_a_door_is_reported(monkeypatch):
    plain, known = path("ouvert/", lambda request: None, name="opened"), list(routes())
    monkeypatch.setattr(checks, "routes", lambda: [*known, ("ouvert/", plain)])
    assert [error.id for error in every_url_has_a_door()] == ["access.E001"]


def test_a_stale_reason_is_reported(monkeypatch):
    monkeypatch.setitem(checks.OPEN, "gone", "a page that no longer exists")
    assert [error.id for error in every_url_has_a_door()] == ["access.E002"]


def test_no_view_queries_by_itself():
    views = {name: tree for name, tree in files().items() if is_view(name)}
    assert len(views) >= 10
    entered = [
        f"{name}:{node.lineno} {word}"
        for name, tree in views.items()
        for node in walk(tree)
        if (word := getattr(node, "attr", getattr(node, "id", None))) in SIDE_ENTRANCES
    ]
    assert entered == []


def test_door_names_are_unique():
    names = [pattern.name for _path, pattern in routes()]
    assert len(names) == len(set(names))
