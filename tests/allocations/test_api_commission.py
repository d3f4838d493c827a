"""The API of the allocation commission: numbered sheets without names, recusals, votes and the chair's count.

The answer to a recusal must not disclose who is a candidate.
"""

from uuid import uuid4

import pytest

from allocations.models import Candidacy, Decision, Recusal, Seat, Session, Vote
from tests.allocations.api_client import done, fetch, pointers, refused, send
from tests.allocations.commission import Commission
from tests.allocations.test_api_candidacies import SHEET_FIELDS
from tests.builders import OWNER, assign, events, make_person

pytestmark = pytest.mark.usefixtures("unkept")


@pytest.fixture
def commission(commission, candidacies) -> Commission:
    """A convened session with the sheets of three candidates. A fourth applicant is not a candidate."""
    return commission


@pytest.fixture
def camille(sign_in):
    return sign_in("camille")


@pytest.fixture
def mehdi(sign_in):
    return sign_in("mehdi")


def of_session(commission: Commission, rest: str = "") -> str:
    assert commission.session
    return f"commission/sessions/{commission.session.pk}/{rest}"


def of_item(commission: Commission, rest: str = "") -> str:
    return f"commission/items/{commission.item.pk}/{rest}"


def presented() -> list[Candidacy]:
    return list(Candidacy.objects.using(OWNER).order_by("number"))


def seats(*names: str) -> list[str]:
    rows = Seat.objects.using(OWNER).filter(person__name__in=names) if names else Seat.objects.using(OWNER)
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def proposal(client, candidacy: Candidacy, **body: object) -> str:
    return done(send(client, f"commission/sheets/{candidacy.pk}/propose/", {"decision": "b", "rank": 1} | body))


# --- Reading ---------------------------------------------------------------------------------------------------------


def test_member_reads_their_sessions_and_sheets_without_identity(commission, mehdi):
    [own] = fetch(mehdi, "commission/sessions/")["results"]
    assert (own["id"], own["state"], own["dwellings"], own["chairs"]) == (
        str(commission.session.pk),
        "convened",
        1,
        False,
    )
    session = fetch(mehdi, of_session(commission))
    [item] = session["items"]
    assert (item["id"], item["sheets"], item["all_recused"]) == (str(commission.item.pk), 3, False)
    assert session["quorum"] == {"needed": 2, "counted": 3, "reached": True}
    response = mehdi.get(f"/api/v1/{of_item(commission)}")
    sheets, text = response.json()["sheets"], response.content.decode()
    assert [sheet["number"] for sheet in sheets] == [1, 2, 3]
    assert sheets[0]["sheet"].keys() == SHEET_FIELDS - {"prepared_on"}
    assert "Candidat" not in text and "1500000" not in text
    for application, candidacy in zip(commission.applications, presented(), strict=False):
        assert not [key for key in (application.pk, application.number, candidacy.pk) if str(key) in text]
    assert len(events(kind="sheet_shown", actor=commission.person("mehdi").pk)) == 3


def test_chair_alone_gets_the_ids_to_propose_for(commission, camille):
    table = fetch(camille, of_item(commission))
    assert [sheet["candidacy"] for sheet in table["sheets"]] == [str(row.pk) for row in presented()]


def test_somebody_without_a_seat_gets_the_answer_of_a_missing_session(commission, landlord, sign_in):
    for role in ("committee_member", "committee_chair"):
        assign(landlord.person("noel"), role, landlord.place("Office des Trois-Rives"))
    noel = sign_in("noel")
    assert fetch(noel, "commission/sessions/") == {"results": []}
    nothing = refused(noel.get(f"/api/v1/commission/sessions/{uuid4()}/"), "not_found")
    for path in (of_session(commission), of_item(commission), f"commission/sheets/{presented()[0].pk}/"):
        assert refused(noel.get(f"/api/v1/{path}"), "not_found") == nothing
    for path, body in (
        (of_session(commission, "recuse/"), {"item": str(commission.item.pk)}),
        (of_session(commission, "open/"), {"present": seats()}),
    ):
        assert refused(send(noel, path, body), "not_found") == nothing


