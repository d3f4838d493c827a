"""Sample objects of allocation, such as applications, vacancies and sessions, for the URLs and forms of tests."""

from functools import cached_property

from django.utils import timezone

from allocations.models import (
    AgendaItem,
    Application,
    Candidacy,
    ClaimReading,
    Contingent,
    Decision,
    FragileResidence,
    Grid,
    GroundCase,
    HandOver,
    Recusal,
    Seat,
    ShortlistLine,
    Vacancy,
)
from allocations.models import Session as CommitteeSession
from buildings.models import Unit
from tests.allocations.builders import (
    ask_long_ago,
    declare_income,
    enter_figures,
    give_terms,
    make_accepted,
    make_application,
    make_base,
    make_candidacy,
    make_case,
    make_claim,
    make_contingent,
    make_fragile,
    make_grid,
    make_hand_over,
    make_member,
    make_offer,
    make_ranked,
    make_session_to_come,
    make_sheet,
    make_shortlist,
    make_vacancy,
    make_vacancy_to_fill,
    open_occasion,
)
from tests.allocations.past_years import PastYear, make_last_year
from tests.allocations.sessions import adopt, close_now, make_session, open_now, propose, put_on_agenda
from tests.builders import OWNER, assign, make_person, make_unit
from tests.world import World


