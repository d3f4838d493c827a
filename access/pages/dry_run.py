"""Passes the lines of an imported file from the page of the dry run to the confirmation of the import.

The page of the dry run contains the lines in a signed form field, so that the server need not store them. Only the same
person can confirm them, within an hour.
"""

from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.utils.translation import gettext as _

from access.grants.actions.exchange import Rows
from access.guard.context import DoorRequest

VALID_SECONDS = 3600


def sign_rows(request: DoorRequest, rows: Rows, expected: int, signer: TimestampSigner) -> str:
    """Sign the lines of an imported file and `expected`, the number of changes in the dry run.

    Each import page needs a `signer` with a salt of its own, so that it accepts no lines signed by another import page.
    """
    return signer.sign_object([str(request.access.person.pk), expected, rows], compress=True)


def confirmed_rows(request: DoorRequest, signer: TimestampSigner) -> tuple[Rows, int]:
    """Return the lines and the number of changes from the form field `confirmed`, which `sign_rows` has signed.

    Raises ValidationError if the signature is invalid, expired or for another person.
    """
    try:
        owner, expected, rows = signer.unsign_object(request.POST["confirmed"], max_age=VALID_SECONDS)
    except BadSignature:
        owner, expected, rows = "", 0, []
    if owner != str(request.access.person.pk):
        raise ValidationError(_("Cet essai est trop ancien : choisissez de nouveau le fichier. Rien n’est enregistré."))
    return rows, expected