def test_member_does_not_chair(commission, mehdi):
    for path, body in (
        (of_session(commission, "open/"), {"present": seats()}),
        (f"commission/sheets/{presented()[0].pk}/propose/", {"decision": "a"}),
    ):
        refused(send(mehdi, path, body), "forbidden")


def test_chair_of_another_session_does_not_chair_this_one(commission, landlord, sign_in):
    assign(landlord.person("mehdi"), "committee_chair", landlord.place("Office des Trois-Rives"))
    mehdi = sign_in("mehdi")
    refused(send(mehdi, of_session(commission, "open/"), {"present": seats()}), "forbidden")
    assert [sheet["candidacy"] for sheet in fetch(mehdi, of_item(commission))["sheets"]] == [None] * 3


# --- Recusals --------------------------------------------------------------------------------------------------------


def test_recusal_by_number_does_not_tell_who_is_a_candidate(commission, mehdi, sign_in):
    path, marion = of_session(commission, "recuse/"), sign_in("marion")
    candidate, other = presented()[0].application, commission.applications[3]
    answers = {
        (response.status_code, response.content)
        for response in (
            send(mehdi, path, {"number": candidate.number}),
            send(marion, path, {"number": other.number}),
            send(marion, path, {"number": "0751125999999ZZZZZ"}),
        )
    }
    assert answers == {(200, b'{"id":"%s"}' % str(commission.session.pk).encode())}
    assert fetch(mehdi, of_session(commission))["items"] == fetch(marion, of_session(commission))["items"]
    assert Recusal.objects.using(OWNER).count() == 1
    table = fetch(mehdi, of_item(commission))
    assert [sheet["number"] for sheet in table["sheets"]] == [2, 3] and table["recused"] == 1


def test_recusal_comes_before_reading(commission, mehdi):
    path = of_session(commission, "recuse/")
    assert pointers(send(mehdi, path, {})) == {""}
    assert pointers(send(mehdi, path, {"item": str(uuid4())})) == {"/item"}
    assert pointers(send(mehdi, path, {"number": "12"})) == {"/number"}
    fetch(mehdi, of_item(commission))
    assert pointers(send(mehdi, path, {"item": str(commission.item.pk)})) == {""}
    assert not Recusal.objects.using(OWNER).exists()


def test_recused_chair_reads_nothing_and_enters_what_the_others_propose(commission, camille):
    [candidacy, *_others] = presented()
    done(send(camille, of_session(commission, "recuse/"), {"number": candidacy.application.number}))
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    table = fetch(camille, of_item(commission))
    assert table["blind"] == [{"number": 1, "candidacy": str(candidacy.pk), "decision": None}]
    assert [sheet["number"] for sheet in table["sheets"]] == [2, 3]
    options = fetch(camille, f"commission/sheets/{candidacy.pk}/")
    assert options["blind"] is True and options["sheet"] is None
    assert not [event for event in events(kind="sheet_shown") if event["facts"].get("number") == 1]
    proposal(camille, candidacy)


def test_recused_chair_does_nothing_for_a_dwelling_that_another_member_presides(commission, landlord, camille, sign_in):
    [candidacy, *_others] = presented()
    assign(landlord.person("mehdi"), "committee_chair", landlord.place("Office des Trois-Rives"))
    mehdi = sign_in("mehdi")
    done(send(camille, of_session(commission, "recuse/"), {"number": candidacy.application.number}))
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    commission.force(
        "allocations_agendaitem", "UPDATE allocations_agendaitem SET presided_by_id = %s", landlord.person("mehdi").pk
    )
    table = fetch(camille, of_item(commission))
    assert table["blind"] == [] and {sheet["candidacy"] for sheet in table["sheets"]} == {None}
    assert [sheet["candidacy"] for sheet in fetch(mehdi, of_item(commission))["sheets"]] == [
        str(row.pk) for row in presented()
    ]
    decision = proposal(mehdi, candidacy)
    refused(camille.get(f"/api/v1/commission/sheets/{candidacy.pk}/"), "forbidden")
    refused(send(camille, f"commission/sheets/{candidacy.pk}/propose/", {"decision": "a"}), "forbidden")
    refused(camille.get(f"/api/v1/commission/decisions/{decision}/"), "not_found")
    refused(send(camille, f"commission/decisions/{decision}/count/"), "not_found")
    assert fetch(mehdi, f"commission/decisions/{decision}/")["expected"] == 2


