"""Sentences for the codes and names that the allocation rules use: criteria, categories, sources and missing data.

The rules state their reasons in English for technicians. Pages and letters use these sentences, in the reader's
language.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allocations.models import Ceiling, GridLine, RuleKind, Sheet
from allocations.rules.households import Category
from allocations.rules.rows import read_csv
from allocations.vocabulary import CURRENT_HOUSING, FEATURES, LEGAL_FIGURES
from formats.language import in_french
from formats.money import spoken

# Maps each special case that raises a household by one category to its explanation.
SPECIAL_CASES: dict[str, Promise | str] = {
    "disabled": _("une personne a la carte mobilité inclusion « invalidité »"),
    "young_couple": _("couple sans personne à charge dont les âges additionnés ne dépassent pas 55 ans"),
    "lone_adult": _("adulte seul avec une ou plusieurs personnes à charge"),
}
BASES: dict[str, Promise | str] = {
    "n2": _("avant-dernière année"),
    "n1": _("dernière année, au moins 10 % plus basse"),
    "twelve_months": _("douze derniers mois, au moins 10 % plus bas"),
}
RAISED = "PLUS raised by 30 % to the nearest euro; PLUS: "
OVERSEAS = _("outre-mer")
NARROW = "\u202f"
MINUS = "\u2212"


def zone_label(zone: str) -> str:
    zones = dict(Ceiling._meta.get_field("zone").flatchoices)
    return str(zones.get(zone, OVERSEAS))


def category_label(category: str) -> str:
    """Return the label of a category of income ceilings: its number, or "for each further person"."""
    return gettext("par personne supplémentaire") if category == "extra" else category


def category_text(category: Category) -> str:
    """Return a sentence that explains why a household is in its category of income ceilings."""
    people = category.persons - bool(category.special)
    parts = [ngettext("%(count)s personne", "%(count)s personnes", people) % {"count": people}]
    if category.special:
        parts.append(gettext("une catégorie de plus : %(reason)s") % {"reason": SPECIAL_CASES[category.special]})
    if category.extra_persons:
        parts.append(gettext("plafond augmenté pour chaque personne au-delà de six"))
    return ", ".join(parts)


def source_text(source: str) -> str:
    """Return the source of an income ceiling in the reader's language."""
    if source.startswith(RAISED):
        plus = source_text(source.removeprefix(RAISED))
        return gettext("plafond PLUS majoré de 30 %%, à l’euro le plus proche ; PLUS : %(source)s") % {"source": plus}
    known = shipped_sources() if in_french() else {}
    return (" ; " if in_french() else "; ").join(known.get(part, part) for part in source.split("; "))


@cache
def shipped_sources() -> dict[str, str]:
    """Map the source of each income ceiling that ships with Loge to its French translation."""
    return {row["source"]: row["source_fr"] for row in read_csv("ceilings.csv")}


def missing_text(name: str) -> str:
    """Turn the name that the rules give to missing data into a sentence in the reader's language."""
    for shape, sentence in _MISSING:
        if match := re.fullmatch(shape, name):
            return sentence(*match.groups())
    return name


def _ceiling(financing: str, year: str, zone: str, category: str) -> str:
    words = {"financing": financing, "year": year, "zone": zone_label(zone), "category": category_label(category)}
    return gettext("plafond %(financing)s %(year)s, %(zone)s, catégorie %(category)s") % words


def _parameter(code: str, day: str) -> str:
    words = {"figure": LEGAL_FIGURES.label(code), "day": date.fromisoformat(day).strftime("%d/%m/%Y")}
    return gettext("chiffre légal en vigueur le %(day)s : %(figure)s") % words


def _of_person(text: str, number: str) -> str:
    return gettext("%(fact)s de la personne %(number)s du foyer") % {"fact": text, "number": number}


