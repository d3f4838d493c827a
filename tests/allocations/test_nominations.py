"""A reserving body nominates applicants by exact number and name, and sees only its own nominees.

Trying numbers and names must disclose nothing.
"""

from uuid import UUID

import pytest

from access.compartments import Compartment
from allocations.models import Candidacy, Contingent, Vacancy
from tests.allocations.builders import make_contingent, make_ground
from tests.builders import OWNER, assign, events, paris_day, run
from tests.database.test_policies import as_role
from tests.noninterference.harness import plain

pytestmark = pytest.mark.usefixtures("unkept")
MISSING = UUID("00000000-0000-4000-8000-00000000abcd")
TOP = "Office des Trois-Rives"
UNKNOWN = "Aucune demande active n’a ce numéro et ce nom"


@pytest.fixture
def contingent(landlord) -> Contingent:
    return own_contingent(landlord)


def own_contingent(landlord, holder: str = "Ville de Paris", kind: str = "commune", who: str = "nadia") -> Contingent:
    """Create a contingent. Django queries it with the web login's connection, as if a page had loaded it."""
    contingent = make_contingent(landlord.place(TOP), holder, kind, landlord.person(who))
    contingent._state.db = "default"
    return contingent


@pytest.fixture
def vacancy(commission, contingent) -> Vacancy:
    return commission.orient(contingent)


@pytest.fixture
def nadia(sign_in):
    return sign_in("nadia")


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def page(vacancy: Vacancy | UUID) -> str:
    return f"/reservations/{getattr(vacancy, 'pk', vacancy)}/"


def nominate(client, vacancy: Vacancy | UUID, number: str | None, name: str):
    return client.post(f"{page(vacancy)}candidats/", {"number": number, "last_name": name})


def candidacies() -> list[Candidacy]:
    return list(Candidacy.objects.using(OWNER).order_by("number"))


def test_nominee_is_designated_by_number_and_name_and_shown_with_their_state(landlord, nadia, commission, vacancy):
    application = commission.applications[0]
    form = text_of(nadia.get(f"{page(vacancy)}candidats/"))
    assert "Numéro unique" in form
    written = f"{application.number[:3]} {application.number[3:]}".lower()
    assert nominate(nadia, vacancy, written, "candidat0")["Location"] == page(vacancy)
    [candidacy] = candidacies()
    assert (candidacy.application_id, candidacy.contingent_id) == (application.pk, vacancy.contingent_id)
    assert candidacy.designated_by_id == landlord.person("nadia").pk
    text = text_of(nadia.get(page(vacancy)))
    assert "Anne Candidat0" in text and "désignée" in text and "Fiche pas encore préparée" in text
    viewed = events(kind="contingent_shown", actor=landlord.person("nadia").pk)[-1]
    assert viewed["shown_ids"] == [candidacy.pk]
    [designated] = events(kind="candidate_designated")
    assert designated["about"] == candidacy.pk and "identity_checked" in {event["kind"] for event in events()}


def test_wrong_number_wrong_name_and_closed_application_get_the_same_answer(nadia, monkeypatch, commission, vacancy):
    first, second, closed = commission.applications[:3]
    run(
        "UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s",
        closed.pk,
    )
    started: list[float] = []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    tries = [
        ("0751125999999ZZZZZ", "Candidat0"),
        (first.number, "Candidat1"),
        (second.number, "Candidat0"),
        (closed.number, "Candidat2"),
    ]
    answers = set()
    for number, name in tries:
        answer = plain(nominate(nadia, vacancy, number, name))
        body = answer.body.replace(number.encode(), b"N").replace(name.encode(), b"NAME")
        assert UNKNOWN.encode() in body
        answers.add((answer.status, answer.headers, body))
    assert len(answers) == 1 and len(started) == len(tries)
    assert candidacies() == []
    assert len(events(kind="identity_missed")) == len(tries)


def test_after_five_misses_the_right_name_is_refused_like_a_wrong_one(nadia, commission, vacancy):
    number = commission.applications[0].number
    for trial in range(5):
        assert UNKNOWN in text_of(nominate(nadia, vacancy, number, f"Essai{trial}"))
    assert UNKNOWN in text_of(nominate(nadia, vacancy, number, "Candidat0"))
    assert candidacies() == []
    other = commission.applications[1]
    assert nominate(nadia, vacancy, other.number, "Candidat1").status_code == 302


