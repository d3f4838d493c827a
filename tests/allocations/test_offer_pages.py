"""Pages of an offer show its state, ask for confirmation of final steps, and are linked from the list of due tasks."""

import pytest
from django.urls import reverse

from allocations.models import Candidacy, HandOver, Offer, Priority, Vacancy
from tests.allocations.builders import (
    enter_figures,
    give_terms,
    make_application,
    make_hand_over,
    make_offer,
    make_ranked,
    open_occasion,
)
from tests.builders import OWNER, make_unit, paris_day, run
from tests.form_values import typed


@pytest.fixture
def aline(sign_in):
    return sign_in("aline")


@pytest.fixture
def ranked(landlord) -> Candidacy:
    person, place = landlord.person("aline"), landlord.place("Agence Belleville")
    application = make_application(place, "Vidal", by=person, certified_on=paris_day(-90))
    open_occasion(application, person)
    unit = make_unit(landlord.building("Glycines A"), "99", 9)
    give_terms(unit)
    return make_ranked(application, unit, person)


@pytest.fixture
def offered(ranked) -> Candidacy:
    make_offer(ranked)
    return ranked


def page(name: str, candidacy: Candidacy, **more: str) -> str:
    return reverse(name, kwargs={"pk": candidacy.pk, **more})


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


# Maps each state of a candidacy to the pages for its next steps.
NEXT = {
    "presented": set(),
    "ranked": {"decision", "offer_send"},
    "conditional": {"decision", "documents", "offer_send"},
    "declined": {"decision"},
    "offered": {"decision", "offer", "offer_notify", "offer_answer"},
    "accepted": {"decision", "offer", "offer_notify", "hand_over", "offer_renounce"},
    "renounced": {"decision", "offer", "offer_notify", "renunciation"},
    "silent": {"decision", "offer", "offer_notify"},
}


@pytest.mark.parametrize("state", NEXT)
def test_candidacy_leads_to_its_next_step(aline, offered, state):
    run("UPDATE allocations_candidacy SET state = %s", state)
    text = text_of(aline.get(page("candidacy", offered))).partition('id="suite"')[2].partition("</section>")[0]
    names = ("offer_send", "offer_notify", "offer_answer", "offer_renounce", "hand_over")
    letters = ("decision", "offer", "renunciation")
    links = {name: page(name, offered) for name in names}
    links |= {letter: page("candidacy_letter", offered, letter=letter) for letter in letters}
    links["documents"] = f"/demandes/{offered.application_id}/pieces/"
    assert {name for name, link in links.items() if f'href="{link}"' in text} == NEXT[state]


def test_decision_has_no_letter_while_the_session_is_open(aline, ranked):
    run("ALTER TABLE allocations_vacancy DISABLE TRIGGER USER")
    run("UPDATE allocations_vacancy SET state = 'convened'")
    text = text_of(aline.get(page("candidacy", ranked))).partition('id="suite"')[2].partition("</section>")[0]
    assert "après la clôture de la séance" in text and "href" not in text


def test_page_says_that_the_minutes_are_not_signed(aline, ranked):
    enter_figures(offer_delay_days=10, answer_post_days=3)
    run("ALTER TABLE allocations_session DISABLE TRIGGER USER")
    run("UPDATE allocations_session SET state = 'closed', signed_at = NULL")
    for state in ("ranked", "conditional"):
        run("UPDATE allocations_candidacy SET state = %s", state)
        text = text_of(aline.get(page("candidacy", ranked)))
        assert "Le procès-verbal de la séance n’est pas signé" in text and page("offer_send", ranked) not in text
        text = text_of(aline.get(page("offer_send", ranked)))
        assert "Le procès-verbal de la séance n’est pas signé" in text and '<button class="button">' not in text
    run("UPDATE allocations_candidacy SET state = 'ranked'")
    assert "Le procès-verbal de la séance n’est pas signé" in text_of(aline.post(page("offer_send", ranked)))
    assert not Offer.objects.using(OWNER).exists()


@pytest.mark.reads_back
def test_offer_is_read_back_before_it_is_sent(aline, ranked):
    enter_figures(offer_delay_days=10, answer_post_days=3)
    text = text_of(aline.get(page("offer_send", ranked)))
    assert "Anne Vidal" in text and "10 jours" in text
    answer = aline.post(page("offer_send", ranked))
    assert "ne peut pas être reprise" in text_of(answer) and not Offer.objects.using(OWNER).exists()
    sent = aline.post(page("offer_send", ranked), {"relu": answer.context["token"]})
    assert sent["Location"] == page("candidacy_letter", ranked, letter="offer")
    assert Offer.objects.using(OWNER).get().candidacy_id == ranked.pk
    assert aline.get(page("offer_send", ranked))["Location"] == page("offer_notify", ranked)