_MISSING: tuple[tuple[str, Callable[..., str]], ...] = (
    (r"ceiling (\w+) (\d+) (\w+) (\w+)", _ceiling),
    (r"parameter (\w+) (\S+)", _parameter),
    (r"proof of income n2 (\d+)", lambda year: gettext("pièce qui prouve les revenus de %(year)s") % {"year": year}),
    (
        r"income n2 (\d+) of person (\d+)",
        lambda year, number: _of_person(gettext("revenus de %(year)s") % {"year": year}, number),
    ),
    (r"income n2 (\d+)", lambda year: gettext("revenu fiscal de référence de %(year)s") % {"year": year}),
    (
        r"new assessment (\d+)",
        lambda year: gettext("ressources à vérifier pour un bail signé en %(year)s") % {"year": year},
    ),
    (
        r"persons of income \w+ (\d+)",
        lambda year: gettext("personnes que concernent les revenus de %(year)s") % {"year": year},
    ),
    (r"birth_date of person (\d+)", lambda number: _of_person(gettext("date de naissance"), number)),
    (r"birth of person (\d+)", lambda number: _of_person(gettext("naissance"), number)),
    (r"custody of person (\d+)", lambda number: _of_person(gettext("garde"), number)),
    (
        r"whether quartile_threshold idf (\S+) is inclusive",
        lambda day: _parameter("quartile_threshold_idf_inclusive", day),
    ),
    (
        r"quartile_threshold of the EPCI \S+",
        lambda: gettext("seuil du premier quartile de l’intercommunalité : Loge n’a que celui d’Île-de-France"),
    ),
    (r"monthly_income_cents of the sheet", lambda: gettext("ressources mensuelles sur la fiche")),
    (r"(?:dependant|on_tax_notice) of person (\d+)", lambda number: _of_person(gettext("rattachement fiscal"), number)),
)


def criterion_text(line: GridLine) -> str:
    """Return the criterion of a grid line as text, without its points."""
    if line.kind == RuleKind.MONTHS:
        return _months_text(line)
    feature = FEATURES.label(line.feature)
    if line.kind == RuleKind.NUMBER:
        return gettext("%(data)s : %(limits)s") % {"data": feature, "limits": _limits_text(line)}
    if line.kind == RuleKind.CODE:
        return gettext("%(data)s : %(limits)s") % {"data": feature, "limits": _any_of(line.values)}
    return feature


def _any_of(codes: Iterable[str]) -> str:
    return ", ".join(CURRENT_HOUSING.label(code) for code in codes)


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", NARROW if in_french() else ",")


def _limits_text(line: GridLine) -> str:
    least, most = (None if limit is None else _grouped(limit) for limit in (line.at_least, line.at_most))
    if least is not None and least == most:
        return least
    if most is None:
        return gettext("au moins %(number)s") % {"number": least}
    if least is None:
        return gettext("au plus %(number)s") % {"number": most}
    return gettext("de %(first)s à %(last)s") % {"first": least, "last": most}


def _months_text(line: GridLine) -> str:
    text = gettext("par mois entier depuis le dépôt")
    if line.most_points is not None:
        text += gettext(", %(points)s points au plus") % {"points": line.most_points}
    if line.bonus_beyond_months is not None:
        words = {"points": line.bonus_points, "months": line.bonus_beyond_months}
        text += gettext(", et %(points)s points de plus au-delà de %(months)s mois") % words
    return text


def bracket_text(bracket: int) -> str:
    """Return a bracket of income as text. `bracket` is in tenths of the income ceiling, so 6 is 60 % to less than 70
    %."""
    words = {"least": 10 * bracket, "most": 10 * bracket + 10}
    return gettext("de %(least)s %% à moins de %(most)s %% du plafond") % words


def percent_text(permille: int) -> str:
    whole, tenth = divmod(permille, 10)
    number = f"{_grouped(whole)}{',' if in_french() else '.'}{tenth}"
    return gettext("%(number)s %%") % {"number": number}


def _euros(cents: int) -> str:
    return f"{MINUS if cents < 0 else ''}{spoken(cents)}"


