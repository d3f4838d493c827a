"""All permissions. Each permission belongs to a compartment, which is a kind of data with its own database role.

A view that requires a permission runs with the database role of the permission's compartment.
"""

from enum import Enum

from access.compartments import Compartment as C


class Permission(Enum):
    compartment: C

    RESIDENTS_LIST = ("residents_list", C.CARD)
    RESIDENTS_SEARCH = ("residents_search", C.CARD)
    CARD_VIEW = ("card_view", C.HELP)
    CONTACT_CHANGE = ("contact_change", C.HELP)
    HELP_CHANGE = ("help_change", C.HELP)
    CARD_FACTS = ("card_facts", C.HELP)
    PRECAUTION_TELL = ("precaution_tell", C.HELP)
    DWELLING_FACTS = ("dwelling_facts", C.CARD)
    REMINDER_GIVE = ("reminder_give", C.CARD)
    REMINDER_DO = ("reminder_do", C.CARD)
    DISCREET_CHANGE = ("discreet_change", C.ACCOUNT)

    AGENCY_FIND = ("agency_find", C.COUNTER)
    IDENTITY_CHECK = ("identity_check", C.COUNTER)
    CHECKED_CARD_VIEW = ("checked_card_view", C.COUNTER)
    SUBJECT_REQUEST_TAKE = ("subject_request_take", C.COUNTER)

    EMERGENCY_OPEN = ("emergency_open", C.EMERGENCY)
    EVACUATION_OPEN = ("evacuation_open", C.EVACUATION)
    EMERGENCY_REVIEW = ("emergency_review", C.CONTESTS)
    EMERGENCIES_WATCH = ("emergencies_watch", C.ALL_TRACE)

    ACCOUNTS_LIST = ("accounts_list", C.ACCOUNT)
    ACCOUNTS_SEARCH = ("accounts_search", C.ACCOUNT)
    ACCOUNT_VIEW = ("account_view", C.ACCOUNT)
    ACCOUNTS_EXPORT = ("accounts_export", C.ACCOUNT)
    ENTRY_POST = ("entry_post", C.ACCOUNT)
    ENTRY_REVERSE = ("entry_reverse", C.ACCOUNT)
    WRITE_OFF_DECIDE = ("write_off_decide", C.ACCOUNT)
    ACCOUNT_SETTLE = ("account_settle", C.ACCOUNT)
    ACCOUNT_FACTS = ("account_facts", C.ACCOUNT)
    NOTES_WRITE = ("notes_write", C.ACCOUNT)
    CONTACTS_RECORD = ("contacts_record", C.ACCOUNT)
    LEASE_CHANGE = ("lease_change", C.ACCOUNT)
    RECEIPTS_CLEAR = ("receipts_clear", C.ACCOUNT)
    BOOKS_VIEW = ("books_view", C.BOOKS)
    BOOKS_CLEAR = ("books_clear", C.BOOKS)
    IDENTITY_VIEW = ("identity_view", C.IDENTITY)
    IDENTITY_CHANGE = ("identity_change", C.IDENTITY)
    BANK_CHANGE = ("bank_change", C.IDENTITY)

    CONTESTS_READ = ("contests_read", C.SEALED)
    CONTEST_WEIGH = ("contest_weigh", C.SEALED)
    CONTEST_ADVISE = ("contest_advise", C.SEALED)
    CONTEST_SUSPEND = ("contest_suspend", C.SEALED)
    CONTEST_AGREE = ("contest_agree", C.CONTESTS)
    INHERITANCE_READ = ("inheritance_read", C.TRIAGE)
    INHERITANCE_SORT = ("inheritance_sort", C.TRIAGE)
    SUBJECT_REQUESTS_ANSWER = ("subject_requests_answer", C.DISCLOSURE)
    LOOK_DEFER = ("look_defer", C.DISCLOSURE)
    REGISTER_READ = ("register_read", C.INSPECTION)
    TEXTS_INSPECT = ("texts_inspect", C.INSPECTION)
    BREACHES_KEEP = ("breaches_keep", C.INSPECTION)
    COPY_RELEASE = ("copy_release", C.INSPECTION)
    # FAIRNESS_READ shows the data protection officer only the fairness figures that managers read about allocation.
    FAIRNESS_READ = ("fairness_read", C.INSPECTION)
    # To examine a complaint, the data protection officer may read one candidate's data sheet if a manager agrees.
    CLAIM_READ = ("claim_read", C.INSPECTION)
    CLAIM_AGREE = ("claim_agree", C.STEERING)
    READING_AGREE = ("reading_agree", C.INTAKE)
    DEFERRAL_AGREE = ("deferral_agree", C.INTAKE)
    CONTROL_READ = ("control_read", C.CONTROL)
    CONTROL_ACT = ("control_act", C.CONTROL)
    VOCABULARY_KEEP = ("vocabulary_keep", C.INTAKE)
    DATA_IMPORT = ("data_import", C.INTAKE)

    APPLICATIONS_DUE = ("applications_due", C.APPLICANTS)
    APPLICATION_OPEN = ("application_open", C.APPLICANTS)
    APPLICATION_TAKE = ("application_take", C.APPLICANTS)
    APPLICATION_VIEW = ("application_view", C.APPLICANTS)
    APPLICATION_CHANGE = ("application_change", C.APPLICANTS)
    APPLICATION_CLOSE = ("application_close", C.APPLICANTS)
    GROUND_CASES_LIST = ("ground_cases_list", C.GROUNDS)
    GROUND_DECIDE = ("ground_decide", C.GROUNDS)
    VACANCIES_VIEW = ("vacancies_view", C.VACANCIES)
    VACANCY_DECLARE = ("vacancy_declare", C.VACANCIES)
    SHORTLIST_VIEW = ("shortlist_view", C.POOL)
    SHORTLIST_RUN = ("shortlist_run", C.POOL)
    CANDIDATE_DESIGNATE = ("candidate_designate", C.POOL)
    VACANCY_CONVENE = ("vacancy_convene", C.POOL)
    CANDIDACIES_VIEW = ("candidacies_view", C.APPLICANTS)
    SHEET_PREPARE = ("sheet_prepare", C.APPLICANTS)
    OFFER_SEND = ("offer_send", C.APPLICANTS)
    SESSIONS_VIEW = ("sessions_view", C.STEERING)
    SESSION_CONVENE = ("session_convene", C.STEERING)
    COMMITTEE_SIT = ("committee_sit", C.COMMITTEE)
    COMMITTEE_CHAIR = ("session_chair", C.COMMITTEE)
    VACANCY_ORIENT = ("vacancy_orient", C.STEERING)
    FLOW_KEEP = ("flow_keep", C.STEERING)
    TERMS_KEEP = ("terms_keep", C.STEERING)
    CANDIDATE_NOMINATE = ("candidate_nominate", C.CONTINGENT)
    CONTINGENT_VIEW = ("contingent_view", C.CONTINGENT)
    GRID_READ = ("grid_read", C.STEERING)
    GRID_DRAFT = ("grid_draft", C.STEERING)
    GRID_ADOPT = ("grid_adopt", C.STEERING)
    LEGAL_FIGURES_KEEP = ("legal_figures_keep", C.STEERING)
    QUOTAS_READ = ("quotas_read", C.STEERING)

    PATRIMONY_VIEW = ("patrimony_view", C.PATRIMONY)
    PLACES_MANAGE = ("places_manage", C.ASSIGNMENTS)
    PEOPLE_MANAGE = ("people_manage", C.ASSIGNMENTS)
    # PEOPLE_DEPROVISION is for the token of the landlord's directory, which closes the sign-in of people who leave.
    PEOPLE_DEPROVISION = ("people_deprovision", C.ASSIGNMENTS)
    ASSIGNMENTS_MANAGE = ("assignments_manage", C.ASSIGNMENTS)
    STAND_INS_GRANT = ("stand_ins_grant", C.ASSIGNMENTS)
    ACCESS_ASK = ("access_ask", C.ASSIGNMENTS)
    RIGHTS_CONFIRM = ("rights_confirm", C.ASSIGNMENTS)
    WALLS_KEEP = ("walls_keep", C.ASSIGNMENTS)
    TOKENS_MANAGE = ("tokens_manage", C.ASSIGNMENTS)
    TOKEN_MAKE = ("token_make", C.ASSIGNMENTS)
    ACCESS_DECIDE = ("access_decide", C.ASSIGNMENTS)
    REQUESTS_READ = ("requests_read", C.ASSIGNMENTS)
    RIGHTS_READ = ("rights_read", C.ASSIGNMENTS)
    COVERAGE_READ = ("coverage_read", C.ASSIGNMENTS)
    # The managers' board needs no compartment of its own, because its figures are already rounded when they are stored.
    BOARD_READ = ("board_read", C.ASSIGNMENTS)

    TRACE_READ = ("trace_read", C.ALL_TRACE)
    PERSON_TRACE_READ = ("person_trace_read", C.ALL_TRACE)
    EVIDENCE_TAKE = ("evidence_take", C.ALL_TRACE)

    LOOKS_JUDGE = ("looks_judge", C.REVIEWS)
    LOOKS_ANSWER = ("looks_answer", C.ASSIGNMENTS)

    # Everyone who is signed in has the permissions from HOME to OWN_LOOK_EXPLAIN, even without an assignment.
    HOME = ("home", C.OWN_TRACE)
    RULES_READ = ("rules_read", C.OWN_TRACE)
    MY_RIGHTS = ("my_rights", C.OWN_TRACE)
    OWN_TRACE_READ = ("own_trace_read", C.OWN_TRACE)
    OWN_LOOK_EXPLAIN = ("own_look_explain", C.OWN_TRACE)

    def __new__(cls, code: str, compartment: C) -> "Permission":
        member = object.__new__(cls)
        member._value_ = code
        member.compartment = compartment
        return member