def test_offer_names_the_missing_figure(aline, ranked):
    for code, words in (("", "délai pour répondre à une proposition"), ("offer_delay_days", "délai d’acheminement")):
        if code:
            enter_figures(offer_delay_days=10)
        assert "non enregistré" in text_of(aline.get(page("offer_send", ranked)))
        refused = text_of(aline.post(page("offer_send", ranked)))
        assert words in refused and not Offer.objects.using(OWNER).exists()


def test_officer_reads_who_withdraws_an_allocated_dwelling(sign_in, aline, ranked):
    url = reverse("vacancy_withdraw", kwargs={"pk": ranked.vacancy_id})
    assert "seul le responsable du peuplement peut le retirer" in text_of(aline.get(url))
    assert "Une attribution adoptée tient encore" in text_of(aline.post(url))
    rosa = sign_in("rosa")
    assert "avertissez les candidats" in text_of(rosa.get(url)) and rosa.post(url).status_code == 302


@pytest.mark.parametrize("state", ["designated", "presented", "declined", "inadmissible"])
def test_nothing_is_offered_without_a_rank(aline, ranked, state):
    run("UPDATE allocations_candidacy SET state = %s", state)
    assert aline.get(page("offer_send", ranked)).status_code == 404
    assert aline.get(page("offer_notify", ranked)).status_code == 404
    assert aline.get(page("offer_answer", ranked)).status_code == 404


def test_notification_shows_the_last_day_and_may_be_corrected(aline, offered):
    run("UPDATE allocations_offer SET sent_on = '2026-03-01'")
    url = page("offer_notify", offered)
    assert "non enregistrée" in text_of(aline.get(url))
    assert aline.post(url, {"delivery": "handed", "notified_on": "02/03/2026"})["Location"] == url
    assert "12 mars 2026" in text_of(aline.get(url))
    assert aline.post(url, {"delivery": "presented", "notified_on": "04/03/2026"}).status_code == 302
    text = text_of(aline.get(url))
    assert "16 mars 2026" in text and "délai passé" in text
    future = text_of(aline.post(url, {"delivery": "handed", "notified_on": typed(1)}))
    assert "Cette date est dans le futur" in future
    missing = text_of(aline.post(url, {"delivery": "pigeon", "notified_on": ""}))
    assert "Rien n’est encore enregistré" in missing


def test_notification_of_an_earlier_day_is_shown_without_a_form(aline, offered):
    url, sent = page("offer_notify", offered), {"delivery": "handed", "notified_on": typed()}
    aline.post(url, sent)
    assert "peut être corrigée jusqu’à minuit" in text_of(aline.get(url))
    run("ALTER TABLE allocations_offer DISABLE TRIGGER USER")
    run("UPDATE allocations_offer SET notification_recorded_on = loge_today() - 1")
    run("ALTER TABLE allocations_offer ENABLE TRIGGER USER")
    assert 'name="delivery"' not in text_of(aline.get(url))
    refused = text_of(aline.post(url, {"delivery": "registered", "notified_on": typed()}))
    assert "ne peut être corrigée que le jour" in refused
    assert Offer.objects.using(OWNER).get().delivery == "handed"


def test_page_tells_until_when_a_late_letter_is_recorded(aline, offered):
    run("UPDATE allocations_offer SET post_days = 4, sent_on = '2026-03-01'")
    run("UPDATE allocations_offer SET delivery = 'handed', notified_on = '2026-03-02', answer_by = '2026-03-12'")
    assert "elle peut être enregistrée jusqu’au lundi 16 mars 2026" in text_of(aline.get(page("offer_answer", offered)))


@pytest.fixture
def accepted(offered) -> Candidacy:
    run("UPDATE allocations_offer SET answer = 'accepted', answered_on = loge_today()")
    return offered


@pytest.mark.reads_back
def test_renunciation_is_read_back_and_gives_a_receipt(aline, landlord, accepted):
    make_hand_over(accepted, landlord.person("aline"))
    candidacy = text_of(aline.get(page("candidacy", accepted)))
    assert "par Aline" in candidacy and "attend d’être signé" in candidacy
    assert f'href="{page("hand_over", accepted)}"' not in candidacy
    url, sent = page("offer_renounce", accepted), {"renounced_on": typed()}
    answer = aline.post(url, sent)
    text = text_of(answer)
    assert "Anne Vidal" in text and "Transmission pour le bail" in text and "ne se reprend pas" in text
    assert HandOver.objects.using(OWNER).exists()
    letter = aline.post(url, {**sent, "relu": answer.context["token"]})["Location"]
    assert letter == page("candidacy_letter", accepted, letter="renunciation")
    receipt = text_of(aline.get(letter))
    assert "Votre renonciation est enregistrée" in receipt and "Si vous n’avez pas renoncé" in receipt
    assert "Enregistrez ensuite la notification" not in receipt and "DALO" not in receipt
    assert not HandOver.objects.using(OWNER).exists() and Vacancy.objects.using(OWNER).get().state == "oriented"
    assert "a accepté, puis renoncé" in text_of(aline.get(url)) and 'name="renounced_on"' not in text_of(aline.get(url))
    assert "déjà enregistrée" in text_of(aline.post(url, sent))


