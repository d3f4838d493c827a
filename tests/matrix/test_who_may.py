"""A table of the response that every person must get from every page and API endpoint.

Its letters are: "o" the page opens; "r" 403, the person lacks the permission; "m" 404, the person may not see the
object; "i" 422, what the body names is not found; "." redirect to the sign-in page (401 in the API). The requested
objects are in the building Glycines A (tests/sample_objects.py). A new page or endpoint needs a row.
"""

import pytest

from tests.matrix.api_doors import TABLE as API_DOORS
from tests.sample_objects import SampleObjects
from tests.visits import Visit, visits
from tests.world import CAST

pytestmark = pytest.mark.usefixtures("unkept")

# The inspector is not in TABLE: outside the pages in INSPECTED, she gets the responses of a person without a role.
INSPECTOR = "simone"
PEOPLE = [*(name for name in CAST if name != INSPECTOR), "nobody"]
INSPECTED = {"control", "control_exhibit", "control_copy", "control_act", "evidence", "evidence_person"}
HTMX = {"HX-Request": "true"}
SIGNS = {200: "o", 201: "o", 302: "o", 401: ".", 403: "r", 404: "m", 422: "i"}

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa sacha camille mehdi marion nadia nobody
home               oooooooooo.ooooooooooooooo.
tasks              oooooooooo.ooooooooooooooo.
front_desk         rrrrrrrrrr.rrrrorrrrrrrrrr.
identity_check     rrrrrrrrrr.rrrrorrrrrrrrrr.
door_check         rrrrrrrrrr.rrrrorrrrrrrrrr.
checked_card       rrrrrrrrrr.rrrrorrrrrrrrrr.
subject_request_take rrrrrrrrrr.rrrrorrrrrrrrrr.
subject_slip       rrrrrrrrrr.rrrrorrrrrrrrrr.
subject_requests   rrrrrrrror.rrrrrrrrrrrrrrr.
subject_requests_export rrrrrrrror.rrrrrrrrrrrrrrr.
subject_request_new rrrrrrrror.rrrrrrrrrrrrrrr.
subject_request    rrrrrrrror.rrrrrrrrrrrrrrr.
disclosure         rrrrrrrror.rrrrrrrrrrrrrrr.
erasure            rrrrrrrror.rrrrrrrrrrrrrrr.
restriction_decide rrrrrrrror.rrrrrrrrrrrrrrr.
restrictions       rrrrrrrror.rrrrrrrrrrrrrrr.
restriction        rrrrrrrror.rrrrrrrrrrrrrrr.
restriction_letter rrrrrrrror.rrrrrrrrrrrrrrr.
subject_letter     rrrrrrrror.rrrrrrrrrrrrrrr.
subject_extension  rrrrrrrror.rrrrrrrrrrrrrrr.
look_defer         rrrrrrrror.rrrrrrrrrrrrrrr.
deferrals          rrrrrrrrrr.rrrrrorrrrrrrrr.
disclosure_file    rrrrrrrror.rrrrrrrrrrrrrrr.
disclosure_json_file rrrrrrrror.rrrrrrrrrrrrrrr.
portable_file      rrrrrrrror.rrrrrrrrrrrrrrr.
portable_payments_file rrrrrrrror.rrrrrrrrrrrrrrr.
trace              rrrrrrrror.rrrrrrrrrrrrrrr.
trace_lines        rrrrrrrror.rrrrrrrrrrrrrrr.
trace_account      rrrrrrrror.rrrrrrrrrrrrrrr.
trace_event        rrrrrrrror.rrrrrrrrrrrrrrr.
trace_person       rrrrrrrror.rrrrrrrrrrrrrrr.
exposure           rrrrrrrror.rrrrrrrrrrrrrrr.
seal               rrrrrrrror.rrrrrrrrrrrrrrr.
evidence           rrrrrrrror.rrrrrrrrrrrrrrr.
evidence_person    rrrrrrrror.rrrrrrrrrrrrrrr.
own_looks          oooooooooo.ooooooooooooooo.
own_question       mmmmmmmmmm.mmommmmmmmmmmmm.
look_questions     rrrrrrrror.rrrrrorrrrrrrrr.
look_question      rrrrrrrror.rrrrrmrrrrrrrrr.
look_answers       rrrrrrorrr.rrrrrrrrrrrrrrr.
look_answer        rrrrrrorrr.rrrrrrrrrrrrrrr.
look_rules         oooooooooo.ooooooooooooooo.
register           rrrrrrrror.rrrrrrrrrrrrrrr.
register_csv_file  rrrrrrrror.rrrrrrrrrrrrrrr.
register_json_file rrrrrrrror.rrrrrrrrrrrrrrr.
texts              rrrrrrrror.rrrrrrrrrrrrrrr.
inspection         rrrrrrrror.rrrrrrrrrrrrrrr.
inspection_ask     rrrrrrrror.rrrrrrrrrrrrrrr.
inspection_lines   rrrrrrrror.rrrrrrrrrrrrrrr.
copies             rrrrrrrror.rrrrrrrrrrrrrrr.
inspections_agree  rrrrrrrrrr.rrrrrorrrrrrrrr.
inspection_agree   rrrrrrrrrr.rrrrrorrrrrrrrr.
intake_blank_file  rrrrrrrrrr.rrrrrorrrrrrrrr.
intake             rrrrrrrrrr.rrrrrorrrrrrrrr.
board              rrrrrrorrr.rrrrrrrrrrrrrrr.
patrimony          rrroooooro.rrrrrrrrrorrrrr.
patrimony_map      rrroooooro.rrrrrrrrrorrrrr.
patrimony_map_of   rrroooooro.rrrrrrrrrorrrrr.
patrimony_sector   rrroooooro.rrrrrrrrrorrrrr.
patrimony_building rrroooooro.rrrrrrrrrorrrrr.
walls              rrrrrrorro.rrrrrrrrrrrrrrr.
wall_end           rrrrrrorro.rrrrrrrrrrrrrrr.
on_call_grant      rrrrrrorrr.rrrrrrrrrrrrrrr.
evacuations        oororrorrr.rrrrrrorrrrrrrr.
evacuation         omrmrrorrr.rrrrrrorrrrrrrr.
emergency          ooroooorrr.rrrrrrorrrrrrrr.
emergency_card     omrmmmmrrr.rrrrrrmrrrrrrrr.
emergencies        rrrrrrorrr.rrrrrrrrrrrrrrr.
emergency_review   rrrrrrorrr.rrrrrrrrrrrrrrr.
emergency_notice   rrrrrrorrr.rrrrrrrrrrrrrrr.
emergencies_watched rrrrrrrror.rrrrrrrrrrrrrrr.
work               rrrooorrrr.rrrrrrrrrrrrrrr.
account_turn       rrrooorrrr.rrrrrrrrrrrrrrr.
accounts           rrrooorrrr.rrrrrrrrrrrrrrr.
accounts_former    rrrooorrrr.rrrrrrrrrrrrrrr.
accounts_to_contact rrrooorrrr.rrrrrrrrrrrrrrr.
contacts_export    rrrooorrrr.rrrrrrrrrrrrrrr.
saved_filters      rrrooorrrr.rrrrrrrrrrrrrrr.
accounts_search    rrrooorrrr.rrrrrrrrrrrrrrr.
accounts_export    rrrooorrrr.rrrrrrrrrrrrrrr.
accounts_former_export rrrooorrrr.rrrrrrrrrrrrrrr.
account            rrrmomrrrr.rrrrrrrrrrrrrrr.
account_purpose    rrrmomrrrr.rrrrrrrrrrrrrrr.
entry_review       rrrmomrrrr.rrrrrrrrrrrrrrr.
entry_payment      rrrmomrrrr.rrrrrrrrrrrrrrr.
entry_charge       rrrmomrrrr.rrrrrrrrrrrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrrrrrrrrrrr.
entry_reverse      rrrmomrrrr.rrrrrrrrrrrrrrr.
cash_receipt       rrrmomrrrr.rrrrrrrrrrrrrrr.
cash_receipts      rrrooorrrr.rrrrrrrrrrrrrrr.
cash_receipts_export rrrooorrrr.rrrrrrrrrrrrrrr.
write_off          rrrmomrrrr.rrrrrrrrrrrrrrr.
account_settle     rrrmomrrrr.rrrrrrrrrrrrrrr.
receipts           rrrooorrrr.rrrrrrrrrrrrrrr.
account_export     rrrmomrrrr.rrrrrrrrrrrrrrr.
account_statement  rrrmomrrrr.rrrrrrrrrrrrrrr.
books              rrrrrrrorr.rrrrrrrrrrrrrrr.
books_export       rrrrrrrorr.rrrrrrrrrrrrrrr.
books_receipts     rrrrrrrorr.rrrrrrrrrrrrrrr.
book               rrrrrrrorr.rrrrrrrrrrrrrrr.
legal_figures      rrrrrrrrrr.rrrrrrrrrorrrrr.
ceilings           rrrrrrrrrr.rrrrrrrrrorrrrr.
fragile_residences rrrrrrrrrr.rrrrrrrrrorrrrr.
fragile_residence_end rrrrrrrrrr.rrrrrrrrrorrrrr.
registry_runs      rrrrrrrrrr.rrrrrrrrrorrrrr.
grids              rrrrrrrrrr.rrrrrrrrrorrrrr.
quotas             rrrrrrrrrr.rrrrrrrrrorrrrr.
fairness           rrrrrrrrrr.rrrrrrrrrorrrrr.
fairness_review    rrrrrrrror.rrrrrrrrrrrrrrr.
allocation_report  rrrrrrrrrr.rrrrrrrrrorrrrr.
allocation_report_file rrrrrrrrrr.rrrrrrrrrorrrrr.
grid_draft         rrrrrrrrrr.rrrrrrrrrorrrrr.
grid_trial         rrrrrrrrrr.rrrrrrrrrorrrrr.
grid_adopt         rrrrrrrrrr.rrrrrrrrrorrrrr.
ground_cases       rrrrrrrrrr.rrrrrrrrrrorrrr.
ground_case_take   rrrrrrrrrr.rrrrrrrrrrorrrr.
ground_case        rrrrrrrrrr.rrrrrrrrrrorrrr.
ground_letter      rrrrrrrrrr.rrrrrrrrrrorrrr.
applications       rrrrrrrrrr.rrrrrrroorrrrrr.
application_open   rrrrrrrrrr.rrrrrrroorrrrrr.
application_take   rrrrrrrrrr.rrrrrrroorrrrrr.
application_due    rrrrrrrrrr.rrrrrrroorrrrrr.
application        rrrrrrrrrr.rrrrrrromrrrrrr.
applicant_change   rrrrrrrrrr.rrrrrrromrrrrrr.
application_household rrrrrrrrrr.rrrrrrromrrrrrr.
application_wishes rrrrrrrrrr.rrrrrrromrrrrrr.
application_income rrrrrrrrrr.rrrrrrromrrrrrr.
application_documents rrrrrrrrrr.rrrrrrromrrrrrr.
application_priorities rrrrrrrrrr.rrrrrrromrrrrrr.
application_conditions rrrrrrrrrr.rrrrrrromrrrrrr.
application_term   rrrrrrrrrr.rrrrrrromrrrrrr.
application_warning rrrrrrrrrr.rrrrrrromrrrrrr.
application_letter rrrrrrrrrr.rrrrrrromrrrrrr.
applicant_report   rrrrrrrrrr.rrrrrrromrrrrrr.
portable_applicant_file rrrrrrrrrr.rrrrrrromrrrrrr.
candidacy_letter   rrrrrrrrrr.rrrrrrromrrrrrr.
offer_send         rrrrrrrrrr.rrrrrrromrrrrrr.
offer_notify       rrrrrrrrrr.rrrrrrromrrrrrr.
offer_answer       rrrrrrrrrr.rrrrrrromrrrrrr.
offer_renounce     rrrrrrrrrr.rrrrrrromrrrrrr.
application_close  rrrrrrrrrr.rrrrrrromrrrrrr.
application_leave  rrrrrrrrrr.rrrrrrromrrrrrr.
buildings          ooroooorrr.rrrrrrrrrrrrrrr.
residents_search   ooroooorrr.rrrrrrrrrrrrrrr.
building           omrmomorrr.rrrrrrrrrrrrrrr.
vacant             omrmomorrr.rrrrrrrrrrrrrrr.
reminder_give      rrrmomorrr.rrrrrrrrrrrrrrr.
reminder           omrmomorrr.rrrrrrrrrrrrrrr.
reminder_door      omrmrrrrrr.rrrrrrrrrrrrrrr.
card               omrmomorrr.rrrrrrrrrrrrrrr.
card_facts         omrmomorrr.rrrrrrrrrrrrrrr.
card_fact          omrmomorrr.rrrrrrrrrrrrrrr.
fact_letter        rrrrrrorrr.rrrrrrrrrrrrrrr.
dwelling_facts     omrmomorrr.rrrrrrrrrrrrrrr.
dwelling_fact      omrmomorrr.rrrrrrrrrrrrrrr.
account_facts      rrrmomrrrr.rrrrrrrrrrrrrrr.
account_fact       rrrmomrrrr.rrrrrrrrrrrrrrr.
account_contact    rrrmomrrrr.rrrrrrrrrrrrrrr.
account_notes      rrrmomrrrr.rrrrrrrrrrrrrrr.
note_reading       rrrmomrrrr.rrrrrrrrrrrrrrr.
contests           rrrrrrrror.rrrrrorrrrrrrrr.
contest            rrrrrrrror.rrrrrorrrrrrrrr.
inheritance        rrrrrroror.rrrrrorrrrrrrrr.
certificate        rrrrrrmror.rrrrrorrrrrrrrr.
certificate_file   rrrrrrmror.rrrrrorrrrrrrrr.
inherited_line     rrrrrroror.rrrrrorrrrrrrrr.
inherited_erase    rrrrrrorrr.rrrrrorrrrrrrrr.
contests_agree     rrrrrrorrr.rrrrrrrrrrrrrrr.
contest_agree      rrrrrrorrr.rrrrrrrrrrrrrrr.
vocabulary         rrrrrrrrrr.rrrrrorrrrrrrrr.
vocabulary_add     rrrrrrrrrr.rrrrrorrrrrrrrr.
lease              rrrmomrrrr.rrrrrrrrrrrrrrr.
lease_notice       rrrmomrrrr.rrrrrrrrrrrrrrr.
lease_transfer     rrrmomrrrr.rrrrrrrrrrrrrrr.
lease_undo         rrrmomrrrr.rrrrrrrrrrrrrrr.
resident_in        rrrmomrrrr.rrrrrrrrrrrrrrr.
resident_out       rrrmomrrrr.rrrrrrrrrrrrrrr.
representatives    rrrmomrrrr.rrrrrrrrrrrrrrr.
name_correction    rrrmomrrrr.rrrrrrrrrrrrrrr.
discreet           rrrmomrrrr.rrrrrrrrrrrrrrr.
identity           rrrmomrrrr.rrrrrrrrrrrrrrr.
bank_details       rrrmomrrrr.rrrrrrrrrrrrrrr.
birth_date         rrrmomrrrr.rrrrrrrrrrrrrrr.
lease_new          rrrmomrrrr.rrrrrrrrrrrrrrr.
contact_change     rrrmomrrrr.rrrrrrrrrrrrrrr.
help_codes         rrrmomrrrr.rrrrrrrrrrrrrrr.
building_add       rrrrrrrrro.rrrrrrrrrrrrrrr.
recut              rrrrrrrrro.rrrrrrrrrrrrrrr.
rules              oooooooooo.ooooooooooooooo.
first_steps        oooooooooo.ooooooooooooooo.
people             rrrrrrrroo.rrrrrrrrrrrrrrr.
person             rrrrrrrroo.rrrrrrrrrrrrrrr.
reach              rrrrrrrroo.rrrrrrrrrrrrrrr.
person_close       rrrrrrrrro.rrrrrrrrrrrrrrr.
person_leave       rrrrrrrrro.rrrrrrrrrrrrrrr.
person_reopen      rrrrrrrrro.rrrrrrrrrrrrrrr.
person_sessions_end rrrrrrrrro.rrrrrrrrrrrrrrr.
person_factors_reset rrrrrrrrro.rrrrrrrrrrrrrrr.
assignments        rrrrrrrroo.rrrrrrrrrrrrrrr.
assignment_grant   rrrrrrrrro.rrrrrrrrrrrrrrr.
assignments_change rrrrrrrrro.rrrrrrrrrrrrrrr.
exchange           rrrrrrrrro.rrrrrrrrrrrrrrr.
assignments_export rrrrrrrroo.rrrrrrrrrrrrrrr.
assignment_extend  rrrrrrrrro.rrrrrrrrrrrrrrr.
assignment_end     rrrrrrrrro.rrrrrrrrrrrrrrr.
assignment_move    rrrrrrrrro.rrrrrrrrrrrrrrr.
stand_ins          rrrrrrorrr.rrrrrrrrrrrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrrrrrrrrrrr.
stand_in_end       rrrrrrorrr.rrrrrrrrrrrrrrr.
requests           rrrrrroroo.rrrrrrrrrrrrrrr.
access_request     rrrrrroroo.rrrrrrrrrrrrrrr.
request_new        rrrrrrorro.rrrrrrrrrrrrrrr.
request_newcomer   rrrrrrorro.rrrrrrrrrrrrrrr.
request_batch      rrrrrroroo.rrrrrrrrrrrrrrr.
request_batch_approve rrrrrrrrro.rrrrrrrrrrrrrrr.
requests_decide    rrrrrrrrro.rrrrrrrrrrrrrrr.
request_approve    rrrrrrrrro.rrrrrrrrrrrrrrr.
request_refuse     rrrrrrrrro.rrrrrrrrrrrrrrr.
request_withdraw   rrrrrrorro.rrrrrrrrrrrrrrr.
places_exchange    rrrrrrrrro.rrrrrrrrrrrrrrr.
places_export      rrrrrrrroo.rrrrrrrrrrrrrrr.
people_export      rrrrrrrroo.rrrrrrrrrrrrrrr.
requests_export    rrrrrrrroo.rrrrrrrrrrrrrrr.
tokens             rrrrrrrroo.rrrrrrrrrrrrrrr.
token_ask          rrrrrrrrro.rrrrrrrrrrrrrrr.
token_make         rrrrrrrroo.rrrrrrrrrrrrrrr.
token_revoke       rrrrrrrrro.rrrrrrrrrrrrrrr.
places             rrrrrrrroo.rrrrrrrrrrrrrrr.
place              rrrrrrrroo.rrrrrrrrrrrrrrr.
place_add          rrrrrrrrro.rrrrrrrrrrrrrrr.
place_contact      rrrrrrrrro.rrrrrrrrrrrrrrr.
who                rrrrrrrroo.rrrrrrrrrrrrrrr.
review             rrrrrrrroo.rrrrrrrrrrrrrrr.
rights_unused      rrrrrrorro.rrrrrrrrrrrrrrr.
right_unused       rrrrrrorro.rrrrrrrrrrrrrrr.
rights_confirm     rrrrrrorro.rrrrrrrrrrrrrrr.
reviews            rrrrrrrroo.rrrrrrrrrrrrrrr.
review_signed      rrrrrrrroo.rrrrrrrrrrrrrrr.
coverage           rrrrrroroo.rrrrrrrrrrrrrrr.
mine               oooooooooo.ooooooooooooooo.
breaches           rrrrrrrror.rrrrrrrrrrrrrrr.
vacancies          rrrrrrrrrr.rrrrrrrooorrrrr.
vacancies_export   rrrrrrrrrr.rrrrrrrooorrrrr.
vacancy            rrrrrrrrrr.rrrrrrromorrrrr.
vacancy_declare    rrrrrrrrrr.rrrrrrromorrrrr.
vacancy_withdraw   rrrrrrrrrr.rrrrrrromorrrrr.
shortlist          rrrrrrrrrr.rrrrrrromrrrrrr.
shortlist_draw     rrrrrrrrrr.rrrrrrromrrrrrr.
candidate_designate rrrrrrrrrr.rrrrrrromrrrrrr.
candidacy_withdraw rrrrrrrrrr.rrrrrrromrrrrrr.
vacancy_convene    rrrrrrrrrr.rrrrrrromrrrrrr.
candidacy_open     rrrrrrrrrr.rrrrrrroorrrrrr.
candidacy          rrrrrrrrrr.rrrrrrromrrrrrr.
sheet_prepare      rrrrrrrrrr.rrrrrrromrrrrrr.
unit_terms         rrrrrrrrrr.rrrrrrrrrorrrrr.
orientation        rrrrrrrrrr.rrrrrrrrrorrrrr.
vacancy_orient     rrrrrrrrrr.rrrrrrrrrorrrrr.
contingents        rrrrrrrrrr.rrrrrrrrrorrrrr.
contingent         rrrrrrrrrr.rrrrrrrrrorrrrr.
contingent_end     rrrrrrrrrr.rrrrrrrrrorrrrr.
sessions           rrrrrrrrrr.rrrrrrrrrorrrrr.
session_convene    rrrrrrrrrr.rrrrrrrrrorrrrr.
session_seats      rrrrrrrrrr.rrrrrrrrrorrrrr.
session_cancel     rrrrrrrrrr.rrrrrrrrrorrrrr.
seat_release       rrrrrrrrrr.rrrrrrrrrorrrrr.
agenda_remove      rrrrrrrrrr.rrrrrrrrrorrrrr.
own_sessions       rrrrrrrrrr.rrrrrrrrrrrooor.
own_session        rrrrrrrrrr.rrrrrrrrrrrooor.
session_preside    rrrrrrrrrr.rrrrrrrrrrrooor.
session_recuse     rrrrrrrrrr.rrrrrrrrrrrooor.
item_sheets        rrrrrrrrrr.rrrrrrrrrrrooor.
decision_vote      rrrrrrrrrr.rrrrrrrrrrrooor.
session_open       rrrrrrrrrr.rrrrrrrrrrrorrr.
decision_propose   rrrrrrrrrr.rrrrrrrrrrrorrr.
decision_count     rrrrrrrrrr.rrrrrrrrrrrorrr.
item_preside       rrrrrrrrrr.rrrrrrrrrrrooor.
item_carry_over    rrrrrrrrrr.rrrrrrrrrrrorrr.
session_close      rrrrrrrrrr.rrrrrrrrrrrorrr.
minutes_sign       rrrrrrrrrr.rrrrrrrrrrrorrr.
own_contingent     rrrrrrrrrr.rrrrrrrrrrrrrro.
own_vacancy        rrrrrrrrrr.rrrrrrrrrrrrrro.
own_nominate       rrrrrrrrrr.rrrrrrrrrrrrrro.
claims             rrrrrrrror.rrrrrrrrrrrrrrr.
claim              rrrrrrrror.rrrrrrrrrrrrrrr.
claims_to_agree    rrrrrrrrrr.rrrrrrrrrorrrrr.
hand_over          rrrrrrrrrr.rrrrrrromrrrrrr.
hand_overs         rrrooorrrr.rrrrrrrrrrrrrrr.
hand_over_lease    rrrmomrrrr.rrrrrrrrrrrrrrr.
control            rrrrrrrrrr.rrrrrrrrrrrrrrr.
control_exhibit    rrrrrrrrrr.rrrrrrrrrrrrrrr.
control_copy       rrrrrrrrrr.rrrrrrrrrrrrrrr.
control_act        rrrrrrrrrr.rrrrrrrrrrrrrrr.
applications_import rrrrrrrrrr.rrrrrorrrrrrrrr.
import_runs        rrrrrrrrrr.rrrrrorrrrrrrrr.
import_run         rrrrrrrrrr.rrrrrorrrrrrrrr.
import_run_file    rrrrrrrrrr.rrrrrorrrrrrrrr.
imports_watched    rrrrrrrror.rrrrrrrrrrrrrrr.
"""


def expected() -> dict[str, str]:
    table = f"{TABLE.strip()}\n{API_DOORS.strip()}"
    lines = [line.split() for line in table.splitlines() if not line.startswith("#")]
    return dict(lines)


def test_every_door_has_a_row():
    doors = [visit.name for visit in visits()]
    assert len(doors) > 60
    assert {*doors} ^ expected().keys() == set(), "a door without a row in TABLE or API_DOORS, or a row without a door"
    assert len(doors) == len({*doors})
    assert {len(signs) for signs in expected().values()} == {len(PEOPLE)}
    assert set("".join(expected().values())) == set("orim.")


@pytest.mark.parametrize("column", range(len(PEOPLE)), ids=PEOPLE)
def test_each_person_gets_the_expected_outcome_at_every_door(sample_objects, sign_in, column):
    sign_in("noel")  # Signing in writes an audit event, so that the page `trace_event` has an event to show.
    client = sign_in(PEOPLE[column])
    outcomes = {visit.name: sign(client, visit, sample_objects) for visit in visits()}
    assert outcomes == {name: signs[column] for name, signs in expected().items()}


def test_inspector_gets_the_expected_outcome_at_every_door(sample_objects, sign_in):
    sign_in("noel")
    client = sign_in(INSPECTOR)
    outcomes = {visit.name: sign(client, visit, sample_objects) for visit in visits()}
    without_role = PEOPLE.index("noel")
    table = {name: "o" if name in INSPECTED else signs[without_role] for name, signs in expected().items()}
    # `own_question` shows a question to Noël about his use of an account. Only he may read it; the inspector gets 404.
    assert outcomes == table | {"own_question": "m"}


def test_htmx_gets_the_same_outcome_at_every_door(sample_objects, sign_in):
    """Requests by HTMX must get the same responses as other requests.

    For each page and each kind of response to it, one person who gets this response requests the page. The `landlord`
    fixture checks that each response 200 has its audit event.
    """
    sign_in("noel")
    clients = {who: sign_in(who) for who in PEOPLE}
    rows = expected()
    outcomes, wanted = {}, {}
    for visit in visits():
        for mark in sorted({*rows[visit.name]}):
            who = PEOPLE[rows[visit.name].index(mark)]
            wanted[visit.name, who] = mark
            outcomes[visit.name, who] = sign(clients[who], visit, sample_objects, HTMX)
    assert len(outcomes) > 3 * len(rows) - 100
    assert outcomes == wanted


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["browser", "htmx"])
def test_locked_session_passes_no_door(sample_objects, sign_in, headers):
    """With a locked session, every page must redirect to the unlock page, and the API must answer 401.

    Each page is requested by a person who may open it with an unlocked session.
    """
    clients = {visit.who: sign_in(visit.who) for visit in visits()}
    for client in clients.values():
        assert client.post("/entrer/verrouiller/").status_code == 302
    answers = {
        visit.name: visit.ask(clients[visit.who], sample_objects, visit.methods[-1], headers) for visit in visits()
    }
    assert len(answers) >= len(expected())
    opened = {name: answer for name, answer in answers.items() if not is_locked_out(answer)}
    assert opened == {}


def is_locked_out(answer) -> bool:
    if answer.wsgi_request.path.startswith("/api/"):
        return answer.status_code == 401 and answer.json()["code"] == "locked"
    return answer.status_code == 302 and not answer.content and answer["Location"].startswith("/entrer/verrou/")


def sign(client, visit: Visit, sample_objects: SampleObjects, headers: dict[str, str] | None = None) -> str:
    response = visit.ask(client, sample_objects, visit.methods[0], headers)
    if response.status_code == 302 and response["Location"].startswith("/entrer/"):
        return "."
    return SIGNS.get(response.status_code, str(response.status_code))
