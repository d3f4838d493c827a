"""Decides who belongs to a household, and the household category on which its income ceiling depends."""

from dataclasses import dataclass
from datetime import date

from allocations.rules.open_points import LONE_ADULT_WITH_FIVE_DEPENDANTS, SIX_OR_MORE_WITH_DISABLED, UNBORN_CHILD
from allocations.rules.results import CaseError, LawIsOpen, MissingFacts

HOLDERS = ("principal", "co_applicant")
COUPLE = ("spouse", "partner")
TIES = (*HOLDERS, *COUPLE, "child", "dependant", "other", "expected_child")
CUSTODIES = ("full", "alternate", "visit")
# A minor child with one of these custodies is a dependant; a child with visiting right is not.
DEPENDANT_CUSTODIES = ("full", "alternate")
MAJORITY = 18
YOUNG_COUPLE_AGES = 55
# The official table ends with category six; each further person adds a fixed amount to the ceiling.
LAST_CATEGORY = 6


@dataclass(frozen=True)
class Person:
    """A person of the case. `dependant` and `on_tax_notice` are None if unknown. `cmi` is true with the mobility
    inclusion card "invalidité"."""

    tie: str
    birth_date: date | None = None
    custody: str = ""
    dependant: bool | None = None
    on_tax_notice: bool | None = None
    cmi: bool = False


@dataclass(frozen=True)
class Member:
    """A person who counts in the household. `number` is the person's position in the case, from 1."""

    number: int
    person: Person
    age: int
    dependant: bool


@dataclass(frozen=True)
class Category:
    """A household category. `persons` is the head count, plus one if a special case applies. `special` is the code of
    that case, or empty."""

    persons: int
    special: str = ""

    @property
    def number(self) -> int:
        return min(self.persons, LAST_CATEGORY)

    @property
    def extra_persons(self) -> int:
        return self.persons - self.number


SPECIAL_CASES = {
    "disabled": "a person has the invalidity card (CMI), so one step above the head count applies",
    "young_couple": "a couple of two persons without dependant whose completed ages together are at most 55, so one"
    " step above the head count applies",
    "lone_adult": "a lone adult whose other household members are all dependants, so one step above the head count"
    " applies",
}


