"""Maps each database constraint to a message, which the user sees if the database refuses a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# SENTENCES maps the name of a constraint or trigger in the database to the message shown when it refuses a row.
SENTENCES: dict[str, Promise | str] = {
    "assignment_once_at_a_time": _("Cette personne a déjà ce rôle en ce lieu à ces dates."),
    "assignment_on_call_once": _("Cette personne est déjà d’astreinte en ce lieu à ces heures."),
    # Triggers enforce the rules from `assignment_takes_two` on, because a check constraint cannot compare rows.
    "assignment_takes_two": _(
        "Au-delà d’un immeuble de gardien, un accès doit être demandé, et une autre personne doit l’approuver."
    ),
    "assignment_as_approved": _("Cet accès ne correspond pas à celui qui a été approuvé."),
    "assignment_in_ones_part": _("Ce lieu n’est pas dans votre périmètre."),
    "assignment_end_stays": _("Une date de fin ne peut pas être repoussée : donnez un nouvel accès."),
    "stand_in_own_staff": _("Cette personne n’est pas rattachée à votre secteur ni à votre agence."),
    "stand_in_of_a_month": _("Un remplacement dure 31 jours au plus."),
    "stand_in_not_far_ahead": _("Un remplacement peut être confié 31 jours à l’avance au plus."),
    "stand_in_not_on_and_on": _(
        "Avec le remplacement précédent ou suivant, la durée totale dépasse 31 jours : demandez le reste à "
        "l’administration des accès."
    ),
    "inspector_sixty_days_a_year": _(
        "Un agent de l’autorité de contrôle a accès soixante jours par an au plus : trente jours, "
        "renouvelables une fois."
    ),
    "review_as_listed": _("Une revue ne peut être signée qu’une fois, et pour la liste affichée."),
    "request_in_ones_part": _("Ce lieu n’est pas dans votre périmètre."),
    "request_stays_as_asked": _("Une demande ne peut pas être modifiée : retirez-la, puis faites-en une nouvelle."),
    "request_lapses": _("Cette demande a plus de quatorze jours : faites-en une nouvelle."),
    "request_decided_in_standing": _(
        "Pour approuver, vous devez administrer les accès depuis trente jours au moins, avec un compte "
        "créé depuis trente jours au moins."
    ),
    "request_decided_apart": _(
        "L’un de vos deux comptes a été créé par l’autre personne il y a moins de trente jours : une "
        "troisième personne doit décider."
    ),
    "machine_holds_what_it_was_asked_for": _(
        "Une machine n’a que l’accès nommé dans sa demande : demandez un autre jeton pour un autre accès."
    ),
    "by_people_alone": _(
        "Un programme ne peut ni donner, ni demander, ni décider un accès : seules des personnes le peuvent."
    ),
    "assignment_given_apart": _(
        "Cette personne a créé, demandé ou approuvé votre compte il y a moins de trente jours : une autre "
        "personne doit décider."
    ),
    "token_made_by_a_third": _(
        "Le secret doit être remis à une personne qui n’a ni demandé ni approuvé le jeton : un troisième "
        "membre de l’administration des accès ou, à défaut, le délégué à la protection des données."
    ),
    "administrators_remain": _(
        "Il doit rester deux personnes qui administrent les accès de tout l’organisme : nommez-en d’abord une autre."
    ),
    "person_takes_two": _(
        "Une personne ne peut être ajoutée que par une demande, qu’une autre personne doit approuver."
    ),
    "person_reopened_bare": _(
        "Cette personne a encore un accès qui demande une décision à deux : mettez-y fin, puis demandez-le de nouveau."
    ),
}
_UNKNOWN = _("La base de données a refusé cette saisie : rien n’a été enregistré.")


def declared() -> Iterator[tuple[str, str]]:
    """Yields (name, message) for each constraint of each app."""
    for config in apps.get_app_configs():
        if config.name == "access":
            yield from _as_strings(SENTENCES)
        elif find_spec(f"{config.name}.constraints"):
            yield from _as_strings(import_module(f"{config.name}.constraints").SENTENCES)
        for model in config.get_models():
            for constraint in model._meta.constraints:
                yield constraint.name, str(constraint.violation_error_message)


def _as_strings(sentences: dict[str, Promise | str]) -> Iterator[tuple[str, str]]:
    yield from ((name, str(words)) for name, words in sentences.items())


def name_of(error: DatabaseError) -> str:
    """Return the name of the constraint that the database error reports, or "" if the error reports none."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def sentence(error: IntegrityError) -> ValidationError:
    """Convert the database error of a violated constraint to a ValidationError that a form can show."""
    name = name_of(error)
    return ValidationError(dict(declared()).get(name) or _UNKNOWN, code=name or "refused")


def refusal_of(error: DatabaseError) -> str:
    """Return an error text for management commands, whose output must not contain values of the row. It is the message
    of the violated constraint, or else the name of the constraint or column."""
    diagnostics = getattr(error.__cause__, "diag", None)
    table, column, rule = (getattr(diagnostics, f"{kind}_name", None) for kind in ("table", "column", "constraint"))
    named = ".".join(name for name in (table, rule or column) if name)
    return dict(declared()).get(rule or "") or named or type(error).__name__


def sentence_of(name: str) -> str:
    """Return the message of a constraint by name, for actions that check its condition before they save."""
    return dict(declared())[name]


@contextmanager
def all_or_nothing(using: str = "default") -> Iterator[None]:
    """Run a block or function in a savepoint. If it violates a constraint, raise ValidationError with its message."""
    try:
        with transaction.atomic(using=using):
            yield
    except IntegrityError as error:
        raise sentence(error) from error


def lock(row: models.Model) -> None:
    """Lock a row until the transaction ends, and return the row as it is stored now.

    Of two simultaneous decisions, the second waits and then gets the row with the first decision. Raises
    ValidationError if the row is gone or the person may no longer change it.
    """
    try:
        row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update(of=("self",)))
    except ObjectDoesNotExist:
        raise ValidationError(_("Cette demande n’attend plus de décision."), code="already") from None


def change(row: models.Model, **values: Any) -> None:
    """Save the given fields of the model instance `row`.

    If a database constraint refuses the row, restore the former values on `row`, so that the page shows what is stored.
    """
    # Copying a foreign key by `attname`, the attribute with the id, avoids a query for the related object.
    columns = [column.attname for column in row._meta.concrete_fields if column.name in values]
    before = {name: getattr(row, name) for name in columns}
    try:
        _put(row, values)
        row.save(update_fields=[*values])
    except IntegrityError:
        _put(row, before)
        raise


def _put(row: models.Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