def test_own_nominee_is_nominated_once(nadia, commission, vacancy):
    number = commission.applications[0].number
    assert nominate(nadia, vacancy, number, "Candidat0").status_code == 302
    assert "déjà candidate" in text_of(nominate(nadia, vacancy, number, "Candidat0"))
    assert len(candidacies()) == 1


def test_candidate_whom_the_landlord_designated_before_is_answered_like_a_wrong_number(nadia, commission, vacancy):
    designated, unknown = commission.applications[0], "0751125999999ZZZZZ"
    Candidacy.objects.using(OWNER).create(
        vacancy=vacancy,
        application=designated,
        number=1,
        rank=1,
        designated_on=paris_day(),
        designated_by=commission.person("aline"),
    )
    bodies = set()
    for number in (designated.number, unknown):
        bodies.add(plain(nominate(nadia, vacancy, number, "Candidat0")).body.replace(number.encode(), b"N"))
    assert len(bodies) == 1
    assert "Candidat0" not in text_of(nadia.get(page(vacancy)))


@pytest.mark.parametrize("method", ["get", "post"])
def test_vacancy_of_another_contingent_answers_like_one_that_never_was(
    landlord, nadia, monkeypatch, commission, method
):
    assign(landlord.person("noel"), "nominator", landlord.place(TOP))
    own_contingent(landlord)
    other = commission.orient(own_contingent(landlord, "Région", "region", "noel"))
    started: list[float] = []
    monkeypatch.setattr("access.guard.door.wait_for_slot", started.append)
    sent = {"number": commission.applications[0].number, "last_name": "Candidat0"}
    answers = set()
    for key in (other.pk, MISSING):
        answer = plain(getattr(nadia, method)(f"{page(key)}candidats/", sent))
        answers.add((answer.status, answer.headers, answer.body.replace(str(key).encode(), b"ID")))
    assert len(answers) == 1 and next(iter(answers))[0] == 404 and len(started) == 2
    assert candidacies() == []


def test_nominees_of_another_contingent_are_not_listed(landlord, nadia, commission, vacancy):
    other = make_contingent(landlord.place(TOP), "Région", "region")
    Candidacy.objects.using(OWNER).create(
        vacancy=vacancy,
        application=commission.applications[1],
        number=1,
        contingent=other,
        designated_on=paris_day(),
        designated_by=commission.person("aline"),
    )
    before = plain(nadia.get(page(vacancy)))
    assert b"Candidat1" not in before.body
    Candidacy.objects.using(OWNER).all().delete()
    assert plain(nadia.get(page(vacancy))) == before


def test_days_left_follow_from_the_landlords_figure(nadia, vacancy):
    assert "pas encore enregistré" in text_of(nadia.get(page(vacancy)))
    enter = "UPDATE allocations_legalfigure SET code = %s, value = 30 WHERE code = 'document_delay_days'"
    run(enter, "nomination_delay_days")
    for oriented, sentence in (
        (-29, "Il vous reste 1 jour"),
        (-28, "Il vous reste 2 jours"),
        (-30, "prend fin ce soir"),
        (-31, "a pris fin le"),
    ):
        run("UPDATE allocations_vacancy SET oriented_on = loge_today() + %s", oriented)
        assert sentence in text_of(nadia.get(page(vacancy))), oriented
        assert sentence in text_of(nadia.get(f"{page(vacancy)}candidats/"))


def test_outcome_and_motive_are_told_in_words_and_nothing_of_the_file(landlord, nadia, commission, vacancy):
    for number, application in enumerate(commission.applications[:3]):
        assert nominate(nadia, vacancy, application.number, f"Candidat{number}").status_code == 302
    chosen = candidacies()
    for candidacy in chosen:
        commission.prepare(candidacy)
    commission.convene()
    assert "ne se désignent plus" in text_of(nadia.get(f"{page(vacancy)}candidats/"))
    commission.open()
    commission.decide(chosen[0], "b", rank=1)
    commission.decide(chosen[1], "b", rank=2)
    commission.decide(chosen[2], "d", motive="other_ranked_before")
    commission.close()
    commission.sign()
    text = text_of(nadia.get(page(vacancy)))
    assert (
        "attribution par classement" in text and "non-attribution" in text and "Autres candidats mieux classés" in text
    )
    assert "Motif prioritaire reconnu : non" in text and "tranche" in text
    assert not [word for word in ("15 000", "75020", "rue des Lilas", "+33", "06 39") if word in text]
    assert page(vacancy) + "candidats/" not in text


