"""Terms of an assignment (role, place, days, reason, hours) as one value for the actions that grant or request it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.grants.hours import Hours
from access.grants.reasons import StartReason
from access.models import Place
from access.roles import CARETAKER, ROLES, STAND_IN_DAYS

LONGEST = timedelta(days=3 * 366)  # An assignment lasts three years at most, and must then be granted again.
SOON = timedelta(days=30)  # An assignment is listed as ending soon during its last 30 days.
DORMANT = timedelta(days=90)  # An assignment not used for 90 days is listed as unused.
WINDOW = STAND_IN_DAYS + 7  # In any WINDOW consecutive days, a person may be a stand-in on STAND_IN_DAYS days at most.


@dataclass(frozen=True)
class Terms:
    """Terms of an assignment to be granted or requested. `first_day` and `last_day` are both included."""

    place: Place
    first_day: date
    last_day: date
    reason: str
    role: str = CARETAKER.code
    hours: Hours | None = None

    @property
    def take_two(self) -> bool:
        return self.place.takes_two(self.role)

    def check(self, today: date) -> None:
        """Raise ValidationError if these terms break a rule that applies to everybody, such as the longest duration of
        a role."""
        if self.role not in ROLES:
            raise ValidationError(_("Ce rôle n’existe pas."))
        if ROLES[self.role].whole and self.place.parent_id is not None:
            raise ValidationError(_("Ce rôle ne peut être donné que pour tout l’organisme."))
        if self.reason not in StartReason.values:
            raise ValidationError(_("Ce motif n’existe pas : choisissez-en un dans la liste."))
        check_length(self.first_day, self.last_day)
        if ROLES[self.role].hours != (self.hours is not None):
            raise ValidationError(
                _("Une astreinte comporte des heures et ne peut être confiée que par le responsable de ses lieux.")
            )
        if self.hours and not self.hours.fit(self.first_day, self.last_day):
            raise ValidationError(_("La fin de l’astreinte doit être postérieure à son début."))
        days = ROLES[self.role].days
        if days and (self.last_day - self.first_day).days >= days:
            raise ValidationError(_("Ce rôle peut être donné pour %(days)s jours au plus.") % {"days": days})
        if self.first_day < today:
            raise ValidationError(_("Le premier jour est passé : choisissez aujourd’hui ou un jour à venir."))


def check_length(first_day: date, last_day: date) -> None:
    if last_day < first_day:
        raise ValidationError(_("Le dernier jour doit être postérieur ou égal au premier."))
    if last_day - first_day > LONGEST:
        raise ValidationError(_("Une affectation dure trois ans au plus : choisissez un dernier jour plus proche."))


def exceeds_stand_in_days(spans: list[tuple[date, date]]) -> bool:
    """Return whether stand-ins cover more than STAND_IN_DAYS days in any period of WINDOW days.

    `spans` has the first and last day of each stand-in of one person.
    """
    days = {first + timedelta(days=n) for first, last in spans for n in range((last - first).days + 1)}
    stretch = [timedelta(days=n) for n in range(WINDOW)]
    return any(sum(day + step in days for step in stretch) > STAND_IN_DAYS for day in days)
