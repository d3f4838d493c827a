"""Table policies: which compartment's database role may do what with which rows of which table.

Each app declares its tables in a `policies.py`. `provision` applies all of them and revokes everything else. A table
without a declaration has no grants, so forgetting one denies access.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings

from access.compartments import PLACED, Compartment
from audit.events import OF_WORDS

C = Compartment
WEB, WEB_CARD, TRACE, JOBS, PRUNE, CACHE = "web", "web_card", "trace", "jobs", "prune", "cache"
# A grant to OFFICES is for the database login "web" of office staff, and not for "web_card", the login for caretakers.
OFFICES = "offices"
SEAL = "seal"  # login of the process that seals audit events (decision 0021)


@dataclass(frozen=True)
class Grant:
    """Privileges of one role on a table, with a row-level security policy.

    `using` is the USING expression of the policy, `check` its WITH CHECK expression, by default the same.
    """

    to: Compartment | str
    privileges: str = "SELECT"
    using: str = "true"
    check: str | None = None
    columns: str = ""

    @property
    def logins(self) -> tuple[str, ...]:
        """Database logins that get the grant. Empty if the grant is to a compartment.

        A grant to WEB includes WEB_CARD, the caretakers' login. A grant to OFFICES excludes it.
        """
        if isinstance(self.to, Compartment):
            return ()
        return {WEB: (WEB, WEB_CARD), OFFICES: (WEB,)}.get(self.to, (self.to,))

    @property
    def roles(self) -> str:
        """Names of the database roles that get the grant, quoted for SQL."""
        if isinstance(self.to, Compartment):
            return f'"{self.to.database_role}"'
        return ", ".join(f'"{settings.INSTANCE}_{login}"' for login in self.logins)

    @property
    def verbs(self) -> list[str]:
        return [verb.strip() for verb in self.privileges.split(",")]


@dataclass(frozen=True)
class TablePolicy:
    table: str
    grants: tuple[Grant, ...]
    view: bool = False  # whether `table` is a view, which has grants but no policies


def within(column: str, compartment: Compartment) -> str:
    """SQL condition: `column` is a building that the person may see in the compartment.

    This form can use an index; IN (SELECT …) would read every row (decision 0002).
    """
    return f"{column} = ANY (ARRAY (SELECT loge_reach('{compartment}')))"


def taken_in(privileges: str = "SELECT, INSERT", columns: str = "") -> Grant:
    """Grant for importing a landlord's files. People who may import have access to all rows, others to none."""
    return Grant(C.INTAKE, privileges, using="(SELECT access_imports_files())", columns=columns)


def everyone(privileges: str = "SELECT") -> tuple[Grant, ...]:
    """Grants to the web process's database login and to all compartments, for tables without data about residents."""
    return (Grant(WEB, privileges), *(Grant(compartment, privileges) for compartment in Compartment))


def of_caretakers(privileges: str, person: str, columns: str = "") -> tuple[Grant, Grant]:
    """Grants on a table used to sign in: the web login gets all rows, the caretakers' login the rows of caretakers.

    `person` is the name of the column that contains the person.
    """
    return (
        Grant(OFFICES, privileges, columns=columns),
        Grant(WEB_CARD, privileges, using=f"access_caretaker_alone({person})", columns=columns),
    )


def all_policies() -> Iterator[TablePolicy]:
    """Yields one TablePolicy per table. Grants that several apps declare for the same table are merged."""
    policies: dict[str, TablePolicy] = {}
    for config in reversed([*apps.get_app_configs()]):
        name = f"{config.name}.policies"
        for policy in getattr(import_module(name), "POLICIES", ()) if find_spec(name) else ():
            before = policies.get(policy.table)
            policies[policy.table] = replace(before, grants=(*before.grants, *policy.grants)) if before else policy
    yield from policies.values()


