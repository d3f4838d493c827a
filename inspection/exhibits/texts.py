"""Exhibit E11: inventory of free texts. Exhibit E12: how often given words occur in free texts.

Exhibit E13: refused, contested and erased sentences.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from access.guard.context import AccessContext
from audit import events, reading
from audit.models import Event
from casework.screening_results import CATEGORIES
from casework.vocabulary import CONTEST_ADVICE, CONTEST_OUTCOMES
from formats.vocabulary import Vocabulary
from formats.working_days import is_working
from inspection.exhibits.answers import query_rows
from inspection.exhibits.legacy_comments import old_comments
from inspection.exhibits.question import Question, Words
from inspection.exhibits.shape import Row, Table
from oversight.audit_log.lines import role_name
from oversight.text_columns import TEXTS, measures
from oversight.text_counts import erasures, refusals_by
from oversight.word_counts import count_words


def inventory(access: AccessContext, question: Question) -> list[Table]:
    columns = [
        _("Texte"),
        _("Colonne"),
        _("Limite"),
        _("Nombre"),
        _("Longueur moyenne"),
        _("Longueur maximale"),
    ]
    rows: list[Row] = [
        [
            str(text.name),
            text.source,
            str(text.kept_by),
            text.texts,
            text.average,
            text.longest,
            text.oldest,
            text.newest,
            text.overdue,
        ]
        for text in measures()
    ]
    note = _("Toutes les colonnes qu’une personne peut remplir, comptées par la base. Leur contenu n’est pas lu.")
    heads = [*columns, _("Le plus ancien"), _("Le plus récent"), _("Date de fin dépassée")]
    return [Table(_("Textes libres"), heads, rows, note)]


def words(access: AccessContext, question: Words) -> list[Table]:
    asked_words = question.cleaned_data["words"]
    try:
        counts = count_words(access.person, asked_words)
    except ValidationError as error:
        question.add_error("words", error)
        access.note(events.LIMIT_REACHED)
        return []
    access.note(words=len(asked_words))
    rows: list[Row] = [[count.word, str(TEXTS[count.source][0]), count.lines] for count in counts]
    note = _(
        "Nombre de lignes qui contiennent le mot entier, arrondi à un multiple de cinq. Un mot présent "
        "dans moins de cinq foyers n’est pas indiqué, qu’il soit présent ou absent ; les foyers discrets "
        "et les textes du jour ne sont pas comptés. Les lignes sont masquées : le délégué à la protection "
        "des données demande à les lire, le responsable des données donne son accord, et la lecture est "
        "enregistrée dans la trace."
    )
    return [Table(_("Mots comptés"), [_("Mot"), _("Textes"), _("Lignes")], rows, note)]


def refusals(access: AccessContext, question: Question) -> list[Table]:
    counted = refusals_by(access.day, access.at)
    titles = {
        "by_category": (_("Phrases refusées en un an, par catégorie"), _("Catégorie")),
        "by_agency": (_("Phrases refusées en un an, par agence"), _("Agence")),
        "by_month": (_("Phrases refusées en un an, par mois"), _("Mois")),
    }
    few = _("Un groupe de moins de cinq agents est compté avec d’autres : son nombre n’est pas indiqué.")
    tables = [
        Table(title, [head, _("Nombre")], [[str(bar.name), bar.number] for bar in counted[key]], few)
        for key, (title, head) in titles.items()
    ]
    erased = erasures(access.rows(Event), access.day)
    gone: list[Row] = [[event.at, str(reading.sentence(event)), reading.how_many(event)] for event in erased]
    return [
        *tables,
        table_of_contests(access.day),
        *old_comments(access),
        Table(_("Derniers effacements de la nuit"), [_("Quand"), _("Élément"), _("Nombre")], gone),
    ]


def table_of_contests(day: date) -> Table:
    """Return the table of contested refusals: sentences that the screening refused and whose author contests this.

    The table shows for each sentence whether it is still stored or already erased. It contains no sentence.
    """
    contests = query_rows(
        "SELECT asked_on, answer_by, categories, proposal, weighed_as, outcome, decided_as, decided_on, suspended_on,"
        " advice, sealed FROM inspection_exhibit_contests()"
    )
    rows: list[Row] = []
    for asked_on, due, categories, proposal, weighed, outcome, by, decided, suspended, advice, sealed in contests:
        names = ", ".join(str(CATEGORIES.get(category, category)) for category in categories.split("."))
        taken = sum(is_working(asked_on + timedelta(days=n)) for n in range(1, ((decided or day) - asked_on).days + 1))
        sentence = _("sous scellés") if sealed else _("effacée")
        rows.append([
            asked_on, due, names, _label(CONTEST_OUTCOMES, proposal), _office(weighed),
            _label(CONTEST_OUTCOMES, outcome), _office(by), decided, taken, suspended, _label(CONTEST_ADVICE, advice),
            sentence,
        ])  # fmt: skip
    heads = [_("Contestée le"), _("Réponse due le"), _("Catégories"), _("Proposition"), _("En qualité de")]
    heads += [_("Décision"), _("En qualité de"), _("Le"), _("Jours ouvrés"), _("Suspendue le"), _("Avis"), _("Phrase")]
    return Table(_("Refus contestés"), heads, rows, _("Le texte des phrases n’est pas indiqué."))


def _label(closed: Vocabulary, code: str) -> str:
    return str(closed.label(code)) if code else ""


def _office(role: str | None) -> str:
    return str(role_name(role)) if role else ""
