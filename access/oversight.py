"""What a person may hand out, asked again inside every act: a page that forgot to ask gives nothing away."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.models import Level, Person, Place
from access.permissions import Permission
from access.reach import paths_held


def must_oversee(by: Person, permission: Permission, place: Place) -> None:
    """`place` hangs at or below a place where `by` holds the permission today."""
    if not place.is_under(paths_held(by.pk, [permission])):
        raise ValidationError(_("Ce lieu n’est pas dans votre périmètre."), code="outside")


def must_be_someone_else(by: Person, person_id: object) -> None:
    if by.pk == person_id:
        raise ValidationError(_("Personne ne se donne un accès à soi-même."), code="oneself")


def own_staff_places(by: Person) -> list[str]:
    """Paths of the sectors whose stand-ins a manager arranges."""
    return paths_held(by.pk, [Permission.STAND_INS_GRANT])


def is_own_staff(person: Person, sectors: list[str]) -> bool:
    """Employed in the sector, or at the very agency (or sector) it hangs from: that staff is shared by its sectors."""
    if person.employed_at.is_under(sectors):
        return True
    shared = {Level.AGENCY, Level.SECTOR}
    return person.employed_at.level in shared and any(path.startswith(person.employed_at.path) for path in sectors)