_EVENT = (
    "id, kind, outcome, actor, machine, role, permission, purpose, route, about_kind, about, place, shown, count,"
    " request, facts"
)
_CHANGED = "outcome = 'changed'"
_PERSON = "id, email, name, employed_at_id, is_active, is_machine, joined_at, last_login"
_CHANGING = (
    C.CARD,
    C.HELP,
    C.COUNTER,
    C.EMERGENCY,
    C.EVACUATION,
    C.ACCOUNT,
    C.BOOKS,
    C.IDENTITY,
    C.INTAKE,
    C.SEALED,
    C.CONTESTS,
    C.TRIAGE,
    C.INSPECTION,
    C.DISCLOSURE,
    C.ASSIGNMENTS,
    C.REVIEWS,
    C.OWN_TRACE,
)
_OF_WORDS = f"kind = ANY (ARRAY[{', '.join(repr(code) for code in OF_WORDS)}])"
_OVERSEEN = "access_holds(loge_person(), ARRAY['dpo', 'access_administrator', 'sector_manager'], place_id)"
_REVIEWED = "assignment_id = ANY (ARRAY (SELECT access_review_list()))"
_KEPT = "access_holds(loge_person(), ARRAY['access_administrator'], access_place.id)"
_SOMEBODY_ELSES = "user_id <> loge_person()"
_MACHINE_OVERSEEN = _OVERSEEN.replace(
    "place_id", "(SELECT m.employed_at_id FROM access_person m WHERE m.id = machine_id)"
)
# Whether the person may read the audit events of the whole landlord. As a subquery, it runs once per statement.
WATCHES = "(SELECT access_holds_everywhere('all_trace'))"
# Whether the person is an inspector. As a subquery, it runs once per statement.
INSPECTS = "(SELECT access_is_inspector())"
_DECISION = "decision, decided_by_id, decided_at, refusal, person_id, name, email"
_DECIDES = "decided_by_id = loge_person() AND decision <> ''"
_ASSIGNMENT_ENDS = "last_day, ended_on, end_reason, ended_by_id"

