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
# aline basile rosa nadia nobody
home               oooooooooo.ooooooooooo.
front_desk         rrrrrrrrrr.rrrrorrrrrr.
identity_check     rrrrrrrrrr.rrrrorrrrrr.
checked_card       rrrrrrrrrr.rrrrorrrrrr.
subject_request_take rrrrrrrrrr.rrrrorrrrrr.
subject_slip       rrrrrrrrrr.rrrrorrrrrr.
subject_requests   rrrrrrrror.rrrrrrrrrrr.
subject_request_new rrrrrrrror.rrrrrrrrrrr.
subject_request    rrrrrrrror.rrrrrrrrrrr.
disclosure         rrrrrrrror.rrrrrrrrrrr.
subject_letter     rrrrrrrror.rrrrrrrrrrr.
subject_extension  rrrrrrrror.rrrrrrrrrrr.
look_defer         rrrrrrrror.rrrrrrrrrrr.
deferrals          rrrrrrrrrr.rrrrrorrrrr.
disclosure_file    rrrrrrrror.rrrrrrrrrrr.
disclosure_json_file rrrrrrrror.rrrrrrrrrrr.
trace              rrrrrrrror.rrrrrrrrrrr.
trace_lines        rrrrrrrror.rrrrrrrrrrr.
trace_account      rrrrrrrror.rrrrrrrrrrr.
trace_event        rrrrrrrror.rrrrrrrrrrr.
trace_person       rrrrrrrror.rrrrrrrrrrr.
exposure           rrrrrrrror.rrrrrrrrrrr.
seal               rrrrrrrror.rrrrrrrrrrr.
evidence           rrrrrrrror.rrrrrrrrrrr.
evidence_person    rrrrrrrror.rrrrrrrrrrr.
own_looks          oooooooooo.ooooooooooo.
own_question       mmmmmmmmmm.mmommmmmmmm.
look_questions     rrrrrrrror.rrrrrorrrrr.
look_question      rrrrrrrror.rrrrrmrrrrr.
look_answers       rrrrrrorrr.rrrrrrrrrrr.
look_answer        rrrrrrorrr.rrrrrrrrrrr.
look_rules         oooooooooo.ooooooooooo.
register           rrrrrrrror.rrrrrrrrrrr.
register_csv_file  rrrrrrrror.rrrrrrrrrrr.
register_json_file rrrrrrrror.rrrrrrrrrrr.
texts              rrrrrrrror.rrrrrrrrrrr.
inspection         rrrrrrrror.rrrrrrrrrrr.
inspection_ask     rrrrrrrror.rrrrrrrrrrr.
inspection_lines   rrrrrrrror.rrrrrrrrrrr.
copies             rrrrrrrror.rrrrrrrrrrr.
inspections_agree  rrrrrrrrrr.rrrrrorrrrr.
inspection_agree   rrrrrrrrrr.rrrrrorrrrr.
intake             rrrrrrrrrr.rrrrrorrrrr.
patrimony          rrroooooro.rrrrrrrrror.
patrimony_sector   rrroooooro.rrrrrrrrror.
patrimony_building rrroooooro.rrrrrrrrror.
walls              rrrrrrorro.rrrrrrrrrrr.
wall_end           rrrrrrorro.rrrrrrrrrrr.
on_call_grant      rrrrrrorrr.rrrrrrrrrrr.
evacuations        oororrorrr.rrrrrrorrrr.
evacuation         omrmrrorrr.rrrrrrorrrr.
emergency          ooroooorrr.rrrrrrorrrr.
emergency_card     omrmmmmrrr.rrrrrrmrrrr.
emergencies        rrrrrrorrr.rrrrrrrrrrr.
emergency_review   rrrrrrorrr.rrrrrrrrrrr.
emergency_notice   rrrrrrorrr.rrrrrrrrrrr.
emergencies_watched rrrrrrrror.rrrrrrrrrrr.
work               rrrooorrrr.rrrrrrrrrrr.
account_turn       rrrooorrrr.rrrrrrrrrrr.
accounts           rrrooorrrr.rrrrrrrrrrr.
accounts_former    rrrooorrrr.rrrrrrrrrrr.
accounts_search    rrrooorrrr.rrrrrrrrrrr.
accounts_export    rrrooorrrr.rrrrrrrrrrr.
account            rrrmomrrrr.rrrrrrrrrrr.
account_purpose    rrrmomrrrr.rrrrrrrrrrr.
entry_review       rrrmomrrrr.rrrrrrrrrrr.
entry_payment      rrrmomrrrr.rrrrrrrrrrr.
entry_charge       rrrmomrrrr.rrrrrrrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrrrrrrr.
entry_reverse      rrrmomrrrr.rrrrrrrrrrr.
write_off          rrrmomrrrr.rrrrrrrrrrr.
account_settle     rrrmomrrrr.rrrrrrrrrrr.
receipts           rrrooorrrr.rrrrrrrrrrr.
account_export     rrrmomrrrr.rrrrrrrrrrr.
account_statement  rrrmomrrrr.rrrrrrrrrrr.
books              rrrrrrrorr.rrrrrrrrrrr.
books_receipts     rrrrrrrorr.rrrrrrrrrrr.
book               rrrrrrrorr.rrrrrrrrrrr.
legal_figures      rrrrrrrrrr.rrrrrrrrror.
vacancies          rrrrrrrrrr.rrrrrrrooor.
vacancy            rrrrrrrrrr.rrrrrrromor.
vacancy_declare    rrrrrrrrrr.rrrrrrromor.
vacancy_withdraw   rrrrrrrrrr.rrrrrrromor.
unit_terms         rrrrrrrrrr.rrrrrrrrror.
orientation        rrrrrrrrrr.rrrrrrrrror.
vacancy_orient     rrrrrrrrrr.rrrrrrrrror.
contingents        rrrrrrrrrr.rrrrrrrrror.
contingent         rrrrrrrrrr.rrrrrrrrror.
contingent_end     rrrrrrrrrr.rrrrrrrrror.
own_contingent     rrrrrrrrrr.rrrrrrrrrro.
own_vacancy        rrrrrrrrrr.rrrrrrrrrro.
applications       rrrrrrrrrr.rrrrrrroorr.
application_open   rrrrrrrrrr.rrrrrrroorr.
application_take   rrrrrrrrrr.rrrrrrroorr.
application_due    rrrrrrrrrr.rrrrrrroorr.
application        rrrrrrrrrr.rrrrrrromrr.
applicant_change   rrrrrrrrrr.rrrrrrromrr.
application_household rrrrrrrrrr.rrrrrrromrr.
application_wishes rrrrrrrrrr.rrrrrrromrr.
application_income rrrrrrrrrr.rrrrrrromrr.
application_documents rrrrrrrrrr.rrrrrrromrr.
application_term   rrrrrrrrrr.rrrrrrromrr.
application_warning rrrrrrrrrr.rrrrrrromrr.
application_letter rrrrrrrrrr.rrrrrrromrr.
applicant_report   rrrrrrrrrr.rrrrrrromrr.
application_close  rrrrrrrrrr.rrrrrrromrr.
application_leave  rrrrrrrrrr.rrrrrrromrr.
buildings          ooroooorrr.rrrrrrrrrrr.
residents_search   ooroooorrr.rrrrrrrrrrr.
building           omrmomorrr.rrrrrrrrrrr.
vacant             omrmomorrr.rrrrrrrrrrr.
reminder_give      rrrmomorrr.rrrrrrrrrrr.
reminder           omrmomorrr.rrrrrrrrrrr.
reminder_door      omrmrrrrrr.rrrrrrrrrrr.
card               omrmomorrr.rrrrrrrrrrr.
card_facts         omrmomorrr.rrrrrrrrrrr.
card_fact          omrmomorrr.rrrrrrrrrrr.
fact_letter        rrrrrrorrr.rrrrrrrrrrr.
dwelling_facts     omrmomorrr.rrrrrrrrrrr.
dwelling_fact      omrmomorrr.rrrrrrrrrrr.
account_facts      rrrmomrrrr.rrrrrrrrrrr.
account_fact       rrrmomrrrr.rrrrrrrrrrr.
account_notes      rrrmomrrrr.rrrrrrrrrrr.
note_reading       rrrmomrrrr.rrrrrrrrrrr.
contests           rrrrrrrror.rrrrrorrrrr.
contest            rrrrrrrror.rrrrrorrrrr.
inheritance        rrrrrroror.rrrrrorrrrr.
certificate        rrrrrrmror.rrrrrorrrrr.
certificate_file   rrrrrrmror.rrrrrorrrrr.
inherited_line     rrrrrroror.rrrrrorrrrr.
contests_agree     rrrrrrorrr.rrrrrrrrrrr.
contest_agree      rrrrrrorrr.rrrrrrrrrrr.
vocabulary         rrrrrrrrrr.rrrrrorrrrr.
vocabulary_add     rrrrrrrrrr.rrrrrorrrrr.
lease              rrrmomrrrr.rrrrrrrrrrr.
lease_notice       rrrmomrrrr.rrrrrrrrrrr.
lease_transfer     rrrmomrrrr.rrrrrrrrrrr.
lease_undo         rrrmomrrrr.rrrrrrrrrrr.
resident_in        rrrmomrrrr.rrrrrrrrrrr.
resident_out       rrrmomrrrr.rrrrrrrrrrr.
representatives    rrrmomrrrr.rrrrrrrrrrr.
discreet           rrrmomrrrr.rrrrrrrrrrr.
identity           rrrmomrrrr.rrrrrrrrrrr.
bank_details       rrrmomrrrr.rrrrrrrrrrr.
lease_new          rrrmomrrrr.rrrrrrrrrrr.
contact_change     rrrmomrrrr.rrrrrrrrrrr.
help_codes         rrrmomrrrr.rrrrrrrrrrr.
building_add       rrrrrrrrro.rrrrrrrrrrr.
recut              rrrrrrrrro.rrrrrrrrrrr.
rules              oooooooooo.ooooooooooo.
people             rrrrrrrroo.rrrrrrrrrrr.
person             rrrrrrrroo.rrrrrrrrrrr.
reach              rrrrrrrroo.rrrrrrrrrrr.
person_close       rrrrrrrrro.rrrrrrrrrrr.
person_leave       rrrrrrrrro.rrrrrrrrrrr.
person_reopen      rrrrrrrrro.rrrrrrrrrrr.
person_sessions_end rrrrrrrrro.rrrrrrrrrrr.
person_factors_reset rrrrrrrrro.rrrrrrrrrrr.
assignments        rrrrrrrroo.rrrrrrrrrrr.
assignment_grant   rrrrrrrrro.rrrrrrrrrrr.
exchange           rrrrrrrrro.rrrrrrrrrrr.
assignments_export rrrrrrrroo.rrrrrrrrrrr.
assignment_extend  rrrrrrrrro.rrrrrrrrrrr.
assignment_end     rrrrrrrrro.rrrrrrrrrrr.
assignment_move    rrrrrrrrro.rrrrrrrrrrr.
stand_ins          rrrrrrorrr.rrrrrrrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrrrrrrr.
stand_in_end       rrrrrrorrr.rrrrrrrrrrr.
requests           rrrrrroroo.rrrrrrrrrrr.
access_request     rrrrrroroo.rrrrrrrrrrr.
request_new        rrrrrrorro.rrrrrrrrrrr.
request_newcomer   rrrrrrorro.rrrrrrrrrrr.
request_batch      rrrrrroroo.rrrrrrrrrrr.
request_batch_approve rrrrrrrrro.rrrrrrrrrrr.
request_approve    rrrrrrrrro.rrrrrrrrrrr.
request_refuse     rrrrrrrrro.rrrrrrrrrrr.
request_withdraw   rrrrrrorro.rrrrrrrrrrr.
places_exchange    rrrrrrrrro.rrrrrrrrrrr.
places_export      rrrrrrrroo.rrrrrrrrrrr.
people_export      rrrrrrrroo.rrrrrrrrrrr.
tokens             rrrrrrrroo.rrrrrrrrrrr.
token_ask          rrrrrrrrro.rrrrrrrrrrr.
token_make         rrrrrrrroo.rrrrrrrrrrr.
token_revoke       rrrrrrrrro.rrrrrrrrrrr.
places             rrrrrrrroo.rrrrrrrrrrr.
place              rrrrrrrroo.rrrrrrrrrrr.
place_add          rrrrrrrrro.rrrrrrrrrrr.
place_contact      rrrrrrrrro.rrrrrrrrrrr.
who                rrrrrrrroo.rrrrrrrrrrr.
review             rrrrrrrroo.rrrrrrrrrrr.
rights_unused      rrrrrrorro.rrrrrrrrrrr.
right_unused       rrrrrrorro.rrrrrrrrrrr.
rights_confirm     rrrrrrorro.rrrrrrrrrrr.
reviews            rrrrrrrroo.rrrrrrrrrrr.
review_signed      rrrrrrrroo.rrrrrrrrrrr.
coverage           rrrrrroroo.rrrrrrrrrrr.
mine               oooooooooo.ooooooooooo.
breaches           rrrrrrrror.rrrrrrrrrrr.
control            rrrrrrrrrr.rrrrrrrrrrr.
control_exhibit    rrrrrrrrrr.rrrrrrrrrrr.
control_copy       rrrrrrrrrr.rrrrrrrrrrr.
control_act        rrrrrrrrrr.rrrrrrrrrrr.
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
