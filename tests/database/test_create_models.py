"""The operation CreateModels creates the same tables as one CreateModel after the other, but renders models once."""

from django.db import connections, models
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ModelState, ProjectState

from audit.create_models import CreateModels

# A model that refers to itself, with an index and constraints, and one that refers to it, with a table between both.
PARTS = (
    CreateModel(
        "Street",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("name", models.CharField(max_length=80)),
            ("parent", models.ForeignKey("tenants.Street", models.PROTECT, null=True)),
        ],
        {
            "indexes": [models.Index(fields=["name"], name="street_by_name")],
            "constraints": [
                models.UniqueConstraint(fields=["name"], condition=models.Q(parent=None), name="street_once"),
                models.CheckConstraint(condition=~models.Q(name=""), name="street_has_a_name"),
            ],
        },
    ),
    CreateModel(
        "House",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("street", models.ForeignKey("tenants.Street", models.CASCADE)),
            ("others", models.ManyToManyField("tenants.Street", related_name="+")),
        ],
    ),
)
AFTER = CreateModel("Door", [("id", models.BigAutoField(primary_key=True)), ("number", models.TextField())])


def apply(*operations: Operation) -> tuple[list[str], ProjectState]:
    """Return the SQL that the operations would run, and the state after them."""
    state = ProjectState()
    assert not state.apps.get_models()  # `migrate` also renders the models before it applies the first operation.
    with connections["owner"].schema_editor(collect_sql=True) as editor:
        for operation in operations:
            before = state.clone()
            operation.state_forwards("tenants", state)
            operation.database_forwards("tenants", editor, before, state)
    return editor.collected_sql, state


def test_the_same_tables_are_created(bare):
    together, state = apply(CreateModels(*PARTS), AFTER)
    alone, same_state = apply(*PARTS, AFTER)
    assert together == alone
    assert state == same_state
    assert sum(statement.startswith("CREATE TABLE") for statement in together) == 4


def test_each_model_is_rendered_once(bare, monkeypatch):
    rendered, render = [], ModelState.render
    monkeypatch.setattr(ModelState, "render", lambda model, apps: rendered.append(model.name) or render(model, apps))
    apply(CreateModels(*PARTS))
    assert sorted(rendered) == ["House", "Street"]
    rendered.clear()
    apply(*PARTS)
    assert len(rendered) > 2


def test_it_names_its_models():
    assert CreateModels(*PARTS).describe() == "Create models Street, House"
