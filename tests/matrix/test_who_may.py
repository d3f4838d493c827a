"""People x doors x outcome, the whole table on one page. The refused are neighbours of the allowed, never strangers.

    o opens   r 403, the role does not do this   m 404, outside one's world   . sent to sign in

The objects asked for are those of Glycines A and its people (tests/known.py). Whoever adds a door adds its line.
"""

import pytest

from tests.known import Known
from tests.visits import Visit, visits
from tests.world import CAST

PEOPLE = [*CAST, "nobody"]
SIGNS = {200: "o", 302: "o", 403: "r", 404: "m"}

TABLE = """
# one column a person: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga paola nobody
home               oooooooooo.ooooo.
front_desk         rrrrrrrrrr.rrrro.
identity_check     rrrrrrrrrr.rrrro.
checked_card       rrrrrrrrrr.rrrro.
trace              rrrrrrrror.rrrrr.
trace_lines        rrrrrrrror.rrrrr.
trace_account      rrrrrrrror.rrrrr.
trace_event        rrrrrrrror.rrrrr.
trace_person       rrrrrrrror.rrrrr.
own_looks          oooooooooo.ooooo.
patrimony          rrroooooro.rrrrr.
patrimony_sector   rrroooooro.rrrrr.
patrimony_building rrroooooro.rrrrr.
accounts           rrrooorrrr.rrrrr.
accounts_former    rrrooorrrr.rrrrr.
accounts_search    rrrooorrrr.rrrrr.
accounts_export    rrrooorrrr.rrrrr.
account            rrrmomrrrr.rrrrr.
entry_payment      rrrmomrrrr.rrrrr.
entry_charge       rrrmomrrrr.rrrrr.
entry_adjustment   rrrmomrrrr.rrrrr.
entry_reverse      rrrmomrrrr.rrrrr.
account_settle     rrrmomrrrr.rrrrr.
receipts           rrrooorrrr.rrrrr.
account_export     rrrmomrrrr.rrrrr.
account_statement  rrrmomrrrr.rrrrr.
books              rrrrrrrorr.rrrrr.
books_receipts     rrrrrrrorr.rrrrr.
book               rrrrrrrorr.rrrrr.
buildings          ooroooorrr.rrrrr.
residents_search   ooroooorrr.rrrrr.
building           omrmomorrr.rrrrr.
vacant             omrmomorrr.rrrrr.
reminder_give      rrrmomorrr.rrrrr.
reminder           omrmomorrr.rrrrr.
reminder_door      omrmrrrrrr.rrrrr.
card               omrmomorrr.rrrrr.
lease              rrrmomrrrr.rrrrr.
lease_notice       rrrmomrrrr.rrrrr.
lease_transfer     rrrmomrrrr.rrrrr.
resident_in        rrrmomrrrr.rrrrr.
resident_out       rrrmomrrrr.rrrrr.
representatives    rrrmomrrrr.rrrrr.
discreet           rrrmomrrrr.rrrrr.
identity           rrrmomrrrr.rrrrr.
bank_details       rrrmomrrrr.rrrrr.
lease_new          rrrmomrrrr.rrrrr.
contact_change     rrrmomrrrr.rrrrr.
help_codes         rrrmomrrrr.rrrrr.
building_add       rrrrrrrrro.rrrrr.
recut              rrrrrrrrro.rrrrr.
rules              oooooooooo.ooooo.
people             rrrrrrrroo.rrrrr.
person             rrrrrrrroo.rrrrr.
reach              rrrrrrrroo.rrrrr.
person_close       rrrrrrrrro.rrrrr.
person_leave       rrrrrrrrro.rrrrr.
person_reopen      rrrrrrrrro.rrrrr.
assignments        rrrrrrrroo.rrrrr.
assignment_grant   rrrrrrrrro.rrrrr.
exchange           rrrrrrrrro.rrrrr.
assignments_export rrrrrrrroo.rrrrr.
assignment_extend  rrrrrrrrro.rrrrr.
assignment_end     rrrrrrrrro.rrrrr.
assignment_move    rrrrrrrrro.rrrrr.
stand_ins          rrrrrrorrr.rrrrr.
stand_in_grant     rrrrrrorrr.rrrrr.
stand_in_end       rrrrrrorrr.rrrrr.
requests           rrrrrroroo.rrrrr.
access_request     rrrrrroroo.rrrrr.
request_new        rrrrrrorro.rrrrr.
request_newcomer   rrrrrrorro.rrrrr.
request_batch      rrrrrroroo.rrrrr.
request_batch_approve rrrrrrrrro.rrrrr.
request_approve    rrrrrrrrro.rrrrr.
request_refuse     rrrrrrrrro.rrrrr.
request_withdraw   rrrrrrorro.rrrrr.
places             rrrrrrrroo.rrrrr.
place              rrrrrrrroo.rrrrr.
place_add          rrrrrrrrro.rrrrr.
place_contact      rrrrrrrrro.rrrrr.
who                rrrrrrrroo.rrrrr.
review             rrrrrrrroo.rrrrr.
coverage           rrrrrroroo.rrrrr.
mine               oooooooooo.ooooo.
"""


def expected() -> dict[str, str]:
    lines = [line.split() for line in TABLE.strip().splitlines() if not line.startswith("#")]
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
    response = client.get(visit.url(known))
    if response.status_code == 302 and response["Location"].startswith("/entrer/"):
        return "."
    return SIGNS.get(response.status_code, str(response.status_code))
