"""People x doors x outcome, the whole table on one page. The refused are neighbours of the allowed, never strangers.

    o opens   r 403, the role does not do this   m 404, outside one's world   . sent to sign in

The objects asked for are those of Glycines A and its people (tests/known.py). Whoever adds a door adds its line.
"""

import pytest

from tests.known import Known
from tests.matrix.api_doors import TABLE as API_DOORS
from tests.visits import Visit, visits
from tests.world import CAST

PEOPLE = [*CAST, "nobody"]
SIGNS = {200: "o", 201: "o", 302: "o", 401: ".", 403: "r", 404: "m"}

TABLE = """
# by column: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola paul nobody
home               oooooooooo.oooooo.
front_desk         rrrrrrrrrr.rrrror.
identity_check     rrrrrrrrrr.rrrror.
checked_card       rrrrrrrrrr.rrrror.
subject_request_take rrrrrrrrrr.rrrror.
subject_requests   rrrrrrrror.rrrrrr.
subject_request_new rrrrrrrror.rrrrrr.
subject_request    rrrrrrrror.rrrrrr.
disclosure         rrrrrrrror.rrrrrr.
subject_letter     rrrrrrrror.rrrrrr.
subject_figures    oooooooooo.oooooo.
look_defer         rrrrrrrror.rrrrrr.
deferrals          rrrrrrrrrr.rrrrro.
disclosure_file    rrrrrrrror.rrrrrr.
disclosure_json_file rrrrrrrror.rrrrrr.
trace              rrrrrrrror.rrrrrr.
trace_lines        rrrrrrrror.rrrrrr.
trace_account      rrrrrrrror.rrrrrr.
trace_event        rrrrrrrror.rrrrrr.
trace_person       rrrrrrrror.rrrrrr.
seal               rrrrrrrror.rrrrrr.
own_looks          oooooooooo.oooooo.
register           rrrrrrrror.rrrrrr.
register_csv_file  rrrrrrrror.rrrrrr.
register_json_file rrrrrrrror.rrrrrr.
texts              rrrrrrrror.rrrrrr.
inspection         rrrrrrrror.rrrrrr.
inspection_ask     rrrrrrrror.rrrrrr.
inspection_lines   rrrrrrrror.rrrrrr.
inspections_agree  rrrrrrrrrr.rrrrro.
inspection_agree   rrrrrrrrrr.rrrrro.
intake             rrrrrrrrrr.rrrrro.
patrimony          rrroooooro.rrrrrr.
patrimony_sector   rrroooooro.rrrrrr.
patrimony_building rrroooooro.rrrrrr.
walls              rrrrrrorro.rrrrrr.
wall_end           rrrrrrorro.rrrrrr.
emergency          ooroooorrr.rrrrrr.
emergency_card     omrmmmmrrr.rrrrrr.
emergencies        rrrrrrorrr.rrrrrr.
emergency_review   rrrrrrorrr.rrrrrr.
emergencies_watched rrrrrrrror.rrrrrr.
work               rrrooorrrr.rrrrrr.
account_turn       rrrooorrrr.rrrrrr.
accounts           rrrooorrrr.rrrrrr.
accounts_former    rrrooorrrr.rrrrrr.
accounts_search    rrrooorrrr.rrrrrr.
accounts_export    rrrooorrrr.rrrrrr.
account            rrrmomrrrr.rrrrrr.
account_purpose    rrrmomrrrr.rrrrrr.
entry_review       rrrmomrrrr.rrrrrr.
entry_payment      rrrmomrrrr.rrrrrr.
entry_charge       rrrmomrrrr.rrrrrr.
entry_adjustment   rrrmomrrrr.rrrrrr.
entry_reverse      rrrmomrrrr.rrrrrr.
account_settle     rrrmomrrrr.rrrrrr.
receipts           rrrooorrrr.rrrrrr.
account_export     rrrmomrrrr.rrrrrr.
account_statement  rrrmomrrrr.rrrrrr.
books              rrrrrrrorr.rrrrrr.
books_receipts     rrrrrrrorr.rrrrrr.
book               rrrrrrrorr.rrrrrr.
buildings          ooroooorrr.rrrrrr.
residents_search   ooroooorrr.rrrrrr.
building           omrmomorrr.rrrrrr.
vacant             omrmomorrr.rrrrrr.
reminder_give      rrrmomorrr.rrrrrr.
reminder           omrmomorrr.rrrrrr.
reminder_door      omrmrrrrrr.rrrrrr.
card               omrmomorrr.rrrrrr.
card_facts         omrmomorrr.rrrrrr.
card_fact          omrmomorrr.rrrrrr.
fact_letter        rrrrrrorrr.rrrrrr.
dwelling_facts     omrmomorrr.rrrrrr.
dwelling_fact      omrmomorrr.rrrrrr.
account_facts      rrrmomrrrr.rrrrrr.
account_fact       rrrmomrrrr.rrrrrr.
account_notes      rrrmomrrrr.rrrrrr.
note_reading       rrrmomrrrr.rrrrrr.
contests           rrrrrrrror.rrrrro.
contest            rrrrrrrror.rrrrro.
inheritance        rrrrrroror.rrrrro.
certificate        rrrrrrmror.rrrrro.
certificate_file   rrrrrrmror.rrrrro.
inherited_line     rrrrrroror.rrrrro.
contests_agree     rrrrrrorrr.rrrrrr.
contest_agree      rrrrrrorrr.rrrrrr.
vocabulary         rrrrrrrrrr.rrrrro.
vocabulary_add     rrrrrrrrrr.rrrrro.
lease              rrrmomrrrr.rrrrrr.
lease_notice       rrrmomrrrr.rrrrrr.
lease_transfer     rrrmomrrrr.rrrrrr.
resident_in        rrrmomrrrr.rrrrrr.
resident_out       rrrmomrrrr.rrrrrr.
representatives    rrrmomrrrr.rrrrrr.
discreet           rrrmomrrrr.rrrrrr.
identity           rrrmomrrrr.rrrrrr.
bank_details       rrrmomrrrr.rrrrrr.
lease_new          rrrmomrrrr.rrrrrr.
contact_change     rrrmomrrrr.rrrrrr.
help_codes         rrrmomrrrr.rrrrrr.
building_add       rrrrrrrrro.rrrrrr.
recut              rrrrrrrrro.rrrrrr.
rules              oooooooooo.oooooo.
people             rrrrrrrroo.rrrrrr.
person             rrrrrrrroo.rrrrrr.
reach              rrrrrrrroo.rrrrrr.
person_close       rrrrrrrrro.rrrrrr.
person_leave       rrrrrrrrro.rrrrrr.
person_reopen      rrrrrrrrro.rrrrrr.
person_sessions_end rrrrrrrrro.rrrrrr.
person_factors_reset rrrrrrrrro.rrrrrr.
assignments        rrrrrrrroo.rrrrrr.
assignment_grant   rrrrrrrrro.rrrrrr.
exchange           rrrrrrrrro.rrrrrr.
assignments_export rrrrrrrroo.rrrrrr.
assignment_extend  rrrrrrrrro.rrrrrr.
assignment_end     rrrrrrrrro.rrrrrr.
assignment_move    rrrrrrrrro.rrrrrr.
stand_ins          rrrrrrorrr.rrrrrr.
stand_in_grant     rrrrrrorrr.rrrrrr.
stand_in_end       rrrrrrorrr.rrrrrr.
requests           rrrrrroroo.rrrrrr.
access_request     rrrrrroroo.rrrrrr.
request_new        rrrrrrorro.rrrrrr.
request_newcomer   rrrrrrorro.rrrrrr.
request_batch      rrrrrroroo.rrrrrr.
request_batch_approve rrrrrrrrro.rrrrrr.
request_approve    rrrrrrrrro.rrrrrr.
request_refuse     rrrrrrrrro.rrrrrr.
request_withdraw   rrrrrrorro.rrrrrr.
places_exchange    rrrrrrrrro.rrrrrr.
places_export      rrrrrrrroo.rrrrrr.
people_export      rrrrrrrroo.rrrrrr.
tokens             rrrrrrrroo.rrrrrr.
token_ask          rrrrrrrrro.rrrrrr.
token_make         rrrrrrrrro.rrrrrr.
token_revoke       rrrrrrrrro.rrrrrr.
places             rrrrrrrroo.rrrrrr.
place              rrrrrrrroo.rrrrrr.
place_add          rrrrrrrrro.rrrrrr.
place_contact      rrrrrrrrro.rrrrrr.
who                rrrrrrrroo.rrrrrr.
review             rrrrrrrroo.rrrrrr.
coverage           rrrrrroroo.rrrrrr.
mine               oooooooooo.oooooo.
"""


def expected() -> dict[str, str]:
    table = f"{TABLE.strip()}\n{API_DOORS.strip()}"
    lines = [line.split() for line in table.splitlines() if not line.startswith("#")]
    return dict(lines)


def test_every_cell_is_written():
    doors = [visit.name for visit in visits()]
    assert len(doors) > 60 and sorted(expected()) == sorted(doors)
    assert {len(signs) for signs in expected().values()} == {len(PEOPLE)}
    assert set("".join(expected().values())) == set("orm.")


@pytest.mark.parametrize("column", range(len(PEOPLE)), ids=PEOPLE)
def test_a_person_at_every_door(house, sign_in, column):
    sign_in("noel")  # leaves the line of the trace that the trace's doors are asked for
    known, client = Known(house), sign_in(PEOPLE[column])
    found = {visit.name: sign(client, visit, known) for visit in visits()}
    assert found == {name: signs[column] for name, signs in expected().items()}


def sign(client, visit: Visit, known: Known) -> str:
    response = visit.ask(client, known, visit.methods[0])
    if response.status_code == 302 and response["Location"].startswith("/entrer/"):
        return "."
    return SIGNS.get(response.status_code, str(response.status_code))
