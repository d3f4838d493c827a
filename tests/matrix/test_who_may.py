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
# aline basile rosa nobody
home               oooooooooo.oooooooooo.
front_desk         rrrrrrrrrr.rrrrorrrrr.
identity_check     rrrrrrrrrr.rrrrorrrrr.
checked_card       rrrrrrrrrr.rrrrorrrrr.
subject_request_take rrrrrrrrrr.rrrrorrrrr.
subject_slip       rrrrrrrrrr.rrrrorrrrr.
subject_requests   rrrrrrrror.rrrrrrrrrr.
subject_request_new rrrrrrrror.rrrrrrrrrr.
subject_request    rrrrrrrror.rrrrrrrrrr.
disclosure         rrrrrrrror.rrrrrrrrrr.
subject_letter     rrrrrrrror.rrrrrrrrrr.
subject_extension  rrrrrrrror.rrrrrrrrrr.
look_defer         rrrrrrrror.rrrrrrrrrr.
deferrals          rrrrrrrrrr.rrrrrorrrr.
disclosure_file    rrrrrrrror.rrrrrrrrrr.
disclosure_json_file rrrrrrrror.rrrrrrrrrr.
trace              rrrrrrrror.rrrrrrrrrr.
trace_lines        rrrrrrrror.rrrrrrrrrr.
trace_account      rrrrrrrror.rrrrrrrrrr.
trace_event        rrrrrrrror.rrrrrrrrrr.
trace_person       rrrrrrrror.rrrrrrrrrr.
exposure           rrrrrrrror.rrrrrrrrrr.
seal               rrrrrrrror.rrrrrrrrrr.
evidence           rrrrrrrror.rrrrrrrrrr.
evidence_person    rrrrrrrror.rrrrrrrrrr.
own_looks          oooooooooo.oooooooooo.
own_question       mmmmmmmmmm.mmommmmmmm.
look_questions     rrrrrrrror.rrrrrorrrr.
look_question      rrrrrrrror.rrrrrmrrrr.
look_answers       rrrrrrorrr.rrrrrrrrrr.
look_answer        rrrrrrorrr.rrrrrrrrrr.
look_rules         oooooooooo.oooooooooo.
register           rrrrrrrror.rrrrrrrrrr.
register_csv_file  rrrrrrrror.rrrrrrrrrr.
register_json_file rrrrrrrror.rrrrrrrrrr.
texts              rrrrrrrror.rrrrrrrrrr.
inspection         rrrrrrrror.rrrrrrrrrr.
inspection_ask     rrrrrrrror.rrrrrrrrrr.
inspection_lines   rrrrrrrror.rrrrrrrrrr.
copies             rrrrrrrror.rrrrrrrrrr.
inspections_agree  rrrrrrrrrr.rrrrrorrrr.
inspection_agree   rrrrrrrrrr.rrrrrorrrr.
intake             rrrrrrrrrr.rrrrrorrrr.
patrimony          rrroooooro.rrrrrrrrro.
patrimony_sector   rrroooooro.rrrrrrrrro.
patrimony_building rrroooooro.rrrrrrrrro.
walls              rrrrrrorro.rrrrrrrrrr.
wall_end           rrrrrrorro.rrrrrrrrrr.
on_call_grant      rrrrrrorrr.rrrrrrrrrr.
evacuations        oororrorrr.rrrrrrorrr.
evacuation         omrmrrorrr.rrrrrrorrr.
emergency          ooroooorrr.rrrrrrorrr.
emergency_card     omrmmmmrrr.rrrrrrmrrr.
emergencies        rrrrrrorrr.rrrrrrrrrr.
emergency_review   rrrrrrorrr.rrrrrrrrrr.
emergency_notice   rrrrrrorrr.rrrrrrrrrr.
emergencies_watched rrrrrrrror.rrrrrrrrrr.
work               rrrooorrrr.rrrrrrrrrr.
account_turn       rrrooorrrr.rrrrrrrrrr.
accounts           rrrooorrrr.rrrrrrrrrr.
accounts_former    rrrooorrrr.rrrrrrrrrr.
accounts_search    rrrooorrrr.rrrrrrrrrr.
accounts_export    rrrooorrrr.rrrrrrrrrr.
account            rrrmomrrrr.rrrrrrrrrr.
account_purpose    rrrmomrrrr.rrrrrrrrrr.
entry_review       rrrmomrrrr.rrrrrrrrrr.
entry_payment      rrrmomrrrr.rrrrrrrrrr.
entry_charge       rrrmomrrrr.rrrrrrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrrrrrr.
entry_reverse      rrrmomrrrr.rrrrrrrrrr.
write_off          rrrmomrrrr.rrrrrrrrrr.
account_settle     rrrmomrrrr.rrrrrrrrrr.
receipts           rrrooorrrr.rrrrrrrrrr.
account_export     rrrmomrrrr.rrrrrrrrrr.
account_statement  rrrmomrrrr.rrrrrrrrrr.
books              rrrrrrrorr.rrrrrrrrrr.
books_receipts     rrrrrrrorr.rrrrrrrrrr.
book               rrrrrrrorr.rrrrrrrrrr.
legal_figures      rrrrrrrrrr.rrrrrrrrro.
applications       rrrrrrrrrr.rrrrrrroor.
application_open   rrrrrrrrrr.rrrrrrroor.
application_take   rrrrrrrrrr.rrrrrrroor.
application_due    rrrrrrrrrr.rrrrrrroor.
application        rrrrrrrrrr.rrrrrrromr.
applicant_change   rrrrrrrrrr.rrrrrrromr.
application_household rrrrrrrrrr.rrrrrrromr.
application_wishes rrrrrrrrrr.rrrrrrromr.
application_income rrrrrrrrrr.rrrrrrromr.
application_documents rrrrrrrrrr.rrrrrrromr.
application_term   rrrrrrrrrr.rrrrrrromr.
application_warning rrrrrrrrrr.rrrrrrromr.
application_letter rrrrrrrrrr.rrrrrrromr.
applicant_report   rrrrrrrrrr.rrrrrrromr.
application_close  rrrrrrrrrr.rrrrrrromr.
application_leave  rrrrrrrrrr.rrrrrrromr.
buildings          ooroooorrr.rrrrrrrrrr.
residents_search   ooroooorrr.rrrrrrrrrr.
building           omrmomorrr.rrrrrrrrrr.
vacant             omrmomorrr.rrrrrrrrrr.
reminder_give      rrrmomorrr.rrrrrrrrrr.
reminder           omrmomorrr.rrrrrrrrrr.
reminder_door      omrmrrrrrr.rrrrrrrrrr.
card               omrmomorrr.rrrrrrrrrr.
card_facts         omrmomorrr.rrrrrrrrrr.
card_fact          omrmomorrr.rrrrrrrrrr.
fact_letter        rrrrrrorrr.rrrrrrrrrr.
dwelling_facts     omrmomorrr.rrrrrrrrrr.
dwelling_fact      omrmomorrr.rrrrrrrrrr.
account_facts      rrrmomrrrr.rrrrrrrrrr.
account_fact       rrrmomrrrr.rrrrrrrrrr.
account_notes      rrrmomrrrr.rrrrrrrrrr.
note_reading       rrrmomrrrr.rrrrrrrrrr.
contests           rrrrrrrror.rrrrrorrrr.
contest            rrrrrrrror.rrrrrorrrr.
inheritance        rrrrrroror.rrrrrorrrr.
certificate        rrrrrrmror.rrrrrorrrr.
certificate_file   rrrrrrmror.rrrrrorrrr.
inherited_line     rrrrrroror.rrrrrorrrr.
contests_agree     rrrrrrorrr.rrrrrrrrrr.
contest_agree      rrrrrrorrr.rrrrrrrrrr.
vocabulary         rrrrrrrrrr.rrrrrorrrr.
vocabulary_add     rrrrrrrrrr.rrrrrorrrr.
lease              rrrmomrrrr.rrrrrrrrrr.
lease_notice       rrrmomrrrr.rrrrrrrrrr.
lease_transfer     rrrmomrrrr.rrrrrrrrrr.
lease_undo         rrrmomrrrr.rrrrrrrrrr.
resident_in        rrrmomrrrr.rrrrrrrrrr.
resident_out       rrrmomrrrr.rrrrrrrrrr.
representatives    rrrmomrrrr.rrrrrrrrrr.
discreet           rrrmomrrrr.rrrrrrrrrr.
identity           rrrmomrrrr.rrrrrrrrrr.
bank_details       rrrmomrrrr.rrrrrrrrrr.
lease_new          rrrmomrrrr.rrrrrrrrrr.
contact_change     rrrmomrrrr.rrrrrrrrrr.
help_codes         rrrmomrrrr.rrrrrrrrrr.
building_add       rrrrrrrrro.rrrrrrrrrr.
recut              rrrrrrrrro.rrrrrrrrrr.
rules              oooooooooo.oooooooooo.
people             rrrrrrrroo.rrrrrrrrrr.
person             rrrrrrrroo.rrrrrrrrrr.
reach              rrrrrrrroo.rrrrrrrrrr.
person_close       rrrrrrrrro.rrrrrrrrrr.
person_leave       rrrrrrrrro.rrrrrrrrrr.
person_reopen      rrrrrrrrro.rrrrrrrrrr.
person_sessions_end rrrrrrrrro.rrrrrrrrrr.
person_factors_reset rrrrrrrrro.rrrrrrrrrr.
assignments        rrrrrrrroo.rrrrrrrrrr.
assignment_grant   rrrrrrrrro.rrrrrrrrrr.
exchange           rrrrrrrrro.rrrrrrrrrr.
assignments_export rrrrrrrroo.rrrrrrrrrr.
assignment_extend  rrrrrrrrro.rrrrrrrrrr.
assignment_end     rrrrrrrrro.rrrrrrrrrr.
assignment_move    rrrrrrrrro.rrrrrrrrrr.
stand_ins          rrrrrrorrr.rrrrrrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrrrrrr.
stand_in_end       rrrrrrorrr.rrrrrrrrrr.
requests           rrrrrroroo.rrrrrrrrrr.
access_request     rrrrrroroo.rrrrrrrrrr.
request_new        rrrrrrorro.rrrrrrrrrr.
request_newcomer   rrrrrrorro.rrrrrrrrrr.
request_batch      rrrrrroroo.rrrrrrrrrr.
request_batch_approve rrrrrrrrro.rrrrrrrrrr.
request_approve    rrrrrrrrro.rrrrrrrrrr.
request_refuse     rrrrrrrrro.rrrrrrrrrr.
request_withdraw   rrrrrrorro.rrrrrrrrrr.
places_exchange    rrrrrrrrro.rrrrrrrrrr.
places_export      rrrrrrrroo.rrrrrrrrrr.
people_export      rrrrrrrroo.rrrrrrrrrr.
tokens             rrrrrrrroo.rrrrrrrrrr.
token_ask          rrrrrrrrro.rrrrrrrrrr.
token_make         rrrrrrrroo.rrrrrrrrrr.
token_revoke       rrrrrrrrro.rrrrrrrrrr.
places             rrrrrrrroo.rrrrrrrrrr.
place              rrrrrrrroo.rrrrrrrrrr.
place_add          rrrrrrrrro.rrrrrrrrrr.
place_contact      rrrrrrrrro.rrrrrrrrrr.
who                rrrrrrrroo.rrrrrrrrrr.
review             rrrrrrrroo.rrrrrrrrrr.
rights_unused      rrrrrrorro.rrrrrrrrrr.
right_unused       rrrrrrorro.rrrrrrrrrr.
rights_confirm     rrrrrrorro.rrrrrrrrrr.
reviews            rrrrrrrroo.rrrrrrrrrr.
review_signed      rrrrrrrroo.rrrrrrrrrr.
coverage           rrrrrroroo.rrrrrrrrrr.
mine               oooooooooo.oooooooooo.
breaches           rrrrrrrror.rrrrrrrrrr.
control            rrrrrrrrrr.rrrrrrrrrr.
control_exhibit    rrrrrrrrrr.rrrrrrrrrr.
control_copy       rrrrrrrrrr.rrrrrrrrrr.
control_act        rrrrrrrrrr.rrrrrrrrrr.
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
