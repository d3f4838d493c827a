"""Imports look down the stair, and so do foreign keys."""

from django.apps import apps

from tests.architecture.source import APPS, files, imports

STEP = {app: number for number, app in enumerate(APPS)}
# Project code that every step may read: (importing module, imported module) -> why.
ALLOWED: dict[tuple[str, str], str] = {}


def climbs() -> list[tuple[str, str, int]]:
    return [
        (name, target, line)
        for name, tree in files().items()
        for line, target in imports(tree)
        if (top := target.split(".")[0]) in STEP and STEP[top] > STEP[name.split("/")[0]]
    ]


def test_imports_look_down():
    assert len(files()) > 60
    assert [climb for climb in climbs() if climb[:2] not in ALLOWED] == []


def test_no_exception_is_stale():
    assert set(ALLOWED) <= {climb[:2] for climb in climbs()}


def test_foreign_keys_look_down():
    crossing = 0
    for model in apps.get_models():
        here = model._meta.app_label
        for field in model._meta.get_fields():
            if (
                here in STEP
                and field.concrete
                and field.related_model
                and (there := field.related_model._meta.app_label) in STEP
            ):
                crossing += 1
                assert STEP[there] <= STEP[here], f"{model.__name__}.{field.name} climbs to {there}"
    assert crossing > 30


def test_the_trace_depends_on_nothing_living():
    model = apps.get_model("audit", "Event")
    assert [field.name for field in model._meta.get_fields() if field.is_relation] == []
