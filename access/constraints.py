"""The human sentence behind each database constraint: what the database refuses is said in the user's language."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Constraints that Django's models cannot express; each step keeps its own under this name.
SENTENCES: dict[str, Promise | str] = {
    "assignment_once_at_a_time": _("Cette personne a déjà ce rôle en ce lieu à ces dates."),
}
_UNKNOWN = _("La base refuse cette saisie ; rien n’a été enregistré.")


def declared() -> Iterator[tuple[str, str]]:
    """(constraint, sentence) of all steps."""
    for config in apps.get_app_configs():
        if config.name == "access":
            yield from _said(SENTENCES)
        elif find_spec(f"{config.name}.constraints"):
            yield from _said(import_module(f"{config.name}.constraints").SENTENCES)
        for model in config.get_models():
            for constraint in model._meta.constraints:
                yield constraint.name, str(constraint.violation_error_message)


def _said(sentences: dict[str, Promise | str]) -> Iterator[tuple[str, str]]:
    yield from ((name, str(words)) for name, words in sentences.items())


def sentence(error: IntegrityError) -> ValidationError:
    """What the database refused, as an error a form can show."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
    return ValidationError(dict(declared()).get(name) or _UNKNOWN, code=name or "refused")


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One savepoint, as a block or around an action: what the database refuses comes back as its sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise sentence(error) from error
