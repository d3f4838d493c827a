"""A receipt in words and in figures: what the page, the paper and the file say alike."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audit.retention import SHORTEST, RetentionRefused, retention
from formats.language import date_number
from formats.money import spoken
from tenants.disclosure.looks import Seen
from tenants.disclosure.parts import Cents, Part, Receipt

MINUS = "\u2212"


def shown(value: Any) -> str:
    """One cell, as a sentence would say it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, datetime):
        local = timezone.localtime(value)
        return f"{shown(local.date())}, {local:%H:%M}"
    if isinstance(value, date):
        return f"{date_number(value.day)} {date_format(value, 'F Y')}"
    if isinstance(value, Cents):
        return f"{MINUS if value < 0 else ''}{spoken(abs(value))}"
    return str(value)


def lines(part: Part) -> list[list[str]]:
    return [[shown(value) for value in row] for row in part.rows]


def look_line(seen: Seen) -> list[str]:
    role = f"{seen.role_name}, {seen.name}" if seen.name else str(seen.role_name)
    return [shown(seen.at), str(seen.said), shown(str(seen.why)), shown(role), seen.number]


def look_columns() -> list[str]:
    return [_("Quand"), _("Quoi"), _("Pour quoi"), _("Sous quel rôle"), _("Numéro")]


def period(receipt: Receipt) -> str:
    """How far back looks go: as far as the trace does, which a landlord may have decided to keep for longer."""
    months = _kept_months()
    if months == SHORTEST:
        return _("Douze mois : la durée pendant laquelle la trace est tenue. Numéro : pour nommer une consultation.")
    return _(
        "%(months)s mois : la durée pendant laquelle la trace est tenue. Numéro : pour nommer une consultation."
    ) % {"months": months}


def _kept_months() -> int:
    """Where the file that should say why it is kept longer does not, nothing is pruned; twelve are promised."""
    try:
        return retention().months
    except RetentionRefused:
        return SHORTEST


def rights() -> list[tuple[str, str]]:
    """What else the law gives (GDPR, art. 15(1) e to h), in plain words."""
    return [
        (
            _("Faire corriger, effacer ou geler"),
            _("Écrivez à la déléguée (RGPD, art. 16 à 18)."),
        ),
        (_("Vous opposer"), _("Pour une raison qui vous est propre (RGPD, art. 21) : la réponse dit pourquoi.")),
        (
            _("Qui a regardé"),
            _(
                "Les noms d’agents ne sont pas dits, sauf si vous en avez besoin pour faire valoir un droit, et après "
                "avoir pesé les leurs (CJUE, 22 juin 2023, C-579/21)."
            ),
        ),
        (_("Décision automatique"), _("Aucune : Loge ne décide de rien sur personne (RGPD, art. 22).")),
        (_("Hors de l’Union"), _("Rien n’y est envoyé.")),
        (_("Source"), _("Vous-même, votre bail, et les agents dans les rôles dits à chaque partie.")),
        (_("Vous plaindre"), _("CNIL, 3 place de Fontenoy, 75007 Paris, cnil.fr.")),
    ]


def statement(receipt: Receipt, landlord: str, day: date) -> dict[str, Any]:
    """The file: the same words under the same heads; days and instants as ISO 8601 has them, sums in cents."""
    return {
        "landlord": landlord,
        "made_on": day.isoformat(),
        "person": receipt.person.display_name,
        "held": [_part(one) for one in receipt.parts],
        "looks": [_look(one) for one in receipt.looks],
        "rights": [{"right": name, "said": said} for name, said in rights()],
    }


def _part(part: Part) -> dict[str, Any]:
    heads = [str(one) for one in part.columns]
    return {
        "part": part.code,
        "title": str(part.title),
        "purposes": [f"{one.name} : {one.purpose}" for one in part.treatments],
        "grounds": [str(one.basis) for one in part.treatments],
        "recipients": [str(one.name) for one in part.recipients],
        "kept": [str(one.sentence) for one in part.lives],
        "rows": [dict(zip(heads, map(_plain, row), strict=True)) for row in part.rows],
        "note": str(part.note),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, Cents) else None if value is None else str(value)


def _look(seen: Seen) -> dict[str, Any]:
    return {
        "number": seen.number,
        "at": seen.at.isoformat(),
        "kind": seen.kind,
        "said": str(seen.said),
        "purpose": seen.purpose,
        "why": str(seen.why),
        "role": seen.role,
        "look": seen.is_look,
        **({"name": seen.name} if seen.name else {}),
    }