def test_outcome_is_told_once_the_minutes_are_signed(landlord, nadia, commission, vacancy):
    for number in range(3):
        nominate(nadia, vacancy, commission.applications[number].number, f"Candidat{number}")
    chosen = candidacies()
    for candidacy in chosen:
        commission.prepare(candidacy)
    commission.convene()
    commission.open()
    # This request shows the messages about the nominations, so that they are not on the pages compared below.
    nadia.get(page(vacancy))
    before, listed = plain(nadia.get(page(vacancy))).body, plain(nadia.get("/reservations/")).body
    assert before.count("présentée".encode()) == 3
    for place, candidacy in enumerate(chosen, start=1):
        commission.decide(candidacy, "b", rank=place)
    assert plain(nadia.get(page(vacancy))).body == before
    commission.close()
    assert plain(nadia.get(page(vacancy))).body == before and plain(nadia.get("/reservations/")).body == listed
    commission.sign()
    commission.send(chosen[0])
    content = text_of(nadia.get(page(vacancy)))
    assert "attribution par classement" in content and "logement proposé" in content


def test_state_of_a_candidacy_is_not_readable_for_a_nominator(landlord, commission, vacancy):
    readable = "SELECT has_column_privilege('allocations_candidacy', 'state', 'SELECT')"
    assert as_role(Compartment.CONTINGENT, landlord.person("nadia").pk, readable) == [(False,)]


def test_full_vacancy_answers_alike_for_every_number_and_name(landlord, nadia, commission, vacancy):
    """Once a vacancy has ten candidates, every nomination gets the same refusal.

    If only existing applications were refused in this way, a stolen login could find out which numbers exist.
    """
    chosen, aline = commission.applications[0], commission.person("aline")
    for number in range(1, 11):
        Candidacy.objects.using(OWNER).create(
            vacancy=vacancy, number=number, designated_on=paris_day(), designated_by=aline, state="withdrawn"
        )
    bodies = set()
    # After more than five tries about one number, an existing application gets the same answer as a missing one.
    tries = [(chosen.number, "Candidat0")] * 6 + [(chosen.number, "Candidat1"), ("0751125999999ZZZZZ", "Absent")]
    for number, name in tries:
        body = plain(nominate(nadia, vacancy, number, name)).body
        assert b"Dix candidats" in body
        bodies.add(body.replace(number.encode(), b"N").replace(name.encode(), b"NAME"))
    assert len(bodies) == 1 and len(events(kind="identity_tried")) == len(tries)


def test_twenty_misses_end_the_answers_whatever_the_number(nadia, commission, vacancy):
    """After twenty tries with application numbers that do not exist, even a correct number must be refused."""
    for trial in range(20):
        assert UNKNOWN in text_of(nominate(nadia, vacancy, f"07511259{trial:05}ZZZZZ", "Personne"))
    assert UNKNOWN in text_of(nominate(nadia, vacancy, commission.applications[0].number, "Candidat0"))
    assert candidacies() == []


def test_sealed_ground_changes_the_boolean_and_nothing_else(landlord, nadia, commission, vacancy):
    """The nominator's page must be the same for each kind of sealed ground (sensitive priority) of a candidate."""
    application = commission.applications[0]
    assert nominate(nadia, vacancy, application.number, "Candidat0").status_code == 302
    # The message is shown only once, so the pages that are compared below do not contain it.
    assert "Le candidat est désigné." in text_of(nadia.get(page(vacancy)))
    bodies = []
    for code in ("couple_violence", "trafficking"):
        run("DELETE FROM allocations_ground")
        make_ground(application, landlord.person("sacha"), code)
        commission.prepare(candidacies()[0])
        bodies.append(plain(nadia.get(page(vacancy))).body)
    assert bodies[0] == bodies[1] and b"Motif prioritaire reconnu" in bodies[0]


def test_nominators_database_role_reads_own_candidacies_without_the_application(landlord, commission, vacancy):
    nadia = landlord.person("nadia")
    own = {
        "vacancy": vacancy,
        "application": commission.applications[0],
        "designated_on": paris_day(),
        "designated_by": nadia,
    }
    Candidacy.objects.using(OWNER).create(number=1, contingent_id=vacancy.contingent_id, **own)
    Candidacy.objects.using(OWNER).create(number=2, **own | {"application": commission.applications[1]})
    assert as_role(Compartment.CONTINGENT, nadia.pk, "SELECT number FROM allocations_candidacy") == [(1,)]
    readable = "SELECT has_column_privilege('allocations_candidacy', 'application_id', 'SELECT')"
    assert as_role(Compartment.CONTINGENT, nadia.pk, readable) == [(False,)]
