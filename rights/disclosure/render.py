"""Formats the content of an access report for its page, its PDF and its JSON file."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.retention import SHORTEST, RetentionRefused, retention
from formats.language import LANGUAGES, date_number
from formats.money import spoken
from rights.disclosure.looks import Seen
from rights.disclosure.sections import Cents, Part, Receipt

MINUS = "\u2212"


def in_language(wanted: str) -> translation.override:
    """Context manager that switches to the language of the person for whom an access report is made.

    If Loge is not translated into that language, the language of the employee remains active.
    """
    return translation.override(wanted if wanted in LANGUAGES else translation.get_language())


def display(value: Any) -> str:
    """Format one value of an access report as text for people. An empty value becomes a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{display(local.date())}, {local:%H:%M}"
    if isinstance(value, date):
        return f"{date_number(value.day)} {date_format(value, 'F Y')}"
    if isinstance(value, Cents):
        return f"{MINUS if value < 0 else ''}{spoken(abs(value))}"
    return str(value)


def lines(part: Part) -> list[list[str]]:
    return [[display(value) for value in row] for row in part.rows]


def look_line(look: Seen) -> list[str]:
    role = f"{look.role_name}, {look.name}" if look.name else str(look.role_name)
    return [display(look.at), str(look.description), display(str(look.why)), display(role), look.number]


def look_columns() -> list[str]:
    return [_("Quand"), _("Action"), _("Motif de consultation"), _("Rôle"), _("Numéro")]


def period() -> str:
    """Return the sentence that says how many months the list of employees who viewed the data goes back: the retention
    period of the audit log, at least twelve months."""
    try:
        months = retention().months
    # If the configuration file of retention periods is invalid, state the shortest period that Loge allows.
    except RetentionRefused:
        months = SHORTEST
    if months == SHORTEST:
        return _("Douze mois : durée de conservation de la trace. Le numéro permet de désigner une consultation.")
    return _("%(months)s mois : durée de conservation de la trace. Le numéro permet de désigner une consultation.") % {
        "months": months
    }


def rights(source: str = "") -> list[tuple[str, str]]:
    """Return the information that every access report must contain (GDPR, article 15(1), e to h), as (title, text)
    pairs.

    It is about rights, sources and automated decisions. `source` replaces the sources of data about tenants.
    """
    tenants_source = _("Vous-même, votre bail, et les agents dans les rôles indiqués dans chaque partie.")
    return [
        (
            _("Faire corriger, effacer ou limiter"),
            _("Écrivez au délégué à la protection des données (RGPD, art. 16 à 18)."),
        ),
        (
            _("Recevoir vos données dans un fichier"),
            _("Celles que vous avez fournies, pour les réutiliser ailleurs (RGPD, art. 20)."),
        ),
        (_("Vous opposer"), _("Pour une raison tenant à votre situation (RGPD, art. 21). La réponse est motivée.")),
        (
            _("Qui a consulté vos données"),
            _(
                "Les noms des agents ne sont communiqués que si vous en avez besoin pour faire valoir un "
                "droit, et après examen de leurs propres droits (CJUE, 22 juin 2023, C-579/21)."
            ),
        ),
        (
            _("Décision automatique"),
            _("Aucune : Loge ne prend aucune décision automatique sur une personne (RGPD, art. 22)."),
        ),
        (_("Transferts hors de l’Union"), _("Aucune donnée n’y est envoyée.")),
        (_("Source"), source or tenants_source),
        (_("Vous plaindre"), _("CNIL, 3 place de Fontenoy, 75007 Paris, cnil.fr.")),
    ]


def statement(receipt: Receipt, landlord: str, day: date) -> dict[str, Any]:
    """Return the access report as a dict for JSON. The content is that of the page; dates are in ISO 8601 and sums in
    cents."""
    return {
        "landlord": landlord,
        "made_on": day.isoformat(),
        "person": receipt.person.display_name,
        "held": [_part(part) for part in receipt.parts],
        "looks": [_look(look) for look in receipt.looks],
        "rights": [{"right": name, "said": text} for name, text in rights()],
    }


def _part(part: Part) -> dict[str, Any]:
    heads = [str(column) for column in part.columns]
    return {
        "part": part.code,
        "title": str(part.title),
        "purposes": [f"{activity.name} : {activity.purpose}" for activity in part.processing_activities],
        "grounds": [str(activity.basis) for activity in part.processing_activities],
        "recipients": [str(role.name) for role in part.recipients],
        "kept": [str(retention_period.sentence) for retention_period in part.retention_periods],
        "rows": [dict(zip(heads, map(_plain, row), strict=True)) for row in part.rows],
        "note": str(part.note),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, Cents) else None if value is None else str(value)


def _look(look: Seen) -> dict[str, Any]:
    return {
        "number": look.number,
        "at": look.at.isoformat(),
        "kind": look.kind,
        "said": str(look.description),
        "purpose": look.purpose,
        "why": str(look.why),
        "role": look.role,
        "look": look.is_look,
        **({"name": look.name} if look.name else {}),
    }
