"""Creates the places above imported buildings: one sector per arrondissement or postcode.

Agencies are created only if the database has no other places yet.
"""

import re
from uuid import UUID

from django.conf import settings

from access.models import Level, Place
from access.models.place import SMALL

JOBS = "jobs"
# The agencies that an import without `--under` creates. Maps their codes to (name, arrondissements of Paris).
AGENCIES: dict[str, tuple[str, tuple[int, ...]]] = {
    "A-CENTRE": ("Agence Centre", tuple(range(1, 11))),
    "A-EST": ("Agence Est", (11, 12)),
    "A-SUD-EST": ("Agence Sud-Est", (13,)),
    "A-SUD": ("Agence Sud", (14,)),
    "A-SUD-OUEST": ("Agence Sud-Ouest", (15, 16)),
    "A-NORD-OUEST": ("Agence Nord-Ouest", (17, 18)),
    "A-NORD-EST": ("Agence Nord-Est", (19,)),
    "A-BELLEVILLE": ("Agence Belleville", (20,)),
}
ELSEWHERE = ("A-HORS-PARIS", "Agence hors Paris")


class NoTree(Exception):
    """Raised if the import cannot determine the parent place of new buildings. str() gives the message in French."""


class Tree:
    """Finds places by their code, or creates them. New estates are collected in `made`, and `save` inserts all of them
    at once."""

    def __init__(self, under: str = "") -> None:
        self.made: dict[str, Place] = {}
        self.by_code: dict[str, Place] = {}
        self.under = self._find(under) if under else None
        if under and self.under is None:
            raise NoTree(f"Aucun lieu n’a le code «\u00a0{under}\u00a0».")
        if self.under and self.under.level in SMALL:
            raise NoTree(
                f"Une résidence ne peut pas dépendre de «\u00a0{under}\u00a0»\u00a0: il faut un secteur ou plus haut."
            )

    def sector(self, postcode: str, city: str) -> Place:
        if self.under and self.under.level == Level.SECTOR:
            return self.under
        code = f"S-{postcode or 'INCONNU'}"
        return self._find(code) or self._make(Level.SECTOR, code, sector_name(postcode, city), self.agency(postcode))

    def agency(self, postcode: str) -> Place:
        if self.under:
            return self.under
        number = _arrondissement(postcode)
        agencies = ((code, name) for code, (name, numbers) in AGENCIES.items() if number in numbers)
        code, name = next(agencies, ELSEWHERE)
        return self._find(code) or self._make(Level.AGENCY, code, name, self.organisation())

    def organisation(self) -> Place:
        """Return the parent place of the agencies in AGENCIES. If the database has no places, create it.

        Raises NoTree if the database has places, but none of these agencies. The operator must then choose a parent
        place with `--under`.
        """
        ours = Place.objects.using(JOBS).filter(code__in=[*AGENCIES, ELSEWHERE[0]]).select_related("parent").first()
        top: Place | None = ours.parent if ours else None
        if top:
            return top
        if Place.objects.using(JOBS).exists():
            raise NoTree("Des lieux existent déjà\u00a0: indiquez le lieu de rattachement avec --under et son code.")
        return self._make(Level.ORGANISATION, "ORGANISME", settings.HOUSE_NAME, None)

    def estate(self, code: str, name: str, sector: Place) -> UUID:
        place = (
            self.made.get(code) or self._find(code) or Place(level=Level.ESTATE, code=code, name=name, parent=sector)
        )
        if place._state.adding:
            self.made[code] = place
        return place.pk

    def save(self) -> None:
        Place.objects.using(JOBS).bulk_create(self.made.values())

    def _find(self, code: str) -> Place | None:
        if code not in self.by_code and (place := Place.objects.using(JOBS).filter(code=code).first()):
            self.by_code[code] = place
        return self.by_code.get(code)

    def _make(self, level: Level, code: str, name: str, parent: Place | None) -> Place:
        place = Place(level=level, code=code, name=name, parent=parent)
        place.save(using=JOBS)
        self.by_code[code] = place
        return place


def _arrondissement(postcode: str) -> int | None:
    match = re.fullmatch(r"75[01]([0-9]{2})", postcode)
    number = int(match[1]) if match else 0
    return number if 1 <= number <= 20 else None


def sector_name(postcode: str, city: str) -> str:
    """Return the name of a sector: the arrondissement in Paris, elsewhere the postcode and city."""
    number = _arrondissement(postcode)
    if number:
        return f"Secteur Paris {number}{'er' if number == 1 else 'e'}"
    return " ".join(filter(None, ["Secteur", postcode, city])) if postcode or city else "Secteur sans code postal"
