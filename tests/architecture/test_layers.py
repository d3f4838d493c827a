"""Each app is a layer (LAYERS in source.py), and no foreign key points to a model of a higher layer. test_guards.py
checks that imports and SQL do not refer to higher layers either."""

from django.apps import apps

from tests.architecture.source import APPS, LAYERS, ROOT

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
