"""Pages of officers and the manager must have the same bytes, whichever sealed ground is recognised.

A sealed ground is a sensitive priority that only an examiner may know.
"""

import pytest
from django.test import Client
from django.urls import reverse

from access.compartments import Compartment
from allocations import scoring
from allocations.actions.scores import compute_scores
from allocations.letters import LETTERS
from allocations.models import Application
from allocations.rules.points import compile_grid
from tests.allocations.builders import (
    declare_income,
    enter_figures,
    make_application,
    make_case,
    make_grid,
    make_ground,
    open_occasion,
)
from tests.allocations.locks import LOCKS
from tests.builders import run
from tests.noninterference.harness import Answer, plain
from tests.visits import visits

pytestmark = pytest.mark.usefixtures("unkept")

# Pages whose bytes differ between two equal requests, each with the reason.
ASIDE = {"applicant_report": "lists the views of the application, so each request adds a line"}
CODES = ("couple_violence", "trafficking")


@pytest.fixture
def application(landlord) -> Application:
    """Provide an application with a recognised sealed ground (sensitive priority). Twelve other applications have
    sealed grounds too, six of each kind."""
    enter_figures()
    make_grid()
    aline, sacha, place = landlord.person("aline"), landlord.person("sacha"), landlord.place("Agence Belleville")
    for code in CODES:
        for _number in range(6):
            make_ground(make_application(place), sacha, code)
    application = make_application(place, "Vidal", by=aline)
    declare_income(application)
    open_occasion(application, aline)
    make_case(application, aline, sacha, "recognised")
    make_ground(application, sacha, CODES[0])
    return application


def pages(application: Application) -> list[tuple[str, Compartment]]:
    """Return the URLs of all pages of officers and the manager, with every value of their arguments and parameters.

    Each URL comes with the compartment (kind of data) of its page.
    """
    applicant = application.applicants.using("owner").get().pk
    urls: list[tuple[str, Compartment]] = []
    for visit in visits():
        compartment = visit.door.permission.compartment
        if compartment not in (Compartment.APPLICANTS, Compartment.STEERING) or visit.name in ASIDE or visit.door.api:
            continue
        values = {"pk": application.pk, "application": application.pk, "applicant": applicant}
        for letter in LETTERS if "letter" in visit.arguments else [""]:
            known = {name: (values | {"letter": letter}).get(name) for name in visit.arguments}
            if None not in known.values():
                urls.append((reverse(visit.name, kwargs=known), compartment))
    conditions = reverse("application_conditions", kwargs={"pk": application.pk})
    urls += [(f"{conditions}?zone={zone}", Compartment.APPLICANTS) for zone in ("paris", "idf", "regions")]
    return urls


def answers_to(application: Application, aline: Client, rosa: Client) -> dict[str, Answer]:
    compute_scores(by="test")
    clients = {Compartment.APPLICANTS: aline, Compartment.STEERING: rosa}
    return {url: plain(clients[compartment].get(url)) for url, compartment in pages(application)}


def differences(application: Application, sign_in) -> list[str]:
    """Return the pages that change if the application's recognised sealed ground is replaced by another."""
    aline, rosa = sign_in("aline"), sign_in("rosa")
    before = answers_to(application, aline, rosa)
    assert len(before) > 25 and sum(answer.status == 200 for answer in before.values()) > 18
    run("ALTER TABLE allocations_ground DISABLE TRIGGER USER")
    sql = "UPDATE allocations_ground SET code = %s, proof = 'court_decision' WHERE application_id = %s"
    run(sql, CODES[1], application.pk)
    after = answers_to(application, aline, rosa)
    assert run("SELECT count(*) FROM allocations_score WHERE 'trafficking' = ANY (lines)") == [(7,)]
    return [url for url, answer in before.items() if answer != after[url]]


@pytest.mark.parametrize("lock", LOCKS)
def test_pages_do_not_depend_on_which_ground_is_recognised(landlord, sign_in, monkeypatch, application, lock):
    LOCKS[lock](monkeypatch)
    assert differences(application, sign_in) == []


def test_band_computed_from_the_total_would_be_detected(landlord, sign_in, monkeypatch, application):
    def betraying(grid, on):
        points = compile_grid(grid, on)
        return lambda values, months, _recognised: points(values, months)

    # `betraying` counts the sealed ground's points, by mistake. The totals, 43 and 33, fall into different bands.
    monkeypatch.setattr(scoring, "compile_ranking_points", betraying)
    conditions = reverse("application_conditions", kwargs={"pk": application.pk})
    assert conditions in differences(application, sign_in)


@pytest.mark.spoils
def test_letter_of_points_to_an_officer_would_be_detected(landlord, sign_in, application):
    """If a faulty SQL function lets an officer read points for a sealed ground (sensitive priority), the comparison of
    pages must detect the letter with these points."""
    run("DROP FUNCTION allocations_points_to_tell(uuid)")
    run("CREATE FUNCTION allocations_points_to_tell(wanted uuid) RETURNS SETOF allocations_score LANGUAGE sql STABLE"
        " SECURITY DEFINER AS 'SELECT * FROM allocations_score WHERE application_id = wanted'")  # fmt: skip
    run(f"GRANT EXECUTE ON FUNCTION allocations_points_to_tell TO {Compartment.APPLICANTS.database_role}")
    letter = reverse("application_letter", kwargs={"pk": application.pk, "letter": "points"})
    assert letter in differences(application, sign_in)
