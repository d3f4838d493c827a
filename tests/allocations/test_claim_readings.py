"""To examine a claim of discrimination, one person asks to read one candidate's sheet, and another person agrees.

The sheet (facts about a candidate for the commission) is then open for 24 hours. It shows the decisions and votes, but
no name.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from access.compartments import Compartment as C
from access.models import Assignment
from allocations.actions.expiry import expire_candidacies, lapse_claims
from allocations.models import Candidacy, ClaimReading, Sheet
from tests.allocations.builders import make_claim
from tests.allocations.commission import Commission, make_commission
from tests.allocations.refusals import refused
from tests.allocations.sitting import page, secrets, text, words_of
from tests.builders import OWNER, assign, events, paris_day, run
from tests.database.test_policies import as_role
from tests.tenants.test_clocks import A_MOMENT, freeze_clock, midnight

ASKING, AGREEING = reverse("claims"), reverse("claims_to_agree")
MEMBERS = ("Camille Roux", "Mehdi Saïdi", "Marion Blanc", "Aline")
READING = ("sheet", "decisions", "votes", "figures")
TABLES = ("claimreading", "candidacy", "sheet", "decision", "vote", "seat", "recusal", "shortlistline", "application")


@pytest.fixture
def decided(landlord) -> Commission:
    """A closed session about the candidates on lines 1, 3 and 4 of a shortlist.

    The commission ranked the first two candidates. A proposal to rank the third one too was not adopted, so the
    commission refused this candidate.
    """
    commission = make_commission(landlord, applicants=5)
    commission.orient()
    lines = commission.shortlist()
    candidacies = commission.designate([lines[0], lines[2], lines[3]])
    for candidacy in candidacies:
        commission.prepare(candidacy)
    commission.convene()
    run(
        "INSERT INTO allocations_recusal (id, seat_id, candidacy_id, declared_at)"
        " SELECT gen_random_uuid(), s.id, %s, now() FROM allocations_seat s JOIN access_person p ON p.id = s.person_id"
        " WHERE p.name = 'Marion Blanc'",
        candidacies[2].pk,
    )
    commission.open()
    commission.decide(candidacies[0], "b", rank=1)
    commission.decide(candidacies[1], "b", rank=2)
    proposal = commission.propose(candidacies[2], "b", rank=3)
    commission.vote(proposal, "camille", "against")
    commission.vote(proposal, "mehdi", "abstain")
    commission.count(proposal)
    commission.decide(candidacies[2], "d", motive="other_ranked_before")
    commission.close()
    return commission


@pytest.fixture
def refused_one(decided) -> Candidacy:
    return Candidacy.objects.using(OWNER).get(rank=4)


@pytest.fixture
def opened(landlord, refused_one) -> ClaimReading:
    return make_claim(refused_one, landlord.person("ines"), landlord.person("rosa"))


def ask(client, reference: object, source: str = "authority"):
    return client.post(ASKING, {"reference": str(reference), "source": source})


def test_two_people_open_a_sheet_and_one_reads_it(landlord, sign_in, refused_one):
    ines, rosa = sign_in("ines"), sign_in("rosa")
    assert ask(ines, refused_one.pk).status_code == 302
    claim = ClaimReading.objects.using(OWNER).get()
    assert claim.candidacy_id == refused_one.pk and claim.ends_at is None
    assert ines.get(page("claim", claim.pk)).status_code == 404
    waiting = rosa.get(AGREEING)
    assert str(refused_one.pk)[:8] in text(waiting) and "Inès Haddad" in text(waiting)
    assert "autorité (Défenseur des droits, CNIL)" in text(waiting)
    assert str(refused_one.pk)[:9] not in text(waiting) and "Fiche lue" not in text(waiting)
    assert rosa.post(AGREEING, {"claim": str(claim.pk)}).status_code == 302
    words = words_of(ines.get(page("claim", claim.pk)))
    assert "Rang 4 " in words and "Meilleurs rangs non désignés 1 " in words and "Membres récusés 1 " in words
    assert "Proposition 1 rejetée" in words and "0 pour, 1 contre" in words
    assert "Proposition 2 adoptée" in words and "2 pour, 0 contre" in words
    assert "Organisme contre Locataires abstention" in words and "Organisme pour Locataires pour" in words
    assert "un nom n’est pas nécessaire" in words


def test_each_step_is_recorded_about_the_candidacy(landlord, sign_in, refused_one):
    ines, rosa = sign_in("ines"), sign_in("rosa")
    ask(ines, refused_one.pk, "court")
    claim = ClaimReading.objects.using(OWNER).get()
    rosa.post(AGREEING, {"claim": str(claim.pk)})
    for _time in range(2):
        ines.get(page("claim", claim.pk))
    steps = [("claim_asked", "changed"), ("claim_agreed", "changed"), ("claim_read", "shown"), ("claim_read", "shown")]
    rows = [row for row in events(about=refused_one.pk) if row["kind"].startswith("claim_")]
    assert [(row["kind"], row["outcome"]) for row in rows] == steps
    assert {row["about_kind"] for row in rows} == {"candidacy"}
    assert [row["facts"] for row in rows] == [{"source": "court"}, {"person": str(landlord.person("ines").pk)}, {}, {}]


def test_reading_names_neither_the_applicant_nor_a_member(landlord, sign_in, decided, opened):
    content = text(sign_in("ines").get(page("claim", opened.pk)))
    application = str(opened.candidacy.application_id)
    assert application in secrets()
    for secret in [word for word in secrets() if word != "Anne"] + [*MEMBERS]:
        assert secret not in content
    people = [str(decided.person(name).pk) for name in ("camille", "mehdi", "marion", "aline")]
    rows = [as_role(C.INSPECTION, landlord.person("ines").pk, reading_sql(part, opened.pk)) for part in READING]
    assert all(rows) and not any(secret in str(rows) for secret in [*secrets(), *people, *MEMBERS])


def reading_sql(part: str, claim: object) -> str:
    return f"SELECT * FROM allocations_claim_{part}('{claim}')"


@pytest.mark.parametrize("state", ["never", "erased", "undecided", "malformed"])
def test_reference_without_a_letter_is_answered_as_one_that_never_was(landlord, sign_in, state):
    commission = make_commission(landlord)
    candidacies = commission.present()
    commission.open()
    reference = {"undecided": candidacies[0].pk, "malformed": "K7QX-9M2D-4RTB"}.get(state, uuid4())
    if state == "erased":
        reference = candidacies[2].pk
        run("DELETE FROM allocations_sheet WHERE candidacy_id = %s", reference)
        run("DELETE FROM allocations_candidacy WHERE id = %s", reference)
    answer = ask(sign_in("ines"), reference)
    assert "Aucune fiche n’a cette référence. Vérifiez-la sur la lettre de décision." in words_of(answer)
    assert answer.status_code == 200 and not ClaimReading.objects.using(OWNER).exists()


def test_unknown_reference_waits_for_the_end_of_a_time_slot(sign_in, landlord, monkeypatch):
    ines, waited = sign_in("ines"), []
    monkeypatch.setattr("access.guard.door.wait_for_slot", waited.append)
    ask(ines, uuid4())
    ask(ines, "x")
    assert len(waited) == 2


def test_person_who_asked_does_not_agree(landlord, sign_in, refused_one):
    ines = landlord.person("ines")
    assign(ines, "allocation_manager", landlord.place("Office des Trois-Rives"))
    claim, client = make_claim(refused_one, ines), sign_in("ines")
    assert "ne peut pas l’accorder" in words_of(client.post(AGREEING, {"claim": str(claim.pk)}))
    with refused("claim_agreed_by_another"):
        make_claim(refused_one, ines, ines)
    assert client.get(page("claim", claim.pk)).status_code == 404


def test_account_made_by_the_other_does_not_agree(landlord, refused_one):
    ines, rosa = landlord.person("ines"), landlord.person("rosa")
    claim = make_claim(refused_one, ines)
    run("CREATE OR REPLACE FUNCTION access_apart(one uuid, other uuid) RETURNS boolean LANGUAGE sql AS 'SELECT false'")
    with pytest.raises(DatabaseError, match="not apart"):
        as_role(C.STEERING, rosa.pk, "SELECT * FROM allocations_agree_to_claim(%s)", claim.pk)


def test_agreement_is_given_once(landlord, sign_in, opened):
    assert "attend plus" in words_of(sign_in("rosa").post(AGREEING, {"claim": str(opened.pk)}))
    with refused("claim_stays_as_asked"):
        run("UPDATE allocations_claimreading SET ends_at = ends_at - interval '1 hour'")
    with refused("claim_stays_as_asked"):
        run("UPDATE allocations_claimreading SET source = 'court'")


def test_one_request_at_a_time_waits_or_is_open(landlord, sign_in, refused_one):
    ines = sign_in("ines")
    ask(ines, refused_one.pk)
    assert "déjà demandé cette fiche" in words_of(ask(ines, refused_one.pk))
    claim = ClaimReading.objects.using(OWNER).get()
    sign_in("rosa").post(AGREEING, {"claim": str(claim.pk)})
    assert "déjà demandé cette fiche" in words_of(ask(ines, refused_one.pk))
    freeze_clock(timezone.now() + timedelta(hours=25))
    assert ask(sign_in("ines"), refused_one.pk).status_code == 302
    assert ClaimReading.objects.using(OWNER).count() == 2


def test_reading_ends_twenty_four_hours_after_the_agreement(landlord, sign_in, refused_one):
    ines, rosa = landlord.person("ines"), landlord.person("rosa")
    claim, noon = make_claim(refused_one, ines), midnight(paris_day(1)) + timedelta(hours=12)
    freeze_clock(noon)
    as_role(C.STEERING, rosa.pk, "SELECT * FROM allocations_agree_to_claim(%s)", claim.pk)
    claim.refresh_from_db(using=OWNER)
    assert claim.ends_at == noon + timedelta(hours=24)
    for moment, status in ((-A_MOMENT, 200), (timedelta(0), 404)):
        freeze_clock(claim.ends_at + moment)
        assert sign_in("ines").get(page("claim", claim.pk)).status_code == status
    with refused("claim_read_for_a_day"):
        run("ALTER TABLE allocations_claimreading DISABLE TRIGGER loge_keeps_1")
        run("UPDATE allocations_claimreading SET ends_at = agreed_at + interval '25 hours'")


def test_request_without_an_agreement_lapses_after_fourteen_days(landlord, sign_in, refused_one):
    noon = midnight(paris_day(1)) + timedelta(hours=12)
    freeze_clock(noon)
    claim = make_claim(refused_one, landlord.person("ines"))
    assert claim.lapses_at - claim.asked_at == timedelta(days=14)
    freeze_clock(claim.lapses_at - A_MOMENT)
    assert str(refused_one.pk)[:8] in text(sign_in("rosa").get(AGREEING)) and lapse_claims(by="expire_notes") == 0
    freeze_clock(claim.lapses_at)
    rosa = sign_in("rosa")
    assert str(refused_one.pk)[:8] not in text(rosa.get(AGREEING))
    assert "attend plus" in words_of(rosa.post(AGREEING, {"claim": str(claim.pk)}))
    assert lapse_claims(by="expire_notes") == 1 and lapse_claims(by="expire_notes") == 0
    assert not ClaimReading.objects.using(OWNER).exists()
    [event] = events(kind="claims_lapsed")
    assert event["facts"] == {"claims": 1}


def test_lapsed_request_is_made_again_before_the_night(landlord, sign_in, refused_one):
    claim = make_claim(refused_one, landlord.person("ines"))
    freeze_clock(claim.lapses_at)
    assert ask(sign_in("ines"), refused_one.pk).status_code == 302
    assert ClaimReading.objects.using(OWNER).get().pk != claim.pk


@pytest.mark.parametrize("read", [True, False])
def test_agreement_that_nobody_used_lapses_with_its_hours(landlord, sign_in, opened, read):
    if read:
        assert sign_in("ines").get(page("claim", opened.pk)).status_code == 200
    freeze_clock(opened.ends_at - A_MOMENT)
    assert lapse_claims(by="expire_notes") == 0
    freeze_clock(opened.ends_at)
    assert lapse_claims(by="expire_notes") == (0 if read else 1)
    assert ClaimReading.objects.using(OWNER).exists() == read


def test_request_opens_one_sheet_to_one_person_with_the_role(landlord, opened):
    ines, noel = landlord.person("ines"), landlord.person("noel")
    assign(noel, "dpo", landlord.place("Office des Trois-Rives"))
    for part in READING:
        assert as_role(C.INSPECTION, ines.pk, reading_sql(part, opened.pk))
        for person, claim in ((noel, opened.pk), (landlord.person("rosa"), opened.pk), (ines, uuid4())):
            assert as_role(C.INSPECTION, person.pk, reading_sql(part, claim)) == []
    assert as_role(C.INSPECTION, noel.pk, "SELECT id FROM allocations_claimreading") == []
    Assignment.objects.using(OWNER).filter(person=ines).update(last_day=paris_day(-1))
    for part in READING:
        assert as_role(C.INSPECTION, ines.pk, reading_sql(part, opened.pk)) == []
    assert as_role(C.INSPECTION, ines.pk, "SELECT id FROM allocations_claimreading") == []


def test_no_role_has_a_grant_on_what_a_claim_opens(landlord, opened):
    ines, rosa = landlord.person("ines").pk, landlord.person("rosa").pk
    tables = [(C.INSPECTION, ines, f"SELECT 1 FROM allocations_{table} LIMIT 1") for table in TABLES[1:]]
    unread = ("claimreading", "candidacy", "sheet", "decision", "vote")
    tables += [(C.STEERING, rosa, f"SELECT 1 FROM allocations_{table} LIMIT 1") for table in unread]
    tables += [(C.STEERING, rosa, reading_sql(part, opened.pk)) for part in READING]
    tables += [
        (C.INSPECTION, ines, "UPDATE allocations_claimreading SET ends_at = now()"),
        (C.INSPECTION, ines, "INSERT INTO allocations_claimreading (id) VALUES (gen_random_uuid())"),
        (C.INSPECTION, ines, f"SELECT * FROM allocations_agree_to_claim('{opened.pk}')"),
        (C.INSPECTION, ines, "SELECT * FROM allocations_claims_to_agree()"),
        (C.STEERING, rosa, f"SELECT allocations_ask_claim('{opened.candidacy_id}', 'court')"),
    ]
    for role, who, question in tables:
        with pytest.raises(DatabaseError, match="permission denied"):
            as_role(role, who, question)


def test_functions_answer_nothing_to_who_has_no_role(landlord, refused_one):
    claim, noel = make_claim(refused_one, landlord.person("ines")), landlord.person("noel").pk
    ask_sql = f"SELECT allocations_ask_claim('{refused_one.pk}', 'court')"
    assert as_role(C.INSPECTION, noel, ask_sql) == [(None,)]
    assert as_role(C.STEERING, noel, "SELECT * FROM allocations_claims_to_agree()") == []
    assert as_role(C.STEERING, noel, f"SELECT * FROM allocations_agree_to_claim('{claim.pk}')") == []


def test_sheet_is_read_after_its_application_was_erased(landlord, sign_in, opened):
    run("UPDATE allocations_candidacy SET application_id = NULL")
    assert "Fiche lue par la commission" in words_of(sign_in("ines").get(page("claim", opened.pk)))


def test_candidate_of_a_reserving_body_has_no_rank_to_pass_over(landlord, sign_in, opened):
    run("ALTER TABLE allocations_candidacy DISABLE TRIGGER USER")
    run("UPDATE allocations_candidacy SET rank = NULL WHERE id = %s", opened.candidacy_id)
    words = words_of(sign_in("ines").get(page("claim", opened.pk)))
    assert "un réservataire a désigné" in words and "Meilleurs rangs" not in words


def test_request_is_erased_with_its_candidacy(landlord, opened):
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today()")
    freeze_clock(midnight(paris_day(366 * 5)) - timedelta(days=20))
    assert expire_candidacies(by="expire_notes") == 0 and ClaimReading.objects.using(OWNER).exists()
    freeze_clock(midnight(paris_day(366 * 5 + 1)))
    assert expire_candidacies(by="expire_notes") == 3
    assert not ClaimReading.objects.using(OWNER).exists() and not Sheet.objects.using(OWNER).exists()
