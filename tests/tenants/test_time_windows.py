"""Each page and API response must show a row from midnight in Paris on its first day until the end of its last day.

The tests send requests at the first moment of this period and one microsecond before it, and likewise at its end. Some
rows, such as discreet marks, hide other data during their period.
"""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import DateField

from tests.architecture.source import APPS, ROOT
from tests.builders import paris_day
from tests.tenants.test_clocks import A_MOMENT, freeze_clock, midnight
from tests.tenants.windows import SCENES, Look

FIRST, LAST = 16, 30  # The tested rows are valid from day FIRST to day LAST, counted from today.


@pytest.mark.unwatched("compares what is shown on each day, not the audit log")
@pytest.mark.parametrize("scene", SCENES)
def test_each_answer_changes_at_midnight_in_paris(landlord, sign_in, scene):
    looks, today = SCENES[scene](landlord, FIRST, LAST), paris_day()
    clients = {look.who: sign_in(look.who) for look in looks}
    wrong = []
    for edge in sorted({edge for look in looks for edge in look.edges}):
        for moment, day in ((-A_MOMENT, edge - 1), (timedelta(0), edge)):
            freeze_clock(midnight(today + timedelta(days=edge)) + moment)
            concerned = [look for look in looks if edge in look.edges]
            wrong += [
                f"day {day}: {look.who} {look.address}: {look.mark} {'missing' if look.expected(day) else 'shown'}"
                for look in concerned
                if shows(clients[look.who], look) is not look.expected(day)
            ]
    assert not wrong, "\n".join(wrong)


def shows(client, look: Look) -> bool:
    address, _mark, term = look.address.partition("?")
    if not term or "=" in term:
        answer = client.get(look.address)
    elif address.startswith("/api/"):
        answer = client.post(address, {"q": term}, content_type="application/json")
    else:
        answer = client.post(address, {"q": term}, follow=True)  # A single result redirects to its page.
    assert answer.status_code in (200, 403, 404), (look, answer.status_code)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code == 200 and look.mark in body.decode()


