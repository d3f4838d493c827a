"""Searches residents and accounts by name, address, door, telephone number or account reference, for pages and API.

A typed text is split into parts, such as words. Each part must match a name, the building or the door of a row. The
database selects rows by equal search keys; this module compares the names and doors of these rows with the text.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber

from access.guard.context import AccessContext
from access.scope import within
from buildings.models import BuildingKey, Unit
from formats.folding import folded
from formats.similar import is_one_slip
from formats.telephone import reads_as
from tenants.models import Account, Lease, LeaseParty, Residence, SearchKey
from tenants.models.account import ALPHABET

SHORTEST = 2
MOST_PARTS = 8  # Words after the first MOST_PARTS are ignored.
# MOST, MOST_KEYS and MOST_BUILDINGS limit the time of a search. Beyond them, the page asks for a longer text.
MOST = 200
MOST_KEYS = 2_000
MOST_BUILDINGS = 20
WHOLE_WORD_FROM = 4  # Words of this length or longer are also searched by sound and misspelling.
LONGEST_KEY = 12  # Search keys contain only the first LONGEST_KEY letters of a word.
TELEPHONE_DIGITS = 9  # TELEPHONE_DIGITS: a number with fewer digits is a door or a part of a reference
GROUP = 4  # GROUP: number of characters in a group of an account reference (K7QX in K7QX-9M2D-4RTB).
_PARTICLES = """
    ait al ben bel bent bint bou d da das de del della den der des di do dos du el l la las le les lo n o ould saint san
    st van von
"""
# PARTICLES are words before a name that people write together with it, separately, or not at all: "Le Gall", "Legall".
PARTICLES = frozenset(_PARTICLES.split())
_DOOR_WORDS = """
    appart appartement appt apt bat batiment esc escalier et etage immeuble log logement no numero porte
