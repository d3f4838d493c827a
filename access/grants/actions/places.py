"""Add places of all levels above buildings, and set the contact of an agency.

Buildings are added by the app `buildings`.
"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing
from access.grants.grant_rules import must_oversee
from access.grants.names import plain_name
from access.models import Level, Person, Place
from access.models.place import ORDER
from access.permissions import Permission
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, Subject, record
from privacy.screened import require_allowed_address


def add_place(*, by: Person, parent: Place, level: str, name: str, code: str, context: Context = NOWHERE) -> Place:
    """Add a place below `parent`.

    Raises ValidationError unless `level` is below the level of `parent`, such as a sector below an agency.
    """
    must_oversee(by, Permission.PLACES_MANAGE, parent)
    if level not in Level.values or ORDER.index(Level(level)) <= ORDER.index(Level(parent.level)):
        raise ValidationError(_("Un lieu doit être rattaché à un lieu d’un niveau supérieur."))
    place = Place(level=level, parent=parent, name=plain_name(name), code=plain_name(code))
    place.clean_fields(exclude=["path"])
    with all_or_nothing():
        place.save(force_insert=True)
        place.refresh_from_db(fields=["path"])  # Reload `path`, which a database trigger has set.
        record(
            events.PLACE_ADDED,
            by=by,
            about=Subject("place", place.pk),
            place=parent.pk,
            context=context,
            level=Code(level),
        )
    return place


def set_place_contact(*, by: Person, place: Place, phone: str, email: str, context: Context = NOWHERE) -> Place:
    """Set the telephone number and email address that the front desk gives out for an agency."""
    must_oversee(by, Permission.PLACES_MANAGE, place)
    require_allowed_address(email=email)
    place.phone, place.email = phone, email
    place.clean_fields(exclude=["path"])
    with all_or_nothing():
        place.save(update_fields=["phone", "email"])
        record(events.PLACE_CONTACT_SET, by=by, about=Subject("place", place.pk), place=place.pk, context=context)
    return place
