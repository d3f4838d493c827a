"""Table policies: which database role may do what with which rows of which table.

Each app declares its tables in a `policies.py`. `provision` applies all declarations and revokes everything else. A
table without a declaration has no grants, so forgetting a declaration denies access.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings

from access.compartments import PLACED, Compartment
from access.database.web_logins import WEB_LOGINS
from audit.events import OF_WORDS

C = Compartment
TRACE, JOBS, PRUNE, CACHE = "trace", "jobs", "prune", "cache"
# WEB means the database logins of all web processes (access/database/web_logins.py), OFFICES only the login "web".
WEB, OFFICES = "web processes", "web"
SEAL = "seal"  # SEAL is the database login of the process that seals audit events (decision 0021).


@dataclass(frozen=True)
class Grant:
    """Privileges of one database role on a table, with a row-level security policy.

    `using` is the USING expression of the policy. `check` is its WITH CHECK expression, by default the same as `using`.
    """

    to: Compartment | str
    privileges: str = "SELECT"
    using: str = "true"
    check: str | None = None
    columns: str = ""

    @property
    def logins(self) -> tuple[str, ...]:
        """Database logins that get the grant, or () if a compartment (kind of data) gets it."""
        if isinstance(self.to, Compartment):
            return ()
        return tuple(login.name for login in WEB_LOGINS) if self.to == WEB else (self.to,)

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
    view: bool = False  # If `view` is true, `table` is a database view, which has grants but no policies.


def within(column: str, compartment: Compartment) -> str:
    """Return the SQL condition that the person may see the building in `column` in views of the compartment.

    PostgreSQL can use an index for this form of the condition. IN (SELECT …) would read every row (decision 0002).
    """
    return f"{column} = ANY (ARRAY (SELECT access_reach_on_page(loge_person(), '{compartment}')))"


def taken_in(privileges: str = "SELECT, INSERT", columns: str = "") -> Grant:
    """Return a grant for importing a landlord's files: people who may import get all rows, others none."""
    return Grant(C.INTAKE, privileges, using="(SELECT access_imports_files())", columns=columns)


def everyone(privileges: str = "SELECT") -> tuple[Grant, ...]:
    """Return grants to the web processes' logins and to all compartments, for tables without data about residents."""
    return (Grant(WEB, privileges), *(Grant(compartment, privileges) for compartment in Compartment))


def to_sign_in(privileges: str, person: str, columns: str = "", before: str = "") -> tuple[Grant, ...]:
    """Return grants on a table used to sign in: each web login gets the rows of the people whom it may sign in.

    `person` is the name of the column that contains the person. `before` is the SQL condition of rows that all web
    logins get.
    """
    either = f"{before} OR " if before else ""
    return tuple(
        Grant(login.name, privileges, using=f"{either}({login.may_sign_in(person)})", columns=columns)
        for login in WEB_LOGINS
    )


def all_policies() -> Iterator[TablePolicy]:
    """Yields one TablePolicy for each table. Grants that several apps declare for the same table are merged."""
    policies: dict[str, TablePolicy] = {}
    for config in reversed([*apps.get_app_configs()]):
        name = f"{config.name}.policies"
        for policy in getattr(import_module(name), "POLICIES", ()) if find_spec(name) else ():
            before = policies.get(policy.table)
            policies[policy.table] = replace(before, grants=(*before.grants, *policy.grants)) if before else policy
    yield from policies.values()


