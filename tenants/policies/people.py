"""Policies of tenants, former names, representatives, requested help, identity checks and birth dates."""

from access.compartments import Compartment as C
from access.policies import Grant, TablePolicy
from tenants.policies.emergencies import HELPED, HELPED_COLUMNS
from tenants.policies.rules import LOADING, correcting, of_tenant

_TENANT = "tenants_tenant.id"
_CONTACT = "channel, phone, email, contact_name"
_NAME = "title, last_name, first_name, name_key"

POLICIES = (
    TablePolicy(
        "tenants_tenant",
        (
            *(of_tenant(c, _TENANT) for c in (C.CARD, C.HELP, C.COUNTER, C.EMERGENCY, C.ACCOUNT, C.IDENTITY)),
            of_tenant(C.HELP, _TENANT, "UPDATE", columns=_CONTACT),
            of_tenant(C.ACCOUNT, _TENANT, "UPDATE", columns=_NAME),
            Grant(C.ACCOUNT, "INSERT"),
            *LOADING,
            *correcting(f"{_NAME}, {_CONTACT}"),
        ),
    ),
    TablePolicy(
        "tenants_formername", (of_tenant(C.ACCOUNT, "tenants_formername.tenant_id", "SELECT, INSERT, DELETE"),)
    ),
    TablePolicy(
        "tenants_helpcode",
        (
            of_tenant(C.HELP, "tenants_helpcode.tenant_id", "SELECT, INSERT"),
            of_tenant(C.COUNTER, "tenants_helpcode.tenant_id"),
            Grant(C.EVACUATION, using=HELPED, columns=HELPED_COLUMNS),
            of_tenant(C.HELP, "tenants_helpcode.tenant_id", "UPDATE", columns="ended_on"),
            *LOADING,
            *correcting("ended_on"),
        ),
    ),
    # There is no policy for INSERT: an SQL function inserts identity checks, after checking the account and the name.
    TablePolicy("tenants_identitycheck", (Grant(C.COUNTER, using="person_id = loge_person()"),)),
    TablePolicy(
        "tenants_representative",
        (
            of_tenant(C.ACCOUNT, "tenants_representative.tenant_id", "SELECT, INSERT"),
            *LOADING,
            *correcting("phone, last_day"),
        ),
    ),
    TablePolicy(
        "tenants_identity",
        (
            of_tenant(C.IDENTITY, "tenants_identity.tenant_id", "SELECT, INSERT"),
            of_tenant(C.IDENTITY, "tenants_identity.tenant_id", "UPDATE", columns="birth_date"),
            *LOADING,
            *correcting("birth_date"),
        ),
    ),
    TablePolicy("tenants_sourcekey", LOADING),
)
FUNCTIONS = (
    ("tenants_managing_agency(text)", (C.COUNTER,)),
    ("tenants_check_identity(text, text, text, uuid)", (C.COUNTER,)),
    ("tenants_attempted_account(text)", (C.COUNTER, C.DISCLOSURE)),
    ("tenants_attempted_account_at(text[], text[])", (C.COUNTER,)),
    ("tenants_check_identity_at(text[], text[], text, text, uuid)", (C.COUNTER,)),
    ("tenants_identity_checked_lease()", (C.COUNTER,)),
)
