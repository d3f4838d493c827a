"""Each database constraint on the commission refuses a statement that breaks it, with its own message.

Pages cannot break these constraints, so the tests use SQL.
"""

import pytest

from tests.allocations.builders import give_terms, make_vacancy
from tests.allocations.commission import Commission
from tests.allocations.refusals import refused
from tests.builders import make_unit, run

pytestmark = pytest.mark.usefixtures("unkept")

ITEM = "INSERT INTO allocations_agendaitem (id, session_id, vacancy_id, position, few_reason)"
HAND_OVER = """INSERT INTO allocations_handover (candidacy_id, unit_id, building_id, handed_on, handed_by_id, in_qpv,
    priority, dalo, discreet, quartile, signed_on) SELECT c.id, v.unit_id, v.building_id, loge_today(),
    c.designated_by_id, false, false, false, false, {}, {} FROM allocations_candidacy c
    JOIN allocations_vacancy v ON v.id = c.vacancy_id LIMIT 1"""
# Maps the name of each constraint to a statement that breaks it.
BREAKING = {
    "agenda_item_once": f"{ITEM} SELECT gen_random_uuid(), session_id, vacancy_id, 9, '' FROM allocations_agendaitem",
    "agenda_position_once": f"{ITEM} SELECT gen_random_uuid(), i.session_id, v.id, i.position, ''"
    " FROM allocations_agendaitem i JOIN allocations_vacancy v ON v.id <> i.vacancy_id",
    "candidacy_once": "INSERT INTO allocations_candidacy (id, vacancy_id, application_id, number, designated_on,"
    " designated_by_id, state) SELECT gen_random_uuid(), vacancy_id, application_id, 9, designated_on,"
    " designated_by_id, 'designated' FROM allocations_candidacy LIMIT 1",
    "hand_over_quartile_known": HAND_OVER.format(5, "NULL"),
    "hand_over_signed_with_its_lease": HAND_OVER.replace("signed_on", "lease").format("NULL", "gen_random_uuid()"),
    "session_state_is_dated": "INSERT INTO allocations_session (id, held_at, state, convened_on,"
    " minutes_digest) VALUES (gen_random_uuid(), loge_now(), 'open', loge_today(), '')",
    "sheet_effort_from_resources": "UPDATE allocations_sheet SET resources_cents = 1",
    "sheet_lists_known_documents": "UPDATE allocations_sheet SET documents_to_come = '{horoscope}'",
    "shortlist_rank_once": "UPDATE allocations_shortlistline SET rank = 1",
}


@pytest.fixture
def sitting(landlord, commission, candidacies) -> Commission:
    """An open session with the sheets of three candidates, and a vacancy that is on no agenda."""
    commission.open()
    unit = make_unit(landlord.building("Glycines A"), "88", 3)
    give_terms(unit)
    make_vacancy(unit)
    run("ALTER TABLE allocations_handover DISABLE TRIGGER USER")
    return commission


@pytest.mark.parametrize("rule", BREAKING)
def test_constraint_of_the_commission_refuses_under_its_name(sitting, rule):
    with refused(rule):
        run(BREAKING[rule])
