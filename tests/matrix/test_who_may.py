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
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul yann nobody
home               oooooooooo.ooooooo.
front_desk         rrrrrrrrrr.rrrrorr.
identity_check     rrrrrrrrrr.rrrrorr.
checked_card       rrrrrrrrrr.rrrrorr.
subject_request_take rrrrrrrrrr.rrrrorr.
subject_slip       rrrrrrrrrr.rrrrorr.
subject_requests   rrrrrrrror.rrrrrrr.
subject_request_new rrrrrrrror.rrrrrrr.
subject_request    rrrrrrrror.rrrrrrr.
disclosure         rrrrrrrror.rrrrrrr.
subject_letter     rrrrrrrror.rrrrrrr.
subject_extension  rrrrrrrror.rrrrrrr.
look_defer         rrrrrrrror.rrrrrrr.
deferrals          rrrrrrrrrr.rrrrror.
disclosure_file    rrrrrrrror.rrrrrrr.
disclosure_json_file rrrrrrrror.rrrrrrr.
trace              rrrrrrrror.rrrrrrr.
trace_lines        rrrrrrrror.rrrrrrr.
trace_account      rrrrrrrror.rrrrrrr.
trace_event        rrrrrrrror.rrrrrrr.
trace_person       rrrrrrrror.rrrrrrr.
exposure           rrrrrrrror.rrrrrrr.
seal               rrrrrrrror.rrrrrrr.
evidence           rrrrrrrror.rrrrrrr.
evidence_person    rrrrrrrror.rrrrrrr.
own_looks          oooooooooo.ooooooo.
own_question       mmmmmmmmmm.mmommmm.
look_questions     rrrrrrrror.rrrrror.
look_question      rrrrrrrror.rrrrrmr.
look_answers       rrrrrrorrr.rrrrrrr.
look_answer        rrrrrrorrr.rrrrrrr.
look_rules         oooooooooo.ooooooo.
register           rrrrrrrror.rrrrrrr.
register_csv_file  rrrrrrrror.rrrrrrr.
register_json_file rrrrrrrror.rrrrrrr.
texts              rrrrrrrror.rrrrrrr.
inspection         rrrrrrrror.rrrrrrr.
inspection_ask     rrrrrrrror.rrrrrrr.
inspection_lines   rrrrrrrror.rrrrrrr.
copies             rrrrrrrror.rrrrrrr.
inspections_agree  rrrrrrrrrr.rrrrror.
inspection_agree   rrrrrrrrrr.rrrrror.
intake             rrrrrrrrrr.rrrrror.
patrimony          rrroooooro.rrrrrrr.
patrimony_sector   rrroooooro.rrrrrrr.
patrimony_building rrroooooro.rrrrrrr.
walls              rrrrrrorro.rrrrrrr.
wall_end           rrrrrrorro.rrrrrrr.
on_call_grant      rrrrrrorrr.rrrrrrr.
evacuations        oororrorrr.rrrrrro.
evacuation         omrmrrorrr.rrrrrro.
emergency          ooroooorrr.rrrrrro.
emergency_card     omrmmmmrrr.rrrrrrm.
emergencies        rrrrrrorrr.rrrrrrr.
emergency_review   rrrrrrorrr.rrrrrrr.
emergency_notice   rrrrrrorrr.rrrrrrr.
emergencies_watched rrrrrrrror.rrrrrrr.
work               rrrooorrrr.rrrrrrr.
account_turn       rrrooorrrr.rrrrrrr.
accounts           rrrooorrrr.rrrrrrr.
accounts_former    rrrooorrrr.rrrrrrr.
accounts_search    rrrooorrrr.rrrrrrr.
accounts_export    rrrooorrrr.rrrrrrr.
account            rrrmomrrrr.rrrrrrr.
account_purpose    rrrmomrrrr.rrrrrrr.
entry_review       rrrmomrrrr.rrrrrrr.
entry_payment      rrrmomrrrr.rrrrrrr.
entry_charge       rrrmomrrrr.rrrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrrr.
entry_reverse      rrrmomrrrr.rrrrrrr.
write_off          rrrmomrrrr.rrrrrrr.
account_settle     rrrmomrrrr.rrrrrrr.
receipts           rrrooorrrr.rrrrrrr.
account_export     rrrmomrrrr.rrrrrrr.
account_statement  rrrmomrrrr.rrrrrrr.
books              rrrrrrrorr.rrrrrrr.
books_receipts     rrrrrrrorr.rrrrrrr.
book               rrrrrrrorr.rrrrrrr.
buildings          ooroooorrr.rrrrrrr.
residents_search   ooroooorrr.rrrrrrr.
building           omrmomorrr.rrrrrrr.
vacant             omrmomorrr.rrrrrrr.
reminder_give      rrrmomorrr.rrrrrrr.
reminder           omrmomorrr.rrrrrrr.
reminder_door      omrmrrrrrr.rrrrrrr.
card               omrmomorrr.rrrrrrr.
card_facts         omrmomorrr.rrrrrrr.
card_fact          omrmomorrr.rrrrrrr.
fact_letter        rrrrrrorrr.rrrrrrr.
dwelling_facts     omrmomorrr.rrrrrrr.
dwelling_fact      omrmomorrr.rrrrrrr.
account_facts      rrrmomrrrr.rrrrrrr.
account_fact       rrrmomrrrr.rrrrrrr.
account_notes      rrrmomrrrr.rrrrrrr.
note_reading       rrrmomrrrr.rrrrrrr.
contests           rrrrrrrror.rrrrror.
contest            rrrrrrrror.rrrrror.
inheritance        rrrrrroror.rrrrror.
certificate        rrrrrrmror.rrrrror.
certificate_file   rrrrrrmror.rrrrror.
inherited_line     rrrrrroror.rrrrror.
contests_agree     rrrrrrorrr.rrrrrrr.
contest_agree      rrrrrrorrr.rrrrrrr.
vocabulary         rrrrrrrrrr.rrrrror.
vocabulary_add     rrrrrrrrrr.rrrrror.
lease              rrrmomrrrr.rrrrrrr.
lease_notice       rrrmomrrrr.rrrrrrr.
lease_transfer     rrrmomrrrr.rrrrrrr.
lease_undo         rrrmomrrrr.rrrrrrr.
resident_in        rrrmomrrrr.rrrrrrr.
resident_out       rrrmomrrrr.rrrrrrr.
representatives    rrrmomrrrr.rrrrrrr.
discreet           rrrmomrrrr.rrrrrrr.
identity           rrrmomrrrr.rrrrrrr.
bank_details       rrrmomrrrr.rrrrrrr.
lease_new          rrrmomrrrr.rrrrrrr.
contact_change     rrrmomrrrr.rrrrrrr.
help_codes         rrrmomrrrr.rrrrrrr.
building_add       rrrrrrrrro.rrrrrrr.
recut              rrrrrrrrro.rrrrrrr.
rules              oooooooooo.ooooooo.
people             rrrrrrrroo.rrrrrrr.
person             rrrrrrrroo.rrrrrrr.
reach              rrrrrrrroo.rrrrrrr.
person_close       rrrrrrrrro.rrrrrrr.
person_leave       rrrrrrrrro.rrrrrrr.
person_reopen      rrrrrrrrro.rrrrrrr.
person_sessions_end rrrrrrrrro.rrrrrrr.
person_factors_reset rrrrrrrrro.rrrrrrr.
assignments        rrrrrrrroo.rrrrrrr.
assignment_grant   rrrrrrrrro.rrrrrrr.
exchange           rrrrrrrrro.rrrrrrr.
assignments_export rrrrrrrroo.rrrrrrr.
assignment_extend  rrrrrrrrro.rrrrrrr.
assignment_end     rrrrrrrrro.rrrrrrr.
assignment_move    rrrrrrrrro.rrrrrrr.
stand_ins          rrrrrrorrr.rrrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrrr.
stand_in_end       rrrrrrorrr.rrrrrrr.
requests           rrrrrroroo.rrrrrrr.
access_request     rrrrrroroo.rrrrrrr.
request_new        rrrrrrorro.rrrrrrr.
request_newcomer   rrrrrrorro.rrrrrrr.
request_batch      rrrrrroroo.rrrrrrr.
request_batch_approve rrrrrrrrro.rrrrrrr.
request_approve    rrrrrrrrro.rrrrrrr.
request_refuse     rrrrrrrrro.rrrrrrr.
request_withdraw   rrrrrrorro.rrrrrrr.
places_exchange    rrrrrrrrro.rrrrrrr.
places_export      rrrrrrrroo.rrrrrrr.
people_export      rrrrrrrroo.rrrrrrr.
tokens             rrrrrrrroo.rrrrrrr.
token_ask          rrrrrrrrro.rrrrrrr.
token_make         rrrrrrrroo.rrrrrrr.
token_revoke       rrrrrrrrro.rrrrrrr.
places             rrrrrrrroo.rrrrrrr.
place              rrrrrrrroo.rrrrrrr.
place_add          rrrrrrrrro.rrrrrrr.
place_contact      rrrrrrrrro.rrrrrrr.
who                rrrrrrrroo.rrrrrrr.
review             rrrrrrrroo.rrrrrrr.
rights_unused      rrrrrrorro.rrrrrrr.
right_unused       rrrrrrorro.rrrrrrr.
rights_confirm     rrrrrrorro.rrrrrrr.
reviews            rrrrrrrroo.rrrrrrr.
review_signed      rrrrrrrroo.rrrrrrr.
coverage           rrrrrroroo.rrrrrrr.
mine               oooooooooo.ooooooo.
breaches           rrrrrrrror.rrrrrrr.
control            rrrrrrrrrr.rrrrrrr.
control_exhibit    rrrrrrrrrr.rrrrrrr.
control_copy       rrrrrrrrrr.rrrrrrr.
control_act        rrrrrrrrrr.rrrrrrr.
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
