"""What became of texts, counted for the officer: what the screen refused, what was contested, what was erased.

Counts follow the rule of the trace's charts: a group of fewer than five people is merged with others.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from audit import events
from audit.events import Outcome
from audit.models import EventQuerySet
from audit.reading import By, Count
from desk.trace_charts import Merged, merge_small
from desk.trace_lines import above_agencies, counting_places
from tenants.texts import TextLine
from tenants.words import CATEGORIES

MONTHS = 12  # as long as the trace is kept


@dataclass(frozen=True)
class Bar:
    """A line of a chart that is also a table: a name, a number (None when merged), and the length of its bar. `lines`:
    what the trace is asked for to read that line's mentions, "" for groups that are merged."""

    name: Promise | str
    number: int | None
    share: float = 0
    lines: str = ""


def months_until(day: date) -> list[date]:
    """The first days of the months shown, this month's last."""
    at = day.year * 12 + day.month - 1
    return [date((at - back) // 12, (at - back) % 12 + 1, 1) for back in range(MONTHS - 1, -1, -1)]


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(months_until(day)[0], time.min))


def refusals_by(day: date, at: datetime) -> dict[str, list[Bar]]:
    """Refused sentences of a year by category, by agency and by month; several people behind each number."""
    groups, places = counting_places()

    def counted(by: By) -> Merged:
        kinds = (events.SENTENCE_REFUSED.code,)
        count = Count(by, start_of(day), at, (Outcome.SHOWN,), groups if by is By.PLACE else None, kinds)
        return merge_small(count.cells(), count.people_in)

    since = f"{start_of(day):%Y-%m-%d}"
    agencies = set(groups.values()) - above_agencies()  # above, what is counted is not all that lies below
    category = {key: {"category": key, "first": since} for key in CATEGORIES}
    agency = {key: {"place": key, "first": since} for key in agencies}
    return {
        "by_category": bars(counted(By.CATEGORY), CATEGORIES, _("Autres catégories, ensemble"), category),
        "by_agency": bars(counted(By.PLACE), {"": _("sans lieu"), **places}, _("Autres lieux, ensemble"), agency),
        "by_month": _by_month(counted(By.MONTH), months_until(day)),
    }


def bars(
    counts: Merged, names: Mapping[str, Promise | str], rest: str, asks: Mapping[str, Mapping[str, str]]
) -> list[Bar]:
    """The largest groups first, then what the small ones are together; nothing at all when all are too few."""
    longest = max(counts.shown.values(), default=0) or 1
    shown = sorted(counts.shown.items(), key=lambda pair: (-pair[1], str(names.get(pair[0], pair[0]))))
    lines = [Bar(names.get(key, key), number, number / longest, _lines(asks.get(key))) for key, number in shown]
    if counts.hidden:
        return [Bar(rest, None)]
    return [*lines, Bar(rest, counts.rest)] if counts.rest else lines


def _lines(asked: Mapping[str, str] | None) -> str:
    return urlencode({"kind": events.SENTENCE_REFUSED.code, **asked}) if asked else ""


def _by_month(counts: Merged, months: Sequence[date]) -> list[Bar]:
    """Every month, those without a refusal too; nothing at all when all of them together are too few people's."""
    if counts.hidden:
        return []
    longest = max(counts.shown.values(), default=0) or 1
    return [_month(month, counts.of(f"{month:%Y-%m}"), longest) for month in months]


def _month(month: date, number: int | None, longest: int) -> Bar:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    asked = {"first": month.isoformat(), "last": last.isoformat()} if number else None
    return Bar(date_format(month, "F Y"), number, (number or 0) / longest, _lines(asked))


def erasures(rows: EventQuerySet, day: date) -> list[Any]:
    """What the night's job said it erased, the latest first."""
    kinds = (events.NOTES_EXPIRED.code, events.FACTS_EXPIRED.code, events.CONTESTS_EXPIRED.code)
    return list(rows.filter(kind__in=kinds, at__gte=start_of(day)).newest_first()[:5])


def with_agencies(lines: Iterable[TextLine]) -> list[tuple[TextLine, str]]:
    """Each line with its agency: the building would say more than the question asks."""
    groups, places = counting_places()
    return [(line, _agency(line.place, groups, places)) for line in lines]


def _agency(place: UUID | None, groups: Mapping[UUID, str], places: Mapping[str, str]) -> str:
    return places.get(groups.get(place, ""), _("tout l’organisme")) if place else _("tout l’organisme")