class AllocationSamples:
    """Sample objects, created on first use: dwellings in the building Glycines A, and applicants of its agency."""

    landlord: World

    @cached_property
    def application(self) -> Application:
        """Create an application that Aline (allocation officer) has opened.

        Its certificate of registration is due, and one supporting document is late.
        """
        enter_figures(offer_delay_days=10, answer_post_days=3)
        aline, place = self.landlord.person("aline"), self.landlord.place("Agence Belleville")
        application = make_application(place, "Demande-Belleville", by=aline)
        make_member(application)
        ask_long_ago(application, aline)
        declare_income(application)
        open_occasion(application, aline)
        return application

    @cached_property
    def sent_application(self) -> Application:
        """Create an application as if a machine client had sent it. Aline (allocation officer) has opened it."""
        aline, place = self.landlord.person("aline"), self.landlord.place("Agence Belleville")
        application = make_application(place, "Demande-Envoyée", by=aline)
        open_occasion(application, aline, reason="taken")
        return application

    @cached_property
    def ranked(self) -> Candidacy:
        """Create a candidacy ranked first by the commission. Aline (allocation officer) has opened its application."""
        return self._candidacy("Classée", "79")

    @cached_property
    def offered(self) -> Candidacy:
        """Create a candidacy with an offer of the dwelling. Aline (allocation officer) has opened its application."""
        candidacy = self._candidacy("Proposée", "80")
        make_offer(candidacy)
        return candidacy

    def _unit(self, door: str) -> Unit:
        """Create a dwelling in the building Glycines A, with at most four dwellings on each floor.

        Pages draw a building only if no floor has more than four doors. Otherwise they list the doors.
        """
        return make_unit(self.landlord.building("Glycines A"), door, int(door) // 4 - 12, "BC"[int(door) % 2])

    def _candidacy(self, last_name: str, door: str) -> Candidacy:
        aline = self.landlord.person("aline")
        application = make_application(self.landlord.place("Agence Belleville"), last_name, by=aline)
        open_occasion(application, aline, reason="designated")
        unit = self._unit(door)
        give_terms(unit)
        return make_ranked(application, unit, aline)

    @cached_property
    def ground_case(self) -> GroundCase:
        """Create a case about a sealed ground. Sacha (ground examiner) took charge of it and asked for a proof."""
        aline, sacha = self.landlord.person("aline"), self.landlord.person("sacha")
        application = make_application(self.landlord.place("Agence Belleville"), "Motif-Belleville", by=aline)
        return make_case(application, aline, sacha, "proof_asked")

    @cached_property
    def waiting_case(self) -> GroundCase:
        aline = self.landlord.person("aline")
        return make_case(make_application(self.landlord.place("Agence Belleville"), "Attente", by=aline), aline)

    @cached_property
    def draft(self) -> Grid:
        """Create a draft of the points grid that Rosa (allocation manager) may adopt, because no person drafted it."""
        return make_grid(version=self.grid.version + 1, adopted=False)

    @cached_property
    def grid(self) -> Grid:
        return make_grid()

    @cached_property
    def vacancy(self) -> Vacancy:
        """Create a vacancy for which Nadia (nominator of a reserving body) may nominate candidates.

        The landlord's flow base (number of dwellings to let in a year) is created as well.
        """
        make_base()
        unit = self.landlord.building("Glycines A").units.using(OWNER).get(door="22")
        give_terms(unit)
        return make_vacancy(unit, self.contingent)

    @cached_property
    def accepted(self) -> Candidacy:
        """Create a candidacy whose offer was accepted. Aline (allocation officer) has opened its application."""
        return self._accepted("82", "Acceptée-Belleville")

    @cached_property
    def renouncing(self) -> Candidacy:
        """Create a candidacy whose offer was accepted and whose lease is to be signed.

        Aline (allocation officer) has opened its application.
        """
        candidacy = self._accepted("84", "Renonce-Belleville")
        make_hand_over(candidacy, self.landlord.person("aline"))
        return candidacy

    @cached_property
    def waiting_hand_over(self) -> HandOver:
        """Create a hand-over: a further candidate has accepted a dwelling, and the lease is to be signed."""
        return make_hand_over(self._accepted("83", "Remise-Belleville"), self.landlord.person("aline"))

    def _accepted(self, door: str, name: str) -> Candidacy:
        aline, unit = self.landlord.person("aline"), self._unit(door)
        give_terms(unit)
        application = make_application(self.landlord.place("Agence Belleville"), name, by=aline)
        open_occasion(application, aline, reason="designated")
        return make_accepted(make_vacancy(unit), application, aline)

    @cached_property
    def fragile_residence(self) -> FragileResidence:
        return make_fragile(self.landlord.building("Glycines A"))

    @cached_property
    def contingent(self) -> Contingent:
        top, nadia = self.landlord.place("Office des Trois-Rives"), self.landlord.person("nadia")
        return make_contingent(top, "Ville de Paris", "commune", nadia)

    @cached_property
    def finished(self) -> Contingent:
        """Create a contingent (reserving body's share of dwellings) for which no vacancy is reserved."""
        return make_contingent(self.landlord.place("Office des Trois-Rives"), "Région", "region")

    @cached_property
    def free(self) -> Unit:
        """Create a dwelling with letting terms (rent and financing) that nobody has declared vacant yet."""
        unit = self._unit("77")
        give_terms(unit)
        return unit

    @cached_property
    def also_free(self) -> Unit:
        unit = self._unit("78")
        give_terms(unit)
        return unit

    def to_fill(self, door: str, shortlisted: bool, **terms: object) -> Vacancy:
        """Create a vacancy of a new dwelling in Glycines A, for which the landlord's officers choose the candidates."""
        unit = self._unit(door)
        give_terms(unit, **terms)
        return make_vacancy_to_fill(unit, shortlisted)

    @cached_property
    def shortlisted(self) -> Vacancy:
        """Create the vacancy to which the sample shortlist line and two sample candidacies belong."""
        return self.to_fill("79", shortlisted=True)

    @cached_property
    def line(self) -> ShortlistLine:
        application = make_application(self.landlord.place("Agence Belleville"), "Rang-Belleville")
        return make_shortlist(self.shortlisted, self.grid, application)

    @cached_property
    def candidacy(self) -> Candidacy:
        """Create a candidacy whose application Aline (allocation officer) has opened."""
        aline = self.landlord.person("aline")
        application = make_application(self.landlord.place("Agence Belleville"), "Candidate-Belleville", by=aline)
        open_occasion(application, aline, reason="designated")
        return make_candidacy(self.shortlisted, application, aline, 1)

    @cached_property
    def withdrawable(self) -> Candidacy:
        application = make_application(self.landlord.place("Agence Belleville"), "Retrait-Belleville")
        return make_candidacy(self.shortlisted, application, self.landlord.person("aline"), 2)

    @cached_property
    def to_draw(self) -> Vacancy:
        return self.to_fill("80", shortlisted=False)

    @cached_property
    def to_convene(self) -> Vacancy:
        """Create the vacancy of a very social dwelling (PLAI financing), with one candidate's sheet of facts."""
        aline, vacancy = self.landlord.person("aline"), self.to_fill("81", True, financing="PLAI")
        application = make_application(self.landlord.place("Agence Belleville"), "Seance-Belleville")
        make_sheet(make_candidacy(vacancy, application, aline, 1), aline)
        return vacancy

    @cached_property
    def convened_session(self) -> CommitteeSession:
        return make_session_to_come(self.landlord.person("rosa"))

    @cached_property
    def convened(self) -> CommitteeSession:
        """Create a convened session about one candidate, and a commission member (Nora) who has no seat in any
        session."""
        nora = make_person("Nora Siège", self.landlord.place("Agence Belleville"))
        assign(nora, "committee_member", self.landlord.place("Office des Trois-Rives"))
        return self._session("91", 1)[0]

    @cached_property
    def seat(self) -> Seat:
        """Create a convened session about one candidate. Returns the seat of Mehdi (member for the tenants)."""
        row: Seat = self._session("96", 1)[0].seats.using(OWNER).get(person=self.landlord.person("mehdi"))
        Seat.objects.using(OWNER).filter(pk=row.pk).update(present=False)
        return row

    @cached_property
    def removable(self) -> AgendaItem:
        """Create a convened session. Returns the agenda item of its only dwelling."""
        row: AgendaItem = self._session("97", 1)[0].items.using(OWNER).get()
        return row

    @cached_property
    def own_item(self) -> AgendaItem:
        """Create a convened session. Returns the agenda item that Aline (allocation officer) added to it."""
        row: AgendaItem = self._session("100", 1)[0].items.using(OWNER).get()
        AgendaItem.objects.using(OWNER).filter(pk=row.pk).update(added_by=self.landlord.person("aline"))
        return row

    @cached_property
    def cancellable(self) -> CommitteeSession:
        """Create a convened session about one candidate, to be cancelled."""
        return self._session("104", 1)[0]

    @cached_property
    def started(self) -> CommitteeSession:
        """Create a convened session whose start time has come."""
        session, _candidacies = self._session("98", 1)
        CommitteeSession.objects.using(OWNER).filter(pk=session.pk).update(held_at=timezone.now())
        return session

    @cached_property
    def started_by_mehdi(self) -> CommitteeSession:
        """Create a convened session that Mehdi (member) chairs, and whose start time has come."""
        session, _candidacies = self._session("99", 1, chair="mehdi")
        CommitteeSession.objects.using(OWNER).filter(pk=session.pk).update(held_at=timezone.now())
        return session

    @cached_property
    def recused(self) -> AgendaItem:
        """Create an open session. Returns an agenda item for which the chair, Camille, is recused."""
        return self._recused("101", "camille")

    @cached_property
    def recused_by_mehdi(self) -> AgendaItem:
        """Create an open session. Returns an agenda item for which the chair, Mehdi, is recused."""
        return self._recused("103", "mehdi")

    def _recused(self, door: str, chair: str) -> AgendaItem:
        session, [candidacy] = self._session(door, 1, chair)
        seat = session.seats.using(OWNER).get(chairs=True)
        Recusal(seat=seat, candidacy=candidacy, declared_at=timezone.now()).save(using=OWNER)
        open_now(session)
        row: AgendaItem = session.items.using(OWNER).get()
        return row

    @cached_property
    def undecided(self) -> AgendaItem:
        """Create an open session. Returns an agenda item without any decision."""
        session, _candidacies = self._session("102", 1)
        open_now(session)
        row: AgendaItem = session.items.using(OWNER).get()
        return row

    @cached_property
    def sitting(self) -> tuple[CommitteeSession, list[Candidacy]]:
        """Create an open session about three candidates. The chair has proposed to rank the second candidate first."""
        session, candidacies = self._session("92", 3)
        open_now(session)
        propose(candidacies[1], 1, self.landlord.person("camille"))
        return session, candidacies

    @cached_property
    def proposal(self) -> Decision:
        """Create a proposal to rank a candidate first, in an open session. The chair and Marion (member) voted for
        it."""
        camille, marion = self.landlord.person("camille"), self.landlord.person("marion")
        session, [candidacy] = self._session("105", 1)
        open_now(session)
        return propose(candidacy, 1, camille, camille, marion)

    @cached_property
    def ready_session(self) -> CommitteeSession:
        """Create an open session about one candidate. The commission has adopted a decision on this candidate."""
        session, [candidacy] = self._session("93", 1)
        open_now(session)
        camille, marion = self.landlord.person("camille"), self.landlord.person("marion")
        adopt(propose(candidacy, 1, camille, camille, marion))
        return session

    @cached_property
    def closed_session(self) -> CommitteeSession:
        session, [candidacy] = self._session("94", 1)
        open_now(session)
        camille, marion = self.landlord.person("camille"), self.landlord.person("marion")
        adopt(propose(candidacy, 1, camille, camille, marion))
        close_now(session)
        return session

    @cached_property
    def claimable(self) -> Candidacy:
        """Create a candidacy in a closed session. Nobody has yet asked to read its sheet of facts because of a
        discrimination claim."""
        session, [candidacy] = self._session("95", 1)
        open_now(session)
        camille, marion = self.landlord.person("camille"), self.landlord.person("marion")
        adopt(propose(candidacy, 1, camille, camille, marion))
        close_now(session)
        return candidacy

    @cached_property
    def claim(self) -> ClaimReading:
        """Create a request of Inès (data protection officer) to read a candidate's sheet of facts after a
        discrimination claim.

        Rosa (allocation manager) has agreed to the request.
        """
        return make_claim(self._claimed, self.landlord.person("ines"), self.landlord.person("rosa"))

    @cached_property
    def waiting_claim(self) -> ClaimReading:
        return make_claim(self._claimed, self.landlord.person("ines"))

    @property
    def _claimed(self) -> Candidacy:
        return Candidacy.objects.using(OWNER).get(item__session=self.closed_session)

    def _session(self, door: str, sheets: int, chair: str = "camille") -> tuple[CommitteeSession, list[Candidacy]]:
        names = sorted(("camille", "mehdi", "marion"), key=lambda name: name != chair)
        session = make_session(*(self.landlord.person(name) for name in names))
        place, aline = self.landlord.place("Agence Belleville"), self.landlord.person("aline")
        applications = [make_application(place, f"Candidat{door}{number}", by=aline) for number in range(sheets)]
        unit = self._unit(door)
        return session, put_on_agenda(session, unit, *applications, by=aline)

    @cached_property
    def past_year(self) -> PastYear:
        return make_last_year(self.landlord, self.vacancy.unit, self.contingent)