EVENT = (
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
    C.APPLICANTS,
    C.GROUNDS,
    C.VACANCIES,
    C.POOL,
    C.COMMITTEE,
    C.CONTINGENT,
    C.STEERING,
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
# WATCHES is true if the person may read all audit events. As a subquery, WATCHES runs once per SQL statement.
WATCHES = "(SELECT access_holds_everywhere('all_trace'))"
# INSPECTS is true if the person is an inspector. As a subquery, INSPECTS runs once per SQL statement.
INSPECTS = "(SELECT access_is_inspector())"
_DECISION = "decision, decided_by_id, decided_at, refusal, person_id, name, email"
_DECIDES = "decided_by_id = loge_person() AND decision <> ''"
_OWN = "person_id = loge_person()"
_OWN_TODAY = f"{_OWN} AND day = loge_today()"
_ASSIGNMENT_ENDS = "last_day, ended_on, end_reason, ended_by_id"

POLICIES = (
    # The web process reads django_migrations at start, to check that all migrations of the code have been applied.
    TablePolicy("django_migrations", (Grant(WEB),)),
    TablePolicy("shared_cache", (Grant(CACHE, "SELECT, INSERT, UPDATE, DELETE"),)),
    # No login may use the table django_session, which Django creates: sessions are stored in access_session.
    TablePolicy("django_session", ()),
    TablePolicy(
        "access_session",
        (
            # Every web login may access sessions without a person, which exist before sign-in.
            *to_sign_in("SELECT, INSERT, UPDATE, DELETE", "person_id", before="person_id IS NULL"),
            # To end sessions, managers read keys in usersessions_usersession, then delete rows in access_session.
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
            *to_sign_in("SELECT, INSERT, UPDATE, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id, session_key"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
            Grant(JOBS, columns="id, session_key"),
            Grant(JOBS, "DELETE"),
        ),
    ),
    TablePolicy(
        "mfa_authenticator",
        (
            *to_sign_in("SELECT, INSERT, UPDATE, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id, type"),
            Grant(C.CONTROL, using=INSPECTS, columns="id, user_id, type"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
        ),
    ),
    # socialaccount_socialaccount is allauth's table that links people to the landlord's directory (OpenID Connect).
    TablePolicy(
        "socialaccount_socialaccount",
        (
            *to_sign_in("SELECT, INSERT, DELETE", "user_id"),
            Grant(C.ASSIGNMENTS, using=_SOMEBODY_ELSES, columns="id, user_id"),
            Grant(C.ASSIGNMENTS, "DELETE", using=_SOMEBODY_ELSES),
        ),
    ),
    TablePolicy("account_emailaddress", to_sign_in("SELECT, INSERT, UPDATE, DELETE", "user_id")),
    # The table account_emailconfirmation stays empty, because Loge does not confirm addresses by email.
    TablePolicy("account_emailconfirmation", (Grant(OFFICES, "SELECT, INSERT, UPDATE, DELETE"),)),
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
            *to_sign_in("SELECT", "id"),
            *to_sign_in("UPDATE", "id", columns="last_login, password"),
            *(Grant(compartment, columns=_PERSON) for compartment in Compartment),
            # A trigger on access_person refuses a new person without an approved access request.
            Grant(C.ASSIGNMENTS, "INSERT"),
            # Managers may change only `is_active`: by changing `email`, they could receive somebody's password emails.
            Grant(C.ASSIGNMENTS, "UPDATE", using="id <> loge_person()", columns="is_active"),
            Grant(JOBS, columns=_PERSON),
            Grant(JOBS, "INSERT"),
        ),
    ),
    # No grant lets anyone move a place, because people who manage the new parent place would get access to it.
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
            # A trigger refuses assignments that need approval. Unlike a policy, a trigger can say why it refuses.
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
            # Only open access requests can be decided. Constraints and a trigger check who decides.
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
            # A trigger checks that the manager signs exactly the list of access rights that the database computes.
            Grant(C.ASSIGNMENTS, "INSERT", check="signed_by_id = loge_person()"),
            Grant(C.CONTROL, using=INSPECTS),
        ),
    ),
    # People have access only to their own choice about the daily email, and to their own email of today.
    TablePolicy("access_mailchoice", (Grant(C.OWN_TRACE, "SELECT, INSERT, UPDATE", using=_OWN),)),
    TablePolicy(
        "access_dailymail",
        (
            # A web process sends emails with its own login, which reads only emails to people whom it may sign in.
            *to_sign_in("SELECT", "person_id"),
            Grant(C.OWN_TRACE, "SELECT, INSERT", using=_OWN_TODAY),
            Grant(C.OWN_TRACE, "UPDATE", using=_OWN_TODAY, columns="state, tries, next_try_at"),
            Grant(JOBS, "SELECT, DELETE"),
        ),
    ),
    # API clients read and add only their own idempotency keys, so that no client learns the keys of another client.
    TablePolicy(
        "access_sentact",
        tuple(
            Grant(writer, "SELECT, INSERT", using="sent_by_id = loge_person()")
            for writer in (
                C.ASSIGNMENTS,
                C.APPLICANTS,
                C.VACANCIES,
                C.POOL,
                C.COMMITTEE,
                C.CONTINGENT,
                C.STEERING,
            )
        ),
    ),
    TablePolicy(
        "access_machinetoken",
        (
            Grant(C.ASSIGNMENTS, using=_MACHINE_OVERSEEN),
            # A trigger checks that the person who creates a machine token has neither requested nor approved the token.
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
            # A web process must not be able to write that events were deleted, or that a day's views were examined.
            Grant(TRACE, "INSERT", check="machine NOT IN ('prune_trace', 'watch_looks')", columns=EVENT),
            # The database login JOBS bypasses row-level security, so this grant has no condition.
            Grant(JOBS, "INSERT", columns=EVENT),
            # The audit event of a change is inserted in the change's transaction, with its database role.
            # The audit event of a displayed page is inserted by the login TRACE, on a database connection of its own.
            Grant(PRUNE, "INSERT", check=f"actor IS NULL AND {_CHANGED}", columns=EVENT),
            *(Grant(c, "INSERT", check=f"actor = loge_person() AND {_CHANGED}", columns=EVENT) for c in _CHANGING),
            Grant(C.OWN_TRACE, using="actor = loge_person()"),
            Grant(C.ALL_TRACE, using=WATCHES),
            Grant(C.INSPECTION, using=_OF_WORDS),
            Grant(C.CONTROL, using=INSPECTS),
            Grant(SEAL),
        ),
    ),
    # The sealing process adds rows to the sealed log. The data protection officer reads it. Triggers refuse changes.
    *(
        TablePolicy(
            f"audit_{table}",
            (Grant(SEAL, "SELECT, INSERT"), Grant(C.ALL_TRACE, using=WATCHES), Grant(C.CONTROL, using=INSPECTS)),
        )
        for table in ("leaf", "subtree", "checkpoint", "cosignature", "sealkey", "erasure")
    ),
    TablePolicy("audit_pseudonym", (Grant(SEAL, "SELECT, INSERT"),)),
    # The sealed log contains a salted hash of each audit event. Salts are derived from the keys in audit_salt.
    # People who may read all events get the keys in audit_salt, to prove that an event is in the sealed log.
    TablePolicy("audit_salt", (Grant(SEAL, "SELECT, INSERT"), Grant(C.ALL_TRACE, using=WATCHES))),
)