FOR_EVERYONE = frozenset(
    {
        Permission.HOME,
        Permission.RULES_READ,
        Permission.MY_RIGHTS,
        Permission.OWN_TRACE_READ,
        Permission.OWN_LOOK_EXPLAIN,
    }
)

# BY_PEOPLE_ALONE: permissions that no machine token may have, such as granting access or approving as second person.
# The SQL function `access_permissions_of_people_only()` repeats BY_PEOPLE_ALONE. A test compares the two lists.
BY_PEOPLE_ALONE = frozenset(
    {
        Permission.PLACES_MANAGE,
        Permission.PEOPLE_MANAGE,
        Permission.ASSIGNMENTS_MANAGE,
        Permission.STAND_INS_GRANT,
        Permission.ACCESS_ASK,
        Permission.ACCESS_DECIDE,
        Permission.RIGHTS_CONFIRM,
        Permission.WALLS_KEEP,
        Permission.TOKENS_MANAGE,
        Permission.TOKEN_MAKE,
        Permission.DISCREET_CHANGE,
        Permission.IDENTITY_CHECK,
        Permission.SUBJECT_REQUEST_TAKE,
        Permission.SUBJECT_REQUESTS_ANSWER,
        Permission.EMERGENCY_OPEN,
        Permission.EVACUATION_OPEN,
        Permission.EMERGENCY_REVIEW,
        Permission.WRITE_OFF_DECIDE,
        Permission.CONTEST_WEIGH,
        Permission.CONTEST_SUSPEND,
        Permission.CONTEST_AGREE,
        Permission.INHERITANCE_SORT,
        Permission.LOOK_DEFER,
        Permission.DEFERRAL_AGREE,
        Permission.READING_AGREE,
        Permission.COPY_RELEASE,
        Permission.CLAIM_READ,
        Permission.CLAIM_AGREE,
        Permission.APPLICATION_OPEN,
        Permission.APPLICATION_CLOSE,
        Permission.VACANCY_ORIENT,
        Permission.FLOW_KEEP,
        Permission.CONTINGENT_VIEW,
        Permission.CANDIDATE_NOMINATE,
        Permission.CANDIDATE_DESIGNATE,
        Permission.SHORTLIST_RUN,
        Permission.SHEET_PREPARE,
        Permission.OFFER_SEND,
        Permission.SESSION_CONVENE,
        Permission.COMMITTEE_SIT,
        Permission.COMMITTEE_CHAIR,
        Permission.GROUND_CASES_LIST,
        Permission.GROUND_DECIDE,
        Permission.GRID_DRAFT,
        Permission.GRID_ADOPT,
        Permission.LEGAL_FIGURES_KEEP,
        Permission.LOOKS_JUDGE,
        Permission.LOOKS_ANSWER,
        Permission.DATA_IMPORT,
    }
)
