"""Row-level security policies of entries, balances, write-offs, incoming payments and bank details."""

from django.conf import settings

from access.compartments import Compartment as C
from access.policies import JOBS, Grant, TablePolicy, taken_in, within
from tenants.policies.rules import ACCOUNT_SHOWN, LOADING, near, of_tenant
from tenants.policies.walls import OPEN_BOOKS

# Accountants may book only two kinds of entries: the clearing of an incoming payment, and the reversal of a clearing.
_CLEARS = (
    "kind = 'payment' AND label = 'suspense' AND reverses_id IS NULL"
    " OR reverses_id IN (SELECT c.entry_id FROM ledger_clearing c)"
)
_OF_RECEIPT = "EXISTS (SELECT FROM ledger_receipt r WHERE r.id = receipt_id)"
_OF_ENTRY = "EXISTS (SELECT FROM ledger_entry e WHERE e.id = entry_id)"
_CLEARING = (C.ACCOUNT, C.BOOKS)
_OWN = "person_id = loge_person()"


POLICIES = (
    TablePolicy(
        "ledger_bankdetail",
        (
            of_tenant(C.IDENTITY, "ledger_bankdetail.tenant_id", "SELECT, INSERT"),
            of_tenant(C.IDENTITY, "ledger_bankdetail.tenant_id", "UPDATE", columns="iban, holder, set_on"),
            Grant(JOBS, "SELECT, INSERT, UPDATE"),
            taken_in(),
            taken_in("UPDATE", "iban, holder, set_on"),
        ),
    ),
    TablePolicy(
        "ledger_entry",
        (
            near(C.ACCOUNT, ACCOUNT_SHOWN),
            near(
                C.ACCOUNT,
                f"{ACCOUNT_SHOWN} AND ledger_may_lower_debt(ledger_entry) AND tenants_open_account(account_id)",
                "INSERT",
            ),
            near(C.BOOKS, OPEN_BOOKS),
            near(C.BOOKS, f"({_CLEARS}) AND tenants_open_account(account_id)", "INSERT"),
            *LOADING,
        ),
    ),
    # A balance is readable if its account is. Only a trigger on entries writes balances, with the rights of the owner.
    TablePolicy("ledger_balance", (near(C.ACCOUNT, ACCOUNT_SHOWN), near(C.BOOKS, OPEN_BOOKS))),
    # One officer requests a write-off and another decides. A trigger checks who decides and what the decision changes.
    TablePolicy(
        "ledger_writeoff",
        (
            near(C.ACCOUNT, ACCOUNT_SHOWN),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND asked_by_id = loge_person() AND decision = ''", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                using=f"{within('building_id', C.ACCOUNT)} AND {ACCOUNT_SHOWN}",
                columns="decision, decided_by_id, decided_at, refusal",
            ),
        ),
    ),
    TablePolicy(
        "ledger_receipt",
        (
            *(
                Grant(c, using=f"agency_id = ANY (ARRAY (SELECT tenants_receipt_places(loge_person(), '{c}')))")
                for c in _CLEARING
            ),
            *LOADING,
        ),
    ),
    TablePolicy(
        "ledger_clearing",
        (
            *(Grant(c, using=_OF_RECEIPT) for c in _CLEARING),
            *(
                Grant(
                    c,
                    "INSERT",
                    using=f"cleared_by_id = loge_person() AND {_OF_RECEIPT} AND ledger_may_clear(receipt_id, entry_id)",
                )
                for c in _CLEARING
            ),
            *LOADING,
        ),
    ),
    # A cash receipt is readable if its entry is. Only a trigger on entries adds receipts, with the rights of the owner.
    TablePolicy(
        "ledger_cashreceipt",
        (Grant(C.ACCOUNT, using=_OF_ENTRY), Grant(C.ACCOUNT, "UPDATE", using=_OF_ENTRY, columns="issued_at")),
    ),
    # People may access only their own saved filters. Triggers and views that read all filters run as the table's owner.
    TablePolicy(
        "ledger_savedfilter",
        (
            Grant(C.ACCOUNT, "SELECT, INSERT, DELETE", using=_OWN),
            Grant(C.ACCOUNT, "UPDATE", using=_OWN, columns="name"),
        ),
    ),
    # No login may use ledger_bulkload. The SQL functions of bulk_load.sql use it with the rights of the owner.
    TablePolicy("ledger_bulkload", ()),
)
FUNCTIONS = (
    ("ledger_begin_bulk_load()", (JOBS,)),
    ("ledger_analyse_bulk_load()", (JOBS,)),
    ("ledger_end_bulk_load()", (JOBS,)),
    ("ledger_differing_balances()", (JOBS,)),
    ("ledger_fill_balances()", (JOBS,)),
    ("ledger_settle_account(uuid)", (C.ACCOUNT,)),
    ("ledger_beside_account(uuid, uuid, uuid, uuid[])", (C.ACCOUNT,)),
    ("ledger_may_lower_debt(ledger_entry)", (C.ACCOUNT,)),
    ("ledger_second_officer(uuid, uuid)", (C.ACCOUNT,)),
    ("tenants_receipt_places(uuid, text)", _CLEARING),
    ("ledger_uncleared_receipts()", _CLEARING),
    ("ledger_may_clear(uuid, uuid)", _CLEARING),
)
FIGURES = (("ledger_single_officer_limit()", lambda: settings.ADJUSTMENT_ALONE_UP_TO * 100),)
