"""Letters about the five kinds of decision, with reasons and figures, and about offers, in French and English."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from allocations.actions.scores import compute_scores
from allocations.letters import CANDIDACY_LETTERS
from allocations.models import Applicant, Application, Candidacy, Decision, Priority, Sheet, SupportingDocument
from allocations.rules.motives import MOTIVES
from allocations.wording import motive_figures
from tests.allocations.builders import ask_long_ago, make_case, make_ground, make_member, open_occasion
from tests.allocations.commission import Commission, make_commission
from tests.builders import OWNER, events, paris_day, run
from tests.noninterference.harness import Answer, plain

pytestmark = pytest.mark.usefixtures("unkept")

FIGURES = {"effort_rate_limit_permille": 350, "residual_income_limit_cents_per_person": 60_000}


@pytest.fixture
def commission(landlord) -> Commission:
    return make_commission(landlord, **FIGURES)


@pytest.fixture
def aline(sign_in):
    return sign_in("aline")


def session(
    commission: Commission,
    *decisions: dict[str, Any],
    prepared: Callable[..., None] | None = None,
    opened: Callable[..., None] | None = None,
):
    """Hold a session that decides on three candidates, then open their applications.

    Each item of `decisions` has the arguments of `propose_decision` for one candidate. The function `prepared`
    changes the candidates after their sheets are prepared; `opened` changes them after the session is open.
    """
    commission.orient()
    candidacies = commission.designate(commission.shortlist()[:3])
    for candidacy in candidacies:
        commission.prepare(candidacy)
    if prepared:
        prepared(candidacies)
    commission.convene()
    commission.open()
    if opened:
        opened(candidacies)
    for candidacy, decision in zip(candidacies, decisions, strict=True):
        commission.decide(candidacy, **decision)
    commission.close()
    commission.sign()
    for candidacy in candidacies:
        open_occasion(commission.row(Application, candidacy.application_id), commission.person("aline"))
    return candidacies


FIRST, SECOND = {"kind": "b", "rank": 1}, {"kind": "b", "rank": 2}
OTHERS = {"kind": "d", "motive": "other_ranked_before"}


def url(candidacy: Candidacy, letter: str = "decision") -> str:
    return f"/attribution/candidatures/{candidacy.pk}/courrier/{letter}/"


def page(client, candidacy: Candidacy, letter: str = "decision") -> tuple[str, str]:
    """Return the French and the English text of a letter, with plain spaces instead of no-break spaces."""
    answer = client.get(url(candidacy, letter))
    assert answer.status_code == 200
    text = " ".join(answer.content.decode().replace("\u00a0", " ").replace("\u202f", " ").split())
    french, _, english = text.partition('lang="en" aria-labelledby="lettre-en"')
    assert 'lang="fr" aria-labelledby="lettre-fr"' in french and english
    return french.partition('lang="fr" aria-labelledby="lettre-fr"')[2], english.partition("</main>")[0]


# --- The five decisions ---


def test_letters_of_a_ranking_state_rank_reasons_and_remedies(commission, aline):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    french, english = page(aline, candidacies[1])
    for words in ("attribution par classement", "<dt>Votre rang</dt><dd><b>2</b>", "au rang suivant", "art. R441-3"):
        assert words in french.lower() or words in french, words
    assert "<dt>Your rank</dt><dd><b>2</b>" in english
    french, english = page(aline, candidacies[2])
    for words in (
        "La commission ne vous a pas attribué ce logement",
        "Autres candidats mieux classés",
        "2 candidats ont été classés avant vous.",
        "3 dans la présélection",
        "Votre demande peut être présentée pour d’autres",
        "Recours gracieux",
        "art. R421-1",
    ):
        assert words in french, words
    for words in ("Other candidates ranked before", "2 candidates were ranked before you.", "two months"):
        assert words in english, words


def test_every_letter_names_the_algorithm_and_the_reference_of_the_decision(commission, aline):
    for candidacy in session(commission, FIRST, SECOND, OTHERS):
        for text in page(aline, candidacy):
            assert str(candidacy.pk) in text and "L311-3-1" in text
        french, english = page(aline, candidacy)
        assert "grille publique, version 1" in french and "la commission a décidé" in french
        assert "public grid, version 1" in english and "the commission decided" in english


def test_letter_of_a_plain_allocation(commission, aline):
    owner = {"kind": "d", "motive": "owner_suited"}
    prepared = sheet(1, owner_suited=True)
    candidacies = session(commission, {"kind": "a", "rank": 1}, owner, OTHERS, prepared=prepared)
    french, english = page(aline, candidacies[0])
    assert "Un logement vous est attribué<" in french and "Le bailleur vous envoie une proposition" in french
    assert "A dwelling is allocated to you<" in english
    assert "<dt>Motif</dt>" not in french


def test_letter_of_a_condition_names_the_document_and_its_last_day(commission, aline):
    condition = {"kind": "c", "rank": 1, "missing_document": "tax_notice_n2", "document_by": paris_day(20)}
    candidacies = session(commission, condition, SECOND, OTHERS)
    french, english = page(aline, candidacies[0])
    for words in ("sous une condition", "avis d’imposition de l’avant-dernière année", "doit signer le bail"):
        assert words in french, words
    assert f"{paris_day(20).day}" in french and "tax notice of the year before last" in english
    assert "<dt>Votre rang</dt><dd><b>1</b>" in french


def test_letter_exists_once_the_session_is_closed(commission, aline):
    commission.orient()
    candidacies = commission.designate(commission.shortlist()[:3])
    for candidacy in candidacies:
        commission.prepare(candidacy)
    commission.convene()
    commission.open()
    for place, candidacy in enumerate(candidacies, start=1):
        assert aline.get(url(candidacy)).status_code == 404
        commission.decide(candidacy, "b", rank=place)
        assert aline.get(url(candidacy)).status_code == 404
    commission.close()
    assert {aline.get(url(candidacy)).status_code for candidacy in candidacies} == {200}
    for letter in ("offer", "points", "autre"):
        assert aline.get(url(candidacies[0], letter)).status_code == 404


# --- Motives and their figures ---


def earn(cents: int) -> Callable[[list[Candidacy]], None]:
    def set_income(candidacies: list[Candidacy]) -> None:
        proved = "proof = 'tax_notice', assessed_on = loge_today(), assessed_by_id = %s"
        run(f"UPDATE allocations_income SET rfr_cents = %s, {proved} WHERE application_id = %s",
            cents, candidacies[2].designated_by_id, candidacies[2].application_id)  # fmt: skip
        run("UPDATE allocations_sheet SET highest_ceiling_euros = 34996 WHERE candidacy_id = %s", candidacies[2].pk)

    return set_income


def sheet(place: int = 2, **values: Any) -> Callable[[list[Candidacy]], None]:
    def change(candidacies: list[Candidacy]) -> None:
        Sheet.objects.using(OWNER).filter(pk=candidacies[place].pk).update(**values)

    return change


def need_lift(candidacies: list[Candidacy]) -> None:
    run("UPDATE allocations_application SET equipment = '{lift}' WHERE id = %s", candidacies[2].application_id)


def wait_for(*kinds: str) -> Callable[[list[Candidacy]], None]:
    def ask(candidacies: list[Candidacy]) -> None:
        for kind in kinds:
            application = Application.objects.using(OWNER).get(pk=candidacies[2].application_id)
            ask_long_ago(application, candidacies[2].designated_by, kind)

    return ask


def lose_right(candidacies: list[Candidacy]) -> None:
    """Let the candidate's identity document expire, and let the deadline to show another one pass."""
    wait_for("identity")(candidacies)
    rows = SupportingDocument.objects.using(OWNER).filter(application=candidacies[2].application_id, kind="identity")
    rows.update(seen_on=paris_day(-60), seen_by=candidacies[2].designated_by, valid_until=paris_day(-50))
    rows.update(seen_on=None, seen_by=None, valid_until=None)


