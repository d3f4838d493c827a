from django.urls import path

from ledger.api import accounts as api_accounts
from ledger.api import entries as api_entries
from ledger.views import (
    accounts,
    books,
    cash_receipts,
    exports,
    identity,
    purposes,
    receipts,
    register,
    saved_filters,
    write_offs,
)

api_urlpatterns = [
    path("accounts/", api_accounts.accounts, name="api_accounts"),
    path("accounts/search/", api_accounts.accounts_search, name="api_accounts_search"),
    path("accounts/<str:reference>/", api_accounts.account, name="api_account"),
    path("accounts/<str:reference>/entries/", api_entries.entries, name="api_entries"),
    path("accounts/<str:reference>/payments/", api_entries.payment, name="api_payment"),
    path("accounts/<str:reference>/charges/", api_entries.charge, name="api_charge"),
    path("accounts/<str:reference>/adjustments/", api_entries.adjustment, name="api_adjustment"),
    path("accounts/<str:reference>/entries/<uuid:entry>/reversal/", api_entries.reversal, name="api_reversal"),
    path("books/", api_accounts.books, name="api_books"),
    path("books/<str:reference>/entries/", api_entries.book_entries, name="api_book_entries"),
]

urlpatterns = [
    path("comptes/", accounts.accounts, name="accounts"),
    path("comptes/partis/", accounts.accounts_former, name="accounts_former"),
    path("comptes/filtres/<slug:listed>/", saved_filters.saved_filters, name="saved_filters"),
    path("comptes/recherche/", accounts.accounts_search, name="accounts_search"),
    path("comptes/export/", exports.accounts_export, name="accounts_export"),
    path("comptes/partis/export/", exports.accounts_former_export, name="accounts_former_export"),
    path("comptes/attente/", receipts.receipts, name="receipts"),
    path("comptes/recus/", cash_receipts.cash_receipts, name="cash_receipts"),
    path("comptes/recus/export/", cash_receipts.cash_receipts_export, name="cash_receipts_export"),
    path("comptes/<str:reference>/", register.account, name="account"),
    path("comptes/<str:reference>/motif/", purposes.account_purpose, name="account_purpose"),
    path("comptes/<str:reference>/paiement/", register.entry_payment, name="entry_payment"),
    path("comptes/<str:reference>/paiement/relire/", register.entry_review, name="entry_review"),
    path("comptes/<str:reference>/appel/", register.entry_charge, name="entry_charge"),
    path("comptes/<str:reference>/rectification/", register.entry_adjustment, name="entry_adjustment"),
    path("comptes/<str:reference>/ecritures/<uuid:entry>/annuler/", register.entry_reverse, name="entry_reverse"),
    path("comptes/<str:reference>/recus/<uuid:payment>/", cash_receipts.cash_receipt, name="cash_receipt"),
    path("comptes/<str:reference>/en-moins/<uuid:request_id>/", write_offs.write_off, name="write_off"),
    path("comptes/<str:reference>/solder/", register.account_settle, name="account_settle"),
    path("comptes/<str:reference>/export/", exports.account_export, name="account_export"),
    path("comptes/<str:reference>/decompte/", exports.account_statement, name="account_statement"),
    path("ecritures/", books.books, name="books"),
    path("ecritures/export/", books.books_export, name="books_export"),
    path("ecritures/attente/", receipts.books_receipts, name="books_receipts"),
    path("ecritures/<str:reference>/", books.book, name="book"),
    path("comptes/<str:reference>/identite/", identity.identity, name="identity"),
    path("comptes/<str:reference>/identite/<uuid:tenant>/naissance/", identity.birth_date, name="birth_date"),
    path("comptes/<str:reference>/identite/<uuid:tenant>/banque/", identity.bank_details, name="bank_details"),
]
