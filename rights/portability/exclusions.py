"""The data that the file of a person leaves out although its table is in the file, each with the reason.

The file contains what the person provided (GDPR article 20(1)), not what the landlord derived or decided.
`tests/rights/test_portability.py` fails if a column is neither in the file nor listed here.
"""

_FOLDED = "the name again, without accents and capitals, for the search"
_OF_SEVERAL = "concerns every holder of the lease, and is in the access report of those whom it concerns"
_SET_BY_STAFF = "written by the landlord's staff"
_OF_OTHERS = "another person of the household provided it, or it is about another person"

NOT_PROVIDED: dict[str, str] = {
    "tenants.Tenant.name_key": _FOLDED,
    "tenants.Residence.name_key": _FOLDED,
    "tenants.LeaseParty.name_key": _FOLDED,
    "tenants.Residence.transferred": _SET_BY_STAFF,
    "tenants.Lease.notice_on": _OF_SEVERAL,
    "tenants.Lease.ends_on": _OF_SEVERAL,
    **{f"tenants.Account.reference_{group}": "part of the reference" for group in ("start", "middle", "end")},
    "tenants.Account.opened_on": _OF_SEVERAL,
    "tenants.Account.settled_on": _OF_SEVERAL,
    "ledger.Entry.kind": "always a payment",
    "ledger.Entry.source": "which program or employee booked the payment",
    "ledger.Entry.reason": _SET_BY_STAFF,
    "ledger.Entry.booked_on": "the day in the landlord's accounting; the day of the payment is in the file",
    "ledger.Entry.booked_at": "the time of day",
    "ledger.Entry.period": "the month in the landlord's accounting",
}

APPLICANT_NOT_PROVIDED: dict[str, str] = {
    "allocations.Applicant.name_key": _FOLDED,
    **dict.fromkeys(
        (
            "allocations.HouseholdMember.birth_date",
            "allocations.HouseholdMember.custody",
            "allocations.HouseholdMember.on_tax_notice",
            "allocations.HouseholdMember.cmi",
        ),
        _OF_OTHERS,
    ),
    **{f"allocations.Income.{column}": _SET_BY_STAFF for column in ("basis", "share_only", "proof", "assessed_on")},
    "allocations.Income.signing_year": "the year of the lease for which the landlord computes the income",
    **{
        f"allocations.Application.{column}": _SET_BY_STAFF
        for column in ("renew_by", "certified_on", "reminded_on", "state", "registered_on", "closed_on")
    },
    "allocations.Application.closing_motive": _SET_BY_STAFF,
    "allocations.Application.file_digest": "a digest of the latest file, to notice what changed in the next one",
}