# Who may execute which SQL function. WEB: django-guardian's view calls access_reach_on_page as the web login.
FUNCTIONS: tuple[tuple[str, tuple[Compartment | str, ...]], ...] = (
    ("access_enter(uuid, boolean, text[], text, text, text, text)", (WEB,)),
    ("access_has_only(uuid, text, boolean)", (WEB,)),
    # access_count_waiting() counts tasks in other compartments (kinds of data), with the rights of its caller.
    ("access_count_waiting(text[], text[])", tuple(Compartment)),
    ("loge_first_buildings(text, integer)", (C.CARD, C.ACCOUNT, C.BOOKS)),
    ("loge_reaches_more(text, integer)", (C.ACCOUNT, C.BOOKS)),
    ("access_holds_everywhere(text)", (C.ALL_TRACE, C.STEERING)),
    ("access_is_inspector()", (C.CONTROL,)),
    ("access_inspected_sessions()", (C.CONTROL,)),
    ("access_reach(uuid, text, date)", (WEB, *PLACED, C.ASSIGNMENTS, C.CONTROL)),
    ("access_reach_on_page(uuid, text)", (WEB, *PLACED, C.ASSIGNMENTS, C.CONTROL)),
    ("access_rules(uuid, uuid, date)", (*PLACED, C.ASSIGNMENTS)),
    # Account pages call access_people to list the employees who may be named to see a household hidden for its safety.
    ("access_people(uuid, date)", (C.ASSIGNMENTS, C.ACCOUNT, C.CONTROL)),
    ("audit_accounts_opened_last_hour(uuid)", (C.ACCOUNT, C.IDENTITY)),
    ("access_imports_files()", (C.INTAKE, C.TRIAGE, C.SEALED)),
    ("access_unused()", (C.ASSIGNMENTS, C.CONTROL)),
    ("access_holds(uuid, text[], uuid)", (C.ASSIGNMENTS,)),
    ("access_is_established_administrator(uuid, uuid)", (C.ASSIGNMENTS,)),
    ("access_inspector_days(uuid, date, date)", (C.ASSIGNMENTS,)),
    ("access_apart(uuid, uuid)", (C.ASSIGNMENTS, C.ACCOUNT)),
    ("access_makers(uuid)", (C.ASSIGNMENTS,)),
    ("access_would_lock_out(uuid)", (C.ASSIGNMENTS,)),
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
