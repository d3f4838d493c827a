"""Carries the rows of an imported file from its dry run to the confirmation.

The page of the dry run contains them, signed for this person and valid for an hour, so that the server does not store
them.
"""

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.grants.actions.exchange import Rows
from access.guard.context import DoorRequest

VALID_SECONDS = 3600


def sign_rows(request: DoorRequest, rows: Rows, expected: int, salt: str) -> str:
    """`expected`: the number of changes that the dry run announces."""
    return signing.dumps([str(request.access.person.pk), expected, rows], salt=salt, compress=True)


def confirmed_rows(request: DoorRequest, salt: str) -> tuple[Rows, int]:
    """The rows and the number of changes that this person confirms. Raises ValidationError."""
    try:
        owner, expected, rows = signing.loads(request.POST["confirmed"], salt=salt, max_age=VALID_SECONDS)
    except signing.BadSignature:
        owner, expected, rows = "", 0, []
    if owner != str(request.access.person.pk):
        raise ValidationError(_("Cet essai est trop ancien : choisissez de nouveau le fichier. Rien n’est enregistré."))
    return rows, expected
