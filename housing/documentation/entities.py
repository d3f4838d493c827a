"""Renders entity diagrams for the documentation, in Mermaid: the models of each app and the relations between them."""

from collections.abc import Iterable, Iterator

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from housing.documentation.text import WRITTEN

HEAD = f"""# Entities

{WRITTEN}, from the models. One diagram an app: its models with their columns, and their relations to any model.
Columns of keys are left out: a line stands for each.
"""


def render_entities() -> dict[str, str]:
    blocks = [HEAD]
    for app in reversed(settings.OWN_APPS):
        models = [model for model in apps.get_app_config(app).get_models() if model._meta.managed]
        if models:
            blocks.append(diagram(app, sorted(models, key=lambda model: model.__name__)))
    return {"entities.md": "\n".join(blocks)}


def diagram(title: str, models: Iterable[type[Model]]) -> str:
    lines = [line for model in models for line in (*columns(model), *relations(model))]
    return "\n".join([f"## {title}", "", "```mermaid", "erDiagram", *lines, "```", ""])


def columns(model: type[Model]) -> Iterator[str]:
    yield f"    {model.__name__} {{"
    for field in model._meta.local_concrete_fields:
        if not field.is_relation:
            key = " PK" if field.primary_key else ""
            yield f"        {field.get_internal_type()} {field.column or field.name}{key}"
    yield "    }"


def relations(model: type[Model]) -> Iterator[str]:
    """Yield lines of a Mermaid diagram: one line for each foreign key or many-to-many field of the model. A sign such
    as `||--o{` says how many rows each end of the relation may have."""
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        if field.is_relation and isinstance(field.related_model, type):
            near, far = "|o" if field.null else "||", "o|" if field.one_to_one else "o{"
            sign = "}o--o{" if field.many_to_many else f"{near}--{far}"
            yield f"    {field.related_model.__name__} {sign} {model.__name__} : {field.name}"
