"""The entries of the navigation menu, in their order.

A menu entry is shown to people who have its permission. The menu does not protect pages: the `@door` decorator of each
page's view checks access.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from access.permissions import FOR_EVERYONE, Permission
from access.roles import roles_with
from backoffice.waiting.queues import QUEUES


def manages_accounts(roles: frozenset[str]) -> bool:
    return not roles.isdisjoint(roles_with(Permission.ACCOUNTS_LIST))


# _OF_SESSIONS: views about a session (meeting) of the allocation commission. _OF_ITEMS: views about its agenda items.
_OF_SESSIONS = ("own_session", "session_open", "session_preside", "session_recuse", "session_close", "minutes_sign")
_OF_ITEMS = ("item_sheets", "item_preside", "item_carry_over", "decision_propose", "decision_vote", "decision_count")


@dataclass(frozen=True)
class Entry:
    """A page in the navigation menu.

    `under`: views on whose pages the entry is marked as current. `at_desk` and `drawn_at_desk`: label and icon for
    people who manage accounts, if different. `any_of`: permissions of which one is enough, instead of `permission`.
    """

    permission: Permission
    url_name: str
    label: Promise | str
    icon: str
    under: tuple[str, ...]
    at_desk: Promise | str = ""
    drawn_at_desk: str = ""
    any_of: tuple[Permission, ...] = ()

    def label_for(self, roles: frozenset[str]) -> Promise | str:
        return self.at_desk if self.at_desk and manages_accounts(roles) else self.label

    def icon_for(self, roles: frozenset[str]) -> str:
        return self.drawn_at_desk if self.drawn_at_desk and manages_accounts(roles) else self.icon

    def offered_to(self, roles: frozenset[str]) -> bool:
        return any(
            permission in FOR_EVERYONE or not roles.isdisjoint(roles_with(permission))
            for permission in self.any_of or (self.permission,)
        )


_OF_QUEUES = tuple(queue.permission for queue in QUEUES)
_LETTERS = ("subject_letter", "subject_extension")
_RESTRICTIONS = ("restriction_decide", "restrictions", "restriction", "restriction_letter")
_REQUESTS = ("subject_request", "subject_request_new", *_LETTERS, "erasure", "disclosure", *_RESTRICTIONS)
_LISTS = ("accounts", "accounts_former", "accounts_to_contact", "accounts_search", "saved_filters")
_STEERING = ("quotas", "fairness", "allocation_report", "registry_runs")
_OF_REQUESTS = ("request_new", "request_newcomer", "request_approve", "request_refuse", "request_withdraw")
_LEASES = ("lease", "lease_notice", "lease_transfer", "lease_undo", "resident_in", "resident_out")
_RESIDENCES = ("fragile_residences", "fragile_residence_end")
MENU: tuple[Entry, ...] = (
    Entry(Permission.ACCOUNTS_LIST, "work", _("Ma journée"), "today", ("work",)),
    Entry(
        Permission.ACCOUNTS_LIST,
        "accounts",
        _("Comptes"),
        "account",
        (
            *_LISTS,
            "account",
            "entry_review",
            "account_settle",
            "account_statement",
            "entry_payment",
            "entry_charge",
            "entry_adjustment",
            "entry_reverse",
            "cash_receipt",
            "cash_receipts",
            "account_purpose",
            "write_off",
            *_LEASES,
            "representatives",
            "name_correction",
            "discreet",
            "identity",
            "bank_details",
            "birth_date",
            "account_facts",
            "account_fact",
            "account_notes",
            "account_contact",
        ),
    ),
    Entry(Permission.RECEIPTS_CLEAR, "receipts", _("À affecter"), "tray", ("receipts",)),
    Entry(Permission.BOOKS_VIEW, "books", _("Écritures"), "account", ("books", "book")),
    Entry(Permission.BOOKS_CLEAR, "books_receipts", _("À affecter"), "tray", ("books_receipts",)),
    Entry(
        Permission.APPLICATIONS_DUE,
        "applications",
        _("Demandes de logement"),
        "tray",
        (
            "applications",
            "application_open",
            "application_take",
            "application",
            "applicant_change",
            "application_household",
            "application_wishes",
            "application_income",
            "application_documents",
            "application_priorities",
            "application_conditions",
            "application_term",
            "application_warning",
            "application_letter",
            "applicant_report",
            "application_close",
            "application_leave",
            "candidacy",
            "candidacy_open",
            "sheet_prepare",
            "candidacy_letter",
            "offer_send",
            "offer_notify",
            "offer_answer",
            "offer_renounce",
            "hand_over",
        ),
    ),
    Entry(Permission.VACANCY_ORIENT, "orientation", _("Orientation"), "next", ("orientation", "vacancy_orient")),
    Entry(
        Permission.VACANCIES_VIEW,
        "vacancies",
        _("Logements vacants"),
        "key",
        (
            "vacancies",
            "vacancy",
            "vacancy_declare",
            "vacancy_withdraw",
            "unit_terms",
            "shortlist",
            "shortlist_draw",
            "candidate_designate",
            "candidacy_withdraw",
            "vacancy_convene",
        ),
    ),
    Entry(
        Permission.FLOW_KEEP,
        "contingents",
        _("Réservataires"),
        "people",
        ("contingents", "contingent", "contingent_end"),
    ),
    Entry(
        Permission.SESSIONS_VIEW,
        "sessions",
        _("Séances"),
        "cal",
        ("sessions", "session_convene", "session_seats", "session_cancel", "seat_release", "agenda_remove"),
    ),
    Entry(
        Permission.COMMITTEE_SIT,
        "own_sessions",
        _("Commission"),
        "cal",
        ("own_sessions", *_OF_SESSIONS, *_OF_ITEMS),
    ),
    Entry(
        Permission.CONTINGENT_VIEW,
        "own_contingent",
        _("Logements réservés"),
        "house",
        ("own_contingent", "own_vacancy", "own_nominate"),
    ),
    Entry(
        Permission.GROUND_CASES_LIST,
        "ground_cases",
        _("Motifs réservés"),
        "tray",
        ("ground_cases", "ground_case_take", "ground_case", "ground_letter"),
    ),
    Entry(Permission.CLAIM_AGREE, "claims_to_agree", _("Réclamations"), "tray", ("claims_to_agree",)),
    Entry(Permission.QUOTAS_READ, "quotas", _("Quotas et bilan"), "cal", _STEERING),
    Entry(
        Permission.GRID_READ,
        "grids",
        _("Grille de cotation"),
        "check",
        ("grids", "grid_draft", "grid_trial", "grid_adopt"),
    ),
    Entry(Permission.LEGAL_FIGURES_KEEP, "fragile_residences", _("Résidences fragiles"), "house", _RESIDENCES),
    Entry(Permission.LEGAL_FIGURES_KEEP, "ceilings", _("Plafonds"), "stairs", ("ceilings",)),
    Entry(Permission.LEGAL_FIGURES_KEEP, "legal_figures", _("Chiffres légaux"), "account", ("legal_figures",)),
    Entry(
        Permission.RESIDENTS_LIST,
        "buildings",
        _("Aujourd’hui"),
        "today",
        (
            "buildings",
            "building",
            "vacant",
            "card",
            "reminder",
            "reminder_give",
            "contact_change",
            "help_codes",
            "card_facts",
            "card_fact",
            "fact_letter",
            "dwelling_facts",
            "dwelling_fact",
            "lease_new",
        ),
        at_desk=_("Immeubles"),
        drawn_at_desk="house",
    ),
    Entry(
        Permission.AGENCY_FIND,
        "front_desk",
        _("Accueil"),
        "bell",
        ("front_desk", "identity_check", "door_check", "checked_card", "subject_request_take", "subject_slip"),
    ),
    Entry(
        Permission.RESIDENTS_SEARCH,
        "residents_search",
        _("Chercher"),
        "search",
        ("residents_search",),
        at_desk=_("Fiches"),
    ),
    Entry(Permission.LEASE_CHANGE, "hand_overs", _("Baux à signer"), "key", ("hand_overs", "hand_over_lease")),
    Entry(Permission.EVACUATION_OPEN, "evacuations", _("Évacuer"), "exit", ("evacuations", "evacuation")),
    Entry(Permission.EMERGENCY_OPEN, "emergency", _("Urgence"), "alarm", ("emergency", "emergency_card")),
    Entry(
        Permission.CONTROL_READ,
        "control",
        _("Contrôle"),
        "search",
        ("control", "control_exhibit", "control_copy", "control_act"),
    ),
    Entry(
        Permission.DATA_IMPORT,
        "intake",
        _("Données"),
        "plus",
        ("intake", "applications_import", "import_runs", "import_run"),
    ),
    Entry(Permission.VOCABULARY_KEEP, "vocabulary", _("Faits"), "pen", ("vocabulary", "vocabulary_add")),
    Entry(
        Permission.TRACE_READ,
        "trace",
        _("La trace"),
        "trace",
        (
            "trace",
            "exposure",
            "trace_lines",
            "trace_account",
            "trace_event",
            "trace_person",
            "seal",
            "evidence",
            "evidence_person",
            "imports_watched",
        ),
    ),
    Entry(Permission.LOOKS_JUDGE, "look_questions", _("Questions"), "bell", ("look_questions", "look_question")),
    Entry(Permission.BOARD_READ, "board", _("Tableau"), "scale", ("board",)),
    Entry(Permission.LOOKS_ANSWER, "look_answers", _("Questions"), "bell", ("look_answers", "look_answer")),
    Entry(
        Permission.SUBJECT_REQUESTS_ANSWER,
        "subject_requests",
        _("Droits"),
        "people",
        ("subject_requests", *_REQUESTS, "look_defer"),
    ),
    Entry(Permission.DEFERRAL_AGREE, "deferrals", _("Reports"), "cal", ("deferrals",)),
    Entry(Permission.REGISTER_READ, "register", _("Registre"), "account", ("register", "breaches")),
    Entry(Permission.FAIRNESS_READ, "fairness_review", _("Équité"), "people", ("fairness_review",)),
    Entry(Permission.CLAIM_READ, "claims", _("Réclamations"), "tray", ("claims", "claim")),
    Entry(
        Permission.REGISTER_READ,
        "texts",
        _("Textes"),
        "search",
        ("texts", "inspection", "inspection_ask", "inspection_lines", "copies"),
    ),
    Entry(Permission.CONTESTS_READ, "contests", _("Refus"), "no", ("contests", "contest")),
    Entry(Permission.CONTEST_AGREE, "contests_agree", _("Refus"), "no", ("contests_agree", "contest_agree")),
    Entry(
        Permission.EMERGENCY_REVIEW,
        "emergencies",
        _("Accès d’urgence"),
        "alarm",
        ("emergencies", "emergency_review", "emergency_notice"),
    ),
    Entry(Permission.EMERGENCIES_WATCH, "emergencies_watched", _("Accès d’urgence"), "alarm", ("emergencies_watched",)),
    Entry(
        Permission.INHERITANCE_READ,
        "inheritance",
        _("À trier"),
        "pen",
        ("inheritance", "inherited_line", "inherited_erase", "certificate"),
    ),
    Entry(
        Permission.READING_AGREE,
        "inspections_agree",
        _("Contrôles"),
        "search",
        ("inspections_agree", "inspection_agree"),
    ),
    Entry(
        Permission.RIGHTS_READ,
        "people",
        _("Accès"),
        "key",
        (
            "people",
            "person",
            "person_close",
            "person_leave",
            "person_reopen",
            "person_sessions_end",
            "person_factors_reset",
            "reach",
            "assignments",
            "assignment_grant",
            "assignment_extend",
            "assignment_end",
            "assignment_move",
            "assignments_change",
            "exchange",
            "review",
            "reviews",
            "review_signed",
            "who",
            "tokens",
            "token_ask",
            "token_make",
            "token_revoke",
        ),
    ),
    Entry(
        Permission.STAND_INS_GRANT,
        "stand_ins",
        _("Remplacements"),
        "key",
        ("stand_ins", "stand_in_grant", "stand_in_end", "on_call_grant"),
    ),
    Entry(
        Permission.RIGHTS_CONFIRM,
        "rights_confirm",
        _("Revue"),
        "check",
        ("rights_confirm", "rights_unused", "right_unused"),
    ),
    Entry(Permission.WALLS_KEEP, "walls", _("Conflits d’intérêts"), "wall", ("walls", "wall_end")),
    Entry(
        Permission.REQUESTS_READ,
        "requests",
        _("Demandes"),
        "pen",
        ("requests", "access_request", "requests_decide", "request_batch", "request_batch_approve", *_OF_REQUESTS),
    ),
    Entry(Permission.COVERAGE_READ, "coverage", _("Couverture"), "cal", ("coverage",)),
    Entry(
        Permission.RIGHTS_READ,
        "places",
        _("Lieux"),
        "house",
        ("places", "places_exchange", "place", "place_add", "place_contact", "building_add", "recut"),
    ),
    Entry(
        Permission.PATRIMONY_VIEW,
        "patrimony",
        _("Patrimoine"),
        "house",
        ("patrimony", "patrimony_map", "patrimony_map_of", "patrimony_sector", "patrimony_building"),
    ),
    Entry(Permission.HOME, "tasks", _("À faire"), "check", ("tasks",), any_of=_OF_QUEUES),
)
