"""Models of entries, balances, receipts, write-offs and bank details."""

from ledger.models.balance import Balance
from ledger.models.bank import BankDetail
from ledger.models.cash_receipt import CashReceipt
from ledger.models.entry import Entry, EntryKind
from ledger.models.receipt import Clearing, Receipt
from ledger.models.saved_filter import AccountList, SavedFilter
from ledger.models.write_off import WriteOff

__all__ = [
    "AccountList",
    "Balance",
    "BankDetail",
    "CashReceipt",
    "Clearing",
    "Entry",
    "EntryKind",
    "Receipt",
    "SavedFilter",
    "WriteOff",
]
