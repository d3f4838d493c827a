"""What no part of a receipt shows of tenants, and why."""

# Models that speak of tenants and stand in no part, and why.
ASIDE: dict[str, str] = {
    "tenants.DiscreetName": "names staff, and no tenant",
    "tenants.LeaseUnit": "that a dwelling is let; whose it is stands in the lease's part",
    "tenants.LeaseChange": "the values before a change of today, for undoing it; erased at night",
    "tenants.ReminderDoor": "that the message was brought to a door",
    "tenants.IdentityCheck": "ten minutes long; that it was made is among the looks",
    "tenants.SourceKey": "an opaque key of an older system, of which no page shows any",
    "tenants.Receipt": "a payment that nobody has been found for",
    "tenants.Clearing": "which payment became which entry; the entry stands in the account's part",
    "tenants.EmergencyAccess": "that a household was opened afar stands among the looks",
    "tenants.ConflictWall": "which colleague is kept away, for a reason that is theirs",
    "tenants.LookQuestion": "a question to an employee, which names no household",
    "tenants.NamedLook": "a name told stands at its look",
    "tenants.LookDeferral": "a secret that another holds, until its day",
    "tenants.Breach": "numbers and codes of what befell many, and nobody named",
    "tenants.CopyRelease": "that a copy went to the authority stands among the looks, each time that it was read",
    "tenants.Inspection": "a question about words, of nobody in particular",
    "tenants.CountedWord": "a digest of a word that an officer had counted today",
}

# Columns of the models that do, which no part shows, and why.
_FOLDED = "the name once more, without accents and capitals, to search by"
_OF_SEVERAL = "of an account or a dwelling of several, it may be another who was told, or who contests"
_REPLACED = "the number of the one before, which is told as a row of its own while it is held"
_UNDER_SEAL = (
    "of a sentence under seal whoever makes a receipt reads that it is held, since when, and what became of it"
)
UNTOLD: dict[str, str] = {
    **dict.fromkeys(("tenants.LeaseParty.name_key", "tenants.Residence.name_key", "tenants.Tenant.name_key"), _FOLDED),
    **{f"tenants.{one}.replaces": _REPLACED for one in ("AccountFact", "AccountNote", "CardFact", "DwellingFact")},
    **{
        f"tenants.ContestedSentence.{one}": _UNDER_SEAL
        for one in ("sentence", "wording", "categories", "reason", "answer_by", "ends_on", "proposal", "decided_on")
    },
    **{f"tenants.ContestedSentence.{one}": _UNDER_SEAL for one in ("suspended_on", "advice", "advised_on")},
    **{f"tenants.InheritedLine.{one}": _UNDER_SEAL for one in ("sentence", "category", "ground")},
    **{f"tenants.AccountFact.{one}": _OF_SEVERAL for one in ("told_on", "contested_on", "kept_on")},
    **{f"tenants.DwellingFact.{one}": _OF_SEVERAL for one in ("told_on", "contested_on", "kept_on")},
    "tenants.AccountNote.withdrawn_on": "the night after erases the note",
    "tenants.BankDetail.holder": "may name another; the account is known by its last figures",
    "tenants.Entry.kind": "the label says the same in words",
    "tenants.WriteOff.kind": "the label says the same in words",
    "tenants.Entry.source": "which hand or program brought it in",
    "tenants.Entry.booked_at": "the moment of the day of the books, which is told",
    "tenants.SubjectRequest.proof": "what the person showed or sent themselves; no copy is kept",
    "tenants.SubjectRequest.look": "a number out of a receipt that the person has",
    "tenants.SubjectRequest.extended_on": "the day on which an answer is due says it",
    "tenants.SubjectRequest.extension": "told to the person as the day is put off",
    "tenants.SubjectRequest.prepared_until": "some minutes, while this is made",
}
