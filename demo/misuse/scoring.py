"""Simulates a month with known misuse, runs the nightly rules that look for misuse, and computes their precision and
recall."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from django.db import connections

from demo.misuse.ground import FIRST, LAST, OWNER, clock_of_its_own, make_months, read_ground
from demo.misuse.lines import Lines
from demo.misuse.ordinary import ordinary_month
from demo.misuse.planting import KINDS, Planting
from demo.populate.filling import populate
from formats.bulk_copy import loading
from formats.figures import figure
from oversight.actions.look_questions import watch_day
from oversight.look_rules.rules import RULES
from oversight.models import LookQuestion

LEASES, MONTHS = 6_000, 14


@dataclass(frozen=True)
class Score:
    """How well one nightly rule finds the known misuse, in numbers.

    Of the views that the rule questioned (`questions`), `right` belong to misuse. Of the cases of misuse that the rule
    should find (`meant`), it found `hits`. `quiet` and `quiet_hits` are the same two numbers for disguised misuse.
    """

    rule: str
    questions: int
    right: int
    meant: int
    hits: int
    quiet: int
    quiet_hits: int


@dataclass(frozen=True)
class Month:
    leases: int
    lines: int
    staff: int
    scores: list[Score]
    planted: Counter[str]
    hits: Counter[str]

    @property
    def questions(self) -> int:
        return sum(score.questions for score in self.scores)


def simulate(seed: int, leases: int = LEASES) -> Month:
    """Fill an empty database with `leases` leases, generate a month of audit events with known misuse, and apply the
    nightly rules to each day of the month. Return the month's figures, with a score for each rule."""
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
        with connections[OWNER].cursor() as cursor:
            cursor.execute("ANALYZE")
        for number in range((LAST - FIRST).days + 5):
            watch_day(by="simulate_misuse", day=FIRST + timedelta(days=number))
        questions = list(LookQuestion.objects.using(OWNER).values_list("rule", "event"))
    planted, episodes = planting.planted, episodes_of(lines, planting.planted)
    hits = [(rule, episodes.get(str(event), 0)) for rule, event in questions]
    hit = {number for _rule, number in hits if number}
    scores = [score_rule(rule, hits, planted) for rule in RULES]
    staff = sum(len(workers) for workers in ground.workers.values())
    by_kind = Counter(planted.values())
    return Month(leases, len(lines.rows), staff, scores, by_kind, Counter(planted[number] for number in hit))


def episodes_of(lines: Lines, planted: dict[int, str]) -> dict[str, int]:
    """Map the id of each audit event of a case of misuse to the number of this case (episode).

    If an episode consists of returning to the same household (rule "returning"), all events of the same employee about
    this household belong to it, even events of ordinary work.
    """
    whose = {str(row[0]): (row[4], row[11]) for row in lines.rows}
    followed = {whose[line]: n for line, n in lines.episode.items() if KINDS[planted[n]].rule == "returning"}
    return {line: n for line, pair in whose.items() if (n := lines.episode.get(line) or followed.get(pair, 0))}


def score_rule(rule: str, hits: list[tuple[str, int]], planted: dict[int, str]) -> Score:
    """Compute how well one rule finds the simulated misuse.

    `hits` has a pair for each question that a rule asked about an opening of data: the code of the rule, and the number
    of the case of misuse, or 0 if the opening was legitimate. `planted` maps each case to its kind of misuse.
    """
    mine = [number for code, number in hits if code == rule]
    heard = {number for number in mine if number}
    meant = {n for n, kind in planted.items() if KINDS[kind].rule == rule and not KINDS[kind].quiet}
    quiet = {n for n, kind in planted.items() if KINDS[kind].rule == rule and KINDS[kind].quiet}
    right = sum(number > 0 for number in mine)
    return Score(rule, len(mine), right, len(meant), len(meant & heard), len(quiet), len(quiet & heard))


def table(month: Month) -> list[str]:
    """Format the scores of the rules as a Markdown table. A dash stands for a percentage of zero cases, which is
    undefined."""
    names = ("règle", "demandes", "justes", "précision", "plantés", "trouvés", "rappel", "discrets trouvés")
    head = [f"| {' | '.join(names)} |", "| --- |" + " ---: |" * (len(names) - 1)]
    return head + [
        f"| `{s.rule}` | {s.questions} | {s.right} | {_share(s.right, s.questions)} | {s.meant} | {s.hits} |"
        f" {_share(s.hits, s.meant)} | {s.quiet_hits} / {s.quiet} |"
        for s in month.scores
    ]


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u202f%" if whole else "–"


def document(month: Month, seed: int) -> str:
    """Return the text of the page docs/unexplained-looks.md, in French: how much of the known misuse the nightly rules
    find."""
    kinds = []
    for code, kind in KINDS.items():
        rule = f"`{kind.rule}`" if kind.rule else "aucune"
        sentence = f"{kind.sentence} (discret)" if kind.quiet else kind.sentence
        kinds.append(f"| {sentence} | {rule} | {month.planted[code]} | {month.hits[code]} |")
    quiet = [code for code, kind in KINDS.items() if kind.quiet]
    planted, hits = (sum(counts[code] for code in quiet) for counts in (month.planted, month.hits))
    size = f"{figure(month.leases)} baux, {month.staff} agents, {figure(month.lines)} mentions"
    return PAGE.format(
        seed=seed,
        size=size,
        questions=month.questions,
        sums=f"{sum(month.hits.values())} des {sum(month.planted.values())} mésusages plantés trouvés",
        quiet=f"{hits} des {planted} discrets",
        missed=planted - hits,
        table="\n".join(table(month)),
        kinds="\n".join(kinds),
    )


PAGE = """# Ce que les règles trouvent, et ce qu’elles manquent

Document produit par `./dev manage simulate_misuse --seed {seed} --write`, sur une base vide ; la graine fixe tout.
Un organisme inventé ({size} en un mois) : un travail ordinaire avec sa hâte du début de mois, ses fautes de
frappe, ses dossiers ouverts par erreur, une absence et son remplaçant, des homonymes, des locataires qui
rappellent sans que rien ne s’écrive, des sommes dont on cherche le compte. Dedans, des mésusages connus, que la
règle attende leur forme ou non. « Discret » : fait pour qu’aucune règle ne l’entende. Une demande est juste quand sa
consultation est plantée.

{table}

En tout, {questions} demandes en un mois ; {sums}, dont {quiet}.

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