COSTS = {"resources_cents": 80_000, "aid_cents": 10_000, "effort_permille": 438, "residual_cents": 45_000}
# Maps each motive to (kind of decision, change after which the motive holds, words of the French and English letter).
CASES: dict[str, tuple[str, Callable[[list[Candidacy]], None], tuple[str, ...], tuple[str, ...]]] = {
    "over_this_ceiling": (
        "d",
        earn(30_000_00),
        ("Ressources au-dessus du plafond de ce logement", "de 110 % à moins de 120 % du plafond", "26 920,00 €"),
        ("110% to less than 120% of the ceiling", "€26,920.00"),
    ),
    "over_every_ceiling": (
        "e",
        earn(60_000_00),
        ("irrecevable", "de 170 % à moins de 180 % du plafond", "34 996,00 €", "un mois après un avertissement"),
        ("170% to less than 180% of the ceiling", "€34,996.00", "inadmissible"),
    ),
    "no_right_of_residence": (
        "e",
        lose_right,
        ("Pas de droit au séjour",),
        ("No right of residence",),
    ),
    "paper_missing": (
        "d",
        wait_for("household", "work"),
        ("2 pièces demandées n’ont pas été fournies", "Composition du foyer", "Situation professionnelle"),
        ("2 requested documents", "Composition of the household"),
    ),
    "too_small": (
        "d",
        sheet(persons=4),
        ("Logement trop petit", "Votre foyer : 4 personnes.", "Règle pour un T2 : 3 au plus."),
        ("Your household: 4 persons.", "Rule for a T2: 3 at most."),
    ),
    "effort_rate": (
        "d",
        sheet(**COSTS),
        ("43,8 %", "35,0 %", "450,00 €", "600,00 €", "aide au logement de 100,00 €"),
        ("43.8%", "35.0%", "€450.00", "€600.00", "€100.00"),
    ),
    "owner_suited": ("d", sheet(owner_suited=True), ("Propriétaire d’un logement adapté",), ("Owner of a suited",)),
    "not_accessible": (
        "d",
        need_lift,
        ("Logement non adapté au handicap",),
        ("Dwelling without the equipment needed",),
    ),
}