POLICIES = (
    # At start, the web process checks that all migrations of the code have been applied.
    TablePolicy("django_migrations", (Grant(WEB),)),
    TablePolicy("shared_cache", (Grant(CACHE, "SELECT, INSERT, UPDATE, DELETE"),)),
    # While Loge is upgraded, processes of the previous release still use django_session. The next release can drop it.
    TablePolicy("django_session", (Grant(WEB, "SELECT, INSERT, UPDATE, DELETE"),)),
    TablePolicy(
        "access_session",
        (
            Grant(OFFICES, "SELECT, INSERT, UPDATE, DELETE"),
            Grant(
                WEB_CARD,
                "SELECT, INSERT, UPDATE, DELETE",
                using="person_id IS NULL OR access_caretaker_alone(person_id)",  # before sign-in, person_id is NULL
            ),
            # Managers find somebody's sessions in usersessions_usersession, and delete them here by their key.
            Grant(C.ASSIGNMENTS, using="person_id <> loge_person()", columns="session_key"),
            Grant(C.ASSIGNMENTS, "DELETE", using="person_id <> loge_person()"),
            # The nightly job deletes expired sessions without reading whose sessions they are.
            Grant(JOBS, columns="session_key, expire_date"),
            Grant(JOBS, "DELETE"),
        ),
    ),
    TablePolicy(
        "usersessions_usersession",
        (
            *of_caretakers("SELECT, INSERT, UPDATE, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id, session_key"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
            Grant(JOBS, columns="id, session_key"),
            Grant(JOBS, "DELETE"),
        ),
    ),
    TablePolicy(
        "mfa_authenticator",
        (
            *of_caretakers("SELECT, INSERT, UPDATE, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id, type"),
            Grant(C.CONTROL, using=INSPECTS, columns="id, user_id, type"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
        ),
    ),
    # socialaccount_socialaccount links people to the landlord's directory. allauth's two other tables are not granted.
    TablePolicy(
        "socialaccount_socialaccount",
        (
            *of_caretakers("SELECT, INSERT, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
        ),
    ),
    TablePolicy("account_emailaddress", of_caretakers("SELECT, INSERT, UPDATE, DELETE", "user_id")),
    TablePolicy(
        "account_emailconfirmation", (Grant(OFFICES, "SELECT, INSERT, UPDATE, DELETE"),)
    ),  # account_emailconfirmation stays empty: Loge does not confirm addresses by email
    TablePolicy("django_content_type", (*everyone(), Grant(JOBS))),
    TablePolicy("auth_permission", everyone()),
    TablePolicy("auth_group", everyone()),
    TablePolicy("auth_group_permissions", everyone()),
    TablePolicy("access_person_groups", everyone()),
    TablePolicy("access_person_user_permissions", everyone()),
    TablePolicy("access_rolecompartment", everyone()),
    TablePolicy(
        "access_person",
        (
            # Only database logins that check passwords may read access_person.password (access/models/person.py).
            *of_caretakers("SELECT", "id"),
            *of_caretakers("UPDATE", "id", columns="last_login, password"),
            *(Grant(compartment, columns=_PERSON) for compartment in Compartment),
            Grant(C.ASSIGNMENTS, "INSERT"),  # a trigger lets nobody add a person without an approved access request
            # Managers may only close or reopen a sign-in. Otherwise they could change the address of password emails.
            Grant(C.ASSIGNMENTS, "UPDATE", using="id <> loge_person()", columns="is_active"),
            Grant(JOBS, columns=_PERSON),
            Grant(JOBS, "INSERT"),
        ),
    ),
    # Places can be added but not moved, since moving one would give access to those who manage the new parent.
    TablePolicy(
        "access_place",
        (
            *everyone(),
            Grant(C.ASSIGNMENTS, "INSERT"),
            Grant(C.ASSIGNMENTS, "UPDATE", using=_KEPT, columns="phone, email"),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "access_assignment",
        (
            *everyone(),
            # Triggers and not policies check which assignments need approval, because a trigger can give a reason.
            Grant(C.ASSIGNMENTS, "INSERT", check="given_by_id = loge_person() AND person_id <> loge_person()"),
            Grant(C.ASSIGNMENTS, "UPDATE", using="person_id <> loge_person()", columns=_ASSIGNMENT_ENDS),
            Grant(JOBS, "SELECT, INSERT"),
        ),
    ),
    TablePolicy(
        "access_accessrequest",
        (
            Grant(C.ASSIGNMENTS, using=f"asked_by_id = loge_person() OR {_OVERSEEN}"),
            Grant(C.CONTROL, using=INSPECTS),
            Grant(C.ASSIGNMENTS, "INSERT", check="asked_by_id = loge_person() AND decision = ''"),
            # The UPDATE policy allows decisions on open requests only. Constraints and a trigger check who decides.
            Grant(C.ASSIGNMENTS, "UPDATE", using="decision = ''", check=_DECIDES, columns=_DECISION),
        ),
    ),
    TablePolicy(
        "access_keptright",
        (
            Grant(C.ASSIGNMENTS, using=_REVIEWED),
            Grant(
                C.ASSIGNMENTS, "INSERT", check=f"{_REVIEWED} AND kept_by_id = loge_person() AND kept_on = loge_today()"
            ),
        ),
    ),
    TablePolicy(
        "access_rightsreview",
        (
            Grant(C.ASSIGNMENTS, using="signed_by_id = loge_person() OR (SELECT access_supervises_reviews())"),
            # A trigger checks that the signed statement is the one that the database computes.
            Grant(C.ASSIGNMENTS, "INSERT", check="signed_by_id = loge_person()"),
            Grant(C.CONTROL, using=INSPECTS),
        ),
    ),
    # API clients read and add only their own idempotency keys, so that none learns which keys another has used.
    TablePolicy("access_sentact", (Grant(C.ASSIGNMENTS, "SELECT, INSERT", using="sent_by_id = loge_person()"),)),
    TablePolicy(
        "access_machinetoken",
        (
            Grant(C.ASSIGNMENTS, using=_MACHINE_OVERSEEN),
            # A trigger checks that whoever creates the token has neither requested nor approved it.
            Grant(C.ASSIGNMENTS, "INSERT", check="made_by_id = loge_person()"),
            Grant(
                C.ASSIGNMENTS,
                "UPDATE",
                using=f"revoked_at IS NULL AND {_MACHINE_OVERSEEN}",
                check="revoked_by_id = loge_person()",
                columns="revoked_at, revoked_by_id",
            ),
        ),
    ),
    TablePolicy(
        "audit_event",
        (
            Grant(TRACE, "INSERT", columns=_EVENT),
            Grant(JOBS, "INSERT", columns=_EVENT),  # no policy could restrict JOBS, which bypasses row-level security
            # An event about a change is inserted by the database role that makes the change, in the same transaction.
            # Events about pages shown are inserted by the database login TRACE, on a connection of its own.
            Grant(PRUNE, "INSERT", check=f"actor IS NULL AND {_CHANGED}", columns=_EVENT),
            *(Grant(c, "INSERT", check=f"actor = loge_person() AND {_CHANGED}", columns=_EVENT) for c in _CHANGING),
            Grant(C.OWN_TRACE, using="actor = loge_person()"),
            Grant(C.ALL_TRACE, using=WATCHES),
            Grant(C.INSPECTION, using=_OF_WORDS),
            Grant(C.CONTROL, using=INSPECTS),
            Grant(SEAL),
        ),
    ),
    # The sealed log: the sealer adds rows, the data protection officer reads them, and triggers refuse any change.
    *(
        TablePolicy(
            f"audit_{table}",
            (Grant(SEAL, "SELECT, INSERT"), Grant(C.ALL_TRACE, using=WATCHES), Grant(C.CONTROL, using=INSPECTS)),
        )
        for table in ("leaf", "subtree", "checkpoint", "cosignature", "sealkey", "erasure")
    ),
    TablePolicy("audit_pseudonym", (Grant(SEAL, "SELECT, INSERT"),)),
    # The sealed log contains a salted hash of each audit event. Salts are derived from the keys in audit_salt.
    # Readers of all events need the keys in audit_salt to prove that an event is in the sealed log.
    TablePolicy("audit_salt", (Grant(SEAL, "SELECT, INSERT"), Grant(C.ALL_TRACE, using=WATCHES))),
)

# SQL functions and the roles that may execute them.
# WEB needs access_reach, because guardian's permission view calls it with the rights of whoever queries the view.
FUNCTIONS: tuple[tuple[str, tuple[Compartment | str, ...]], ...] = (
    ("access_enter(uuid, boolean, text[], text, text)", (WEB,)),
    ("access_caretaker_alone(uuid)", (WEB_CARD,)),
    ("loge_reach(text)", tuple(PLACED)),
    ("access_holds_everywhere(text)", (C.ALL_TRACE,)),
    ("access_is_inspector()", (C.CONTROL,)),
    ("access_inspected_sessions()", (C.CONTROL,)),
    ("access_reach(uuid, text, date)", (WEB, *PLACED, C.ASSIGNMENTS, C.CONTROL)),
    ("access_rules(uuid, uuid, date)", (*PLACED, C.ASSIGNMENTS)),
    # ACCOUNT may call access_people, because a household hidden for its safety chooses which employees may see it.
    ("access_people(uuid, date)", (C.ASSIGNMENTS, C.ACCOUNT, C.CONTROL)),
    ("audit_accounts_opened_last_hour(uuid)", (C.ACCOUNT, C.IDENTITY)),
    ("access_imports_files()", (C.INTAKE, C.TRIAGE, C.SEALED)),
    ("access_unused()", (C.ASSIGNMENTS, C.CONTROL)),
    ("access_holds(uuid, text[], uuid)", (C.ASSIGNMENTS,)),
    ("access_is_established_administrator(uuid, uuid)", (C.ASSIGNMENTS,)),
    ("access_inspector_days(uuid, date, date)", (C.ASSIGNMENTS,)),
    ("access_apart(uuid, uuid)", (C.ASSIGNMENTS, C.ACCOUNT)),
    ("access_makers(uuid)", (C.ASSIGNMENTS,)),
    ("access_permissions_of_people_only()", (C.ASSIGNMENTS,)),
    ("access_token_makers(uuid)", (C.ASSIGNMENTS,)),
    ("access_tokens_to_make()", (C.ASSIGNMENTS, C.ALL_TRACE)),
    ("access_check_grant(access_assignment)", (C.ASSIGNMENTS,)),
    ("access_check_change(access_assignment, access_assignment)", (C.ASSIGNMENTS,)),
    ("access_check_request(access_accessrequest)", (C.ASSIGNMENTS,)),
    ("access_check_decision(access_accessrequest, access_accessrequest)", (C.ASSIGNMENTS,)),
    ("access_check_person(access_person)", (C.ASSIGNMENTS,)),
    ("access_check_reopening(access_person)", (C.ASSIGNMENTS,)),
    ("access_review_list()", (C.ASSIGNMENTS,)),
    ("access_unused_for(integer)", (C.ASSIGNMENTS,)),
    ("access_supervises_reviews()", (C.ASSIGNMENTS,)),
    ("access_review_statement()", (C.ASSIGNMENTS,)),
    ("access_reviews()", (C.ASSIGNMENTS, C.CONTROL)),
    ("access_reviews_late()", (C.ASSIGNMENTS, C.ALL_TRACE)),
    ("access_token(text)", (WEB,)),
    ("access_token_used(uuid)", (WEB,)),
    ("audit_make_months(integer)", (JOBS, PRUNE)),
    ("audit_drop_months(date)", (PRUNE,)),
    ("audit_destroy_pseudonym_keys(text[])", (PRUNE,)),
    ("audit_events_without_month()", (JOBS, PRUNE, C.ALL_TRACE, C.CONTROL)),
    ("audit_seal_state()", (WEB, SEAL, C.ALL_TRACE, C.CONTROL)),
    ("audit_late_leaves(timestamp with time zone)", (WEB, SEAL, C.ALL_TRACE, C.CONTROL)),
)