def completed_years(birth_date: date, on: date) -> int:
    """Return the age in completed years. In years without 29 February, a birthday on that day counts as 1 March."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def check_persons(persons: tuple[Person, ...], on: date) -> None:
    """Raise CaseError if the persons of a case cannot form one household."""
    ties = [person.tie for person in persons]
    if ties.count("principal") != 1:
        raise CaseError(f"a household has exactly one principal, not {ties.count('principal')}.")
    if sum(tie in COUPLE for tie in ties) > 1:
        raise CaseError("a household has at most one spouse or partner.")
    for number, person in enumerate(persons, start=1):
        if person.custody and person.tie != "child":
            raise CaseError(f"person {number}: only a child has a custody.")
        if person.dependant and person.tie in (*HOLDERS, *COUPLE):
            raise CaseError(f"person {number}: a {person.tie} is not a dependant.")
        if person.dependant is False and person.tie == "dependant":
            raise CaseError(f'person {number}: the tie "dependant" contradicts "dependant": false.')
        if person.tie == "expected_child":
            if person.cmi or person.custody or person.dependant is not None or person.on_tax_notice is not None:
                raise CaseError(f"person {number}: an expected child has only a tie and an expected birth_date.")
        elif person.birth_date is not None and person.birth_date > on:
            raise CaseError(f"person {number}: born after {on}; an unborn child has the tie expected_child.")
        elif person.birth_date is not None:
            check_custody(number, person, completed_years(person.birth_date, on))


def check_custody(number: int, person: Person, age: int) -> None:
    """Raise CaseError if the stated value of `dependant` contradicts the custody of a minor child."""
    if age >= MAJORITY or not person.custody or person.dependant is None:
        return
    if person.dependant is not (person.custody in DEPENDANT_CUSTODIES):
        fact = f'"dependant": {"true" if person.dependant else "false"}'
        raise CaseError(f'person {number}: {fact} contradicts the custody "{person.custody}" of a minor child.')


def members_of(persons: tuple[Person, ...], on: date, reasons: list[str]) -> list[Member]:
    """Return the persons who count in the household on a day: holders, the partner, people on their tax notices,
    dependants, and minor children with any custody. Unborn children do not count.

    Raises MissingFacts if facts are unknown, or if a child is still recorded as expected after the expected birth date.
    """
    check_persons(persons, on)
    members: list[Member] = []
    missing: list[str] = []
    for number, person in enumerate(persons, start=1):
        if person.tie == "expected_child":
            if person.birth_date is not None and person.birth_date < on:
                missing.append(f"birth of person {number}")
            continue
        if person.birth_date is None:
            missing.append(f"birth_date of person {number}")
            continue
        age = completed_years(person.birth_date, on)
        try:
            dependant = is_dependant(number, person, age, reasons)
            if dependant or is_member(number, person, age):
                members.append(Member(number, person, age, dependant))
            else:
                reasons.append(f"Person {number} is neither on a tax notice nor a dependant, so does not count.")
        except MissingFacts as error:
            missing += error.names
    if missing:
        raise MissingFacts(*missing)
    return members


def is_dependant(number: int, person: Person, age: int, reasons: list[str]) -> bool:
    if person.tie != "child":
        return person.tie == "dependant" or bool(person.dependant)
    if age < MAJORITY and person.custody == "alternate":
        reasons.append(f"Person {number}: a child in alternate residence counts fully in both homes.")
        return True
    if age < MAJORITY and person.custody == "visit":
        reasons.append(f"Person {number}: a child in visiting right counts as a person but is not a dependant.")
        return False
    if person.dependant is not None:
        return person.dependant
    if age >= MAJORITY:
        raise MissingFacts(f"dependant of person {number}")
    if not person.custody:
        raise MissingFacts(f"custody of person {number}")
    return True


def is_member(number: int, person: Person, age: int) -> bool:
    if person.tie in (*HOLDERS, *COUPLE) or (person.tie == "child" and age < MAJORITY):
        return True
    if person.on_tax_notice is None:
        raise MissingFacts(f"on_tax_notice of person {number}")
    return person.on_tax_notice


def possible_categories(persons: tuple[Person, ...], members: list[Member]) -> tuple[list[Category], list[str]]:
    """Return the possible categories of the household, and the unsettled points of law on which the choice depends.

    If no point is unsettled, the first category applies. The law is unclear for some large households, and for
    households whose category an unborn child would change.
    """
    categories, points = _categories(members)
    expected = sum(person.tie == "expected_child" for person in persons)
    if not expected:
        return categories, points
    unborn = Member(0, Person("expected_child"), 0, dependant=True)
    born, born_points = _categories([*members, *[unborn] * expected])
    if not points and not born_points and born[0].persons == categories[0].persons:
        return categories, points
    return [*categories, *born], list(dict.fromkeys([UNBORN_CHILD, *points, *born_points]))


def household_category(persons: tuple[Person, ...], members: list[Member], reasons: list[str]) -> Category:
    """Return the category of a household. Raises LawIsOpen if several categories are possible."""
    (category, *_), points = possible_categories(persons, members)
    if points:
        raise LawIsOpen(*points)
    reasons.append(f"The household has {len(members)} person{'s' if len(members) > 1 else ''}.")
    if category.special:
        reasons.append(f"Category {category.number}: {SPECIAL_CASES[category.special]}.")
    else:
        reasons.append(f"Category {category.number}: the head count, as no special case applies.")
    if category.extra_persons:
        reasons.append(f"The ceiling is raised for {category.extra_persons} more than six persons.")
    if any(person.tie == "expected_child" for person in persons):
        reasons.append("An unborn child would not change the category.")
    return category


def _categories(members: list[Member]) -> tuple[list[Category], list[str]]:
    """Return the category of these members, or two possible categories with the unsettled points of law. If several
    special cases apply, only one counts."""
    number = len(members)
    dependants = sum(member.dependant for member in members)
    disabled = any(member.person.cmi for member in members)
    lone_adult = number > 1 and dependants == number - 1
    couple = any(member.person.tie in COUPLE for member in members)
    young = number == 2 and couple and sum(member.age for member in members) <= YOUNG_COUPLE_AGES
    if number >= LAST_CATEGORY:
        points = [LONE_ADULT_WITH_FIVE_DEPENDANTS] * lone_adult + [SIX_OR_MORE_WITH_DISABLED] * disabled
        return [Category(number), Category(number + 1)][: 1 + bool(points)], points
    for code, applies in (("lone_adult", lone_adult), ("young_couple", young), ("disabled", disabled)):
        if applies:
            return [Category(number + 1, code)], []
    return [Category(number)], []
