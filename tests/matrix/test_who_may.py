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
# one column a person: awa bruno chloe denis elise fatou georges helene ines jules karim lea marc noel olga nobody
home               oooooooooo.oooo.
trace              rrrrrrrror.rrrr.
trace_lines        rrrrrrrror.rrrr.
trace_account      rrrrrrrror.rrrr.
trace_event        rrrrrrrror.rrrr.
trace_person       rrrrrrrror.rrrr.
own_looks          oooooooooo.oooo.
patrimony          rrroooooro.rrrr.
patrimony_sector   rrroooooro.rrrr.
patrimony_building rrroooooro.rrrr.
accounts           rrrooorrrr.rrrr.
accounts_former    rrrooorrrr.rrrr.
accounts_search    rrrooorrrr.rrrr.
accounts_export    rrrooorrrr.rrrr.
account            rrrmomrrrr.rrrr.
entry_payment      rrrmomrrrr.rrrr.
entry_charge       rrrmomrrrr.rrrr.
entry_adjustment   rrrmomrrrr.rrrr.
entry_reverse      rrrmomrrrr.rrrr.
account_settle     rrrmomrrrr.rrrr.
receipts           rrrooorrrr.rrrr.
account_export     rrrmomrrrr.rrrr.
account_statement  rrrmomrrrr.rrrr.
books              rrrrrrrorr.rrrr.
books_receipts     rrrrrrrorr.rrrr.
book               rrrrrrrorr.rrrr.
buildings          ooroooorrr.rrrr.
residents_search   ooroooorrr.rrrr.
building           omrmomorrr.rrrr.
vacant             omrmomorrr.rrrr.
reminder_give      rrrmomorrr.rrrr.
reminder           omrmomorrr.rrrr.
reminder_door      omrmrrrrrr.rrrr.
card               omrmomorrr.rrrr.
lease              rrrmomrrrr.rrrr.
lease_notice       rrrmomrrrr.rrrr.
lease_transfer     rrrmomrrrr.rrrr.
resident_in        rrrmomrrrr.rrrr.
resident_out       rrrmomrrrr.rrrr.
representatives    rrrmomrrrr.rrrr.
discreet           rrrmomrrrr.rrrr.
identity           rrrmomrrrr.rrrr.
bank_details       rrrmomrrrr.rrrr.
lease_new          rrrmomrrrr.rrrr.
contact_change     rrrmomrrrr.rrrr.
help_codes         rrrmomrrrr.rrrr.
building_add       rrrrrrrrro.rrrr.
recut              rrrrrrrrro.rrrr.
rules              oooooooooo.oooo.
people             rrrrrrrroo.rrrr.
person             rrrrrrrroo.rrrr.
reach              rrrrrrrroo.rrrr.
person_close       rrrrrrrrro.rrrr.
person_leave       rrrrrrrrro.rrrr.
person_reopen      rrrrrrrrro.rrrr.
assignments        rrrrrrrroo.rrrr.
assignment_grant   rrrrrrrrro.rrrr.
exchange           rrrrrrrrro.rrrr.
assignments_export rrrrrrrroo.rrrr.
assignment_extend  rrrrrrrrro.rrrr.
assignment_end     rrrrrrrrro.rrrr.
assignment_move    rrrrrrrrro.rrrr.
stand_ins          rrrrrrorrr.rrrr.
stand_in_grant     rrrrrrorrr.rrrr.
stand_in_end       rrrrrrorrr.rrrr.
requests           rrrrrroroo.rrrr.
access_request     rrrrrroroo.rrrr.
request_new        rrrrrrorro.rrrr.
request_newcomer   rrrrrrorro.rrrr.
request_batch      rrrrrroroo.rrrr.
request_batch_approve rrrrrrrrro.rrrr.
request_approve    rrrrrrrrro.rrrr.
request_refuse     rrrrrrrrro.rrrr.
request_withdraw   rrrrrrorro.rrrr.
places             rrrrrrrroo.rrrr.
place              rrrrrrrroo.rrrr.
place_add          rrrrrrrrro.rrrr.
who                rrrrrrrroo.rrrr.
review             rrrrrrrroo.rrrr.
coverage           rrrrrroroo.rrrr.
mine               oooooooooo.oooo.
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