def motive_figures_text(motive: str, figures: list[int]) -> str:
    """Return the figures of a refusal motive as one short text, or "" for a motive without figures."""
    if motive in ("over_every_ceiling", "over_this_ceiling"):
        bracket, ceiling = figures
        income = {"bracket": bracket_text(bracket), "limit": _euros(ceiling)}
        return gettext("ressources %(bracket)s de %(limit)s") % income
    if motive == "paper_missing":
        return ngettext("%(count)s pièce", "%(count)s pièces", figures[0]) % {"count": figures[0]}
    if motive in ("too_small", "too_large"):
        persons = ngettext("%(count)s personne", "%(count)s personnes", figures[0]) % {"count": figures[0]}
        limit = gettext("%(limit)s au plus") if motive == "too_small" else gettext("%(limit)s au moins")
        return gettext("%(persons)s, pour ce logement %(limit)s") % {
            "persons": persons,
            "limit": limit % {"limit": figures[1]},
        }
    if motive == "effort_rate":
        rate, most, left, least = figures
        words = {"rate": percent_text(rate), "most": percent_text(most), "left": _euros(left), "least": _euros(least)}
        return gettext("taux %(rate)s, limite %(most)s ; reste à vivre %(left)s, limite %(least)s") % words
    if motive == "other_ranked_before":
        return ngettext("%(count)s candidat classé", "%(count)s candidats classés", figures[0]) % {"count": figures[0]}
    return ""


def motive_figures(motive: str, figures: list[int], sheet: Sheet, unit_type: str) -> list[str]:
    """Return the figures of a refusal motive as sentences for the letter. `figures` are those that the database
    computed, in the order of `allocations_motive_figures`. A motive without figures has no sentences."""
    match motive, figures:
        case "over_every_ceiling" | "over_this_ceiling", [bracket, ceiling, *_]:
            return [
                gettext("Ressources retenues pour l’année : %(bracket)s.") % {"bracket": bracket_text(bracket)},
                gettext("Plafond pour votre foyer : %(limit)s.") % {"limit": spoken(ceiling)},
            ]
        case "paper_missing", [count, *_]:
            text = ngettext(
                "%(count)s pièce demandée n’a pas été fournie dans son délai.",
                "%(count)s pièces demandées n’ont pas été fournies dans leur délai.",
                count,
            )
            return [text % {"count": count}]
        case "too_small" | "too_large", [persons, limit, *_]:
            people = ngettext("%(count)s personne", "%(count)s personnes", persons) % {"count": persons}
            most = gettext("Règle pour un %(type)s : %(limit)s au plus.")
            rule = most if motive == "too_small" else gettext("Règle pour un %(type)s : %(limit)s au moins.")
            return [
                gettext("Votre foyer : %(people)s.") % {"people": people},
                rule % {"type": unit_type, "limit": limit},
            ]
        case "effort_rate", [rate, limit, residual, least]:
            return effort_figures(rate, limit, residual, least, sheet)
        case "other_ranked_before", [count, *_]:
            text = ngettext(
                "%(count)s candidat a été classé avant vous.", "%(count)s candidats ont été classés avant vous.", count
            )
            return [text % {"count": count}]
    return []


def effort_figures(rate: int, limit: int, residual: int, least: int, sheet: Sheet) -> list[str]:
    """Return sentences that state the rent-to-income ratio and the residual income, the limits of both, and the counted
    amounts. Amounts are in cents a month."""
    rates = {"rate": percent_text(rate), "limit": percent_text(limit)}
    left = {"residual": _euros(residual), "least": spoken(least)}
    counted = {"resources": spoken(sheet.resources_cents or 0), "aid": spoken(sheet.aid_cents or 0)}
    return [
        gettext("Taux d’effort : %(rate)s ; limite du règlement : %(limit)s.") % rates,
        gettext("Reste à vivre du foyer : %(residual)s par mois ; minimum du règlement : %(least)s.") % left,
        gettext("Ressources de %(resources)s et aide au logement de %(aid)s par mois comptées.") % counted,
    ]
