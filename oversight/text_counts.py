"""Figures about free texts for the data protection officer: how many sentences the screening refused, and which texts
were erased at night. As in `audit_log.charts`, a group of fewer than five people is merged with others, so that no
figure is about one person.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import events
from audit.events import Outcome
from audit.models import EventQuerySet
from audit.reading import By, Count
from casework.screening_results import CATEGORIES
from oversight.audit_log.charts import Merged, merge_small
from oversight.audit_log.lines import above_agencies, counting_places
from oversight.text_columns import TextLine

MONTHS = 12  # The charts show twelve months, because the audit log retains events for twelve months by default.


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: the name of a group, its number of refused sentences, and the length of the bar from 0 to 1.
    `number` is None if the group was merged with others. `lines` is the query string of the page that lists the
    group's events; merged groups have none."""

    name: Promise | str
    number: int | None
    share: float = 0
    lines: str = ""


def months_until(day: date) -> list[date]:
    """Return the first day of each of the last `MONTHS` months, oldest first, ending with the month of `day`."""
    index = day.year * 12 + day.month - 1
    return [date((index - back) // 12, (index - back) % 12 + 1, 1) for back in range(MONTHS - 1, -1, -1)]


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(months_until(day)[0], time.min))


def refusals_by(day: date, at: datetime) -> dict[str, list[Bar]]:
    """Count the sentences that the screening refused in the last twelve months, by category, agency and month.
    Groups of fewer than five people are merged."""
    groups, places = counting_places()

    def counted(by: By) -> Merged:
        kinds = (events.SENTENCE_REFUSED.code,)
        count = Count(by, start_of(day), at, (Outcome.SHOWN,), groups if by is By.PLACE else None, kinds)
        return merge_small(count.cells(), count.people_in)

    since = f"{start_of(day):%Y-%m-%d}"
    # Only bars of agencies link to events, because the list of a higher place has more events than its bar counts.
    agencies = set(groups.values()) - above_agencies()
    category = {key: {"category": key, "first": since} for key in CATEGORIES}
    agency = {key: {"place": key, "first": since} for key in agencies}
    return {
        "by_category": bars(counted(By.CATEGORY), CATEGORIES, _("Autres catégories, ensemble"), category),
        "by_agency": bars(counted(By.PLACE), {"": _("sans lieu"), **places}, _("Autres lieux, ensemble"), agency),
        "by_month": month_bars(counted(By.MONTH), months_until(day)),
    }


def bars(
    counts: Merged, names: Mapping[str, Promise | str], rest: str, filters: Mapping[str, Mapping[str, str]]
) -> list[Bar]:
    """Return the bars of a chart of refused sentences: one per group of at least five people, then one for all merged
    groups. If too few people are concerned, return a single bar without a number. `filters` maps a group to the query
    parameters that select the events of the group."""
    longest = max(counts.large.values(), default=0) or 1
    large = sorted(counts.large.items(), key=lambda pair: (-pair[1], str(names.get(pair[0], pair[0]))))
    lines = [Bar(names.get(key, key), number, number / longest, _query(filters.get(key))) for key, number in large]
    if counts.hidden:
        return [Bar(rest, None)]
    return [*lines, Bar(rest, counts.rest)] if counts.rest else lines


def _query(filters: Mapping[str, str] | None) -> str:
    return urlencode({"kind": events.SENTENCE_REFUSED.code, **filters}) if filters else ""


def month_bars(counts: Merged, months: Sequence[date]) -> list[Bar]:
    """Return the bars of a chart of refused sentences, one per month, even for a month without refusals. Return no bars
    if fewer than five people are concerned."""
    if counts.hidden:
        return []
    longest = max(counts.large.values(), default=0) or 1
    bars = []
    for month in months:
        number = counts.of(f"{month:%Y-%m}")
        last = month.replace(day=monthrange(month.year, month.month)[1])
        filters = {"first": month.isoformat(), "last": last.isoformat()} if number else None
        bars.append(Bar(date_format(month, "F Y"), number, (number or 0) / longest, _query(filters)))
    return bars


def erasures(rows: EventQuerySet, day: date) -> list[Any]:
    """Return the latest five audit events of the nightly erasure of texts."""
    kinds = (events.NOTES_EXPIRED.code, events.FACTS_EXPIRED.code, events.CONTESTS_EXPIRED.code)
    return list(rows.filter(kind__in=kinds, at__gte=start_of(day)).newest_first()[:5])


def with_agencies(lines: Iterable[TextLine]) -> list[tuple[TextLine, str]]:
    """Pair each line of text with the name of its agency. Building names are withheld, because the readers do not need
    them."""
    groups, places = counting_places()
    everywhere = _("tout l’organisme")
    return [(line, places.get(groups.get(line.place, ""), everywhere) if line.place else everywhere) for line in lines]
