"""The pages of the commission: numbered sheets without names, recusals, proposals, votes and counts."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from access.models import Person
from access.permissions import Permission as P
from allocations.actions.decisions import recuse
from allocations.actions.sessions import close_session
from allocations.actions.sheets import Costs
from allocations.models import Candidacy, Decision, Recusal, Session, Vacancy, Vote
from tests.allocations.builders import acting_as, ask_long_ago, make_member
from tests.allocations.sitting import Sitting, page, secrets, sit, text, words_of
from tests.builders import OWNER, assign, events, make_person, paris_day, run
from tests.sign_in import let_in

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def table(commission, candidacies, sign_in) -> Sitting:
    return sit(commission, sign_in)


# --- The whole way ----------------------------------------------------------------------------------------------------


def test_session_goes_from_convocation_to_signed_minutes_by_pages(table):
    commission, camille = table.commission, table.camille
    assert camille.post(table.opening, table.presence()).status_code == 302
    assert table.propose(0, "b", rank="1").status_code == 302
    assert table.propose(1, "b", rank="2").status_code == 302
    assert table.propose(2, "d:other_ranked_before").status_code == 302
    for client in (camille, table.mehdi, table.marion):
        assert client.post(table.ballot, {"all": "for"})["Location"] == table.sheets
    for index in range(3):
        assert table.count(index)["Location"] == table.sheets
    assert camille.post(table.closing).status_code == 302
    minutes = words_of(camille.get(table.minutes))
    assert "Imprimez d’abord" in minutes and "ne pourrez rouvrir" in minutes
    assert "Candidat0 Anne" in minutes and "Attribution par classement, rang 1 3 pour, 0 contre" in minutes
    assert "Non-attribution : Autres candidats mieux classés (2 candidats classés)" in minutes
    assert camille.post(table.minutes)["Location"] == reverse("own_sessions")
    session = commission.row(Session, table.pk)
    assert session.state == "signed" and commission.row(Vacancy, commission.vacancy.pk).state == "decided"
    [event] = events(kind="minutes_signed")
    assert event["facts"]["digest"] == session.minutes_digest
    assert "Le procès-verbal est signé" in text(camille.get(reverse("own_sessions")))


def test_signed_session_is_closed_to_its_members(table):
    table.decide()
    table.camille.post(table.closing)
    table.camille.post(table.minutes)
    for client in (table.camille, table.mehdi):
        assert [client.get(url).status_code for url in (table.own, table.sheets)] == [404, 404]
        assert table.own not in text(client.get(reverse("own_sessions")))


# --- Who may what -----------------------------------------------------------------------------------------------------


def test_member_without_a_seat_gets_404(landlord, table):
    stranger = make_person("Sans Siège", landlord.place("Agence Belleville"))
    assign(stranger, "committee_chair", landlord.place("Office des Trois-Rives"))
    table.commission.open()
    decision = table.commission.propose(table.candidacies[0], "b", rank=1)
    client = let_in(Client(), stranger)
    candidacy = table.proposing(0)
    urls = (table.opening, table.closing, table.recusal, table.sheets, table.ballot, table.minutes, candidacy)
    for url in (*urls, table.own, page("decision_count", decision)):
        assert client.get(url).status_code == 404, url
        if url not in (table.sheets, table.own):
            assert client.post(url, {"all": "for"}).status_code == 404, url
    assert not Vote.objects.using(OWNER).exists()


def test_member_does_not_open_propose_count_close_or_sign(table):
    table.commission.open()
    decision = table.commission.propose(table.candidacies[0], "b", rank=1)
    candidacy = table.proposing(1)
    for url in (table.opening, candidacy, page("decision_count", decision), table.closing, table.minutes):
        assert table.mehdi.get(url).status_code == 403
        assert table.mehdi.post(url, {"decision": "a"}).status_code == 403
    content = text(table.mehdi.get(table.sheets))
    assert "Proposer" not in content and "Compter" not in content
    assert Decision.objects.using(OWNER).get().outcome == "proposed"


@pytest.fixture
def seated(landlord, table) -> tuple[Client, Person]:
    """A member who has the role of chair, but does not preside over this session."""
    other = make_person("Autre Présidence", landlord.place("Agence Belleville"))
    assign(other, "committee_chair", landlord.place("Office des Trois-Rives"))
    run(
        "INSERT INTO allocations_seat (id, session_id, person_id, voice, chairs, casting, present)"
        " VALUES (gen_random_uuid(), %s, %s, 'landlord', false, false, true)",
        table.pk,
        other.pk,
    )
    return let_in(Client(), other), other


def test_role_of_chair_without_the_seat_of_chair_cannot_act(table, seated):
    client, _person = seated
    assert client.get(table.own).status_code == 200
    assert client.post(table.opening, table.presence()).status_code == 403
    table.commission.open()
    decision = table.commission.propose(table.candidacies[0], "b", rank=1)
    candidacy = table.proposing(1)
    for url in (candidacy, page("decision_count", decision), table.closing, table.minutes):
        assert client.post(url, {"decision": "a"}).status_code == 403
    content = text(client.get(table.sheets))
    assert "Proposer" not in content and "Compter" not in content


def test_database_refuses_whoever_has_the_role_but_not_the_seat_of_chair(table, seated):
    _client, person = seated
    table.commission.open()
    refused = pytest.raises(DatabaseError, match="did not affect any rows")
    with refused, acting_as(person, P.COMMITTEE_CHAIR) as access:
        close_session(by=person, session=access.rows(Session).get(pk=table.pk), context=access.context)
    assert table.commission.row(Session, table.pk).state == "open"


# --- Quorum -----------------------------------------------------------------------------------------------------------


def test_quorum_is_told_in_words_and_its_lack_refuses_the_opening(table):
    before = words_of(table.mehdi.get(table.own))
    assert "Quorum possible. 3 membres convoqués à voix délibérative, 2 nécessaires" in before
    refused = words_of(table.camille.post(table.opening, table.presence("camille")))
    assert "Le quorum du règlement intérieur n’est pas atteint" in refused
    assert table.commission.row(Session, table.pk).state == "convened"
    table.camille.post(table.opening, table.presence("camille", "mehdi"))
    opened = words_of(table.mehdi.get(table.own))
    assert "Quorum atteint. 2 membres présents à voix délibérative, 2 nécessaires" in opened
    assert "Marion Blanc Maire de la commune, voix prépondérante absent" in opened


def test_missing_figure_of_the_quorum_is_told(table):
    run("DELETE FROM allocations_legalfigure WHERE code = 'committee_quorum'")
    assert "Quorum non enregistré" in words_of(table.mehdi.get(table.own))
    assert "Un chiffre légal manque" in words_of(table.camille.post(table.opening, table.presence()))


def test_absent_member_does_not_vote(table):
    table.commission.open("camille", "mehdi")
    decision = table.commission.propose(table.candidacies[0], "b", rank=1)
    content = words_of(table.marion.get(table.sheets))
    assert "Vous n’êtes pas noté présent" in content and f"vote-{decision}" not in text(table.marion.get(table.sheets))
    assert table.marion.post(table.ballot, {"all": "for"}).status_code == 200
    assert not Vote.objects.using(OWNER).exists()


# --- The sheets -------------------------------------------------------------------------------------------------------


def test_agenda_describes_the_dwelling_and_no_applicant(table):
    content = words_of(table.mehdi.get(table.own))
    assert "T2" in content and "PLUS" in content and "loyer 450,00 €" in content and "3 fiches" in content


def test_sheets_have_the_facts_of_the_candidate(commission, sign_in):
    make_member(commission.applications[0])
    costs = Costs(resources_cents=180_000, aid_cents=10_000)
    commission.present(costs=costs)
    content = words_of(sign_in("mehdi").get(page("item_sheets", commission.item.pk)))
    first = content.split("Fiche n° 1")[1].split("Fiche n° 2")[0]
    assert "Foyer 2 personnes, dont 1 enfant" in first
    assert "Ancienneté 32 mois" in first and "Tranche 1 vérifiée, 1 déclarée" in first
    assert "Taux d’effort 19,4 %" in first and "reste à vivre 1 450,00 €" in first
    assert "Motif prioritaire reconnu non" in first and "Équipements nécessaires présents, ou aucun" in first
    assert "Pièces à venir identité et, s’il y a lieu, régularité du séjour" in first


def test_each_sheet_has_its_own_event_before_a_page_with_it_leaves(table):
    table.mehdi.get(table.sheets)
    expected = [candidacy.pk for candidacy in table.candidacies]
    assert table.sheets_read_by("mehdi") == expected
    facts = [event["facts"] for event in events(kind="sheet_shown")]
    assert facts == [{"session": str(table.pk), "number": number} for number in (1, 2, 3)]
    # If a vote is refused, the response shows the sheets again, which is recorded as a second reading.
    table.commission.open()
    assert table.mehdi.post(table.ballot).status_code == 200
    assert table.sheets_read_by("mehdi") == 2 * expected


def test_page_of_a_proposal_is_an_event_about_its_sheet(table):
    table.commission.open()
    table.camille.get(table.proposing(1))
    assert table.sheets_read_by("camille") == [table.candidacies[1].pk]


def test_no_page_before_the_closing_has_a_name_or_number_of_an_applicant(table):
    commission = table.commission
    commission.open()
    decision = commission.propose(table.candidacies[0], "b", rank=1)
    own = (reverse("own_sessions"), table.own, table.sheets, table.recusal)
    chair = (table.proposing(1), page("decision_count", decision), table.closing)
    answers = [client.get(url) for client in (table.camille, table.mehdi) for url in own]
    answers += [table.camille.get(url) for url in chair] + [table.camille.post(table.closing)]
    answers += [table.mehdi.post(table.ballot), table.camille.get(table.minutes, follow=True)]
    assert {answer.status_code for answer in answers} == {200}
    known = secrets()
    assert len(known) > 12
    assert [value for value in known for answer in answers if value in text(answer)] == []


def test_members_read_no_name_after_the_closing_either(table):
    table.decide()
    table.commission.close()
    answers = [table.mehdi.get(url) for url in (table.own, table.sheets)]
    assert [value for value in secrets() for answer in answers if value in text(answer)] == []
    assert all(value in text(table.camille.get(table.minutes)) for value in ("Candidat0", "Candidat1", "Candidat2"))


# --- Recusals ---------------------------------------------------------------------------------------------------------


def test_member_recused_from_a_dwelling_reads_no_sheet_and_does_not_vote(table):
    commission = table.commission
    assert table.mehdi.post(table.recusal, {"item": str(commission.item.pk)}).status_code == 302
    assert "vous êtes récusé" in words_of(table.mehdi.get(table.own))
    commission.open()
    decision = commission.propose(table.candidacies[0], "b", rank=1)
    content = words_of(table.mehdi.get(table.sheets))
    assert "Vous êtes récusé pour 3 fiches" in content and "Foyer" not in content and "rang 1" not in content
    assert table.mehdi.post(table.ballot, {"all": "for"}).status_code == 200
    assert table.mehdi.post(table.ballot, {f"vote-{decision}": "for"}).status_code == 200
    assert table.sheets_read_by("mehdi") == [] and not Vote.objects.using(OWNER).exists()
    with pytest.raises(ValidationError, match="vous ne votez pas"):
        commission.vote(decision, "mehdi")


def test_recusal_is_refused_after_the_sheet_was_read(table):
    table.mehdi.get(table.sheets)
    refused = words_of(table.mehdi.post(table.recusal, {"item": str(table.commission.item.pk)}))
    assert "Vous avez déjà lu cette fiche" in refused and not Recusal.objects.using(OWNER).exists()
    # Marion (member) has not read the sheet, so her recusal is accepted.
    assert table.marion.post(table.recusal, {"item": str(table.commission.item.pk)}).status_code == 302
    assert Recusal.objects.using(OWNER).count() == 3


def test_answer_to_a_number_does_not_tell_whether_it_is_a_candidate(table):
    candidate, other = table.commission.applications[0].number, table.commission.applications[3].number
    unknown = f"{other[:-1]}Z"
    answers = [
        table.mehdi.post(table.recusal, {"number": number}, follow=True) for number in (candidate, other, unknown)
    ]
    assert len({words_of(answer) for answer in answers}) == 1
    assert [row.candidacy_id for row in Recusal.objects.using(OWNER).all()] == [table.candidacies[0].pk]
    # A member who has read the sheets gets the same answer to a candidate's number as to an unknown number.
    table.marion.get(table.sheets)
    late = [words_of(table.marion.post(table.recusal, {"number": number})) for number in (candidate, unknown)]
    assert late[0] == late[1] and "Vous avez déjà lu cette fiche" in late[0]
    assert Recusal.objects.using(OWNER).count() == 1


def test_sheet_of_a_number_is_not_shown_to_who_knows_it(table):
    table.mehdi.post(table.recusal, {"number": table.commission.applications[1].number})
    content = words_of(table.mehdi.get(table.sheets))
    assert "Fiche n° 1" in content and "Fiche n° 3" in content and "Fiche n° 2" not in content
    assert table.sheets_read_by("mehdi") == [table.candidacies[index].pk for index in (0, 2)]


def test_recused_chair_enters_a_proposal_without_reading_the_sheet(table):
    commission = table.commission
    table.camille.post(table.recusal, {"number": commission.applications[2].number})
    commission.open()
    url = table.proposing(2)
    assert url in text(table.camille.get(table.sheets))
    content = words_of(table.camille.get(url))
    assert "Vous êtes récusé" in content and "Foyer" not in content and "Ancienneté" not in content
    # The form lists all motives, because a shorter list would disclose facts. The database checks the chosen motive.
    assert "Logement trop petit" in content
    assert "La condition de ce motif n’est pas remplie" in words_of(table.propose(2, "d:too_small"))
    assert table.propose(2, "b", rank="1").status_code == 302
    for name in ("mehdi", "marion"):
        commission.vote(table.proposal(2).pk, name)
    assert table.count(2).status_code == 302
    assert commission.row(Candidacy, table.candidacies[2].pk).state == "ranked"
    assert table.sheets_read_by("camille") == [table.candidacies[index].pk for index in (0, 1)]


def test_recusal_names_a_dwelling_or_a_number(table):
    item, number = str(table.commission.item.pk), table.commission.applications[0].number
    for posted in ({"item": ""}, {"item": item, "number": number}):
        assert "Choisissez un logement" in words_of(table.mehdi.post(table.recusal, posted))
    assert not Recusal.objects.using(OWNER).exists()


def test_recusal_concerns_the_sessions_in_which_one_sits(landlord, table):
    stranger = make_person("Sans Siège", landlord.place("Agence Belleville"))
    assign(stranger, "committee_member", landlord.place("Office des Trois-Rives"))
    with acting_as(stranger, P.COMMITTEE_SIT) as access:
        session = Session(pk=table.pk)
        recuse(by=stranger, session=session, item=table.commission.item.pk, context=access.context)
    assert not Recusal.objects.using(OWNER).exists()


# --- Proposals --------------------------------------------------------------------------------------------------------


def test_chair_is_offered_the_motives_that_hold_with_their_figures(commission, sign_in):
    for application in commission.applications[:3]:
        for years in (3000, 4000, 5000):
            make_member(application, birth_date=paris_day(-years))
    ask_long_ago(commission.applications[0], commission.person("aline"))
    candidacies = commission.present()
    commission.open()
    content = words_of(sign_in("camille").get(page("decision_propose", candidacies[0].pk)))
    assert "Non-attribution : Logement trop petit (4 personnes, pour ce logement 3 au plus)" in content
    assert "Justificatif demandé et non fourni (1 pièce)" in content
    for motive in ("Logement trop grand", "Pas de droit au séjour", "Taux d’effort et reste", "Autres candidats"):
        assert motive not in content, motive


def test_motive_that_does_not_hold_is_refused_by_the_form_and_by_the_database(table):
    table.commission.open()
    assert table.propose(0, "d:too_small").status_code == 200
    assert not Decision.objects.using(OWNER).exists()
    with pytest.raises(ValidationError, match="La condition de ce motif n’est pas remplie"):
        table.commission.propose(table.candidacies[0], "d", motive="too_small")


def test_condition_names_a_document_still_to_come_and_a_day(table):
    table.commission.open()
    content = words_of(table.camille.get(table.proposing(0)))
    assert "avis d’imposition de l’avant-dernière année" in content and "dépense de logement" not in content
    day = f"{paris_day(20):%d/%m/%Y}"
    for wrong in (
        {"missing_document": "housing_cost", "document_by": day},
        {"missing_document": "tax_notice_n2"},
        {"document_by": day},
        {"missing_document": "tax_notice_n2", "document_by": f"{paris_day():%d/%m/%Y}"},
    ):
        assert table.propose(0, "c", rank="1", **wrong).status_code == 200, wrong
    assert not Decision.objects.using(OWNER).exists()
    assert table.propose(0, "c", rank="1", missing_document="tax_notice_n2", document_by=day).status_code == 302
    stored = table.proposal(0)
    assert (stored.kind, stored.rank, stored.missing_document) == ("c", 1, "tax_notice_n2")
    assert "rang 1 : avis d’imposition" in words_of(table.mehdi.get(table.sheets))


def test_ranked_allocation_demands_a_rank_and_offers_the_next(table):
    table.commission.open()
    assert table.propose(0, "b").status_code == 200
    assert table.propose(0, "b", rank="1").status_code == 302
    assert 'name="rank" value="2"' in text(table.camille.get(table.proposing(1)))
    assert table.camille.get(table.proposing(0))["Location"] == table.sheets


def test_nothing_is_proposed_before_the_opening(table):
    assert table.propose(0, "a")["Location"] == table.sheets
    assert not Decision.objects.using(OWNER).exists()


# --- Votes ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def proposed(table) -> Any:
    """An open session in which the chair has proposed a rank for two of the candidates."""
    table.commission.open()
    table.decisions = [table.commission.propose(table.candidacies[index], "b", rank=index + 1) for index in range(2)]
    return table


def test_member_votes_sheet_by_sheet_and_once(proposed):
    first, second = proposed.decisions
    votes = {f"vote-{first}": "against", f"vote-{second}": "abstain"}
    assert proposed.mehdi.post(proposed.ballot, votes).status_code == 302
    content = words_of(proposed.mehdi.get(proposed.sheets))
    assert "Votre vote : contre" in content and "Votre vote : abstention" in content
    again = proposed.mehdi.post(proposed.ballot, votes)
    assert again.status_code == 200 and f"vote-{first}" not in text(again)
    assert sorted(Vote.objects.using(OWNER).values_list("choice", flat=True)) == ["abstain", "against"]
    with pytest.raises(ValidationError, match="Vous avez déjà voté"):
        proposed.commission.vote(first, "mehdi")


def test_all_the_proposals_of_a_dwelling_take_one_press(proposed):
    proposed.mehdi.post(proposed.ballot, {f"vote-{proposed.decisions[0]}": "against"})
    assert proposed.mehdi.post(proposed.ballot, {"all": "for"}).status_code == 302
    votes = dict(Vote.objects.using(OWNER).values_list("decision", "choice"))
    assert votes == {proposed.decisions[0]: "against", proposed.decisions[1]: "for"}


def test_empty_vote_is_refused_in_words(proposed):
    assert "Choisissez votre vote" in words_of(proposed.mehdi.post(proposed.ballot))


def test_chair_reads_counts_once_all_have_voted_and_never_who_voted_what(proposed):
    url = page("decision_count", proposed.decisions[0])
    proposed.mehdi.post(proposed.ballot, {f"vote-{proposed.decisions[0]}": "against"})
    early = words_of(proposed.camille.get(url))
    assert "1 vote exprimé sur 3 attendus" in early and "Contre" not in early
    for client in (proposed.camille, proposed.marion):
        client.post(proposed.ballot, {"all": "for"})
    late = words_of(proposed.camille.get(url))
    assert "Pour 2 Contre 1 Abstentions 0" in late
    for name in ("Mehdi", "Marion"):
        assert name not in late and name not in words_of(proposed.camille.get(proposed.sheets))
    assert proposed.count(0).status_code == 302
    adopted = words_of(proposed.mehdi.get(proposed.sheets))
    assert "Adoptée : 2 pour, 1 contre" in adopted and "Marion" not in adopted
    assert proposed.camille.get(url)["Location"] == proposed.sheets


def test_nothing_is_counted_before_a_vote(proposed):
    assert "Personne n’a encore voté" in words_of(proposed.count(0))
    assert proposed.proposal(0).outcome == "proposed"


@pytest.mark.parametrize("mayor, outcome, by_casting", [("for", "adopted", True), ("abstain", "rejected", False)])
def test_tie_is_decided_by_the_mayors_vote(proposed, mayor, outcome, by_casting):
    decision = proposed.decisions[0]
    others = ("against", "abstain") if mayor == "for" else ("for", "against")
    for client, choice in ((proposed.camille, others[0]), (proposed.mehdi, others[1]), (proposed.marion, mayor)):
        client.post(proposed.ballot, {f"vote-{decision}": choice})
    before = words_of(proposed.camille.get(page("decision_count", decision)))
    assert ("la voix prépondérante du maire décide" in before) is by_casting
    assert ("sans voix prépondérante exprimée" in before) is not by_casting
    proposed.count(0)
    row = proposed.commission.row(Decision, decision)
    assert (row.outcome, row.by_casting) == (outcome, by_casting)
    words = "par la voix prépondérante" if by_casting else "Rejetée : Attribution par classement"
    assert words in words_of(proposed.mehdi.get(proposed.sheets))


def test_rejected_proposal_is_followed_by_another(proposed):
    for client in (proposed.camille, proposed.mehdi, proposed.marion):
        client.post(proposed.ballot, {f"vote-{proposed.decisions[0]}": "against"})
    proposed.count(0)
    assert "sont sans suite" in words_of(proposed.camille.get(proposed.sheets))
    assert "Proposez le rang 1 : c’est le premier rang libre" in words_of(proposed.propose(0, "b", rank="3"))
    assert proposed.propose(0, "b", rank="1").status_code == 302
    assert f"vote-{proposed.proposal(0).pk}" in text(proposed.mehdi.get(proposed.sheets))


def test_form_offers_no_second_allocation_beside_a_plain_one(table):
    def offered(index: int) -> set[str]:
        return set(re.findall(r'name="decision" value="([^"]+)"', text(table.camille.get(table.proposing(index)))))

    table.commission.open()
    assert offered(0) == {"a", "b", "c"}
    ranked = table.commission.propose(table.candidacies[0], "b", rank=1)
    assert offered(1) == {"b", "c", "d:other_ranked_before"}
    for name in ("camille", "mehdi"):
        table.commission.vote(ranked, name, "against")
    table.commission.count(ranked)
    table.commission.propose(table.candidacies[0], "a", rank=1)
    assert offered(1) == {"d:other_ranked_before"}
