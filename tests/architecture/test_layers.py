"""Each app is a layer (LAYERS in source.py), and no foreign key points to a model of a higher layer. test_guards.py
checks that imports and SQL do not refer to higher layers either."""

import sys

from django.apps import apps

from tests.architecture.source import APPS, LAYERS, ROOT, files, imports

LEVEL = {app: number for number, app in enumerate(LAYERS)}


def test_every_package_at_the_root_has_a_layer():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - {"tests", "research"} == set(APPS)


def test_foreign_keys_point_downward():
    crossing = 0
    for model in apps.get_models():
        app = model._meta.app_label
        for field in model._meta.get_fields():
            if (
                app in LEVEL
                and field.concrete
                and field.related_model
                and (target := field.related_model._meta.app_label) in LEVEL
            ):
                crossing += 1
                assert LEVEL[target] <= LEVEL[app], f"{model.__name__}.{field.name} points up to {target}"
    assert crossing > 30


def test_the_audit_event_has_no_foreign_key():
    model = apps.get_model("audit", "Event")
    assert [field.name for field in model._meta.get_fields() if field.is_relation] == []


# These are the only packages that allocations/ uses besides Loge and the standard library. None learns from data.
WITHOUT_LEARNING = {"django", "guardian", "rest_framework"}


def test_no_learned_model_takes_part_in_allocations():
    """Allocations are computed by rules only. A learned model is used only to screen the text that people type."""
    used = {(path, module) for path, tree in files().items() if path.startswith("allocations/")
            for _line, module in imports(tree)}  # fmt: skip
    roots = {module.partition(".")[0] for _path, module in used} - sys.stdlib_module_names
    assert roots - {*LAYERS} == WITHOUT_LEARNING and "screening" not in roots
    screened = {path for path, module in used if module == "privacy.screened"}
    assert screened == {f"allocations/{path}.py" for path in (
        "actions/applications", "actions/flow", "api/bodies", "forms/people")}  # fmt: skip
