"""The data that access reports leave out, each with the reason: first for reports to tenants, then to applicants."""

# MODELS_ABOUT_APPLICANTS: models of the app `allocations` that are about applicants for housing, not about tenants.
MODELS_ABOUT_APPLICANTS = (
    "Application",
    "Applicant",
    "HouseholdMember",
    "Income",
    "SupportingDocument",
    "ClosingWarning",
    "Priority",
    "GroundCase",
    "Ground",
    "Score",
    "ScoreBand",
    "Occasion",
    "ApplicationUserPermission",
    "Candidacy",
    "Sheet",
    "Decision",
    "Offer",
    "HandOver",
    "Vote",
    "ClaimReading",
    "Recusal",
    "Seat",
    "PoolLink",
    "PoolEntry",
    "ShortlistLine",
    "OwedExamination",
    "RegistryRow",
)
_OF_APPLICANTS = "an application is of an applicant, and is told by its own report"

# ASIDE maps each model about tenants that has no section in access reports to the reason.
ASIDE: dict[str, str] = {
    "tenants.DiscreetName": "names employees, and no tenant",
    "tenants.LeaseUnit": "that a dwelling is let; the section on leases tells to whom",
    "tenants.LeaseChange": "the values before a change of today, to undo it; erased at night",
    "tenants.ReminderDoor": "that a message was passed on at a door",
    "tenants.SetAsideContact": "the contact while processing is restricted; it is in the section of the card",
    "tenants.IdentityCheck": "lasts ten minutes; the check itself is listed among the views",
    "tenants.SourceKey": "an opaque key of an older system, which no page shows",
    "tenants.SearchKey": "the name and telephone number again, in parts, for the search",
    "ledger.Balance": "the sum of the entries, which have their own section",
    "ledger.Receipt": "a payment without a known payer",
    "ledger.SavedFilter": "which accounts an employee looks for; it names no household",
    "ledger.CashReceipt": "the number of a receipt that was handed over; the payment is in the section of entries",
    "ledger.Clearing": "which payment became which entry; the entry is in its own section",
    "tenants.EmergencyAccess": "an emergency access to the household is listed among the views",
    "tenants.ConflictWall": "which employee is excluded, for a reason that concerns the employee",
    "oversight.LookQuestion": "a question to an employee, which names no household",
    "rights.ErasureLine": "the letter that answered the request lists what was erased and what was kept",
    "rights.NamedLook": "the name is shown with its view",
    "rights.LookDeferral": "protects a legal secret, until its last day",
    "oversight.Breach": "figures and codes about many people, without names",
    "inspection.CopyRelease": "each reading of a copy by the authority is listed among the views",
    "oversight.Inspection": "a question about words, concerning nobody in particular",
    "oversight.CountedWord": "a digest of a word that an employee counted today",
    **{f"allocations.{model}": _OF_APPLICANTS for model in MODELS_ABOUT_APPLICANTS},
}

# UNTOLD maps each column that access reports leave out, although its model has a section, to the reason.
_FOLDED = "the name again, without accents and capitals, for the search"
_OF_SEVERAL = "with several holders, another one may have been informed, or may contest"
_REPLACED = "the id of the earlier fact or note, which has its own row while it is stored"
_FACTS_AND_NOTES = ("AccountFact", "AccountNote", "CardFact", "DwellingFact")
_UNDER_SEAL = "the author of the report sees only that a sealed sentence exists, since when, and its outcome"
UNTOLD: dict[str, str] = {
    **dict.fromkeys(("tenants.LeaseParty.name_key", "tenants.Residence.name_key", "tenants.Tenant.name_key"), _FOLDED),
    **{f"tenants.Account.reference_{group}": "part of the reference" for group in ("start", "middle", "end")},
    **{f"casework.{model}.replaces": _REPLACED for model in _FACTS_AND_NOTES},
    **{f"casework.{model}.written_at": "the time of day; the day is shown" for model in _FACTS_AND_NOTES},
    **{
        f"casework.ContestedSentence.{column}": _UNDER_SEAL
        for column in ("sentence", "wording", "categories", "reason", "answer_by", "ends_on", "proposal", "decided_on")
    },
    **{f"casework.ContestedSentence.{column}": _UNDER_SEAL for column in ("suspended_on", "advice", "advised_on")},
    **{f"casework.LegacyComment.{column}": _UNDER_SEAL for column in ("sentence", "category", "ground")},
    **{f"casework.AccountFact.{column}": _OF_SEVERAL for column in ("told_on", "contested_on", "kept_on")},
    **{f"casework.DwellingFact.{column}": _OF_SEVERAL for column in ("told_on", "contested_on", "kept_on")},
    "casework.ContactAttempt.made_at": "the time of day; the day is shown",
    "casework.AccountNote.withdrawn_on": "a withdrawn note is erased the following night",
    "ledger.BankDetail.holder": "may name another person; the last digits identify the bank account",
    "ledger.Entry.kind": "the label already tells the kind",
    "ledger.WriteOff.kind": "the label already tells the kind",
    "ledger.Entry.source": "who or which program booked the entry",
    "ledger.Entry.booked_at": "the time of day; the accounting day is shown",
    "rights.SubjectRequest.proof": "what the person showed or sent themselves; no copy is stored",
    "rights.SubjectRequest.look": "a number from an access report that the person has",
    "rights.SubjectRequest.recipients": "the letter that answered the request names them",
    "rights.SubjectRequest.extended_on": "the deadline for the answer already tells it",
    "rights.SubjectRequest.extension": "the letter about the extension told the person",
    "rights.SubjectRequest.prepared_until": "the time at which this report, or an earlier one, closed",
}

# APPLICANT_ASIDE maps each model of the app `allocations` that an applicant's report leaves out to the reason.
_SEALED_GROUND = "under the seal of one examiner: neither the officer nor another applicant may learn of it"
APPLICANT_ASIDE: dict[str, str] = {
    "allocations.GroundCase": _SEALED_GROUND,
    "allocations.Ground": _SEALED_GROUND,
    "allocations.Score": "the lines tell a sealed ground, and the officer who prints the report sees only the band",
    "allocations.Occasion": "each opening is listed among the views, with its reason, and for longer",
    "allocations.ApplicationUserPermission": "a database view over the open occasions, which names employees",
    "allocations.PoolLink": "the pseudonym of the application in the pool, which nobody reads",
    "allocations.PoolEntry": "the same features again without identity, rewritten each night",
    "allocations.ShortlistLine": "a pseudonym and features; the rank is told with the candidacy",
    "allocations.Vote": "the vote of a member of the commission; the count is told with the decision",
    "allocations.Recusal": "which member of the commission took no part, for a reason that concerns the member",
    "allocations.ClaimReading": "each reading is listed among the views, while the application still exists",
    "allocations.Seat": "who sits in the commission",
    "allocations.RegistryRow": "a decision or closing, told in its section, on its way to the national register",
}
APPLICANT_UNTOLD: dict[str, str] = {
    "allocations.Applicant.name_key": _FOLDED,
    "allocations.ScoreBand.ranking_points": "orders the pool; the officer who prints the report sees only its band",
    "allocations.Application.file_digest": "a digest of the latest file, to notice what changed in the next one",
}