@pytest.mark.parametrize("motive", CASES)
def test_refusal_states_its_motive_with_the_figures_of_the_database(commission, aline, motive):
    kind, prepared, in_french, in_english = CASES[motive]
    declined = {"kind": kind, "motive": motive}
    candidacies = session(commission, FIRST, SECOND, declined, prepared=prepared)
    for text, expected in zip(page(aline, candidacies[2]), (in_french, in_english), strict=True):
        for words in expected:
            assert words in text, words
    if motive == "not_accessible":
        assert "ascenseur" not in " ".join(page(aline, candidacies[2])).lower()


def test_household_too_small_for_the_dwelling(landlord, sign_in):
    commission = make_commission(landlord, persons_least_in_2_rooms=2)
    candidacies = session(commission, FIRST, SECOND, {"kind": "d", "motive": "too_large"})
    french, english = page(sign_in("aline"), candidacies[2])
    assert "Votre foyer : 1 personne." in french and "Règle pour un T2 : 2 au moins." in french
    assert "Rule for a T2: 2 at least." in english


def test_documents_seen_after_the_decision_stay_among_its_reasons(commission, aline):
    declined = {"kind": "d", "motive": "paper_missing"}
    candidacies = session(commission, FIRST, SECOND, declined, prepared=wait_for("household", "work"))
    before = page(aline, candidacies[2])
    earlier = "UPDATE allocations_decision SET proposed_at = proposed_at - interval '1 day'"
    commission.force("allocations_decision", earlier)
    run("UPDATE allocations_supportingdocument SET seen_on = loge_today(), seen_by_id = asked_by_id")
    assert page(aline, candidacies[2]) == before


def test_closed_application_gets_its_letter_on_its_last_day(commission, aline):
    declined = {"kind": "d", "motive": "not_applicable_now"}
    candidacies = session(commission, FIRST, SECOND, declined, opened=lambda rows: close_one(rows[2]))
    assert "Demande radiée ou retirée" in page(aline, candidacies[2])[0]


def close_one(candidacy: Candidacy) -> None:
    run("UPDATE allocations_application SET state = 'closed', closed_on = loge_today(), closing_motive = 'renounced'"
        " WHERE id = %s", candidacy.application_id)  # fmt: skip


def test_every_motive_has_words_and_its_figures():
    counts = {
        "over_every_ceiling": 2,
        "over_this_ceiling": 2,
        "paper_missing": 1,
        "too_small": 2,
        "too_large": 2,
        "effort_rate": 3,
        "other_ranked_before": 1,
    }
    for motive in MOTIVES.terms:
        for language in ("fr", "en"):
            with translation.override(language):
                sentences = motive_figures(
                    motive, [438, 350, -1_050, 60_000], Sheet(resources_cents=1, aid_cents=1), "T2"
                )
                assert len(sentences) == counts.get(motive, 0), motive
    with translation.override("fr"):
        [_rate, left, _counted] = motive_figures("effort_rate", [438, 350, -1_050, 60_000], Sheet(), "T2")
    assert "−10,50" in left


# --- The offer ---


def recognise_dalo(candidacy: Candidacy, **days: Any) -> None:
    values = {"attested_on": paris_day(-9), "recorded_on": paris_day(), "ends_on": paris_day(300)} | days
    Priority(
        application=candidacy.application,
        code="dalo",
        proof="decision",
        recorded_by=candidacy.designated_by,
        **values,
    ).save(using=OWNER)