# ELSEWHERE maps models with dates that this module does not test to the file that tests them, or to a reason.
SIGNED = "records when somebody acted, and hides nothing"
SERVER = "internal to the server; no page lists it by day"
ELSEWHERE = {
    "access.AccessRequest": "tests/access/test_four_eyes.py",
    "access.DailyMail": SERVER,
    "exchange.ImportRun": "tests/exchange/test_background.py",
    "access.KeptRight": "tests/access/test_reviews.py",
    "access.MachineToken": "tests/access/test_tokens.py",
    "access.Person": SIGNED,
    "access.RightsReview": "tests/access/test_reviews.py",
    "access.SentAct": SERVER,
    "access.Session": "tests/access/test_sessions.py",
    "allocations.Applicant": "a birth date",
    "allocations.Application": "tests/allocations/test_closings.py",
    "allocations.Ceiling": SIGNED,
    "allocations.ClosingWarning": "tests/allocations/test_closings.py",
    "allocations.Contingent": "tests/allocations/test_vacancies.py",
    "allocations.Convention": "tests/allocations/test_vacancies.py",
    "allocations.FlowBase": SIGNED,
    "allocations.Grid": "tests/allocations/test_grids.py",
    "allocations.GridTrial": SIGNED,
    "allocations.Ground": "tests/allocations/test_grounds.py",
    "allocations.GroundCase": SIGNED,
    "allocations.HouseholdMember": "a birth date",
    "allocations.Income": SIGNED,
    "allocations.FragileResidence": "tests/allocations/test_residences.py",
    "allocations.OwedExamination": SIGNED,
    "allocations.RegistryRow": "tests/allocations/test_registry_export.py",
    "allocations.RegistryRun": SIGNED,
    "allocations.LegalFigure": "computes, and hides nothing: tests/allocations/test_occasions.py",
    "allocations.Nominator": "tests/allocations/test_vacancies.py",
    "allocations.Occasion": "tests/allocations/test_clocks.py",
    "allocations.Priority": "tests/allocations/test_grounds.py",
    "allocations.Score": SIGNED,
    "allocations.ScoreBand": SIGNED,
    "allocations.SupportingDocument": "tests/allocations/test_clocks.py",
    "allocations.Candidacy": SIGNED,
    "allocations.ClaimReading": "tests/allocations/test_claim_readings.py",
    "allocations.Decision": SIGNED,
    "allocations.HandOver": SIGNED,
    "allocations.Offer": "tests/allocations/test_offers.py",
    "allocations.PoolEntry": "the day on which the application was filed",
    "allocations.RankingKey": SIGNED,
    "allocations.Recusal": SIGNED,
    "allocations.Session": "tests/allocations/test_commission_rules.py",
    "allocations.Sheet": SIGNED,
    "allocations.Shortlist": SIGNED,
    "allocations.ShortlistLine": "the day on which the application was filed",
    "allocations.Vote": SIGNED,
    "allocations.Vacancy": "tests/allocations/test_vacancies.py",
    "audit.Checkpoint": SERVER,
    "audit.Cosignature": SERVER,
    "audit.Erasure": SERVER,
    "audit.Event": "tests/audit/test_months.py",
    "audit.Leaf": SERVER,
    "audit.Pseudonym": SERVER,
    "audit.Salt": "tests/audit/test_months.py",
    "audit.SealKey": SERVER,
    "tenants.Account": "settled by an action that hides it at once: tests/ledger/test_entries.py",
    "buildings.UnitTerms": "the day of a public list, which hides nothing",
    "casework.AllowedWording": SIGNED,
    "ledger.Balance": "tests/ledger/test_balances.py",
    "ledger.BankDetail": SIGNED,
    "oversight.BoardFigure": "tests/oversight/test_board.py",
    "oversight.Breach": SIGNED,
    "ledger.CashReceipt": SIGNED,
    "ledger.Clearing": SIGNED,
    "tenants.ConflictWall": "tests/tenants/test_walls.py",
    "casework.ContestedSentence": "tests/tenants/test_clocks.py",
    "inspection.CopyRelease": "tests/inspection/test_copies.py",
    "oversight.CountedWord": SERVER,
    "casework.DestructionCertificate": SIGNED,
    "tenants.EmergencyAccess": "tests/tenants/test_clocks.py",
    "ledger.Entry": "tests/ledger/test_register.py",
    "oversight.ExposureDay": "tests/oversight/test_exposure.py",
    "casework.FactCode": "tests/casework/test_vocabulary.py",
    "tenants.FormerName": "the last day of a name; it is shown until it is erased",
    "tenants.Identity": "a birth date",
    "tenants.IdentityCheck": "tests/tenants/test_clocks.py",
    "casework.LegacyCommentFile": SIGNED,
    "casework.LegacyComment": "tests/tenants/test_clocks.py",
    "oversight.Inspection": "tests/tenants/test_clocks.py",
    "tenants.LeaseChange": "tests/tenants/test_undoing.py",
    "rights.LookDeferral": "tests/tenants/test_clocks.py",
    "oversight.LookQuestion": "tests/tenants/test_clocks.py",
    "rights.ErasureLine": SIGNED,
    "rights.NamedLook": SIGNED,
    "ledger.Receipt": SIGNED,
    "tenants.Restriction": "tests/rights/test_restrictions.py",
    "tenants.ReminderDoor": "shown with its errand, which has the days",
    "rights.SubjectRequest": "tests/tenants/test_clocks.py",
    "ledger.WriteOff": "tests/ledger/test_write_offs.py",
}


def test_every_dated_model_has_a_scene_or_a_reason():
    dated = {
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in APPS and any(isinstance(field, DateField) for field in model._meta.local_fields)
    }
    scenes = {name.partition(",")[0] for name in SCENES}
    assert len(dated) > 40 and not scenes & ELSEWHERE.keys()
    assert sorted(dated ^ (scenes | ELSEWHERE.keys())) == [], (
        "add a scene in tests/tenants/windows.py for each dated model"
    )
    named = [word for reason in ELSEWHERE.values() for word in reason.split() if word.startswith("tests/")]
    assert len(named) > 10 and [path for path in named if not (ROOT / path).exists()] == []