def test_receipt_repeats_what_the_offer_told_about_dalo(aline, landlord, accepted):
    days = {"attested_on": paris_day(-9), "recorded_on": paris_day(-5), "ends_on": paris_day(300)}
    by = landlord.person("aline").pk
    dalo = Priority(application_id=accepted.application_id, code="dalo", proof="decision", recorded_by_id=by, **days)
    dalo.save(using=OWNER)
    assert "R441-16-3" in text_of(aline.get(page("candidacy_letter", accepted, letter="offer")))
    assert aline.get(page("candidacy_letter", accepted, letter="renunciation")).status_code == 404
    aline.post(page("offer_renounce", accepted), {"renounced_on": typed()})
    receipt = text_of(aline.get(page("candidacy_letter", accepted, letter="renunciation")))
    assert "disait ce qu’un refus peut entraîner" in receipt and "R441-16-3" in receipt


def test_renunciation_has_no_page_before_an_acceptance_and_no_form_after_the_lease(aline, landlord, offered):
    url = page("offer_renounce", offered)
    assert aline.get(url).status_code == 404
    run("UPDATE allocations_offer SET answer = 'accepted', answered_on = loge_today()")
    make_hand_over(offered, landlord.person("aline"), signed_on=paris_day(), lease=offered.pk)
    text = text_of(aline.get(url))
    assert 'name="renounced_on"' not in text and "le locataire donne congé" in text
    assert "précède la signature du bail" in text_of(aline.post(url, {"renounced_on": typed()}))
    candidacy = text_of(aline.get(page("candidacy", offered)))
    assert f'href="{url}"' not in candidacy and "signé le" in candidacy


@pytest.mark.reads_back
def test_answer_is_read_back_and_final(aline, offered):
    url, sent = page("offer_answer", offered), {"answer": "refused", "answered_on": typed()}
    answer = aline.post(url, sent)
    assert "Une réponse ne change plus" in text_of(answer) and "Anne Vidal" in text_of(answer)
    assert Offer.objects.using(OWNER).get().answer == ""
    assert aline.post(url, {**sent, "relu": answer.context["token"]})["Location"] == url
    text = text_of(aline.get(url))
    assert "<span>refuse</span>" in text and "repondre" not in text
    aline.post(url, {"answer": "accepted", "answered_on": typed()})
    assert Offer.objects.using(OWNER).get().answer == "refused"
    assert Vacancy.objects.using(OWNER).get().state == "oriented"


def test_silence_is_not_among_the_answers(aline, offered):
    assert 'value="silent"' not in text_of(aline.get(page("offer_answer", offered)))
    assert aline.post(page("offer_answer", offered), {"answer": "silent", "answered_on": typed()}).status_code == 200
    assert Offer.objects.using(OWNER).get().answer == ""


@pytest.mark.parametrize(
    ("notified", "leads_to"),
    [("", "offer_notify"), (", delivery = 'handed', notified_on = loge_today() - 9", "offer_answer")],
    ids=["no", "yes"],
)
def test_task_leads_to_the_page_of_the_offer(aline, offered, notified, leads_to):
    day = ", answer_by = loge_today() + 1" if notified else ""
    run(f"UPDATE allocations_offer SET sent_on = loge_today() - 20{notified}{day}")
    run("DELETE FROM allocations_occasion")
    text = text_of(aline.get("/demandes/"))
    assert "Logement proposé : enregistrer la notification ou la réponse" in text and "Vidal" not in text
    opened = aline.post(f"/demandes/echeances/{offered.application_id}/", {"task": "offer_answer"})
    assert opened["Location"] == page(leads_to, offered)
    assert aline.get(opened["Location"]).status_code == 200


def test_task_of_a_condition_leads_to_the_documents(aline, ranked):
    run("ALTER TABLE allocations_decision DISABLE TRIGGER USER")
    run("UPDATE allocations_decision SET kind = 'c', missing_document = 'identity', document_by = loge_today() + 2")
    run("UPDATE allocations_candidacy SET state = 'conditional'")
    run("DELETE FROM allocations_occasion")
    assert "pièce à voir avant la date fixée" in text_of(aline.get("/demandes/"))
    opened = aline.post(f"/demandes/echeances/{ranked.application_id}/", {"task": "condition"})
    assert opened["Location"] == f"/demandes/{ranked.application_id}/pieces/"
    text = text_of(aline.get(page("offer_send", ranked)))
    assert "identité" in text and "à voir au plus tard" in text


@pytest.mark.parametrize("name", ["offer_send", "offer_notify", "offer_answer", "offer_renounce"])
def test_pages_are_closed_without_an_occasion_and_to_others(sign_in, aline, offered, name):
    for other in ("elise", "rosa", "camille", "sacha", "nadia"):
        assert sign_in(other).get(page(name, offered)).status_code == 403
    assert sign_in("basile").get(page(name, offered)).status_code == 404
    run("DELETE FROM allocations_occasion")
    assert aline.get(page(name, offered)).status_code == 404
