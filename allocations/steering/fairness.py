"""The yearly fairness audit: how often groups of applicants reach each step, from counts that the database rounds and
merges."""

from dataclasses import dataclass
from math import ceil, floor

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from allocations.models import HolderKind
from allocations.rules.intervals import wilson

ALL = "all"
# The database rounds counts to multiples of five, so a rounded count differs from the exact one by at most 2.
OFF = 2
# Maps each rate's code to three labels: its title, its denominator (all cases), and its numerator (cases that count).
RATES: dict[str, tuple[Promise, Promise, Promise]] = {
    "designated": (_("Désignation"), _("Lignes des présélections"), _("Désignées")),
    "passed_over": (
        _("Meilleurs rangs écartés"),
        _("Lignes placées avant la dernière désignée"),
        _("Non désignées"),
    ),
    "lists": (
        _("Présélections où un meilleur rang a été écarté"),
        _("Présélections"),
        _("Avec un meilleur rang écarté"),
    ),
    "presented": (_("Présentation à la commission"), _("Candidatures désignées"), _("Présentées")),
    "offered": (_("Attribution"), _("Candidatures présentées"), _("Logement proposé")),
}
DIMENSIONS: dict[str, Promise] = {
    "priority": _("Motif prioritaire reconnu"),
    "persons": _("Nombre de personnes du foyer"),
    "household": _("Type de ménage"),
    "income": _("Ressources, en part du plafond du logement"),
    "waited": _("Ancienneté de la demande"),
    "holder": _("Réservataire"),
}
GROUPS: dict[tuple[str, str], Promise] = {
    ("priority", "yes"): pgettext_lazy("priority", "oui"),
    ("priority", "no"): pgettext_lazy("priority", "non"),
    ("persons", "1"): _("1 personne"),
    ("persons", "2"): _("2 personnes"),
    ("persons", "3"): _("3 personnes"),
    ("persons", "4"): _("4 personnes"),
    ("persons", "5"): _("5 personnes et plus"),
    ("household", "alone"): _("adulte seul"),
    ("household", "lone_parent"): _("adulte seul avec enfants"),
    ("household", "adults"): _("plusieurs adultes sans enfant"),
    ("household", "family"): _("plusieurs adultes avec enfants"),
    ("income", "below"): _("moins de 60 %"),
    ("income", "above"): _("à partir de 60 %"),
    ("income", "unknown"): _("inconnues"),
    ("waited", "0"): _("moins d’un an"),
    ("waited", "1"): _("d’un à trois ans"),
    ("waited", "3"): _("de trois à cinq ans"),
    ("waited", "5"): _("cinq ans et plus"),
    ("holder", "outside"): _("hors du flux"),
}


@dataclass(frozen=True)
class GroupRate:
    """How many cases of a group reached a step towards a dwelling (`reached` of `total`), both rounded to five.
    `labels` has several labels if small groups are merged."""

    labels: tuple[str, ...]
    total: int
    reached: int

    @property
    def percent(self) -> int:
        return round(100 * self.reached / self.total)

    @property
    def interval(self) -> tuple[int, int]:
        """Return the confidence limits in whole percents. They are widened to include every exact count that rounds to
        the stored numbers."""
        least, most = self.total - OFF, self.total + OFF
        low, _high = wilson(self.reached - OFF, most)
        _low, high = wilson(min(self.reached + OFF, least), least)
        return floor(100 * low), ceil(100 * high)

    def differs_from(self, other: "GroupRate") -> bool:
        low, high = self.interval
        return not low <= other.percent <= high


@dataclass(frozen=True)
class Dimension:
    """A criterion that divides cases into groups. `compared` has each group, and whether the overall rate is outside
    the group's confidence interval."""

    label: str
    compared: list[tuple[GroupRate, bool]]


@dataclass(frozen=True)
class Rate:
    """How often cases, such as candidacies, reach one step towards a dwelling, such as an offer. `whole` is the rate of
    all cases, and `dimensions` has the rates by group. `merged` lists the criteria without rates by group, because all
    their groups were merged into one."""

    code: str
    title: str
    cases: str
    step: str
    whole: GroupRate
    dimensions: list[Dimension]
    merged: list[str]


def told_years() -> list[int]:
    """Return the past years whose counts the current person may read, latest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT allocations_told_years()")
        return [year for (year,) in cursor.fetchall()]


def rates_of_year(year: int) -> list[Rate]:
    """Return the rates for the vacancies that ended in a year, except rates that concern fewer than five persons."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rate, dimension, groups, total, reached FROM allocations_fairness(%s)", [year])
        rows = cursor.fetchall()
    published: dict[tuple[str, str], list[tuple[list[str], int, int]]] = {}
    for code, dimension, groups, total, reached in rows:
        published.setdefault((code, dimension), []).append((groups, total, reached))
    return [_rate(code, published) for code in RATES if (code, ALL) in published]


def _rate(code: str, published: dict[tuple[str, str], list[tuple[list[str], int, int]]]) -> Rate:
    ((_all, total, reached),) = published[code, ALL]
    whole = GroupRate((gettext("ensemble"),), total, reached)
    dimensions, merged = [], []
    for name, label in DIMENSIONS.items():
        groups = [
            GroupRate(tuple(group_label(name, group) for group in joined), total, reached)
            for joined, total, reached in sorted(published.get((code, name), []))
        ]
        if len(groups) > 1:
            dimensions.append(Dimension(str(label), [(group, group.differs_from(whole)) for group in groups]))
        elif groups:
            merged.append(str(label))
    title, cases, step = (str(text) for text in RATES[code])
    return Rate(code, title, cases, step, whole, dimensions, merged)


def group_label(dimension: str, group: str) -> str:
    """Return the label of a group. For a reserving body, it is the name and the kind of body."""
    if label := GROUPS.get((dimension, group)):
        return str(label)
    kind, _space, holder = group.partition(" ")
    return f"{holder} ({HolderKind(kind).label})"