def test_offer_states_delay_rank_and_effect_of_a_refusal(commission, aline):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    commission.send(candidacies[0])
    french, english = page(aline, candidacies[0], "offer")
    for words in (
        "Vous avez 10 jours pour répondre.",
        "<dt>Votre rang</dt><dd>1</dd>",
        "vaut refus",
        "version 1, ne compte pas les refus",
        "450,00 €",
        "art. R441-10",
        str(candidacies[0].pk),
    ):
        assert words in french, words
    assert "You have 10 days to answer." in english and "does not count refusals" in english
    assert "au plus tard le" not in french and "DALO" not in french and "DALO" not in english
    commission.notify(candidacies[0], paris_day())
    offer = commission.row(Candidacy, candidacies[0].pk).offer
    french, english = page(aline, candidacies[0], "offer")
    assert "au plus tard le" in french and str(offer.answer_by.day) in french and "at the latest" in english


def test_only_a_candidate_recognised_under_dalo_is_told_what_a_refusal_costs(commission, aline):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    recognise_dalo(candidacies[0])
    commission.send(candidacies[0])
    french, english = page(aline, candidacies[0], "offer")
    assert "vous risquez de perdre le bénéfice" in french and "you may lose" in english
    run("UPDATE allocations_priority SET recorded_on = loge_today() - 9, ends_on = loge_today() - 1")
    assert "DALO" not in "".join(page(aline, candidacies[0], "offer"))


def test_letter_is_recorded_and_its_head_has_name_and_address_only(commission, aline):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    text = " ".join(aline.get(url(candidacies[0])).content.decode().split())
    head = text.partition('aria-label="Destinataire"')[2].partition("</section>")[0]
    assert "Anne Candidat0" in head and "12 rue des Lilas" in head
    assert "recommand" not in head and commission.applications[0].number not in head
    assert "Sous enveloppe fermée et sans mention" in text
    event = events(kind="applicant_letter_printed")[-1]
    assert (event["about"], event["facts"]) == (candidacies[0].pk, {"letter": "decision"})
    assert candidacies[0].application_id in event["shown_ids"]


def test_letter_is_refused_without_an_occasion_and_to_others(commission, aline, sign_in):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    run("DELETE FROM allocations_occasion WHERE application_id = %s", candidacies[0].application_id)
    assert aline.get(url(candidacies[0])).status_code == 404
    assert sign_in("basile").get(url(candidacies[1])).status_code == 404
    for name in ("elise", "rosa", "camille", "sacha"):
        assert sign_in(name).get(url(candidacies[1])).status_code == 403


# --- Sealed grounds ---


def test_position_is_not_printed_after_a_referral(commission, aline, landlord, monkeypatch):
    monkeypatch.setattr("allocations.letters.position_of", lambda _application: {"higher": 7, "same": 13})
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    assert "7 % sont dans une tranche plus haute" in page(aline, candidacies[2])[0]
    make_case(commission.row(Application, candidacies[2].application_id), landlord.person("aline"))
    assert "tranche plus haute" not in page(aline, candidacies[2])[0]


def test_letters_do_not_depend_on_which_ground_is_recognised(commission, aline, landlord):
    """Replacing a candidate's sealed ground (sensitive priority) by another must change no byte of any letter."""
    sacha, candidate = landlord.person("sacha"), commission.applications[0]
    make_case(candidate, landlord.person("aline"), sacha, "recognised")
    make_ground(candidate, sacha, "couple_violence")
    compute_scores(by="test")
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    commission.send(candidacies[0])

    def printed() -> list[Answer]:
        pages = [(row, "decision") for row in candidacies] + [(candidacies[0], "offer")]
        answers = [plain(aline.get(url(row, letter))) for row, letter in pages]
        assert {answer.status for answer in answers} == {200}
        return answers

    before = printed()
    other = "UPDATE allocations_ground SET code = 'trafficking', proof = 'court_decision' WHERE application_id = %s"
    commission.force("allocations_ground", other, candidate.pk)
    compute_scores(by="test")
    assert run("SELECT count(*) FROM allocations_score WHERE 'trafficking' = ANY (lines)") == [(1,)]
    assert printed() == before


@pytest.mark.parametrize("letter", CANDIDACY_LETTERS)
def test_no_letter_says_why_somebody_applies(commission, aline, letter):
    candidacies = session(commission, FIRST, SECOND, OTHERS)
    commission.send(candidacies[0])
    if letter == "renunciation":
        commission.answer(candidacies[0], "accepted", paris_day())
        commission.renounce(candidacies[0], paris_day())

    def printed() -> tuple[str, str]:
        return page(aline, candidacies[0], letter)

    first = printed()
    Applicant.objects.using(OWNER).update(cmi=True)
    run("UPDATE allocations_application SET housing = 'none', equipment = '{lift,shower}'")
    make_member(commission.applications[0])
    assert printed() == first and Decision.objects.using(OWNER).count() == 3
