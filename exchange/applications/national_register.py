"""Reads housing applications from the national register's XML (interface NUU, versions 02.00 and 02.01).

The current version of the schema is not public. This module parses the elements that Loge needs. It drops and counts
all other elements.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import TypeVar

from allocations.records import ApplicantRecord, ApplicationRecord, IncomeRecord, MemberRecord
from exchange.applications import cells, codes
from exchange.applications.dropped import LEGAL_PERSONS
from exchange.applications.report import REGISTER_FILE, Report
from exchange.applications.xml_stream import Dialect, Element, Layout, Leaf, stream
from exchange.portfolio.reader import Source, Step
from exchange.portfolio.reasons import Unreadable
from exchange.portfolio.values import Wrong, phone_in, read_email

T = TypeVar("T")
NAMESPACE = "http://nuu.application.i2/"
VERSIONS = frozenset({"02.00", "02.01"})
MOST_EXPECTED = 9
_ZONE = re.compile(r"(?:T[0-9:.]{1,18})?(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
# The register gives the commune of an address only as a code. Maps prefixes of these codes to the city's postal name.
_CITIES = {"75": "Paris", "6938": "Lyon", "69123": "Lyon", "132": "Marseille", "13055": "Marseille"}

_ADDRESS: Layout = {
    "numero": Leaf.TEXT,
    "voie": Leaf.TEXT,
    "codePostal": Leaf.TEXT,
    "commune": Leaf.CODE,
}
_INCOME: Layout = {
    "anneeMoins1": Leaf.TEXT,
    "montantMoins1": Leaf.TEXT,
    "anneeMoins2": Leaf.TEXT,
    "montantMoins2": Leaf.TEXT,
}
_APPLICANT: Layout = {
    "nom": Leaf.TEXT,
    "prenom": Leaf.TEXT,
    "dateNaissance": Leaf.TEXT,
    "telPortable": Leaf.TEXT,
    "telFixe": Leaf.TEXT,
    "mel": Leaf.TEXT,
    "adressePostale": _ADDRESS,
    "revenuFiscal": _INCOME,
    "lienDemandeur": Leaf.CODE,
}
_PEOPLE: Layout = {
    "demandeur": _APPLICANT,
    "listePersonneACharge": {"personneACharge": {"dateNaissance": Leaf.TEXT, "lienParente": Leaf.CODE}},
    "personneANaitre": {"nombre": Leaf.TEXT, "dateNaissancePrevue": Leaf.TEXT},
    "listePersonneEnGarde": {"personneEnGarde": {"dateNaissance": Leaf.TEXT, "coParentalite": Leaf.CODE}},
    "listeCotitulaire": {"cotitulaire": _APPLICANT},
    "logementActuel": {"listeModeleLogement": {"modeleLogement": Leaf.CODE}},
}
LAYOUT: Layout = {
    "entete": {"dateFichier": Leaf.TEXT, "typeFichier": Leaf.TEXT},
    "demande": {
        "demandeLogement": {
            "numUnique": Leaf.TEXT,
            "dateCreationDemande": Leaf.TEXT,
            "personnePhysique": _PEOPLE,
            "logementRecherche": {"listeTypeLogement": {"typeLogement": Leaf.CODE}},
        }
    },
}


def check_root(attributes: Mapping[str, str]) -> str:
    return "" if attributes.get("versionInterface") in VERSIONS else "xml_version"


DIALECT = Dialect(NAMESPACE, "interfaceNuu", LAYOUT, frozenset({"entete", "demandeLogement"}), check_root)


def read_register(source: Source, report: Report, today: date, step: Step) -> Iterator[ApplicationRecord]:
    """Yield the valid applications of an XML file. The errors of invalid applications are added to `report`.

    Raises Unreadable if the whole file is refused.
    """
    position, numbers = 0, set[str]()
    for element in stream(source, DIALECT, report.dropped, step):
        if report.rejects.full:
            return
        if element.name == "entete":
            _read_header(element, report)
            continue
        position += 1
        if not element.all("personnePhysique"):
            report.dropped.others[LEGAL_PERSONS] += 1
            continue
        record = _Application(element, position, report, today).record(numbers)
        if record is not None:
            yield record


def _read_header(header: Element, report: Report) -> None:
    for kind in header.all("typeFichier"):
        if kind.value in codes.REGISTER_NO_APPLICATIONS:
            raise Unreadable("xml_kind", kind.line)
    for written in header.all("dateFichier"):
        try:
            report.file_date = read_xml_day(written.value)
        except Wrong as wrong:
            raise Unreadable(str(wrong), written.line) from None


def read_xml_day(text: str) -> date:
    """Parse an xsd:date or xsd:dateTime. The time zone is ignored: the day is used as written."""
    if not _ZONE.fullmatch(text[10:]):
        raise Wrong("day")
    return cells.read_birth(text[:10])


def latest_anniversary(first: date, day: date) -> date | None:
    """Return the latest anniversary of `first` on or before `day`, or None if there has been no anniversary yet."""
    for year in (day.year, day.year - 1):
        try:
            anniversary = first.replace(year=year)
        except ValueError:
            anniversary = date(year, 2, 28)
        if first < anniversary <= day:
            return anniversary
    return None


class _Application:
    """Parses the XML element of one application, and adds its errors to the report with their line numbers."""

    def __init__(self, root: Element, position: int, report: Report, today: date) -> None:
        self.root, self.position, self.report, self.today = root, position, report, today
        self._errors: set[tuple[int, str, str]] = set()

    def record(self, numbers: set[str]) -> ApplicationRecord | None:
        number = self._value(self.root, "numUnique", cells.read_number, "")
        if number in numbers:
            self._refuse(self.root.line, "numUnique", "number_twice")
        if number:
            numbers.add(number)
        filed_on = self._past_day(self.root, "dateCreationDemande")
        people = self._only(self.root, "personnePhysique", required=True)
        if people is None:
            return None
        applicants = self._applicants(people)
        members = tuple(self._members(people))
        incomes = self._incomes(people)
        housing, rooms, address = self._housing(people), self._rooms(), self._address(people)
        if self._errors or filed_on is None:
            return None
        return ApplicationRecord(
            number, filed_on, applicants, members, incomes, housing, rooms, *address, self._renewed_on(filed_on), None
        )

    def _renewed_on(self, filed_on: date) -> date | None:
        """Return the day of an application's last renewal, computed from the file's date.

        The register gives no renewal date, but it removes applications that are not renewed each year. An application
        in the file was therefore renewed at each anniversary of its filing up to the file's date.
        """
        return latest_anniversary(filed_on, min(self.report.file_date or self.today, self.today))

    def _applicants(self, people: Element) -> tuple[ApplicantRecord, ...]:
        principal = self._only(people, "demandeur", required=True, twice="two_principals")
        applicants = [self._applicant(principal, "principal")] if principal else []
        for person in _within(people, "listeCotitulaire", "cotitulaire"):
            tie = self._code(person, "lienDemandeur", codes.REGISTER_TIES)
            applicants.append(self._applicant(person, tie))
        return tuple(each for each in applicants if each)

    def _applicant(self, person: Element, tie: str) -> ApplicantRecord | None:
        # Screen first and last name separately: together, the surname SANS ("without") could be refused.
        # A name refused by mistake could never be imported, because a landlord cannot correct the register's file.
        last_name = self._value(person, "nom", cells.read_screened_name, "")
        first_name = self._value(person, "prenom", cells.read_screened_name, "", required=False)
        birth_date = self._past_day(person, "dateNaissance")
        phone = self._optional(person, "telPortable", phone_in) or self._optional(person, "telFixe", phone_in)
        email = self._optional(person, "mel", read_email)
        return ApplicantRecord(tie, last_name, first_name, birth_date, phone, email, None) if birth_date else None

    def _members(self, people: Element) -> Iterator[MemberRecord]:
        for person in _within(people, "listePersonneACharge", "personneACharge"):
            tie = self._known_code(person, "lienParente", codes.REGISTER_DEPENDANTS, "dependant")
            if born := self._past_day(person, "dateNaissance"):
                yield MemberRecord(tie, born, "full" if tie == "child" else "", None, None)
        for person in _within(people, "listePersonneEnGarde", "personneEnGarde"):
            custody = self._code(person, "coParentalite", codes.REGISTER_CUSTODIES)
            if born := self._past_day(person, "dateNaissance"):
                yield MemberRecord("child", born, custody, None, None)
        expected = self._only(people, "personneANaitre")
        number = self._value(expected, "nombre", _read_expected, 0, required=False) if expected else 0
        if expected and number:
            day = self._value(expected, "dateNaissancePrevue", read_xml_day, None)
            if day:
                yield from [MemberRecord("expected_child", day, "", None, None)] * number

    def _incomes(self, people: Element) -> tuple[IncomeRecord, ...]:
        """Add up the incomes of all applicants by year. If applicants share a tax notice, the register gives its amount
        for the first applicant only."""
        sums: dict[int, int] = {}
        for person in [*people.all("demandeur"), *_within(people, "listeCotitulaire", "cotitulaire")]:
            income = self._only(person, "revenuFiscal")
            if income is None:
                continue
            years = set()
            for back in ("1", "2"):
                year = self._value(income, f"anneeMoins{back}", cells.read_year, 0, required=False)
                cents = self._value(income, f"montantMoins{back}", cells.read_whole_euros, None, required=False)
                if cents is None:
                    continue
                if not year or year in years:
                    self._refuse(income.line, f"anneeMoins{back}", "year_twice" if year else "missing_element")
                years.add(year)
                sums[year] = sums.get(year, 0) + cents
        return tuple(IncomeRecord(year, cents) for year, cents in sorted(sums.items(), reverse=True))

    def _housing(self, people: Element) -> str:
        """Return the code of the current housing, or an empty string if the file gives none or several codes."""
        home = self._only(people, "logementActuel")
        kinds = set()
        for kind in _within(home, "listeModeleLogement", "modeleLogement") if home else ():
            if known := codes.REGISTER_HOUSING.get(kind.value, ""):
                kinds.add(known)
            elif kind.value:
                self.report.dropped.codes["modeleLogement"] += 1
        if len(kinds) > 1:
            self.report.dropped.unusable["modeleLogement"] += 1
        return kinds.pop() if len(kinds) == 1 else ""

    def _rooms(self) -> tuple[int, int] | None:
        ranges = []
        for wanted in self.root.all("logementRecherche"):
            for kind in _within(wanted, "listeTypeLogement", "typeLogement"):
                if rooms := codes.REGISTER_ROOMS.get(kind.value):
                    ranges.append(rooms)
                elif kind.value:
                    self.report.dropped.codes["typeLogement"] += 1
        return (min(low for low, _high in ranges), max(high for _low, high in ranges)) if ranges else None

    def _address(self, people: Element) -> tuple[str, str, str]:
        """Return the street, postcode and city of the main applicant. A part that is missing or invalid is an empty
        string."""
        person = self._only(people, "demandeur")
        address = self._only(person, "adressePostale") if person else None
        if not address:
            return "", "", ""
        number = self._optional(address, "numero", cells.read_house_number)
        street = self._optional(address, "voie", cells.read_address)
        commune = self._optional(address, "commune", str)
        city = next((name for prefix, name in _CITIES.items() if commune.startswith(prefix)), "")
        postcode = self._optional(address, "codePostal", cells.read_postcode)
        return f"{number} {street}".strip() if street else "", postcode, city

    def _only(
        self, parent: Element, name: str, *, required: bool = False, twice: str = "element_twice"
    ) -> Element | None:
        elements = parent.all(name)
        if len(elements) > 1:
            self._refuse(elements[1].line, name, twice)
        if required and not elements:
            self._refuse(parent.line, name, "missing_element")
        return elements[0] if elements else None

    def _value(self, parent: Element, name: str, parse: Callable[[str], T], empty: T, *, required: bool = True) -> T:
        element = self._only(parent, name)
        if element is None or not element.value:
            if required:
                self._refuse((element or parent).line, name, "missing_element")
            return empty
        try:
            return parse(element.value)
        except Wrong as wrong:
            self._refuse(element.line, name, str(wrong))
            return empty

    def _past_day(self, parent: Element, name: str) -> date | None:
        day = self._value(parent, name, read_xml_day, None)
        if day and day > self.today:
            self._refuse(parent.line, name, "future")
        return day

    def _code(self, parent: Element, name: str, known: Mapping[str, str]) -> str:
        return self._value(parent, name, partial(_read_code, known=known), "")

    def _known_code(self, parent: Element, name: str, known: Mapping[str, str], otherwise: str) -> str:
        element = self._only(parent, name)
        if element and element.value and element.value not in known:
            self.report.dropped.codes[name] += 1
        return known.get(element.value, otherwise) if element else otherwise

    def _optional(self, parent: Element, name: str, parse: Callable[[str], str]) -> str:
        """Parse the value of an optional element. If the value is missing or invalid, return an empty string. Invalid
        values are counted."""
        element = self._only(parent, name)
        if element is None or not element.value:
            return ""
        try:
            return parse(element.value)
        except Wrong:
            self.report.dropped.unusable[name] += 1
            return ""

    def _refuse(self, line: int, name: str, reason: str) -> None:
        if (line, name, reason) not in self._errors:
            self._errors.add((line, name, reason))
            self.report.rejects.add(REGISTER_FILE, line, name, reason, self.position)


def _within(parent: Element, container: str, name: str) -> list[Element]:
    return [element for each in parent.all(container) for element in each.all(name)]


def _read_expected(text: str) -> int:
    if not re.fullmatch(rf"[0-{MOST_EXPECTED}]", text):
        raise Wrong("births")
    return int(text)


def _read_code(text: str, known: Mapping[str, str]) -> str:
    if text not in known:
        raise Wrong("unknown_code")
    return known[text]
