"""A machine's token: asked for, approved and made by three people; revoked by one."""

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from access.constraints import all_or_nothing, sentence_of
from access.models import AccessRequest, Decision, MachineToken, Person
from access.oversight import must_leave_access_to_people, must_oversee
from access.permissions import Permission
from access.reach import tokens_to_make
from access.tokens import digest_of, new_secret
from audit import events
from audit.record import NOWHERE, Context, Subject, record


def make_token(*, by: Person, asked: AccessRequest, context: Context = NOWHERE) -> tuple[MachineToken, str]:
    """The token and its secret, which is nowhere kept: whoever calls shows it now or never."""
    must_oversee(by, Permission.TOKEN_MAKE, asked.place)
    if asked.decision != Decision.APPROVED or not asked.permissions or asked.person_id is None:
        raise ValidationError(_("Il n’y a pas de jeton à faire : la demande n’est pas approuvée."))
    must_leave_access_to_people(asked.permissions)
    if by.pk in (asked.asked_by_id, asked.decided_by_id):
        raise ValidationError(sentence_of("token_made_by_a_third"))
    if MachineToken.objects.filter(machine=asked.person_id).exists():
        raise ValidationError(_("Ce jeton a été montré, une fois pour toutes. Perdu, il se révoque et se redemande."))
    if asked.pk not in tokens_to_make():
        raise ValidationError(sentence_of("token_made_by_a_third"))
    secret = new_secret()
    token = MachineToken(machine_id=asked.person_id, digest=digest_of(secret), hint=secret[-4:], made_by_id=by.pk)
    with all_or_nothing():
        token.save(force_insert=True)
        about = Subject("machine_token", token.pk)
        record(
            events.TOKEN_MADE, by=by, about=about, place=asked.place_id, context=context, person=asked.person_id,
            request=asked.pk, last_day=asked.last_day,
        )  # fmt: skip
    return token, secret


def revoke_token(*, by: Person, token: MachineToken, context: Context = NOWHERE) -> MachineToken:
    """At once and for good. One is enough: taking away must be quick."""
    must_oversee(by, Permission.TOKENS_MANAGE, token.machine.employed_at)
    with all_or_nothing():
        # A revoked one is nobody's to change, so it is not found for changing either.
        held: MachineToken | None = MachineToken.objects.select_for_update(of=("self",)).filter(pk=token.pk).first()
        if held is None or held.revoked_at:
            raise ValidationError(_("Ce jeton est déjà révoqué."), code="already")
        held.revoked_at, held.revoked_by_id = timezone.now(), by.pk
        held.save(update_fields=["revoked_at", "revoked_by"])
        place = token.machine.employed_at_id
        about = Subject("machine_token", held.pk)
        record(events.TOKEN_REVOKED, by=by, about=about, place=place, context=context, person=held.machine_id)
    return held
