"""The minutes of the commission: closing a session, signing with a new proof of identity, and reproducing the text."""

import pytest
from django.test import Client

from allocations.committee.minutes import digest_of, write_minutes
from allocations.committee.signing import record_of
from allocations.models import RankingKey, Session
from tests.allocations.commission import Commission
from tests.allocations.sitting import Sitting, secrets, sit, text, words_of
from tests.builders import OWNER, run
from tests.sign_in import let_in

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def table(commission, candidacies, sign_in) -> Sitting:
    return sit(commission, sign_in)


def test_session_with_an_undecided_sheet_does_not_close(table):
    table.commission.open()
    content = words_of(table.camille.get(table.closing))
    assert "Il reste des fiches à décider" in content
    assert "Une fiche n’a pas encore de décision adoptée" in words_of(table.camille.post(table.closing))
    assert table.commission.row(Session, table.pk).state == "open"


def test_signing_demands_a_fresh_proof_of_identity(table):
    table.decide()
    table.commission.close()
    stale = let_in(Client(), table.commission.person("camille"), ago=3_600)
    for response in (stale.get(table.minutes), stale.post(table.minutes)):
        assert response.status_code == 302 and response["Location"].startswith("/entrer/")
    assert table.commission.row(Session, table.pk).state == "closed"


def test_open_session_has_no_minutes(table):
    table.commission.open()
    assert table.camille.post(table.minutes).status_code == 302
    assert table.commission.row(Session, table.pk).state == "open"


def written_again(commission: Commission) -> str:
    """Write the minutes again from the stored rows, with the owner's login, as is possible long after the signature."""
    keys = {row.pk: bytes(row.key).hex() for row in RankingKey.objects.using(OWNER).all()}
    session = Session.objects.using(OWNER).get()
    return write_minutes(record_of(session, lambda model: model._default_manager.using(OWNER), keys))


def test_signed_text_is_written_again_with_the_same_digest(table):
    commission = table.commission
    table.mehdi.post(table.recusal, {"number": commission.applications[0].number})
    commission.open()
    for index, candidacy in enumerate(table.candidacies):
        decision = commission.propose(candidacy, "b", rank=index + 1)
        for name in ("camille", "marion"):
            commission.vote(decision, name)
        commission.count(decision)
    commission.close()
    page_text = text(table.camille.get(table.minutes))
    table.camille.post(table.minutes)
    # Changes after the session must not change its minutes.
    run("UPDATE allocations_candidacy SET state = 'offered', application_id = NULL")
    run("UPDATE access_person SET name = 'Autre Nom' WHERE name LIKE 'Camille %%'")
    again = written_again(commission)
    digest = commission.row(Session, table.pk).minutes_digest
    assert digest_of(again) == digest and digest in page_text
    assert [value for value in ("Candidat", "Camille", *secrets()) if value in again] == []
    assert again.count("\nsheet ") == 3 and again.count("\nrecusal ") == 1 and again.count("\ndecision ") == 3


def test_digest_changes_with_what_was_decided(table):
    table.decide()
    table.commission.close()
    before = digest_of(written_again(table.commission))
    run("ALTER TABLE allocations_decision DISABLE TRIGGER allocations_decision_holds")
    run("UPDATE allocations_decision SET rank = 9 WHERE rank = 3")
    assert digest_of(written_again(table.commission)) != before


def test_minutes_name_the_recused_and_print_the_key(table):
    table.mehdi.post(table.recusal, {"number": table.commission.applications[0].number})
    table.decide("camille", "marion")
    table.commission.close()
    content = words_of(table.camille.get(table.minutes))
    assert "Récusés : Mehdi Saïdi" in content
    [key] = [bytes(row.key).hex() for row in RankingKey.objects.using(OWNER).all()]
    assert key in content


def test_recused_chair_signs_without_the_name_of_the_candidate_they_know(table):
    table.camille.post(table.recusal, {"number": table.commission.applications[0].number})
    table.decide("mehdi", "marion")
    table.commission.close()
    content = text(table.camille.get(table.minutes))
    assert "Candidat0" not in content and "Candidat1" in content
    assert table.camille.post(table.minutes).status_code == 302
