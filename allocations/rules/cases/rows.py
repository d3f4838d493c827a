"""Reads rows from JSON: dated figures with a source, set by a legal text or by the landlord."""

from collections.abc import Callable
from datetime import date

from allocations.rules.cases.fields import Fields
from allocations.rules.ceilings import FINANCINGS
from allocations.rules.results import CaseError
from allocations.rules.rows import PARAMETERS, Key, Row
from allocations.rules.zones import ZONES

CATEGORIES = (1, 2, 3, 4, 5, 6, "extra")
MOST_EUROS = 10**7
MOST_PERSONS = 100
YES, NO, UNKNOWN = 1, 0, -1


def parse_row(fields: Fields) -> Row:
    kind = fields.choice("row", READERS)
    source = fields.text("source")
    key, values = READERS[kind](fields)
    valid_from, valid_to = read_validity(fields, kind, key)
    fields.finish()
    return Row((kind, *key), values, source, valid_from, valid_to)


def read_validity(fields: Fields, kind: str, key: Key) -> tuple[date, date]:
    """Return the first and last day of a row. By default, a ceiling is valid in its year, and a holiday from its date
    on."""
    if kind == "ceiling":
        first = fields.day("valid_from", date(int(key[1]), 1, 1))
        last = fields.day("valid_to", date(int(key[1]), 12, 31))
    elif kind == "extra_holiday":
        first = fields.day("valid_from", date.fromisoformat(key[0]))
        last = fields.day("valid_to", date.max)
    else:
        first, last = fields.day("valid_from"), fields.day("valid_to", date.max)
    if last < first:
        raise CaseError(f"{fields.path}: valid_to is before valid_from.")
    return first, last


def read_ceiling(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    raw = fields.value_of("category")
    if type(raw) not in (int, str) or raw not in CATEGORIES:
        raise CaseError(f'{fields.name_of("category")} must be an integer from 1 to 6, or "extra".')
    year = str(fields.year("year"))
    zone, euros = fields.choice("zone", ZONES), fields.whole("euros", 1, MOST_EUROS)
    return (fields.choice("financing", FINANCINGS), year, zone, str(raw)), (euros,)


def read_parameter(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    name = fields.choice("name", PARAMETERS)
    return (name,), (fields.whole("value", *PARAMETERS[name]),)


def read_occupancy(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    rooms = fields.whole("rooms", 1, 20)
    fewest = fields.whole("fewest_persons", 1, MOST_PERSONS)
    return (str(rooms),), (fewest, fields.whole("most_persons", fewest, MOST_PERSONS))


def read_quartile_threshold(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    """Read the threshold of the first income quartile. `scope` is "idf" for the region of Paris, or the nine-digit
    SIREN code of another intermunicipal body (EPCI)."""
    scope = fields.text("scope")
    if scope != "idf" and not (len(scope) == 9 and scope.isascii() and scope.isdigit()):
        raise CaseError(f'{fields.name_of("scope")} must be "idf" or the nine digits of an EPCI.')
    inclusive = fields.flag("inclusive", None)
    return (scope,), (fields.cents("cents"), UNKNOWN if inclusive is None else int(inclusive))


def read_consumption_units(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    """Read the weights of consumption units in thousandths: of the first person, of each other person, of each child
    below `child_below_age`, and the supplement for a lone parent."""
    weights = [fields.whole(f"{name}_permille", 0, 5000) for name in ("first_person", "other_person", "child")]
    if not weights[0]:
        raise CaseError(f"{fields.name_of('first_person_permille')} must be at least 1.")
    return (), (*weights, fields.whole("child_below_age", 0, 30), fields.whole("lone_parent_permille", 0, 5000, 0))


def read_extra_holiday(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    return (fields.day("date").isoformat(),), ()


def read_fragile_residence(fields: Fields) -> tuple[Key, tuple[int, ...]]:
    return (fields.text("residence"),), ()


READERS: dict[str, Callable[[Fields], tuple[Key, tuple[int, ...]]]] = {
    "ceiling": read_ceiling,
    "parameter": read_parameter,
    "occupancy": read_occupancy,
    "quartile_threshold": read_quartile_threshold,
    "consumption_units": read_consumption_units,
    "extra_holiday": read_extra_holiday,
    "fragile_residence": read_fragile_residence,
}
