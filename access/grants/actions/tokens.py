"""Create and revoke machine tokens.

Three different people request, approve and create a token. One person alone may revoke it, so that revoking is quick.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.api.tokens import digest_of, new_secret
from access.constraints import all_or_nothing, sentence_of
from access.grants.grant_rules import must_leave_access_to_people, must_oversee
from access.models import AccessRequest, Decision, MachineToken, Person
from access.permissions import Permission
from access.reach import tokens_to_make
from audit import events
from audit.record import NOWHERE, Context, Subject, record


def make_token(*, by: Person, access_request: AccessRequest, context: Context = NOWHERE) -> tuple[MachineToken, str]:
    """Create a machine token and return it with its secret.

    Only a hash of the secret is stored, so the caller must show the secret to the person at once.
    """
    must_oversee(by, Permission.TOKEN_MAKE, access_request.place)
    if (
        access_request.decision != Decision.APPROVED
        or not access_request.permissions
        or access_request.person_id is None
    ):
        raise ValidationError(_("Le jeton ne peut pas être créé : la demande n’est pas approuvée."))
    must_leave_access_to_people(access_request.permissions)
    if by.pk in (access_request.asked_by_id, access_request.decided_by_id):
        raise ValidationError(sentence_of("token_made_by_a_third"))
    if MachineToken.objects.filter(machine=access_request.person_id).exists():
        raise ValidationError(
            _(
                "Ce jeton a déjà été affiché et ne peut plus l’être. S’il est perdu, révoquez-le et demandez-en un "
                "autre."
            )
        )
    if access_request.pk not in tokens_to_make():
        raise ValidationError(sentence_of("token_made_by_a_third"))
    secret = new_secret()
    token = MachineToken(
        machine_id=access_request.person_id, digest=digest_of(secret), hint=secret[-4:], made_by_id=by.pk
    )
    with all_or_nothing():
        token.save(force_insert=True)
        about = Subject("machine_token", token.pk)
        facts: dict[str, Any] = {
            "person": token.machine_id,
            "request": access_request.pk,
            "last_day": access_request.last_day,
        }
        record(events.TOKEN_MADE, by=by, about=about, place=access_request.place_id, context=context, **facts)
    return token, secret


def revoke_token(*, by: Person, token: MachineToken, context: Context = NOWHERE) -> MachineToken:
    """Revoke a machine token at once and for good. No second person is needed, because revoking must be quick."""
    must_oversee(by, Permission.TOKENS_MANAGE, token.machine.employed_at)
    with all_or_nothing():
        # A policy hides revoked tokens from SELECT FOR UPDATE. So if no row is found, the token is already revoked.
        locked: MachineToken | None = MachineToken.objects.select_for_update(of=("self",)).filter(pk=token.pk).first()
        if locked is None or locked.revoked_at:
            raise ValidationError(_("Ce jeton est déjà révoqué."), code="already")
        locked.revoked_at, locked.revoked_by_id = timezone.now(), by.pk
        locked.save(update_fields=["revoked_at", "revoked_by"])
        place = token.machine.employed_at_id
        about = Subject("machine_token", locked.pk)
        record(events.TOKEN_REVOKED, by=by, about=about, place=place, context=context, person=locked.machine_id)
    return locked