def test_released_seat_and_carried_dwelling_are_told(commission, landlord, camille):
    person = landlord.person("marion").pk
    commission.force(
        "allocations_seat",
        "UPDATE allocations_seat SET released = 'prevented', casting = false WHERE person_id = %s",
        person,
    )
    commission.force("allocations_agendaitem", "UPDATE allocations_agendaitem SET carried_reason = 'no_time'")
    session = fetch(camille, of_session(commission))
    assert [seat["released"] for seat in session["seats"]] == ["", "", "prevented"]
    assert [item["carried_reason"] for item in session["items"]] == ["no_time"]
    assert session["quorum"]["counted"] == 2
    released = session["seats"][-1]["id"]
    assert pointers(send(camille, of_session(commission, "open/"), {"present": [released]})) == {"/present"}


# --- Votes -----------------------------------------------------------------------------------------------------------


def test_count_is_hidden_until_every_expected_member_has_voted(commission, camille, mehdi, sign_in):
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    decision = proposal(camille, presented()[0])
    ballot = {"votes": [{"decision": decision, "choice": "for"}]}
    path = f"commission/decisions/{decision}/"
    for voter, cast in ((camille, 1), (mehdi, 2)):
        done(send(voter, of_item(commission, "vote/"), ballot))
        count = fetch(camille, path)
        assert (count["cast"], count["expected"]) == (cast, 3)
        assert (count["votes_for"], count["votes_against"], count["abstained"]) == (None, None, None)
    done(
        send(sign_in("marion"), of_item(commission, "vote/"), {"votes": [{"decision": decision, "choice": "against"}]})
    )
    assert [fetch(camille, path)[name] for name in ("votes_for", "votes_against", "abstained")] == [2, 1, 0]
    key = uuid4()
    first, again = (send(camille, f"{path}count/", key=key) for _time in range(2))
    assert first.status_code == 200 and again.content == first.content
    refused(send(camille, f"{path}count/"), "already")
    assert Decision.objects.using(OWNER).get().outcome == "adopted"
    adopted = fetch(mehdi, of_item(commission))["sheets"][0]["decision"]
    assert (adopted["votes_for"], adopted["votes_against"], adopted["outcome"]) == (2, 1, "adopted")


def test_member_votes_once_on_what_is_proposed(commission, camille, mehdi):
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    decision, key = proposal(camille, presented()[0]), uuid4()
    path, ballot = of_item(commission, "vote/"), {"votes": [{"decision": decision, "choice": "abstain"}]}
    assert pointers(send(mehdi, path, {"votes": [{"decision": str(uuid4()), "choice": "for"}]})) == {"/votes"}
    assert pointers(send(mehdi, path, {"votes": [{"decision": decision, "choice": "maybe"}]})) == {"/votes/0/choice"}
    first, again = (send(mehdi, path, ballot, key) for _time in range(2))
    assert first.status_code == 200 and again.content == first.content
    refused(send(mehdi, path, {"votes": [{"decision": decision, "choice": "for"}]}), "already")
    assert [vote.choice for vote in Vote.objects.using(OWNER).all()] == ["abstain"]
    [own, *_others] = fetch(mehdi, of_item(commission))["sheets"]
    assert (own["own_choice"], own["may_vote"]) == ("abstain", False)
    assert fetch(camille, of_item(commission))["sheets"][0]["own_choice"] == ""


def test_chair_proposes_only_what_holds(commission, camille):
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    [candidacy, *_others] = presented()
    path = f"commission/sheets/{candidacy.pk}/"
    options = fetch(camille, path)
    offered = {option["decision"] for option in options["decisions"]}
    assert {"a", "b"} <= offered and "d:over_this_ceiling" not in offered and options["rank"] == 1
    assert pointers(send(camille, f"{path}propose/", {"decision": "d:over_this_ceiling"})) == {"/decision"}
    assert pointers(send(camille, f"{path}propose/", {"decision": "b"})) == {"/rank"}
    proposal(camille, candidacy)
    refused(send(camille, f"{path}propose/", {"decision": "a"}), "already")
    assert camille.get(f"/api/v1/{path}").status_code == 404