"""
# DOOR_WORDS announce a door ("porte 12", "esc. B"). They are ignored beside a number or a single letter.
DOOR_WORDS = frozenset(_DOOR_WORDS.split())
# A number after one of ONLY_DOORS is a door, and not the number of a street.
ONLY_DOORS = frozenset({"appart", "appartement", "appt", "apt", "log", "logement", "porte"})
_DOOR = re.compile(r"([a-z]{0,3})([0-9]{0,6})|()([0-9]{1,6}[a-z]{0,2})")


class Part:
    """A part of the searched text: a word and the name particles before it ("Le Gall"). `words` are normalised.

    `only_door`: the part can only be a door, and not the number of a street.
    """

    def __init__(self, words: list[str], *, only_door: bool = False) -> None:
        self.words, self.joined = words, "".join(words)
        self.is_name = not any(sign.isdigit() for sign in self.joined)
        # A name is searched with its particles ("legall") and without them ("gall"), because people write both.
        spellings = dict.fromkeys((self.joined, words[-1])) if self.is_name else {}
        self.whole = [word for word in spellings if len(word) >= WHOLE_WORD_FROM]
        self.sounds: frozenset[str] = frozenset()
        self.place_keys = [] if only_door else [word[:LONGEST_KEY] for word in words]

    def keys(self) -> list[str]:
        """Return the search keys of names that begin with these words, differ by one letter or sound alike."""
        if not self.is_name:
            return []
        keys = {self.joined[:LONGEST_KEY], self.words[-1][:LONGEST_KEY], *self.sounds}
        for word in self.whole:
            cut = word[:LONGEST_KEY]
            keys.update(cut[:n] + cut[n + 1 :] for n in range(len(cut)))
        return sorted(keys)

    def begins(self, names: Iterable[str]) -> bool:
        """Whether a name begins with the joined words, or each of the words is the beginning of a name."""
        if not self.is_name:
            return False
        return any(name.startswith(self.joined) for name in names) or all(
            any(name.startswith(word) for name in names) for word in self.words
        )

    def is_near(self, names: Iterable[str]) -> bool:
        return any(is_one_slip(word, name) for word in self.whole for name in names)

    def door_key(self) -> str:
        """Return this part of the searched text as the search key of a door number, or "" if it cannot be a door."""
        if len(self.words) > 1 or not _DOOR.fullmatch(self.joined):
            return ""
        number = re.search(r"[0-9]+", self.joined)
        return (number[0].lstrip("0") if number else self.joined) or "0"

    def is_door(self, door: str, staircase: str) -> bool:
        """Whether this part of the text means the given door or staircase.

        "12" also matches the doors "A12" and "012". "B12" also matches door 12 of staircase B.
        """
        match = _DOOR.fullmatch(self.joined) if len(self.words) == 1 else None
        if not match:
            return False
        door, staircase = door.lower(), staircase.lower()
        letters, number = match[1] or "", (match[2] or match[4] or "").lstrip("0")
        if not self.is_name:
            number = number or "0"
        if not letters:
            return bool(re.search(rf"(?:^|[^0-9])0*{number}(?:$|[^0-9a-z])", door))
        if not number:
            return letters == staircase or bool(re.search(rf"(?:^|[^a-z]){letters}(?:$|[^a-z])", door))
        apart = staircase == letters and re.fullmatch(rf"0*{number}", door)
        return bool(apart or re.search(rf"(?:^|[^0-9a-z]){letters}[^0-9a-z]*0*{number}(?:$|[^0-9a-z])", door))


@dataclass(frozen=True)
class Candidate:
    """A residence or account to compare with the searched text. `people` maps ids of tenants to normalised names.
    `door` and `staircase` are empty if no part of the text can be a door."""

    pk: UUID
    building: UUID
    people: dict[UUID, str]
    door: str = ""
    staircase: str = ""


class Fit(IntEnum):
    """How well a row matches the text, best first. A person of this name comes before a street of this name."""

    NAMED = 0  # Each part of the searched text matches a name or the dwelling's door.
    IN_BUILDING = 1  # A part of the searched text matches only the name or address of the building.
    NEAR = 2  # A part of the searched text is only similar to a name, or sounds like it.


@dataclass(frozen=True)
class Matches:
    """The found rows in order. `near` maps the id of each row to whether its name is only similar to the typed one."""

    near: dict[UUID, bool]
    is_cut: bool = False  # True if there were too many possible rows to compare all of them with the text.
    buildings: frozenset[UUID] = frozenset()

    @property
    def total(self) -> int:
        return len(self.near)

    @property
    def is_one_exact(self) -> bool:
        """Whether exactly one row was found and matches exactly, so that its page may be opened at once."""
        return not self.is_cut and [*self.near.values()] == [False]

    def first(self, rows: Any, most: int) -> list[Any]:
        """Return the first `most` found rows. Their attribute `is_near` says whether a name is only similar."""
        ids = list(self.near)[:most]
        by_id = {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}
        results = [by_id[pk] for pk in ids if pk in by_id]
        for row in results:
            row.is_near = self.near[row.pk]
        return results


@dataclass
class Sources:
    """What the database found for one part of the searched text: ids of tenants, units and buildings. `places` has the
    buildings of all of them. `is_cut` is true if more rows match than the search may read."""

    tenants: list[UUID] = field(default_factory=list)
    units: list[UUID] = field(default_factory=list)
    buildings: list[UUID] = field(default_factory=list)
    places: set[UUID] = field(default_factory=set)
    is_cut: bool = False


class Search:
    """A search by one person, who finds only rows that they may see.

    Each step is a query of its own, by ids or equal search keys, and with a limit. If one query joined these tables,
    PostgreSQL would overestimate the number of matching rows, and read whole tables.
    """

    def __init__(self, access: AccessContext, text: str) -> None:
        self.access, self.text = access, text
        self.parts = list(parts_of(folded(text).split()))[:MOST_PARTS]
        digits = re.sub(r"\D", "", text)
        self.phone = reads_as(text) if len(digits) >= TELEPHONE_DIGITS else ""
        self.is_too_short = too_short(text)
        self.has_doors = any(part.door_key() for part in self.parts) and not self.phone
        # Found pairs of a tenant and one of the tenant's search keys: word, telephone number or sound of a name.
        self.heard: set[tuple[UUID, str]] = set()

    def residences(self) -> Matches:
        """Return the matching residences by building and door. Those whose name is only similar come last."""
        if self.is_too_short:
            return Matches({})
        sources = self._sources()
        condition = Q(tenant__in=sources.tenants) | Q(unit__in=sources.units) | Q(building__in=sources.buildings)
        order = (*found_first("tenant", sources.tenants), "building", "unit", "name_key", "pk")
        door = ("unit__door", "unit__staircase") if self.has_doors else ()
        with self._narrowed(sources):
            rows = self._unrecorded(Residence).filter(condition).order_by(*order)
            values = list(rows.values_list("pk", "building", "tenant", "name_key", *door)[: MOST_KEYS + 1])
            candidates = [Candidate(pk, at, {who: name}, *unit) for pk, at, who, name, *unit in values]
            return self._compare(candidates, sources)

    def accounts(self) -> Matches:
        """Return the matching accounts by building and door. Their names are those of the people bound by the lease."""
        if self.is_too_short:
            return Matches({})
        references = self.accounts_by_reference()
        sources = self._sources()
        with self._narrowed(sources):
            matches = self._accounts_of(sources)
        near = {pk: False for pk, _building in references} | matches.near
        return Matches(near, matches.is_cut, matches.buildings | {building for _pk, building in references})

    def _narrowed(self, sources: Sources) -> AbstractContextManager[None]:
        """If all results are in one building, limit queries to this building, because row-level policies are faster if
        they check only one building."""
        return self.access.narrow_to(sources.places) if len(sources.places) == 1 else nullcontext()

    def _accounts_of(self, sources: Sources) -> Matches:
        parties = self._unrecorded(LeaseParty)
        leases = {lease for (lease,) in parties.filter(tenant__in=sources.tenants).values_list("lease")}
        leases |= {lease for (lease,) in self._unrecorded(Lease).filter(main_unit__in=sources.units).values_list("pk")}
        rows = self._unrecorded(Account).filter(Q(lease__in=leases) | Q(building__in=sources.buildings))
        door = ("lease__main_unit__door", "lease__main_unit__staircase") if self.has_doors else ()
        rows = rows.order_by(*found_first("lease", leases), "building", "lease")
        values = list(rows.values_list("pk", "building", "lease", *door)[: MOST_KEYS + 1])
        people: dict[UUID, dict[UUID, str]] = {lease: {} for _pk, _at, lease, *_unit in values}
        for lease, tenant, name in parties.filter(lease__in=people).values_list("lease", "tenant", "name_key"):
            people[lease][tenant] = name
        return self._compare([Candidate(pk, at, people[lease], *unit) for pk, at, lease, *unit in values], sources)

    def _unrecorded(self, model: Any) -> Any:
        """Return the rows that the person may see. The audit event omits them, because the page shows only some."""
        return self.access.rows(model).witnessed(None)

    def find_tenants(self, keys: Iterable[str], sources: Sources) -> None:
        """Add to `sources` the tenants with one of these search keys in the person's buildings. The table's policy, and
        later `visible_to`, leave out hidden households."""
        reached = within("building", self.access.person, self.access.compartment)
        matching = SearchKey.objects.filter(reached, key__in=sorted(keys))
        rows = list(matching.values_list("tenant", "key", "building")[:MOST_KEYS])
        self.heard.update((tenant, key) for tenant, key, _building in rows)
        sources.tenants = list({tenant for tenant, _key, _building in rows})
        sources.places.update(building for _tenant, _key, building in rows)
        sources.is_cut |= len(rows) >= MOST_KEYS

    def _sources(self) -> Sources:
        """Return possible results: rows that match the typed telephone number, or else one part of the searched text.
        The part that matches the fewest buildings is tried first. If it has too many results, the next part is tried.
        If all parts have too many, the first results of the first part are returned."""
        sources = Sources()
        if self.phone:
            self.find_tenants([self.phone], sources)
        else:
            self.look_up_sounds()
            places = self._places()
            best_first = sorted(self.parts, key=lambda part: (len(places[part]), -len(part.joined)))
            all_sources = [sources]
            for part in best_first:
                all_sources.append(self.sources_of_part(part, places))
                if not all_sources[-1].is_cut:
                    return all_sources[-1]
            sources = all_sources[1]
        return sources

    def sources_of_part(self, part: Part, places: dict[Part, list[UUID]]) -> Sources:
        buildings = places[part]
        sources = Sources(buildings=buildings[:MOST_BUILDINGS], is_cut=len(buildings) > MOST_BUILDINGS)
        sources.places.update(sources.buildings)
        if part.is_name:
            self.find_tenants(part.keys(), sources)
        if part.door_key():
            units = self._unrecorded(Unit).filter(door_key=part.door_key()).order_by("building", "pk")
            rows = list(units.values_list("pk", "building")[:MOST_KEYS])
            around = [set(places[other]) for other in self.parts if other is not part and places[other]]
            if len(rows) >= MOST_KEYS and around:  # Read only doors in buildings that match the rest of the text.
                there = units.filter(building__in=set.intersection(*around))
                rows = list(there.values_list("pk", "building")[:MOST_KEYS])
            sources.units = [unit for unit, _building in rows]
            sources.places.update(building for _unit, building in rows)
            sources.is_cut |= len(rows) >= MOST_KEYS
        return sources

    def look_up_sounds(self) -> None:
        """Compute the sound of each word of four letters or more, to find names that sound alike."""
        if words := sorted({word for part in self.parts for word in part.whole}):
            with connection.cursor() as cursor:
                sql = "SELECT word, '#' || tenants_sound(left(word, %s)) FROM unnest(%s) word"
                cursor.execute(sql, [LONGEST_KEY, words])
                sounds = dict(cursor.fetchall())
            for part in self.parts:
                part.sounds = frozenset(sounds[word] for word in part.whole)

    def _places(self, of: Iterable[UUID] | None = None) -> dict[Part, list[UUID]]:
        """Map each part of the searched text to the buildings whose name or address contains its words. If `of` is
        given, the result has only these buildings. Otherwise it has at most MOST_BUILDINGS + 1 for each word."""
        keys = self._unrecorded(BuildingKey).filter(key__in={word for part in self.parts for word in part.place_keys})
        if of is None:
            number = Window(RowNumber(), partition_by="key", order_by="building")
            keys = keys.annotate(number=number).filter(number__lte=MOST_BUILDINGS + 1)
        else:
            keys = keys.filter(building__in=of)
        having: dict[str, list[UUID]] = {}
        for key, building in keys.values_list("key", "building"):
            having.setdefault(key, []).append(building)
        return {part: in_each([having.get(key, []) for key in part.place_keys]) for part in self.parts}

    def accounts_by_reference(self) -> list[tuple[UUID, UUID]]:
        """Return (id, building) of each account whose reference contains the text. A text shorter than one group of the
        reference finds nothing."""
        signs = "".join(sign for sign in self.text.upper() if sign.isascii() and sign.isalnum())
        if not GROUP <= len(signs) <= 3 * GROUP or not set(signs) <= set(ALPHABET):
            return []
        groups = [signs[n : n + GROUP] for n in range(len(signs) - GROUP + 1)]
        # One query per column, joined by UNION: with OR in a single query, PostgreSQL would read all accounts.
        start, *rest = (
            self._unrecorded(Account).filter(**{f"{column}__in": groups}).values_list("pk", "building", "reference")
            for column in ("reference_start", "reference_middle", "reference_end")
        )
        values = start.union(*rest).order_by("reference")[:MOST]
        return [(pk, at) for pk, at, reference in values if signs in reference.replace("-", "")]

    def _compare(self, candidates: list[Candidate], sources: Sources) -> Matches:
        """Return the candidates (possible results) that match the whole searched text, best first (see `Fit`)."""
        is_cut, candidates = sources.is_cut or len(candidates) > MOST_KEYS, candidates[:MOST_KEYS]
        buildings = {row.pk: row.building for row in candidates}
        if self.phone or not candidates:
            return Matches(dict.fromkeys(buildings, False), is_cut and bool(buildings), frozenset(buildings.values()))
        places = self._places({row.building for row in candidates})
        if len(self.parts) > 1 and (sounds := {sound for part in self.parts for sound in part.sounds}):
            tenants = {tenant for row in candidates for tenant in row.people}
            self.heard.update(
                self._unrecorded(SearchKey).filter(tenant__in=tenants, key__in=sounds).values_list("tenant", "key")
            )
        fits = {row.pk: fit for row in candidates if (fit := self.fit_of(row, places)) is not None}
        matching = sorted(fits, key=lambda pk: fits[pk])
        is_cut, matching = is_cut or len(matching) > MOST, matching[:MOST]
        near = {pk: fits[pk] is Fit.NEAR for pk in matching}
        return Matches(near, is_cut, frozenset(buildings[pk] for pk in matching))

    def fit_of(self, row: Candidate, places: dict[Part, list[UUID]]) -> Fit | None:
        """Return how well a row matches the searched text: the match of the text's worst part, or None if a part does
        not match."""
        names = {name for key in row.people.values() for name in names_of(key)}
        fit = Fit.NAMED
        for part in self.parts:
            if part.is_door(row.door, row.staircase) or part.begins(names):
                continue
            if row.building in places[part]:
                fit = max(fit, Fit.IN_BUILDING)
                continue
            sounds_alike = any((tenant, sound) in self.heard for tenant in row.people for sound in part.sounds)
            if not sounds_alike and not part.is_near(names):
                return None
            fit = Fit.NEAR
        return fit


def found_first(field: str, ids: Collection[UUID]) -> list[OrderBy]:
    """Return a sort order that begins with the rows that have one of these ids, so that a limit does not cut them
    off."""
    return [ExpressionWrapper(Q(**{f"{field}__in": ids}), BooleanField()).desc()] if ids else []


def in_each(lists: list[list[UUID]]) -> list[UUID]:
    return [building for building in lists[0] if all(building in others for others in lists[1:])] if lists else []


def names_of(name_key: str) -> set[str]:
    """Return the words of a normalised name, and neighbouring words joined: "le", "gall", "legall" for "le gall"."""
    words = name_key.split()
    return {"".join(words[first:last]) for first in range(len(words)) for last in range(first + 1, len(words) + 1)}


def too_short(text: str) -> bool:
    """Whether the text would match too many rows. A search needs a number, or a word of two letters."""
    words = folded(text).split()
    return not any(len(word) >= SHORTEST or word.isdigit() for word in words)


def parts_of(words: list[str]) -> Iterator[Part]:
    """Split the words of a search into parts. A particle ("le") and the name after it ("gall") make one part."""
    pairs = pairwise(words)
    doors = {word for previous, word in pairs if previous in ONLY_DOORS and any(map(str.isdigit, word))}
    numbered = any(any(sign.isdigit() for sign in word) or len(word) == 1 for word in words)
    if numbered and any(word not in DOOR_WORDS for word in words):
        words = [word for word in words if word not in DOOR_WORDS]
    before: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=False):
        if word in PARTICLES and following.isalpha():
            before.append(word)
        else:
            yield Part([*before, word], only_door=word in doors)
            before = []
