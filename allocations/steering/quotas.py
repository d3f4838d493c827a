"""The legal quotas of a year, as lower and upper bounds: the database hides exact numbers that concern few
households."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from access.guard.context import AccessContext
from allocations.assessment import QUARTILE_FIGURES
from allocations.models import Contingent, LegalFigure
from allocations.rules.quotas import FIRST_QUARTILE, OTHER_QUARTILES, PRIORITY, Quota, quota_of
from allocations.rules.rows import Rows, read_csv
from allocations.vocabulary import LEGAL_FIGURES
from formats.language import in_french

TITLES: dict[str, Promise] = {
    FIRST_QUARTILE: _("Hors quartier prioritaire : demandeurs du premier quartile, ou relogés"),
    OTHER_QUARTILES: _("En quartier prioritaire : demandeurs des trois autres quartiles"),
    PRIORITY: _("Réservataires : ménages DALO ou prioritaires"),
}


@dataclass(frozen=True)
class MeasuredQuota:
    """A legal quota over the leases signed in the complete months of a year. `low` and `high` are its lower and upper
    bounds.

    The bounds differ while the database hides the exact number of qualifying leases, because it concerns few
    households.
    """

    low: Quota
    high: Quota
    told_until: date | None
    quartile_unknown: bool
    contingent: Contingent | None = None

    @property
    def exact(self) -> bool:
        return self.low.count == self.high.count

    @property
    def untold(self) -> bool:
        """Whether the bounds of the quota give no information yet: they are zero and the total number of leases."""
        return self.low.count == 0 and self.high.count == self.high.total

    @property
    def met(self) -> bool | None:
        """Return whether the quota is met, or None while that depends on hidden numbers."""
        return self.low.met if self.low.met == self.high.met else None

    @property
    def percents(self) -> tuple[Decimal, Decimal]:
        """Return the lowest and highest possible rate in percent, with one decimal. Rates are rounded down, so that no
        insufficient rate looks sufficient."""
        total = self.low.total
        low, high = (Decimal(1000 * count // total) / 10 for count in (self.low.count, self.high.count))
        return low, high


@dataclass(frozen=True)
class YearQuotas:
    """The quotas of a year. `first_quartile` and `other_quartiles` are None if fewer than five leases were signed."""

    year: int
    first_quartile: MeasuredQuota | None
    other_quartiles: MeasuredQuota | None
    contingents: list[MeasuredQuota]
    missing: list[str]

    @property
    def quartile_unknown(self) -> bool:
        return any(quota.quartile_unknown for quota in (self.first_quartile, self.other_quartiles) if quota)


def quotas_of_year(access: AccessContext, year: int) -> YearQuotas:
    """Return the quotas of a year for a manager, with the labels of the missing legal figures."""
    contingents = {row.pk: row for row in access.rows(Contingent)}
    measured = _measured("allocations_quotas", year, contingents)
    by_code = {quota.low.code: quota for quota in measured}
    shares = [quota for quota in measured if quota.low.code == PRIORITY and quota.contingent]
    return YearQuotas(
        year,
        by_code.get(FIRST_QUARTILE),
        by_code.get(OTHER_QUARTILES),
        sorted(shares, key=lambda quota: quota.low.contingent),
        _missing_figures(access),
    )


def own_quotas(access: AccessContext, year: int) -> list[MeasuredQuota]:
    """Return the legal quota of each contingent (share of a reserving body) for which the current person nominates. The
    manager reads the same numbers."""
    return _measured("allocations_own_quotas", year, {row.pk: row for row in access.rows(Contingent)})


def quota_titles(quotas: YearQuotas) -> Iterator[tuple[MeasuredQuota, str]]:
    """Yield each quota with its title, except quotas whose numbers are still hidden."""
    for quota in (quotas.first_quartile, quotas.other_quartiles, *quotas.contingents):
        if quota and not quota.untold:
            title = str(TITLES[quota.low.code])
            holder = quota.low.contingent
            words = {"title": title, "holder": holder}
            yield quota, gettext("%(title)s, %(holder)s") % words if holder else title


def _measured(function: str, year: int, contingents: dict[UUID, Contingent]) -> list[MeasuredQuota]:
    columns = "quota, contingent, told_until, signed, at_least, at_most, quartile_unknown"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {function}(%s)", [year])  # noqa: S608 - the name of a function
        counted = cursor.fetchall()
    rows = Rows()
    measured = []
    for code, pk, told_until, signed, at_least, at_most, unknown in counted:
        contingent = contingents.get(pk)
        holder = contingent.holder if contingent else ""
        low, high = (quota_of(code, number, signed, rows, holder) for number in (at_least, at_most))
        measured.append(MeasuredQuota(low, high, told_until, unknown, contingent))
    return measured


def _missing_figures(access: AccessContext) -> list[str]:
    """Return the labels of the legal figures that are missing today and are needed to compute quartiles."""
    in_force = {row.code for row in access.rows(LegalFigure).in_force(access.day)}
    return [LEGAL_FIGURES.label(code) for code in QUARTILE_FIGURES if code not in in_force]


def quota_source(source: str) -> str:
    """Return the legal source of a quota's rate in the reader's language."""
    known = {row["source"]: row["source_fr"] for row in read_csv("quota_rates.csv")} if in_french() else {}
    return known.get(source, source)