def test_session_opens_and_closes_under_the_rules_of_the_page(commission, camille, landlord):
    path = of_session(commission, "open/")
    assert pointers(send(camille, path, {"present": [str(uuid4())]})) == {"/present"}
    assert pointers(send(camille, path, {"present": seats()[:1]})) == {""}
    done(send(camille, path, {"present": seats()}))
    assert pointers(send(camille, path, {"present": seats()})) == {""}
    assert pointers(send(camille, of_session(commission, "close/"))) == {""}
    for place, candidacy in enumerate(presented(), start=1):
        commission.decide(candidacy, "b", rank=place)
    done(send(camille, of_session(commission, "close/")))
    assert Session.objects.using(OWNER).get().state == "closed"
    stranger = make_person("Nora Siège", landlord.place("Agence Belleville"))
    assert stranger.name not in str(fetch(camille, of_session(commission)))


# --- Who presides ----------------------------------------------------------------------------------------------------


def test_member_of_the_landlord_takes_the_chair_once_the_hour_has_come(commission, camille, mehdi, sign_in):
    path = of_session(commission, "preside/")
    assert pointers(send(mehdi, path)) == {""}
    commission.force("allocations_session", "UPDATE allocations_session SET held_at = loge_now()")
    assert pointers(send(sign_in("marion"), path)) == {""}
    key = uuid4()
    first, again = (send(mehdi, path, key=key) for _time in range(2))
    assert done(first) == str(commission.session.pk) and again.content == first.content
    seats_now = fetch(mehdi, of_session(commission))["seats"]
    assert [(seat["chairs"], seat["elected"]) for seat in seats_now] == [(True, True), (False, False), (False, False)]
    assert len(events(kind="chair_taken", outcome="changed", actor=commission.person("mehdi").pk)) == 1
    refused(send(camille, of_session(commission, "open/"), {"present": seats()}), "forbidden")
    done(send(mehdi, of_session(commission, "open/"), {"present": seats()}))


def test_member_presides_a_dwelling_whose_chair_is_recused(commission, camille, mehdi):
    [candidacy, *_others] = presented()
    done(send(camille, of_session(commission, "recuse/"), {"number": candidacy.application.number}))
    path = of_item(commission, "preside/")
    assert pointers(send(mehdi, path)) == {""}
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    assert pointers(send(camille, path)) == {""}
    assert done(send(mehdi, path)) == str(commission.item.pk)
    assert fetch(camille, of_item(commission))["blind"] == []
    proposal(mehdi, candidacy)
    refused(send(camille, of_item(commission, "carry-over/"), {"reason": "no_majority"}), "forbidden")


def test_whoever_presides_carries_a_dwelling_over_once(commission, camille, mehdi):
    path, body = of_item(commission, "carry-over/"), {"reason": "no_time"}
    assert pointers(send(camille, path, body)) == {""}
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    refused(send(mehdi, path, body), "forbidden")
    assert pointers(send(camille, path, {})) == {"/reason"} == pointers(send(camille, path, {"reason": "weather"}))
    done(send(camille, path, body))
    refused(send(camille, path, body), "already")
    assert {row.state for row in presented()} == {"designated"}
    assert [item["carried_reason"] for item in fetch(mehdi, of_session(commission))["items"]] == ["no_time"]
    done(send(camille, of_session(commission, "close/")))


def test_sheets_beside_an_adopted_allocation_are_carried_over(commission, camille):
    done(send(camille, of_session(commission, "open/"), {"present": seats()}))
    commission.decide(presented()[0], "b", rank=1)
    done(send(camille, of_item(commission, "carry-over/"), {"reason": "no_time"}))
    assert [row.state for row in presented()] == ["ranked", "designated", "designated"]
    done(send(camille, of_session(commission, "close/")))
