"""Models of entries, receipts, write-offs and bank details."""

from ledger.models.bank import BankDetail
from ledger.models.entry import Entry, EntryKind
from ledger.models.receipt import Clearing, Receipt
from ledger.models.write_off import WriteOff

__all__ = ["BankDetail", "Clearing", "Entry", "EntryKind", "Receipt", "WriteOff"]
