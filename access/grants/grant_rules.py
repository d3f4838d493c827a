"""Checks whether a person may grant access. Actions call these checks, so that no page can bypass them."""

from collections.abc import Sequence
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import sentence_of
from access.models import AccessRequest, Level, Person, Place
from access.permissions import BY_PEOPLE_ALONE, Permission
from access.reach import apart, in_standing, makers, paths_held
from access.roles import OF_OTHER_ORGANISATIONS


def must_oversee(by: Person, permission: Permission, place: Place) -> None:
    """Raise ValidationError unless `by` has the permission today at `place` or at a place above it.

    Machine clients are refused if the permission is reserved to people, such as granting access.
    """
    if by.is_machine and permission in BY_PEOPLE_ALONE:
        raise ValidationError(sentence_of("by_people_alone"), code="machine")
    if not place.is_under(paths_held(by.pk, [permission])):
        raise ValidationError(_("Ce lieu n’est pas dans votre périmètre."), code="outside")


def must_be_someone_else(by: Person, person_id: object) -> None:
    if by.pk == person_id:
        raise ValidationError(_("Vous ne pouvez pas vous donner un accès à vous-même."), code="oneself")


def must_have_staff_address(email: str, role: str) -> None:
    """Raise ValidationError if the role is for the landlord's staff, and the email address has another domain.

    The domains are those of LOGE_STAFF_DOMAINS. Without this setting, every address is accepted.
    """
    domains = settings.STAFF_DOMAINS
    if domains and role not in OF_OTHER_ORGANISATIONS and email.rpartition("@")[2].lower() not in domains:
        raise ValidationError(
            _("Ce rôle demande une adresse de l’organisme, qui se termine par : %(domains)s.")
            % {"domains": ", ".join(f"@{domain}" for domain in domains)}
        )


def must_be_apart(by: Person, person_id: UUID) -> None:
    """Raise ValidationError if the person who gets access helped to create the user account of `by`.

    Otherwise people could create a user account and use it to grant access to themselves. Helping means to request,
    approve or create the user account, directly or through a chain of accounts. For people, only user accounts created
    in the last thirty days are considered; for machines, all.
    """
    if person_id in makers(by.pk):
        raise ValidationError(sentence_of("assignment_given_apart"), code="oneself")


def must_decide_as_second(by: Person, access_request: AccessRequest) -> None:
    """Raise ValidationError unless `by` may decide on this access request.

    `by` must have the permission at the place, must not have made the request, and must not get the access. Neither
    requester nor decider may recently have created the user account of the other.
    """
    if by.pk == access_request.asked_by_id:
        raise ValidationError(
            _("Vous avez fait cette demande : une autre personne doit l’approuver ou la refuser."), code="oneself"
        )
    must_be_someone_else(by, access_request.person_id)
    for place in filter(None, (access_request.place, access_request.employed_at)):
        must_oversee(by, Permission.ACCESS_DECIDE, place)
    if not in_standing(by.pk, access_request.place_id):
        raise ValidationError(sentence_of("request_decided_in_standing"))
    if not apart(access_request.asked_by_id, by.pk):
        raise ValidationError(sentence_of("request_decided_apart"))


def must_leave_access_to_people(permissions: Sequence[str]) -> None:
    """Raise ValidationError if a machine token would get a permission reserved to people.

    These are the permissions to grant, request or decide access, for example.
    """
    if not {permission.value for permission in BY_PEOPLE_ALONE}.isdisjoint(permissions):
        raise ValidationError(sentence_of("by_people_alone"), code="machine")


def own_staff_places(by: Person) -> list[str]:
    """Return the tree paths of the sectors where this manager may grant stand-ins."""
    return paths_held(by.pk, [Permission.STAND_INS_GRANT])


def is_own_staff(person: Person, sectors: list[str]) -> bool:
    """Return whether the person works in one of the sectors or at the agency above one of them.

    The staff of an agency works for all sectors of the agency.
    """
    if person.employed_at.is_under(sectors):
        return True
    shared = {Level.AGENCY, Level.SECTOR}
    return person.employed_at.level in shared and any(path.startswith(person.employed_at.path) for path in sectors)
