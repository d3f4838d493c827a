"""Corrections of tenants' names.

A slip of the pen is inaccurate data: the old name is erased. After a change of civil status, the former name is stored,
because payments and letters still bear it. The audit event never has the values of the changed fields. After a slip it
has the names of these fields, but not after a change of civil status, because a changed title would tell a change of
sex.
"""

from dataclasses import asdict
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.events import Code
from audit.record import NOWHERE, Context, record
from formats.folding import folded
from privacy.screened import named
from tenants.models import Account, FormerName, Tenant
from tenants.names import FIELDS, CivilStatusChange, Name, Reason, check_effective_day, lock_name


@sensitive_variables("name", "stored", "before", "after", "name_key", "former")
@all_or_nothing()
def correct_name(
    *,
    by: Person,
    account: Account,
    tenant: Tenant,
    name: Name,
    version: str,
    change: CivilStatusChange | None = None,
    context: Context = NOWHERE,
) -> Tenant:
    """Correct the name of a person of the account's household.

    `change` is the change of civil status, or None if the stored name was a mistake. `version` is the digest of the
    name that the form showed. Raises ValidationError if the name has changed since.
    """
    named(last_name=f"{name.first_name} {name.last_name}")
    if change:
        check_effective_day(change.effective_on, today())
    stored = lock_name(tenant, version)
    before, after = {field: getattr(stored, field) for field in FIELDS}, asdict(name)
    changed = [field for field in FIELDS if before[field] != after[field]]
    if not changed:
        raise ValidationError(_("Le nom est déjà écrit ainsi : rien n’a été changé."), code="unchanged")
    # The database lets employees update only these columns. save() would write all columns, and fail.
    name_key = folded(f"{name.last_name} {name.first_name}")
    Tenant._default_manager.filter(pk=stored.pk).update(**after, name_key=name_key)
    former = {field: before[field] for field in changed if field != "title"}
    if change and any(former.values()):
        last_day = change.effective_on - timedelta(days=1)
        FormerName(tenant=stored, last_day=last_day, **former).save(force_insert=True)
    about, place = stored.subject(), account.building_id
    if change:
        facts = {"reason": Code(Reason.CIVIL_STATUS), "document": Code(change.document)}
    else:
        facts = {"reason": Code(Reason.SLIP), "fields": Code(".".join(changed))}
    record(events.NAME_CORRECTED, by=by, about=about, place=place, context=context, **facts)
    return stored


@all_or_nothing()
def remove_former_name(*, by: Person, account: Account, former: FormerName, context: Context = NOWHERE) -> None:
    """Erase a former name that was recorded by mistake, or that is no longer needed."""
    about = former.subject()
    former.delete()
    record(events.FORMER_NAME_REMOVED, by=by, about=about, place=account.building_id, context=context)
