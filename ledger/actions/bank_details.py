"""Saves bank details. They are encrypted before they are stored, and always replaced as a whole."""

from access.constraints import all_or_nothing
from access.models import Person
from access.reach import today
from audit import events
from audit.record import NOWHERE, Context, record
from formats.iban import compact, validate_iban
from ledger.models import BankDetail
from privacy.screened import named
from tenants.models import Account, Tenant


@all_or_nothing()
def set_bank_details(
    *, by: Person | str, account: Account, tenant: Tenant, iban: str, holder: str, context: Context = NOWHERE
) -> BankDetail:
    validate_iban(iban)
    named(holder=holder)
    detail = BankDetail._default_manager.filter(tenant=tenant).first()
    known = detail is not None
    detail = detail or BankDetail(tenant=tenant)
    detail.iban, detail.holder, detail.set_on = compact(iban), holder.strip(), today()
    detail.save(update_fields=["iban", "holder", "set_on"] if known else None)
    about, place = detail.subject(), account.building_id
    record(events.BANK_DETAILS_SET, by=by, about=about, place=place, context=context)
    return detail
