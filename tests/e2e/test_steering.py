"""The allocation manager reads last year's quotas, fairness figures and annual report, on a phone and on a desktop."""

from datetime import date

import pytest

from tests.allocations.builders import enter_figures, make_contingent
from tests.allocations.past_years import Case, PastYear, lease
from tests.builders import paris_day
from tests.e2e.leaving import goes_home

pytestmark = pytest.mark.browser
SCREENS = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900, "color_scheme": "dark"}}
TOP = "Office des Trois-Rives"


def remember_last_year(landlord) -> int:
    past = PastYear(landlord, paris_day().year - 1)
    day = date(past.year, 5, 4)
    city, state = (
        make_contingent(landlord.place(TOP), "Ville de Paris"),
        make_contingent(landlord.place(TOP), "Préfecture de région", "state_priority"),
    )
    past.let([lease(day, priority=number % 4 == 0, years=number % 6) for number in range(60)], city)
    past.let([lease(day, priority=number < 3, in_qpv=True, decision="a") for number in range(26)], state)
    for size in range(1, 6):
        chosen = [lease(day, quartile=1, persons=size, decision="b") for _ in range(7)]
        left = [Case(designated=False, persons=size, years=size) for _ in range(6)]
        past.let(left + chosen + [Case(persons=size, children=1, decision="d too_small") for _ in range(9)] + left)
    return past.year


@pytest.mark.parametrize("screen", SCREENS)
def test_manager_reads_the_counts_of_last_year(come_in, landlord, screen):
    enter_figures(claim_retention_years=5)
    year = remember_last_year(landlord)
    rosa = come_in("rosa", **SCREENS[screen])
    rosa.opens("/attribution/quotas/")
    rosa.sees("Quotas de", "Il manque, au", "Seuil du premier quartile")
    rosa.chooses(str(year))
    rosa.sees(f"Quotas de {year}", "15 sur 60", "0 à 4 sur 26", "non atteint")
    rosa.chooses("Équité")
    rosa.sees("Meilleurs rangs écartés", "5 personnes et plus", "Le sexe n’est pas enregistré")
    rosa.chooses("Bilan")
    rosa.sees(f"Bilan des attributions de {year}", "logement trop petit", "Exporter en CSV", "Attente médiane")
    goes_home(rosa, "Rosa")
