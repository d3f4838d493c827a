"""Policies of accounts, entries, write-offs and incoming payments."""

from access.compartments import Compartment as C
from access.policies import Grant, Lock, within
from tenants.policies.rules import ACCOUNT_SHOWN, LOADING, SHOWN, near
from tenants.policies.walls import OPEN_ACCOUNTS, OPEN_BOOKS

# The only entries that accountants book: the clearing of an incoming payment, and its reversal.
_CLEARS = (
    "kind = 'payment' AND label = 'suspense' AND reverses_id IS NULL"
    " OR reverses_id IN (SELECT c.entry_id FROM tenants_clearing c)"
)
_OF_RECEIPT = "EXISTS (SELECT FROM tenants_receipt r WHERE r.id = receipt_id)"
_CLEARING = (C.ACCOUNT, C.BOOKS)


def _at_desk(c: C) -> str:
    return f"agency_id = ANY (ARRAY (SELECT tenants_desks(loge_person(), '{c}')))"


LOCKS = (
    Lock(
        "tenants_account",
        (
            *(near(c, f"{SHOWN} AND settled_on IS NULL") for c in (C.ACCOUNT, C.IDENTITY)),
            near(C.BOOKS, OPEN_ACCOUNTS),
            Grant(C.ACCOUNT, "INSERT", rows=within("building_id", C.ACCOUNT)),
            *LOADING,
        ),
    ),
    Lock(
        "tenants_entry",
        (
            near(C.ACCOUNT, ACCOUNT_SHOWN),
            near(
                C.ACCOUNT,
                f"{ACCOUNT_SHOWN} AND tenants_lowers_alone(tenants_entry) AND tenants_open_account(account_id)",
                "INSERT",
            ),
            near(C.BOOKS, OPEN_BOOKS),
            near(C.BOOKS, f"({_CLEARS}) AND tenants_open_account(account_id)", "INSERT"),
            *LOADING,
        ),
    ),
    # One officer asks, another decides. A trigger checks who decides, and that no other column changes.
    Lock(
        "tenants_writeoff",
        (
            near(C.ACCOUNT, ACCOUNT_SHOWN),
            near(C.ACCOUNT, f"{ACCOUNT_SHOWN} AND asked_by_id = loge_person() AND decision = ''", "INSERT"),
            Grant(
                C.ACCOUNT,
                "UPDATE",
                rows=f"{within('building_id', C.ACCOUNT)} AND {ACCOUNT_SHOWN}",
                columns="decision, decided_by_id, decided_at, refusal",
            ),
        ),
    ),
    Lock("tenants_receipt", (*(Grant(c, rows=_at_desk(c)) for c in _CLEARING), *LOADING)),
    Lock(
        "tenants_clearing",
        (
            *(Grant(c, rows=_OF_RECEIPT) for c in _CLEARING),
            *(
                Grant(
                    c,
                    "INSERT",
                    rows=f"cleared_by_id = loge_person() AND {_OF_RECEIPT} AND tenants_may_clear(receipt_id, entry_id)",
                )
                for c in _CLEARING
            ),
            *LOADING,
        ),
    ),
)
FUNCTIONS = (
    ("tenants_hidden_accounts()", (C.ACCOUNT, C.TRIAGE)),
    ("tenants_open_account(uuid)", _CLEARING),
    ("tenants_settle_account(uuid)", (C.ACCOUNT,)),
    ("tenants_lowers_alone(tenants_entry)", (C.ACCOUNT,)),
    ("tenants_second_officer(uuid, uuid)", (C.ACCOUNT,)),
    ("tenants_desks(uuid, text)", _CLEARING),
    ("tenants_waiting()", _CLEARING),
    ("tenants_may_clear(uuid, uuid)", _CLEARING),
    ("tenants_account_place(text)", (C.ASSIGNMENTS, C.ALL_TRACE, C.CONTROL)),
)
