"""The hand-over of an accepted candidate transfers names, contact and birth dates to the lease, and nothing else.

Signing the lease also closes the application. Either both succeed or nothing is stored.
"""

import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from access.compartments import Compartment
from allocations.models import Applicant, Application, Candidacy, HandOver, Vacancy
from tenants.models import Account, DiscreetMark, Identity, Lease, LeaseChange, LeaseParty, Residence, Tenant
from tests.allocations.builders import give_terms, make_ground, make_vacancy
from tests.allocations.commission import Commission, make_commission
from tests.allocations.refusals import refused
from tests.builders import OWNER, assign, events, let, make_tenant, paris_day, run
from tests.database.test_policies import as_role
from tests.noninterference.harness import differences, read_everything, some_ids

pytestmark = pytest.mark.usefixtures("unkept")
LIST = "/baux/attributions/"


def typed(days: int = 0) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def text_of(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def count_of(model) -> int:
    return model.objects.using(OWNER).count()


@pytest.fixture
def builder(request):
    return make_accepted if "candidacy" in request.fixturenames else make_couple


def make_couple(landlord) -> Commission:
    """Create an allocation of a free dwelling, in which the first application is that of a couple."""
    commission = make_commission(landlord)
    free = landlord.building("Glycines B").units.using(OWNER).get(door="22")
    if free.pk != commission.unit.pk:
        run("UPDATE buildings_unit SET type = 'T2' WHERE id = %s", free.pk)
        give_terms(free)
        commission.unit = free
    person = Applicant.objects.using(OWNER).get(application=commission.applications[0])
    person.email = "anne@exemple.fr"
    person.save(using=OWNER)
    Applicant(
        application=commission.applications[0],
        tie="spouse",
        last_name="Candidat0",
        first_name="Paul",
        birth_date=paris_day(-12_000),
    ).save(using=OWNER)
    return commission


def make_accepted(landlord) -> Commission:
    """Create an allocation in which the first candidate, a couple, has accepted the dwelling."""
    commission = make_couple(landlord)
    commission.candidacies = [commission.accepted()]
    return commission


@pytest.fixture
def candidacy(commission) -> Candidacy:
    return commission.candidacies[0]


@pytest.fixture
def handed(commission, candidacy) -> HandOver:
    return commission.hand_over(candidacy)


@pytest.fixture
def elise(sign_in):
    return sign_in("elise")


def page(hand_over: HandOver) -> str:
    return f"{LIST}{hand_over.pk}/"


def sign_new_lease(client, hand_over: HandOver, **values: str) -> str:
    """Sign a new lease. Returns the URL of its page."""
    response = client.post(page(hand_over), new_lease(**values))
    assert response.status_code == 302, re.findall(r'class="alert".*?</ul>', text_of(response))
    location: str = response["Location"]
    return location


def new_lease(**values: str) -> dict[str, str]:
    return {"way": "new", "starts_on": typed(30)} | values


# --- The hand-over ----------------------------------------------------------------------------------------------------


def test_page_shows_what_follows_the_lease_and_asks_about_discretion(sign_in, candidacy):
    aline, url = sign_in("aline"), reverse("hand_over", kwargs={"pk": candidacy.pk})
    text = text_of(aline.get(url))
    assert "Anne Candidat0" in text and "anne@exemple.fr" in text and "titre de séjour" in text
    assert "checked" not in text.partition("<form")[2]
    assert "obligatoire" in text_of(aline.post(url, {"quartile": "2"})) and count_of(HandOver) == 0
    assert aline.post(url, {"discreet": "yes", "quartile": "2"}).status_code == 302
    handed = HandOver.objects.using(OWNER).get()
    assert (handed.discreet, handed.quartile, handed.signed_on) == (True, 2, None)
    assert "Le bail attend d’être signé" in text_of(aline.get(url))
    assert aline.post(url, {"discreet": "no"}).status_code == 200 and count_of(HandOver) == 1


def test_page_answers_404_before_the_acceptance(landlord, sign_in, commission):
    commission.orient()
    *_steps, candidacy = commission.steps_to_an_offer()
    url = reverse("hand_over", kwargs={"pk": candidacy.pk})
    aline = sign_in("aline")
    assert aline.get(url).status_code == 404
    assert aline.post(url, {"discreet": "no"}).status_code == 404 and count_of(HandOver) == 0


def test_recognised_ground_changes_no_byte_of_the_hand_over_and_of_the_signature(
    landlord, sign_in, commission, candidacy, elise
):
    url, aline = reverse("hand_over", kwargs={"pk": candidacy.pk}), sign_in("aline")

    def answers() -> list[str]:
        texts = [text_of(aline.get(url))]
        handed = commission.hand_over(candidacy)
        texts += [text_of(elise.get(LIST)), text_of(elise.get(page(handed)))]
        run("DELETE FROM allocations_handover")
        return [re.sub(r'csrfmiddlewaretoken" value="[^"]+"|<time.*?</time>', "", text) for text in texts]

    before = answers()
    make_ground(commission.applications[0], landlord.person("sacha"))
    assert answers() == before


# --- The signature ----------------------------------------------------------------------------------------------------


def test_list_names_dwellings_and_nobody(landlord, sign_in, handed, elise):
    text = text_of(elise.get(LIST))
    assert page(handed) in text and "Glycines B" in text and "Candidat0" not in text
    assert page(handed) not in text_of(sign_in("fatou").get(LIST))
    assert sign_in("fatou").get(page(handed)).status_code == 404
    [event] = events(kind="hand_overs_shown", actor=landlord.person("elise").pk)
    assert event["count"] == 1 and event["shown_ids"] == [handed.pk]


def test_lease_takes_names_contact_and_birth_dates_and_closes_the_application(landlord, commission, handed, elise):
    text = text_of(elise.get(page(handed)))
    assert "Anne Candidat0" in text and "Paul Candidat0" in text
    location = sign_new_lease(elise, handed)
    account = Account.objects.using(OWNER).get(lease__main_unit=commission.unit.pk)
    assert location == reverse("lease", kwargs={"reference": account.reference})
    lease = Lease.objects.using(OWNER).get(pk=account.lease_id)
    assert (lease.signed_on, lease.starts_on) == (paris_day(), paris_day(30))
    parties = LeaseParty.objects.using(OWNER).filter(lease=lease).order_by("-capacity").select_related("tenant")
    carried = [(row.capacity, row.tenant.display_name, row.tenant.phone, row.tenant.email) for row in parties]
    assert carried == [
        ("holder", "Anne Candidat0", "+33639981234", "anne@exemple.fr"),
        ("co_holder", "Paul Candidat0", "", ""),
    ]
    births = [Identity.objects.using(OWNER).get(tenant=row.tenant_id).birth_date for row in parties]
    assert births == [paris_day(-13_000), paris_day(-12_000)]
    application = Application.objects.using(OWNER).get(pk=commission.applications[0].pk)
    assert (application.state, application.closed_on, application.closing_motive) == (
        "closed",
        paris_day(),
        "signed_lease",
    )
    vacancy, signed = commission.row(Vacancy, commission.vacancy.pk), commission.row(HandOver, handed.pk)
    assert (vacancy.state, vacancy.ended_on) == ("let", paris_day())
    assert (signed.signed_on, signed.lease) == (paris_day(), lease.pk)
    [event] = events(kind="lease_of_candidate_signed")
    assert (event["about"], event["facts"]) == (application.pk, {"lease": str(lease.pk)})
    assert not DiscreetMark.objects.using(OWNER).exists()


def test_signed_lease_leaves_the_list_and_its_page_answers_404(handed, elise):
    sign_new_lease(elise, handed)
    assert page(handed) not in text_of(elise.get(LIST))
    assert elise.get(page(handed)).status_code == 404
    assert elise.post(page(handed), new_lease()).status_code == 404


@pytest.mark.reads_back
def test_nothing_is_stored_before_the_confirmation(handed, elise):
    before = [count_of(model) for model in (Lease, Tenant, Account, Identity)]
    text = text_of(elise.post(page(handed), new_lease()))
    assert "ne peut pas être annulée" in text and "Anne Candidat0" in text
    assert [count_of(model) for model in (Lease, Tenant, Account, Identity)] == before
    assert not events(kind="lease_signed") and HandOver.objects.using(OWNER).get().signed_on is None


def test_failure_of_the_closing_leaves_no_lease(monkeypatch, handed, elise):
    def refuse(**_arguments: object) -> None:
        raise ValidationError("La clôture est refusée.")

    before = [count_of(model) for model in (Lease, Tenant, Account, Identity, LeaseChange)]
    monkeypatch.setattr("allocations.actions.offers.close_with_lease", refuse)
    assert "La clôture est refusée." in text_of(elise.post(page(handed), new_lease()))
    assert [count_of(model) for model in (Lease, Tenant, Account, Identity, LeaseChange)] == before
    assert not events(kind="lease_signed") and HandOver.objects.using(OWNER).get().signed_on is None


def test_vacancy_withdrawn_in_between_is_not_signed(handed, elise):
    run("UPDATE allocations_vacancy SET state = 'withdrawn', ended_on = loge_today()")
    assert page(handed) not in text_of(elise.get(LIST))
    assert elise.post(page(handed), new_lease()).status_code == 404 and not events(kind="lease_signed")


def test_dwelling_still_let_is_refused_in_words(commission, handed, elise):
    let(commission.unit, make_tenant("Avant", "Rose"), start=-300, end=20)
    text = text_of(elise.post(page(handed), new_lease(starts_on=typed(10))))
    assert "Ce logement a déjà un bail à ces dates." in text


@pytest.mark.reads_back
def test_day_before_the_dwelling_is_available_is_questioned(handed, elise):
    assert "n’est disponible qu’à partir du" in text_of(elise.post(page(handed), new_lease(starts_on=typed(2))))


def test_signature_is_not_undone(landlord, handed, elise):
    location = sign_new_lease(elise, handed)
    change = LeaseChange.objects.using(OWNER).get(kind="signed")
    text = text_of(elise.get(location))
    assert "annuler/" not in text and "ne peut pas être annulée" in text
    assert f"bail enregistré, {landlord.person('elise').name}," in text
    undone = f"{location}annuler/{change.pk}/"
    assert elise.get(undone).status_code == 404 and elise.post(undone).status_code == 404
    undo = "SELECT tenants_undo_change(%s)"
    with refused("change_is_final"):
        as_role(Compartment.ACCOUNT, landlord.person("elise").pk, undo, change.pk)
    # Without the key `final`, which forbids undoing a lease's signature, another rule must still forbid undoing it.
    run("UPDATE tenants_leasechange SET before = before - 'final'")
    with refused("lease_of_candidate_stays"):
        as_role(Compartment.ACCOUNT, landlord.person("elise").pk, undo, change.pk)
    assert Lease.objects.using(OWNER).filter(pk=change.lease_id).exists()


def test_later_act_on_the_same_day_is_undone(handed, elise):
    location = sign_new_lease(elise, handed)
    elise.post(f"{location}conge/", {"notice_on": typed(), "ends_on": typed(90)})
    assert "Annuler l’acte du jour" in text_of(elise.get(location))
    notice = LeaseChange.objects.using(OWNER).get(kind="notice")
    assert elise.post(f"{location}annuler/{notice.pk}/").status_code == 302
    assert "Annuler l’acte du jour" not in text_of(elise.get(location))


# --- Discretion -------------------------------------------------------------------------------------------------------


def test_household_that_asked_for_discretion_is_hidden_from_the_signature_on(
    landlord, sign_in, commission, candidacy, elise
):
    handed = commission.hand_over(candidacy, discreet=True)
    assert "la seule personne à voir ce foyer" in text_of(elise.get(page(handed)))
    lease_page = sign_new_lease(elise, handed, starts_on=typed(5))
    mark = DiscreetMark.objects.using(OWNER).get()
    assert (mark.first_day, mark.last_day) == (paris_day(), paris_day(365))
    assert [name.person_id for name in mark.names.using(OWNER)] == [landlord.person("elise").pk]
    assert "Candidat0" in text_of(elise.get(lease_page))
    bruno, georges = sign_in("bruno"), sign_in("georges")
    building = f"/immeubles/{commission.unit.building_id}/"
    for client in (bruno, georges):
        assert "Candidat0" not in text_of(client.get(building))
    assign(landlord.person("noel"), "officer", landlord.place("Agence Belleville"))
    assert sign_in("noel").get(lease_page).status_code == 404


def test_household_that_did_not_ask_arrives_as_any_other(sign_in, commission, handed, elise):
    sign_new_lease(elise, handed, starts_on=typed(5))
    assert "Candidat0" in text_of(sign_in("bruno").get(f"/immeubles/{commission.unit.building_id}/"))


# --- Transfers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def tenant_account(landlord, commission) -> Account:
    """Give the first candidate the name of a tenant of the landlord. Returns the account of this tenant."""
    Applicant.objects.using(OWNER).filter(application=commission.applications[0]).update(
        last_name="Calme-Glycines A", name_key="calme-glycines a anne"
    )
    return landlord.account("Calme-Glycines A")


@pytest.mark.unwatched("the candidate has the name of a tenant whom the page does not show")
def test_own_tenant_is_transferred_with_the_holders_of_the_former_lease(
    landlord, tenant_account, commission, handed, elise
):
    [chosen] = re.findall(r'name="way" value="(\w+)"[^>]* checked', text_of(elise.get(page(handed))))
    assert chosen == "transfer"
    sent = {"way": "transfer", "reference": tenant_account.reference, "starts_on": typed(30)}
    tenants = count_of(Tenant)
    assert elise.post(page(handed), sent).status_code == 302
    former = Lease.objects.using(OWNER).get(pk=tenant_account.lease_id)
    assert former.ends_on == paris_day(29) and count_of(Tenant) == tenants
    lease = Lease.objects.using(OWNER).get(main_unit=commission.unit.pk)
    assert {row.tenant_id for row in lease.parties.using(OWNER)} == {
        row.tenant_id for row in former.parties.using(OWNER)
    }
    assert Residence.objects.using(OWNER).get(lease=former).transferred
    assert commission.row(Vacancy, commission.vacancy.pk).state == "let"
    assert commission.row(Application, commission.applications[0].pk).closing_motive == "signed_lease"


def test_transfer_needs_an_account_in_reach_of_the_candidates_name(landlord, commission, handed, elise):
    mine, far = landlord.account("Calme-Glycines A"), landlord.account("Calme-Quai 9")
    unknown = "ZZZZ-ZZZZ-ZZZZ"
    answers = set()
    for reference in (mine.reference, far.reference, unknown):
        text = text_of(elise.post(page(handed), {"way": "transfer", "reference": reference, "starts_on": typed(30)}))
        assert "du même nom que le candidat" in text
        answers.add(re.sub(r'csrfmiddlewaretoken" value="[^"]+"|<time.*?</time>', "", text.replace(reference, "R")))
    assert len(answers) == 1
    empty = text_of(elise.post(page(handed), {"way": "transfer", "starts_on": typed(30)}))
    assert "Indiquez le compte que le foyer quitte" in empty
    assert count_of(LeaseChange) == 0


# --- What others see --------------------------------------------------------------------------------------------------


@pytest.mark.unwatched("opens pages twice; every other test compares what it opens")
def test_caretakers_pages_do_not_depend_on_the_way_of_a_vacancy(landlord, sign_in, commission):
    """The pages of Bruno (caretaker) must have the same bytes with and without a vacancy in his building.

    Pages about the building are compared at each step from the declaration to the hand-over. At the last step,
    everything that he can read is compared: pages, searches, the API and exports.
    """
    ids, bruno = some_ids({commission.unit.building_id}), sign_in("bruno")
    everything = read_everything(bruno, ids, briefly=True)
    assert len(everything) > 150 and sum(answer.status == 200 for answer in everything.values()) > 50
    pages = ("building", "vacant", "card", "residents", "reminder", "api_res")
    brief = read_everything(bruno, ids, pages)

    def same() -> None:
        state = Vacancy.objects.using(OWNER).get().state
        assert differences(brief, read_everything(bruno, ids, pages)) == [], state
        states.append(state)

    states: list[str] = []
    vacancy = make_vacancy(commission.unit)
    same()
    vacancy.delete(using=OWNER)
    commission.orient()
    same()
    for _step in commission.steps_to_an_offer():
        same()
    candidacy = Candidacy.objects.using(OWNER).get(number=1)
    commission.notify(candidacy, paris_day())
    commission.answer(candidacy, "accepted", paris_day())
    same()
    commission.hand_over(candidacy, discreet=True)
    same()
    assert set(states) == {"declared", "oriented", "shortlisted", "convened", "decided", "offered"}
    assert differences(everything, read_everything(bruno, ids, briefly=True)) == []


def test_database_shows_no_hand_over_to_other_agencies_and_no_discretion_to_anybody(landlord, commission, candidacy):
    commission.hand_over(candidacy, discreet=True)
    elise, fatou = landlord.person("elise").pk, landlord.person("fatou").pk
    waiting = "SELECT count(*) FROM allocations_leases_to_sign()"
    named = "SELECT count(*) FROM allocations_future_tenants(%s)"
    for who, leases, people in ((elise, 1, 2), (fatou, 0, 0)):
        assert as_role(Compartment.ACCOUNT, who, waiting) == [(leases,)]
        assert as_role(Compartment.ACCOUNT, who, named, candidacy.pk) == [(people,)]
    readable = "SELECT has_column_privilege('allocations_handover', 'discreet', 'SELECT')"
    assert as_role(Compartment.ACCOUNT, elise, readable) == as_role(Compartment.POOL, elise, readable) == [(False,)]
