"""What the rules made of the month: of what they asked, how much was misuse; of what was planted, what was found."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import connections

from desk.figures import figure
from desk.misuse.ground import FIRST, LAST, OWNER, clock_of_its_own, make_months, read_ground
from desk.misuse.lines import Lines
from desk.misuse.ordinary import ordinary_month
from desk.misuse.planting import KINDS, Planting
from desk.populate.copying import loading
from desk.populate.filling import populate
from tenants.actions.look_questions import watch_day
from tenants.models import LookQuestion
from tenants.questions.rules import RULES

LEASES, MONTHS = 6_000, 14


@dataclass(frozen=True)
class Score:
    """Of one rule. `meant`: planted episodes it is meant for, quiet ones apart."""

    rule: str
    asked: int
    right: int
    meant: int
    found: int
    quiet: int
    quiet_found: int


@dataclass(frozen=True)
class Month:
    leases: int
    lines: int
    staff: int
    scores: list[Score]
    planted: Counter[str]
    found: Counter[str]

    @property
    def asked(self) -> int:
        return sum(one.asked for one in self.scores)


def simulate(seed: int, leases: int = LEASES) -> Month:
    """Fills an empty base, lives a month in it, and has the rules watch each of its days."""
    make_months()
    with clock_of_its_own():
        populate(leases, seed, months=MONTHS, by="simulate_misuse")
        rng = Random(f"misuse {seed}")  # noqa: S311 - an invented month
        with loading(OWNER) as copying:
            ground, lines = read_ground(copying, rng), Lines(rng)
            planting = Planting(ground, lines, copying, {})
            planting.all()
            ordinary_month(ground, lines)
            lines.copy(copying)
        _watch()
        return _scored(lines, planting, leases, sum(len(some) for some in ground.workers.values()))


def _watch() -> None:
    with connections[OWNER].cursor() as cursor:
        cursor.execute("ANALYZE")
    for number in range((LAST - FIRST).days + 5):
        watch_day(by="simulate_misuse", day=FIRST + timedelta(days=number))


def _scored(lines: Lines, planting: Planting, leases: int, staff: int) -> Month:
    questions = LookQuestion.objects.using(OWNER).values_list("rule", "event")
    episodes = _episodes(lines, planting.planted)
    hits = [(rule, episodes.get(str(event), 0)) for rule, event in questions]
    found = {number for _rule, number in hits if number}
    scores = [_score(rule, hits, planting.planted) for rule in RULES]
    by_kind = Counter(planting.planted.values())
    return Month(leases, len(lines.rows), staff, scores, by_kind, Counter(planting.planted[number] for number in found))


def _episodes(lines: Lines, planted: dict[int, str]) -> dict[str, int]:
    """Line -> its episode. Who follows a household may have opened it in their work too: any line of theirs counts."""
    whose = {str(row[0]): (row[4], row[11]) for row in lines.rows}
    followed = {whose[line]: n for line, n in lines.episode.items() if KINDS[planted[n]].rule == "returning"}
    return {line: n for line, one in whose.items() if (n := lines.episode.get(line) or followed.get(one, 0))}


def _score(rule: str, hits: list[tuple[str, int]], planted: dict[int, str]) -> Score:
    mine = [number for code, number in hits if code == rule]
    heard = {number for number in mine if number}
    meant = {n for n, kind in planted.items() if KINDS[kind].rule == rule and not KINDS[kind].quiet}
    quiet = {n for n, kind in planted.items() if KINDS[kind].rule == rule and KINDS[kind].quiet}
    right = sum(number > 0 for number in mine)
    return Score(rule, len(mine), right, len(meant), len(meant & heard), len(quiet), len(quiet & heard))


def table(month: Month) -> list[str]:
    """Lines of a Markdown table; a share of nothing is a dash."""
    names = ("règle", "demandes", "justes", "précision", "plantés", "trouvés", "rappel", "discrets trouvés")
    head = [f"| {' | '.join(names)} |", "| --- |" + " ---: |" * (len(names) - 1)]
    return head + [
        f"| `{s.rule}` | {s.asked} | {s.right} | {_share(s.right, s.asked)} | {s.meant} | {s.found} |"
        f" {_share(s.found, s.meant)} | {s.quiet_found} / {s.quiet} |"
        for s in month.scores
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u202f%" if whole else "–"


def document(month: Month, seed: int) -> str:
    """docs/unexplained-looks.md, whole."""
    quiet = [code for code, kind in KINDS.items() if kind.quiet]
    planted, found = (sum(counts[code] for code in quiet) for counts in (month.planted, month.found))
    size = f"{figure(month.leases)} baux, {month.staff} agents, {figure(month.lines)} mentions"
    return PAGE.format(
        seed=seed,
        size=size,
        asked=month.asked,
        sums=f"{sum(month.found.values())} des {sum(month.planted.values())} mésusages plantés trouvés",
        quiet=f"{found} des {planted} discrets",
        missed=planted - found,
        table="\n".join(table(month)),
        kinds="\n".join(_told(code, month) for code in KINDS),
    )


def _told(code: str, month: Month) -> str:
    kind = KINDS[code]
    rule = f"`{kind.rule}`" if kind.rule else "aucune"
    said = f"{kind.said} (discret)" if kind.quiet else kind.said
    return f"| {said} | {rule} | {month.planted[code]} | {month.found[code]} |"


PAGE = """# Ce que les règles trouvent, et ce qu’elles manquent

Document produit par `./dev manage simulate_misuse --seed {seed} --write`, sur une base vide ; la graine fixe tout.
Un organisme inventé ({size} en un mois) : un travail ordinaire avec sa hâte du début de mois, ses fautes de
frappe, ses dossiers ouverts par erreur, une absence et son remplaçant, des homonymes, des locataires qui
rappellent sans que rien ne s’écrive, des sommes dont on cherche le compte. Dedans, des mésusages connus, que la
règle attende leur forme ou non. « Discret » : fait pour qu’aucune règle ne l’entende. Une demande est juste quand sa
consultation est plantée.

{table}

En tout, {asked} demandes en un mois ; {sums}, dont {quiet}.

## Par mésusage

| mésusage planté | règle visée | plantés | trouvés |
| --- | --- | ---: | ---: |
{kinds}

## Ce qu’il faut en lire

- {missed} mésusages discrets ne sont pas trouvés : un motif que rien ne peut démentir est cru une fois. Le locataire
  qui lit son relevé et conteste une consultation entend ce qu’aucune règle n’entend.
- Une précision basse n’est pas une faute des agents : la règle demande, et un travail qui n’a rien laissé lui répond.
- Les règles et la simulation ont un même auteur : ces rappels sont un plafond, non une promesse. Les chiffres de
  l’organisme se lisent, règle par règle, sur la page des questions.

*In English: an invented month with planted misuse; how often each rule asked, how often rightly, how much of what was
planted it found, and what no rule hears. Rules and simulation have one author: read the recalls as a ceiling.*
"""
