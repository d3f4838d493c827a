"""A table of the response that every person must get from every page and API endpoint.

Its letters are: "o" the page opens; "r" 403, the person lacks the permission; "m" 404, the person may not see the
object; "." redirect to the sign-in page (401 in the API). The requested objects are in the building Glycines A
(tests/sample_objects.py). A new page or endpoint needs a row.
"""

import pytest

from tests.matrix.api_doors import TABLE as API_DOORS
from tests.sample_objects import SampleObjects
from tests.visits import Visit, visits
from tests.world import CAST

pytestmark = pytest.mark.usefixtures("unkept")

# The inspector has no column in the table. She may open the pages in INSPECTED, and is otherwise without a role.
INSPECTOR = "simone"
PEOPLE = [*(name for name in CAST if name != INSPECTOR), "nobody"]
INSPECTED = {"control", "control_exhibit", "control_copy", "control_act", "evidence", "evidence_person"}
HTMX = {"HX-Request": "true"}
SIGNS = {200: "o", 201: "o", 302: "o", 401: ".", 403: "r", 404: "m"}

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann
# aline basile rosa sacha nadia nobody
home               oooooooooo.oooooooooooo.
front_desk         rrrrrrrrrr.rrrrorrrrrrr.
identity_check     rrrrrrrrrr.rrrrorrrrrrr.
checked_card       rrrrrrrrrr.rrrrorrrrrrr.
subject_request_take rrrrrrrrrr.rrrrorrrrrrr.
subject_slip       rrrrrrrrrr.rrrrorrrrrrr.
subject_requests   rrrrrrrror.rrrrrrrrrrrr.
subject_request_new rrrrrrrror.rrrrrrrrrrrr.
subject_request    rrrrrrrror.rrrrrrrrrrrr.
disclosure         rrrrrrrror.rrrrrrrrrrrr.
subject_letter     rrrrrrrror.rrrrrrrrrrrr.
subject_extension  rrrrrrrror.rrrrrrrrrrrr.
look_defer         rrrrrrrror.rrrrrrrrrrrr.
deferrals          rrrrrrrrrr.rrrrrorrrrrr.
disclosure_file    rrrrrrrror.rrrrrrrrrrrr.
disclosure_json_file rrrrrrrror.rrrrrrrrrrrr.
trace              rrrrrrrror.rrrrrrrrrrrr.
trace_lines        rrrrrrrror.rrrrrrrrrrrr.
trace_account      rrrrrrrror.rrrrrrrrrrrr.
trace_event        rrrrrrrror.rrrrrrrrrrrr.
trace_person       rrrrrrrror.rrrrrrrrrrrr.
exposure           rrrrrrrror.rrrrrrrrrrrr.
seal               rrrrrrrror.rrrrrrrrrrrr.
evidence           rrrrrrrror.rrrrrrrrrrrr.
evidence_person    rrrrrrrror.rrrrrrrrrrrr.
own_looks          oooooooooo.oooooooooooo.
own_question       mmmmmmmmmm.mmommmmmmmmm.
look_questions     rrrrrrrror.rrrrrorrrrrr.
look_question      rrrrrrrror.rrrrrmrrrrrr.
look_answers       rrrrrrorrr.rrrrrrrrrrrr.
look_answer        rrrrrrorrr.rrrrrrrrrrrr.
look_rules         oooooooooo.oooooooooooo.
register           rrrrrrrror.rrrrrrrrrrrr.
register_csv_file  rrrrrrrror.rrrrrrrrrrrr.
register_json_file rrrrrrrror.rrrrrrrrrrrr.
texts              rrrrrrrror.rrrrrrrrrrrr.
inspection         rrrrrrrror.rrrrrrrrrrrr.
inspection_ask     rrrrrrrror.rrrrrrrrrrrr.
inspection_lines   rrrrrrrror.rrrrrrrrrrrr.
copies             rrrrrrrror.rrrrrrrrrrrr.
inspections_agree  rrrrrrrrrr.rrrrrorrrrrr.
inspection_agree   rrrrrrrrrr.rrrrrorrrrrr.
intake             rrrrrrrrrr.rrrrrorrrrrr.
patrimony          rrroooooro.rrrrrrrrrorr.
patrimony_sector   rrroooooro.rrrrrrrrrorr.
patrimony_building rrroooooro.rrrrrrrrrorr.
walls              rrrrrrorro.rrrrrrrrrrrr.
wall_end           rrrrrrorro.rrrrrrrrrrrr.
on_call_grant      rrrrrrorrr.rrrrrrrrrrrr.
evacuations        oororrorrr.rrrrrrorrrrr.
evacuation         omrmrrorrr.rrrrrrorrrrr.
emergency          ooroooorrr.rrrrrrorrrrr.
emergency_card     omrmmmmrrr.rrrrrrmrrrrr.
emergencies        rrrrrrorrr.rrrrrrrrrrrr.
emergency_review   rrrrrrorrr.rrrrrrrrrrrr.
emergency_notice   rrrrrrorrr.rrrrrrrrrrrr.
emergencies_watched rrrrrrrror.rrrrrrrrrrrr.
work               rrrooorrrr.rrrrrrrrrrrr.
account_turn       rrrooorrrr.rrrrrrrrrrrr.
accounts           rrrooorrrr.rrrrrrrrrrrr.
accounts_former    rrrooorrrr.rrrrrrrrrrrr.
accounts_search    rrrooorrrr.rrrrrrrrrrrr.
accounts_export    rrrooorrrr.rrrrrrrrrrrr.
account            rrrmomrrrr.rrrrrrrrrrrr.
account_purpose    rrrmomrrrr.rrrrrrrrrrrr.
entry_review       rrrmomrrrr.rrrrrrrrrrrr.
entry_payment      rrrmomrrrr.rrrrrrrrrrrr.
entry_charge       rrrmomrrrr.rrrrrrrrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrrrrrrrr.
entry_reverse      rrrmomrrrr.rrrrrrrrrrrr.
write_off          rrrmomrrrr.rrrrrrrrrrrr.
account_settle     rrrmomrrrr.rrrrrrrrrrrr.
receipts           rrrooorrrr.rrrrrrrrrrrr.
account_export     rrrmomrrrr.rrrrrrrrrrrr.
account_statement  rrrmomrrrr.rrrrrrrrrrrr.
books              rrrrrrrorr.rrrrrrrrrrrr.
books_receipts     rrrrrrrorr.rrrrrrrrrrrr.
book               rrrrrrrorr.rrrrrrrrrrrr.
legal_figures      rrrrrrrrrr.rrrrrrrrrorr.
ceilings           rrrrrrrrrr.rrrrrrrrrorr.
grids              rrrrrrrrrr.rrrrrrrrrorr.
quotas             rrrrrrrrrr.rrrrrrrrrorrrrr.
fairness           rrrrrrrrrr.rrrrrrrrrorrrrr.
fairness_review    rrrrrrrror.rrrrrrrrrrrrrrr.
allocation_report  rrrrrrrrrr.rrrrrrrrrorrrrr.
allocation_report_file rrrrrrrrrr.rrrrrrrrrorrrrr.
grid_draft         rrrrrrrrrr.rrrrrrrrrorr.
grid_trial         rrrrrrrrrr.rrrrrrrrrorr.
grid_adopt         rrrrrrrrrr.rrrrrrrrrorr.
ground_cases       rrrrrrrrrr.rrrrrrrrrror.
ground_case_take   rrrrrrrrrr.rrrrrrrrrror.
ground_case        rrrrrrrrrr.rrrrrrrrrror.
ground_letter      rrrrrrrrrr.rrrrrrrrrror.
applications       rrrrrrrrrr.rrrrrrroorrr.
application_open   rrrrrrrrrr.rrrrrrroorrr.
application_take   rrrrrrrrrr.rrrrrrroorrr.
application_due    rrrrrrrrrr.rrrrrrroorrr.
application        rrrrrrrrrr.rrrrrrromrrr.
applicant_change   rrrrrrrrrr.rrrrrrromrrr.
application_household rrrrrrrrrr.rrrrrrromrrr.
application_wishes rrrrrrrrrr.rrrrrrromrrr.
application_income rrrrrrrrrr.rrrrrrromrrr.
application_documents rrrrrrrrrr.rrrrrrromrrr.
application_priorities rrrrrrrrrr.rrrrrrromrrr.
application_conditions rrrrrrrrrr.rrrrrrromrrr.
application_term   rrrrrrrrrr.rrrrrrromrrr.
application_warning rrrrrrrrrr.rrrrrrromrrr.
application_letter rrrrrrrrrr.rrrrrrromrrr.
applicant_report   rrrrrrrrrr.rrrrrrromrrr.
candidacy_letter   rrrrrrrrrr.rrrrrrromrrr.
offer_send         rrrrrrrrrr.rrrrrrromrrr.
offer_notify       rrrrrrrrrr.rrrrrrromrrr.
offer_answer       rrrrrrrrrr.rrrrrrromrrr.
application_close  rrrrrrrrrr.rrrrrrromrrr.
application_leave  rrrrrrrrrr.rrrrrrromrrr.
buildings          ooroooorrr.rrrrrrrrrrrr.
residents_search   ooroooorrr.rrrrrrrrrrrr.
building           omrmomorrr.rrrrrrrrrrrr.
vacant             omrmomorrr.rrrrrrrrrrrr.
reminder_give      rrrmomorrr.rrrrrrrrrrrr.
reminder           omrmomorrr.rrrrrrrrrrrr.
reminder_door      omrmrrrrrr.rrrrrrrrrrrr.
card               omrmomorrr.rrrrrrrrrrrr.
card_facts         omrmomorrr.rrrrrrrrrrrr.
card_fact          omrmomorrr.rrrrrrrrrrrr.
fact_letter        rrrrrrorrr.rrrrrrrrrrrr.
dwelling_facts     omrmomorrr.rrrrrrrrrrrr.
dwelling_fact      omrmomorrr.rrrrrrrrrrrr.
account_facts      rrrmomrrrr.rrrrrrrrrrrr.
account_fact       rrrmomrrrr.rrrrrrrrrrrr.
account_notes      rrrmomrrrr.rrrrrrrrrrrr.
note_reading       rrrmomrrrr.rrrrrrrrrrrr.
contests           rrrrrrrror.rrrrrorrrrrr.
contest            rrrrrrrror.rrrrrorrrrrr.
inheritance        rrrrrroror.rrrrrorrrrrr.
certificate        rrrrrrmror.rrrrrorrrrrr.
certificate_file   rrrrrrmror.rrrrrorrrrrr.
inherited_line     rrrrrroror.rrrrrorrrrrr.
contests_agree     rrrrrrorrr.rrrrrrrrrrrr.
contest_agree      rrrrrrorrr.rrrrrrrrrrrr.
vocabulary         rrrrrrrrrr.rrrrrorrrrrr.
vocabulary_add     rrrrrrrrrr.rrrrrorrrrrr.
lease              rrrmomrrrr.rrrrrrrrrrrr.
lease_notice       rrrmomrrrr.rrrrrrrrrrrr.
lease_transfer     rrrmomrrrr.rrrrrrrrrrrr.
lease_undo         rrrmomrrrr.rrrrrrrrrrrr.
resident_in        rrrmomrrrr.rrrrrrrrrrrr.
resident_out       rrrmomrrrr.rrrrrrrrrrrr.
representatives    rrrmomrrrr.rrrrrrrrrrrr.
discreet           rrrmomrrrr.rrrrrrrrrrrr.
identity           rrrmomrrrr.rrrrrrrrrrrr.
bank_details       rrrmomrrrr.rrrrrrrrrrrr.
lease_new          rrrmomrrrr.rrrrrrrrrrrr.
contact_change     rrrmomrrrr.rrrrrrrrrrrr.
help_codes         rrrmomrrrr.rrrrrrrrrrrr.
building_add       rrrrrrrrro.rrrrrrrrrrrr.
recut              rrrrrrrrro.rrrrrrrrrrrr.
rules              oooooooooo.oooooooooooo.
people             rrrrrrrroo.rrrrrrrrrrrr.
person             rrrrrrrroo.rrrrrrrrrrrr.
reach              rrrrrrrroo.rrrrrrrrrrrr.
person_close       rrrrrrrrro.rrrrrrrrrrrr.
person_leave       rrrrrrrrro.rrrrrrrrrrrr.
person_reopen      rrrrrrrrro.rrrrrrrrrrrr.
person_sessions_end rrrrrrrrro.rrrrrrrrrrrr.
person_factors_reset rrrrrrrrro.rrrrrrrrrrrr.
assignments        rrrrrrrroo.rrrrrrrrrrrr.
assignment_grant   rrrrrrrrro.rrrrrrrrrrrr.
exchange           rrrrrrrrro.rrrrrrrrrrrr.
assignments_export rrrrrrrroo.rrrrrrrrrrrr.
assignment_extend  rrrrrrrrro.rrrrrrrrrrrr.
assignment_end     rrrrrrrrro.rrrrrrrrrrrr.
assignment_move    rrrrrrrrro.rrrrrrrrrrrr.
stand_ins          rrrrrrorrr.rrrrrrrrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrrrrrrrr.
stand_in_end       rrrrrrorrr.rrrrrrrrrrrr.
requests           rrrrrroroo.rrrrrrrrrrrr.
access_request     rrrrrroroo.rrrrrrrrrrrr.
request_new        rrrrrrorro.rrrrrrrrrrrr.
request_newcomer   rrrrrrorro.rrrrrrrrrrrr.
request_batch      rrrrrroroo.rrrrrrrrrrrr.
request_batch_approve rrrrrrrrro.rrrrrrrrrrrr.
request_approve    rrrrrrrrro.rrrrrrrrrrrr.
request_refuse     rrrrrrrrro.rrrrrrrrrrrr.
request_withdraw   rrrrrrorro.rrrrrrrrrrrr.
places_exchange    rrrrrrrrro.rrrrrrrrrrrr.
places_export      rrrrrrrroo.rrrrrrrrrrrr.
people_export      rrrrrrrroo.rrrrrrrrrrrr.
tokens             rrrrrrrroo.rrrrrrrrrrrr.
token_ask          rrrrrrrrro.rrrrrrrrrrrr.
token_make         rrrrrrrroo.rrrrrrrrrrrr.
token_revoke       rrrrrrrrro.rrrrrrrrrrrr.
places             rrrrrrrroo.rrrrrrrrrrrr.
place              rrrrrrrroo.rrrrrrrrrrrr.
place_add          rrrrrrrrro.rrrrrrrrrrrr.
place_contact      rrrrrrrrro.rrrrrrrrrrrr.
who                rrrrrrrroo.rrrrrrrrrrrr.
review             rrrrrrrroo.rrrrrrrrrrrr.
rights_unused      rrrrrrorro.rrrrrrrrrrrr.
right_unused       rrrrrrorro.rrrrrrrrrrrr.
rights_confirm     rrrrrrorro.rrrrrrrrrrrr.
reviews            rrrrrrrroo.rrrrrrrrrrrr.
review_signed      rrrrrrrroo.rrrrrrrrrrrr.
coverage           rrrrrroroo.rrrrrrrrrrrr.
mine               oooooooooo.oooooooooooo.
breaches           rrrrrrrror.rrrrrrrrrrrr.
vacancies          rrrrrrrrrr.rrrrrrrooorr.
vacancy            rrrrrrrrrr.rrrrrrromorr.
vacancy_declare    rrrrrrrrrr.rrrrrrromorr.
vacancy_withdraw   rrrrrrrrrr.rrrrrrromorr.
shortlist          rrrrrrrrrr.rrrrrrromrrr.
shortlist_draw     rrrrrrrrrr.rrrrrrromrrr.
candidate_designate rrrrrrrrrr.rrrrrrromrrr.
candidacy_withdraw rrrrrrrrrr.rrrrrrromrrr.
vacancy_convene    rrrrrrrrrr.rrrrrrromrrr.
candidacy_open     rrrrrrrrrr.rrrrrrroorrr.
candidacy          rrrrrrrrrr.rrrrrrromrrr.
sheet_prepare      rrrrrrrrrr.rrrrrrromrrr.
unit_terms         rrrrrrrrrr.rrrrrrrrrorr.
orientation        rrrrrrrrrr.rrrrrrrrrorr.
vacancy_orient     rrrrrrrrrr.rrrrrrrrrorr.
contingents        rrrrrrrrrr.rrrrrrrrrorr.
contingent         rrrrrrrrrr.rrrrrrrrrorr.
contingent_end     rrrrrrrrrr.rrrrrrrrrorr.
sessions           rrrrrrrrrr.rrrrrrrrrorrrrr.
session_convene    rrrrrrrrrr.rrrrrrrrrorrrrr.
session_seats      rrrrrrrrrr.rrrrrrrrrorrrrr.
own_sessions       rrrrrrrrrr.rrrrrrrrrrrooor.
own_session        rrrrrrrrrr.rrrrrrrrrrrooor.
session_recuse     rrrrrrrrrr.rrrrrrrrrrrooor.
item_sheets        rrrrrrrrrr.rrrrrrrrrrrooor.
decision_vote      rrrrrrrrrr.rrrrrrrrrrrooor.
session_open       rrrrrrrrrr.rrrrrrrrrrrorrr.
decision_propose   rrrrrrrrrr.rrrrrrrrrrrorrr.
decision_count     rrrrrrrrrr.rrrrrrrrrrrorrr.
session_close      rrrrrrrrrr.rrrrrrrrrrrorrr.
minutes_sign       rrrrrrrrrr.rrrrrrrrrrrorrr.
own_contingent     rrrrrrrrrr.rrrrrrrrrrro.
own_vacancy        rrrrrrrrrr.rrrrrrrrrrro.
own_nominate       rrrrrrrrrr.rrrrrrrrrrrrrro.
hand_over          rrrrrrrrrr.rrrrrrromrrrrrr.
hand_overs         rrrooorrrr.rrrrrrrrrrrrrrr.
hand_over_lease    rrrmomrrrr.rrrrrrrrrrrrrrr.
control            rrrrrrrrrr.rrrrrrrrrrrr.
control_exhibit    rrrrrrrrrr.rrrrrrrrrrrr.
control_copy       rrrrrrrrrr.rrrrrrrrrrrr.
control_act        rrrrrrrrrr.rrrrrrrrrrrr.
applications_import rrrrrrrrrr.rrrrrorrrrrr.
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
    assert set("".join(expected().values())) == set("orm.")


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

    For each letter in a row of the table, one person with this letter requests the page. The `landlord` fixture checks
    that each response 200 has its audit event.
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
