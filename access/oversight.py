"""What a person may hand out, asked again inside every act: a page that forgot to ask gives nothing away."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import sentence_of
from access.models import Level, Person, Place
from access.permissions import BY_PEOPLE_ALONE, Permission
from access.reach import makers, paths_held


def must_oversee(by: Person, permission: Permission, place: Place) -> None:
    """Require that `by` holds the permission today at `place` or above it. Programs give no access at all."""
    if by.is_machine and permission in BY_PEOPLE_ALONE:
        raise ValidationError(sentence_of("by_people_alone"), code="machine")
    if not place.is_under(paths_held(by.pk, [permission])):
        raise ValidationError(_("Ce lieu n’est pas dans votre périmètre."), code="outside")


def must_be_someone_else(by: Person, person_id: object) -> None:
    if by.pk == person_id:
        raise ValidationError(_("Personne ne se donne un accès à soi-même."), code="oneself")


def must_be_apart(by: Person, person_id: UUID) -> None:
    """Refuse to give access to those who recently requested, approved or made the giver's account, or the accounts of
    those people in turn."""
    if person_id in makers(by.pk):
        raise ValidationError(sentence_of("assignment_given_apart"), code="oneself")


def must_leave_access_to_people(permissions: Sequence[str]) -> None:
    """Refuse permissions to give, request or decide access in a program's token."""
    if not {permission.value for permission in BY_PEOPLE_ALONE}.isdisjoint(permissions):
        raise ValidationError(sentence_of("by_people_alone"), code="machine")


def own_staff_places(by: Person) -> list[str]:
    """Paths of the sectors whose stand-ins a manager arranges."""
    return paths_held(by.pk, [Permission.STAND_INS_GRANT])


def is_own_staff(person: Person, sectors: list[str]) -> bool:
    """Employed in the sector, or at the very agency (or sector) it hangs from: that staff is shared by its sectors."""
    if person.employed_at.is_under(sectors):
        return True
    shared = {Level.AGENCY, Level.SECTOR}
    return person.employed_at.level in shared and any(path.startswith(person.employed_at.path) for path in sectors)
