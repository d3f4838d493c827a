"""Sample objects of the test landlord: one of each kind that a URL or a form of the site can refer to."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from hashlib import sha256
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from access.grants.reasons import StartReason
from access.models import AccessRequest, Assignment, MachineToken, Person, RightsReview, Session
from audit.models import Event
from buildings.models import Address
from casework.models import LegacyCommentFile
from exchange.background.files import sealed_content
from exchange.models import ImportFile, ImportRun
from exchange.portfolio.sheets import TENANTS
from exchange.portfolio.upload import MemoryFile, fingerprint
from ledger.models import Receipt
from oversight.models import Inspection, LookQuestion
from rights.delays import extended_until
from rights.disclosure.request_slips import Slip, signed
from rights.models import ErasureLine, LookDeferral, SubjectRequest
from rights.models.subject_request import Right
from tenants.models import HelpCode, Identity, IdentityCheck, Reminder, ReminderDoor, Tenant
from tests.allocations.samples import AllocationSamples
from tests.builders import (
    OWNER,
    ask_about_look,
    ask_for_copy,
    ask_write_off,
    assign,
    change_lease,
    let,
    let_one_pass,
    make_certificate,
    make_demand,
    make_emptied,
    make_inspection,
    make_person,
    make_receipt,
    make_review,
    make_tenant,
    note,
    open_in_emergency,
    paris_day,
    pay_cash,
    restrict,
    run,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
)
from tests.exchange.application_files import PRINCIPAL, csv_file, enter_missing_figures
from tests.world import World

LATE = "Dette-Glycines A"


class SampleObjects(AllocationSamples):
    """One object of each kind, either in the building Glycines A or about a resident there."""

    def __init__(self, landlord: World) -> None:
        self.landlord = landlord
        # A manager's stand-in must be employed in the manager's sector, so one test employee is moved there.
        Person.objects.using(OWNER).filter(pk=self.bruno.pk).update(employed_at=landlord.place("Secteur Glycines"))
        _ = self.reminder_door, self.stand_in, self.closed, self.former, self.asked, self.receipt, self.checked
        _ = self.approved, self.token, self.entered, self.unused, self.signed_review, self.question, self.put
        _ = self.payment, self.fact, self.dwelling_fact, self.account_fact
        _ = self.contested, self.weighed, self.inspection
        _ = self.precaution, self.demand, self.portable, self.erasure, self.limitable, self.restriction, self.deferral
        _ = self.answered, self.emergency, self.afar
        _ = self.wall, self.postcode, self.import_run
        self.change = change_lease(self.account.lease, landlord.person("elise"))
        _ = self.extended, self.told_home, self.legacy_comment, self.other_comment
        _ = self.emptied, self.certified, self.application
        _ = self.ground_case, self.waiting_case, self.draft
        _ = self.vacancy, self.free, self.finished, self.also_free, self.sent_application, self.past_year
        _ = self.candidacy, self.withdrawable, self.line, self.to_draw, self.to_convene
        _ = self.convened_session
        _ = self.convened, self.sitting, self.proposal, self.ready_session, self.closed_session
        _ = self.seat, self.removable, self.own_item, self.started, self.recused, self.undecided
        _ = self.started_by_mehdi, self.recused_by_mehdi, self.cancellable
        _ = self.ranked, self.offered
        _ = self.claimable, self.claim, self.waiting_claim
        _ = self.accepted, self.waiting_hand_over, self.fragile_residence, self.renouncing
        # With this high limit, a sample write-off needs no approval by a second person. Other tests cover the approval.
        let_one_pass(99_999_999)
        self.write_off, self.copy_asked = (
            ask_write_off(self.account),
            ask_for_copy(landlord.person("simone"), self.account),
        )
        enter_missing_figures()

    def key(self, word: str, model: str) -> object:
        """Return the value of the URL argument named `word`, for a view function that opens an object of `model`."""
        if word == "reference":
            return self.former.reference if model == "Former" else self.account.reference
        if word == "file":
            return "locataires.csv"
        if word == "letter":
            return "decision" if model == "Offered" else "documents"
        if word == "code":
            return {"Residence": "contact_correction", "Unit": "keys_handed"}.get(model, "payment_difficulty")
        return KEYS[model if word == "pk" else word.capitalize()](self)

    @cached_property
    def account(self):
        return self.landlord.account(LATE)

    @cached_property
    def import_run(self):
        """Create a dry run of a large file that has ended with an error, and the file of its refused line."""
        ended = {"state": "refused", "started_at": timezone.now(), "ended_at": timezone.now()}
        report = {"print": {}, "lines": {}, "counts": {}, "rejects": [["locataires.csv", 2, "cle", "required", 0, "A"]]}
        run = ImportRun(person=self.landlord.person("paul"), kind="portfolio", dry=True, rows=600, report=report)
        for name, value in ended.items():
            setattr(run, name, value)
        run.save(using=OWNER)
        file = ImportFile(run=run, file="locataires.csv", refused=True)
        file.content = sealed_content(file, b"erreur;cle;nom\nla cellule est vide;;Neuve\n")
        file.save(using=OWNER)
        return run

    @cached_property
    def former(self):
        """Create an account with balance zero, of a lease that has ended."""
        unit = self.landlord.building("Glycines A").units.using(OWNER).get(door="22")
        return let(unit, make_tenant("Partie-Glycines A", "Rose"), start=-300, end=-40)

    @cached_property
    def residence(self):
        return self.landlord.residence(LATE)

    @cached_property
    def payment(self):
        """Create a cash payment of today, which gets a numbered receipt."""
        return pay_cash(self.account, self.landlord.person("elise"), 100)

    @cached_property
    def bruno(self) -> Person:
        return self.landlord.person("bruno")

    @cached_property
    def entered(self) -> Person:
        """Create a person with a session and a second factor."""
        soon = timezone.now() + timedelta(hours=1)
        Session.objects.using(OWNER).create(session_key="bruno", session_data="", expire_date=soon)
        UserSession.objects.using(OWNER).create(user=self.bruno, session_key="bruno", ip="192.0.2.1", user_agent="")
        Authenticator.objects.using(OWNER).create(user=self.bruno, type="totp", data={})
        return self.bruno

    @cached_property
    def postcode(self) -> str:
        """Give the building Glycines A a position on the map, and return its postcode."""
        addresses = Address.objects.using(OWNER).filter(building=self.landlord.building("Glycines A"))
        addresses.update(latitude="48.8821", longitude="2.3874")
        return "75019"

    @cached_property
    def closed(self) -> Person:
        """Create a person without assignments whose sign-in is closed."""
        return make_person("Sonia Rey", self.landlord.place("Secteur Glycines"), is_active=False)

    @cached_property
    def asked(self) -> AccessRequest:
        """Create an access request by the sector's manager, for a person without any assignment."""
        asker, place = self.landlord.person("georges"), self.landlord.place("Secteur Glycines")
        asked = AccessRequest(asked_by=asker, person=self.landlord.person("noel"), role="officer", place=place)
        asked.first_day, asked.last_day, asked.reason = paris_day(), paris_day(90), StartReason.POSTING
        asked.batch = uuid4()
        asked.save(using=OWNER)
        return asked

    @cached_property
    def approved(self) -> AccessRequest:
        """Create an approved access request for a program that uses the API. Its token has not been issued yet."""
        return self._machine("Relevés de banque")

    @cached_property
    def token(self) -> MachineToken:
        jules, asked = self.landlord.person("jules"), self._machine("Appels de loyer")
        token = MachineToken(machine=asked.person, digest=uuid4().hex, hint="aZ09", made_by=jules)
        token.save(using=OWNER)
        return token

    def _machine(self, name: str) -> AccessRequest:
        place = self.landlord.place("Secteur Glycines")
        terms = {"role": "officer", "place": place, "first_day": paris_day(), "last_day": paris_day(90)}
        machine = make_person(name, place, is_machine=True)
        asked = AccessRequest(asked_by=self.landlord.person("jules"), person=machine, employed_at=place, **terms)
        asked.permissions, asked.reason, asked.decision = ["account_view"], StartReason.POSTING, "approved"
        asked.decided_by, asked.decided_at = self.landlord.person("noel"), timezone.now()
        asked.save(using=OWNER)
        Assignment(person=machine, request=asked, reason=StartReason.POSTING, **terms).save(using=OWNER)
        return asked

    @cached_property
    def reminder_door(self) -> ReminderDoor:
        unit = self.residence.unit
        reminder = Reminder(building_id=unit.building_id, first_day=paris_day(), last_day=paris_day(7))
        reminder.save(using=OWNER)
        door = ReminderDoor(reminder=reminder, unit=unit, building_id=unit.building_id)
        door.save(using=OWNER)
        return door

    @cached_property
    def stand_in(self) -> Assignment:
        sami = make_person("Sami Rey", self.landlord.place("Secteur Glycines"))
        given = assign(sami, "caretaker", self.landlord.place("Glycines A"), first=-1, last=8)
        Assignment.objects.using(OWNER).filter(pk=given.pk).update(reason=StartReason.STAND_IN_ABSENCE)
        return given

    @cached_property
    def unused(self) -> Assignment:
        """Create an assignment that its holder has not used for most of a year."""
        ursule = make_person("Ursule Oubli", self.landlord.place("Secteur Glycines"))
        given = assign(ursule, "caretaker", self.landlord.place("Glycines B"), first=-300)
        run("UPDATE access_assignment SET given_at = now() - interval '300 days' WHERE id = %s", given.pk)
        return given

    @cached_property
    def signed_review(self) -> RightsReview:
        return make_review(self.landlord.person("georges"))

    @property
    def reviewed(self) -> list[object]:
        """Return the ids of the assignments that the sector manager must confirm in the yearly review of rights."""
        listed = "SELECT access_review_list() FROM set_config('loge.person', %s, true)"
        return [pk for (pk,) in run(listed, str(self.landlord.person("georges").pk))]

    @cached_property
    def receipt(self) -> Receipt:
        return make_receipt(self.landlord.place("Agence Belleville"))

    @cached_property
    def checked(self) -> IdentityCheck:
        """Create an identity check that the front desk has just made for the household."""
        who, lease = self.landlord.person("paola"), self.residence.lease_id
        check = IdentityCheck(person=who, lease_id=lease, document="photo", until=timezone.now() + timedelta(minutes=9))
        check.save(using=OWNER)
        return check

    @cached_property
    def fact(self):
        said = {"contact_item": "phone", "correction_step": "asked", "date": paris_day().isoformat()}
        return note(self.residence, "contact_correction", **said)

    @cached_property
    def precaution(self):
        day = paris_day().isoformat()
        return note(self.residence, "visit_in_pairs", informed=0, date=day, until=paris_day(20).isoformat())

    @cached_property
    def demand(self):
        """Create a subject request that the data protection officer is preparing, so that the access report can be
        made.
        """
        return make_demand(self.landlord.person("ines"), self.residence.tenant, in_hand=True)

    @cached_property
    def portable(self):
        """Create a request for a file of the data that the person provided."""
        return make_demand(self.landlord.person("ines"), self.residence.tenant, kind="portability")

    @cached_property
    def erasure(self):
        """Create a request for erasure."""
        return make_demand(self.landlord.person("ines"), self.residence.tenant, kind="erasure")

    @cached_property
    def limitable(self):
        """Create a request for restriction of processing."""
        return make_demand(self.landlord.person("ines"), self.residence.tenant, kind="limitation")

    @cached_property
    def correction(self):
        """Create a request for rectification that waits for a reasoned answer."""
        return make_demand(self.landlord.person("ines"), self.residence.tenant, kind="rectify", matter="notes")

    @cached_property
    def restriction(self):
        """Restrict the processing of a person without a dwelling, so that the sample households stay unrestricted."""
        return restrict(make_tenant("Limitée", "Iris"))

    def waiting(self, demand) -> object:
        """Let this request wait for an answer. Returns its id."""
        opened = {"answer": "", "reason": "", "closed_on": None, "closed_by": None}
        SubjectRequest.objects.using(OWNER).filter(pk=demand.pk).update(**opened)
        return demand.pk

    def spared(self) -> dict[str, object]:
        """Return form data with the decision to keep all erasable data: kind of data -> ground for keeping it."""
        rows = run("SELECT data FROM rights_stored_data(%s) WHERE erasable", self.residence.tenant_id)
        return {data: "person_keeps" for (data,) in rows}

    def in_hand(self, demand) -> object:
        """Let the data protection officer prepare this request, and no other. Returns its id."""
        requests, ines = SubjectRequest.objects.using(OWNER), self.landlord.person("ines")
        requests.filter(prepared_by=ines).update(prepared_by=None, prepared_until=None)
        until = timezone.now() + timedelta(minutes=9)
        ErasureLine.objects.using(OWNER).filter(request=demand.pk).delete()
        opened = {"answer": "", "closed_on": None, "closed_by": None}
        requests.filter(pk=demand.pk).update(prepared_by=ines, prepared_until=until, **opened)
        return demand.pk

    @cached_property
    def answered(self):
        """Create a tenant's request for rectification that was granted, so that there is a letter with the answer."""
        ines = self.landlord.person("ines")
        said = {"kind": "rectify", "matter": "notes", "answer": "upheld", "reason": "data_wrong", "measure": "erased"}
        return make_demand(ines, self.residence.tenant, closed_on=paris_day(), closed_by=ines, **said)

    @cached_property
    def extended(self):
        """Create a tenant's objection (a data protection request) whose time limit was extended."""
        day, said = paris_day(), {"kind": "object", "matter": "notes", "extension": "complexity"}
        said |= {"extended_on": day, "due_on": extended_until(day)}
        return make_demand(self.landlord.person("ines"), self.residence.tenant, **said)

    @cached_property
    def deferral(self) -> LookDeferral:
        """Create a request to leave one opening of an account out of access reports for 30 days.

        The request waits for a second person's approval.
        """
        said = {"event": uuid4(), "ground": "judicial_inquiry", "asked_by": self.landlord.person("ines")}
        return LookDeferral.objects.using(OWNER).create(asked_on=paris_day(), until=paris_day(30), **said)

    @cached_property
    def contested(self):
        return seal_sentence(self.account, self.landlord.person("elise"))

    @cached_property
    def emergency(self):
        """Create an emergency access by a caretaker of another sector, which the sector manager must review."""
        return open_in_emergency(self.account.lease, self.landlord.person("denis"))

    @cached_property
    def told_home(self):
        """Create a reviewed emergency access, about which the household gets a letter."""
        said = {"verdict": "justified", "reviewed_by": self.landlord.person("georges"), "reviewed_on": paris_day()}
        return open_in_emergency(self.account.lease, self.landlord.person("denis"), opened=1, **said)

    @cached_property
    def wall(self):
        """Create a conflict of interest, which closes a household's file to an officer of another agency.

        No other sample object is about this household, so the conflict hides no other sample object.
        """
        return stand_wall(self.landlord.account("Calme-Glycines A").lease, self.landlord.person("fatou"))

    @cached_property
    def question(self):
        # Noël (no role) and Élise (officer) each have to answer why they opened an account.
        ask_about_look(self.landlord.person("noel"))
        return ask_about_look(self.landlord.person("elise"), place=self.landlord.place("Glycines A"))

    @cached_property
    def put(self):
        elise, ines, place = (
            self.landlord.person("elise"),
            self.landlord.person("ines"),
            self.landlord.place("Glycines A"),
        )
        return ask_about_look(elise, place=place, asked_by=ines, asked_on=paris_day())

    @cached_property
    def afar(self):
        """Create an emergency access of the caretaker Awa to a resident of another agency, and return this resident."""
        far = self.landlord.residence("Dette-Quai 9")
        open_in_emergency(far.lease, self.landlord.person("awa"))
        return far

    @cached_property
    def weighed(self):
        """Create a sentence that the screening refused and its author contested. A decision on it has been proposed."""
        paul = self.landlord.person("paul")
        return seal_sentence(self.account, self.landlord.person("elise"), proposal="erased", proposed_by=paul)

    @cached_property
    def other_comment(self):
        """Create the only legacy comment in its category, for the page that erases all comments of a category."""
        return seal_legacy_comment(self.account, "Alcoolique.", "addiction")

    @cached_property
    def legacy_comment(self):
        """Create a restricted comment imported from an older system, which a manager may erase."""
        return seal_legacy_comment(self.account)

    @cached_property
    def emptied(self) -> LegacyCommentFile:
        """Create the record of an imported comment file without restricted comments: every comment became a note."""
        return make_emptied()

    @cached_property
    def certified(self) -> LegacyCommentFile:
        return make_certificate(self.landlord.person("paul"))

    @cached_property
    def inspection(self) -> Inspection:
        """Create a word inspection: the data protection officer asks to read the texts that contain given words."""
        return make_inspection(
            self.landlord.person("ines"), [["tenants.Tenant.last_name", str(self.residence.tenant_id)]]
        )

    @cached_property
    def dwelling_fact(self):
        said = {"key_kind": "entrance_badge", "count": 2, "date": paris_day().isoformat()}
        return note(self.residence.unit, "keys_handed", **said)

    @cached_property
    def account_fact(self):
        return note(self.account, "payment_difficulty", offer="instalments", date=paris_day().isoformat())

    def demanded(self, proof: str) -> dict[str, object]:
        tenant = self.residence.tenant
        who = {"last_name": tenant.last_name, "first_name": tenant.first_name}
        return {"reference": self.account.reference, "proof": proof, "kind": "access", **who}

    def name_version(self) -> str:
        """Return the current value of the field `version` in the form that corrects the resident's name."""
        version: str = Tenant.objects.using(OWNER).get(pk=self.residence.tenant_id).name_version
        return version

    def birth_version(self) -> str:
        """Return the current value of the field `version` in the form that corrects the resident's birth date.

        Returns "" if no birth date is stored.
        """
        identity = Identity.objects.using(OWNER).filter(tenant=self.residence.tenant_id).first()
        return identity.version if identity else ""

    def vacant(self) -> object:
        building = self.landlord.building("Glycines A")
        return building.units.using(OWNER).get(door="22").pk

    def help_code(self) -> str:
        return str(HelpCode._meta.get_field("code").flatchoices[0][0])

    def confirmed(self) -> str:
        """Return the signed result of a dry-run import of one assignment. Sending it back confirms the import."""
        who = self.landlord.person("jules")
        line = {
            "courriel": self.landlord.person("noel").email,
            "role": "caretaker",
            "code_lieu": self.landlord.place("Glycines B").code,
            "premier_jour": paris_day().isoformat(),
            "dernier_jour": paris_day(40).isoformat(),
            "motif": "posting",
        }
        return signing.dumps([str(who.pk), 1, [line]], salt="access.exchange", compress=True)

    def places(self) -> str:
        """Return the signed result of a dry-run import of one place. Sending it back confirms the import."""
        line = {"code": "lilas", "niveau": "estate", "code_parent": "secteur-glycines", "nom": "Les Lilas"}
        address = dict.fromkeys(("numero", "voie", "code_postal", "commune"), "")
        who = str(self.landlord.person("jules").pk)
        return signing.dumps([who, 1, [{**line, **address}]], salt="buildings.exchange", compress=True)

    def files(self) -> dict[str, object]:
        """Return a file with one tenant, and the signed result of its dry-run import."""
        content = b"cle;nom\nT-1;Neuve\n"
        print_ = fingerprint({TENANTS: MemoryFile(content)})
        tried = signing.dumps([str(self.landlord.person("paul").pk), print_], salt="desk.intake")
        return {"sent": SimpleUploadedFile("locataires.csv", content), "tried": tried}

    def applications_file(self) -> dict[str, object]:
        """Return a file with one housing application, and the signed result of its dry-run import."""
        content, place = csv_file(PRINCIPAL).encode(), str(self.landlord.place("Agence Belleville").pk)
        print_ = [str(self.landlord.person("paul").pk), [sha256(content).hexdigest(), place]]
        tried = signing.dumps(print_, salt="desk.intake")
        return {"place": place, "file": SimpleUploadedFile("demandes.csv", content), "tried": tried}


# `KEYS` maps a name to a function that returns a valid value for a URL argument.
# In `KEYS`, the argument `pk` has the name of the page's model, or the name in AMONG of tests/visits.py.
# In `KEYS`, any URL argument other than `pk` has its own name with a capital letter.
KEYS: dict[str, Callable[[SampleObjects], object]] = {
    "Building": lambda sample_objects: sample_objects.landlord.building("Glycines A").pk,
    "Account": lambda sample_objects: sample_objects.account.pk,
    "ImportRun": lambda sample_objects: sample_objects.import_run.pk,
    "Listed": lambda sample_objects: "tous",
    "Residence": lambda sample_objects: sample_objects.residence.pk,
    "Change": lambda sample_objects: sample_objects.change.pk,
    "Tenant": lambda sample_objects: sample_objects.residence.tenant_id,
    "Unit": lambda sample_objects: sample_objects.residence.unit_id,
    "Payment": lambda sample_objects: sample_objects.payment.pk,
    "Entry": lambda sample_objects: sample_objects.account.entries.using(OWNER).order_by("effective_on").first().pk,
    "Person": lambda sample_objects: sample_objects.bruno.pk,
    "Request_id": lambda sample_objects: sample_objects.write_off.pk,
    "Entered": lambda sample_objects: sample_objects.entered.pk,
    "Closed": lambda sample_objects: sample_objects.closed.pk,
    "Agency": lambda sample_objects: sample_objects.landlord.place("Agence Belleville").pk,
    "Place": lambda sample_objects: sample_objects.landlord.place("Secteur Glycines").pk,
    "AccessRequest": lambda sample_objects: sample_objects.asked.pk,
    "Batch": lambda sample_objects: sample_objects.asked.batch,
    "MachineToken": lambda sample_objects: sample_objects.token.pk,
    "Approved": lambda sample_objects: sample_objects.approved.pk,
    "Assignment": lambda sample_objects: (
        Assignment.objects.using(OWNER).get(person=sample_objects.bruno, reason="posting").pk
    ),
    "Postcode": lambda sample_objects: sample_objects.postcode,
    "Unused": lambda sample_objects: sample_objects.unused.pk,
    "RightsReview": lambda sample_objects: sample_objects.signed_review.pk,
    "StandIn": lambda sample_objects: sample_objects.stand_in.pk,
    "Event": lambda sample_objects: Event.objects.using(OWNER).order_by("at")[0].pk,
    "Reminder": lambda sample_objects: sample_objects.reminder_door.reminder_id,
    "ContestedSentence": lambda sample_objects: sample_objects.contested.pk,
    "Emptied": lambda sample_objects: sample_objects.emptied.pk,
    "Certified": lambda sample_objects: sample_objects.certified.pk,
    "LegacyComment": lambda sample_objects: sample_objects.legacy_comment.pk,
    "OtherComment": lambda sample_objects: sample_objects.other_comment.pk,
    "Inspection": lambda sample_objects: sample_objects.inspection.pk,
    "SubjectRequest": lambda sample_objects: sample_objects.in_hand(sample_objects.demand),
    "Erasable": lambda sample_objects: sample_objects.in_hand(sample_objects.erasure),
    "Limitable": lambda sample_objects: sample_objects.waiting(sample_objects.limitable),
    "Restriction": lambda sample_objects: sample_objects.restriction.pk,
    "Portable": lambda sample_objects: sample_objects.in_hand(sample_objects.portable),
    "Answered": lambda sample_objects: sample_objects.answered.pk,
    "Extended": lambda sample_objects: sample_objects.extended.pk,
    "Slip": lambda sample_objects: signed(
        Slip(sample_objects.demand.pk, Right.ACCESS, paris_day()), sample_objects.landlord.person("paola")
    ),
    "Fact": lambda sample_objects: sample_objects.precaution.pk,
    "EmergencyAccess": lambda sample_objects: sample_objects.emergency.pk,
    "ToldHome": lambda sample_objects: sample_objects.told_home.pk,
    "ConflictWall": lambda sample_objects: sample_objects.wall.pk,
    "LookQuestion": lambda sample_objects: sample_objects.question.pk,
    "Put": lambda sample_objects: sample_objects.put.pk,
    "Own": lambda sample_objects: LookQuestion.objects.using(OWNER).get(person__name="Noël Caron").pk,
    "Afar": lambda sample_objects: sample_objects.afar.pk,
    "Number": lambda sample_objects: "E1",
    "Weighed": lambda sample_objects: sample_objects.weighed.pk,
    "ReminderDoor": lambda sample_objects: sample_objects.reminder_door.pk,
    "Application": lambda sample_objects: sample_objects.application.pk,
    "GroundCase": lambda sample_objects: sample_objects.ground_case.pk,
    "Case": lambda sample_objects: sample_objects.waiting_case.pk,
    "Sheet": lambda sample_objects: "answer",
    "Vacancy": lambda sample_objects: sample_objects.vacancy.pk,
    "SentApplication": lambda sample_objects: sample_objects.sent_application.pk,
    "Accepted": lambda sample_objects: sample_objects.accepted.pk,
    "Renouncing": lambda sample_objects: sample_objects.renouncing.pk,
    "ClaimReading": lambda sample_objects: sample_objects.claim.pk,
    "FragileResidence": lambda sample_objects: sample_objects.fragile_residence.pk,
    "HandOver": lambda sample_objects: sample_objects.waiting_hand_over.pk,
    "AlsoFree": lambda sample_objects: sample_objects.also_free.pk,
    "Free": lambda sample_objects: sample_objects.free.pk,
    "Shortlisted": lambda sample_objects: sample_objects.shortlisted.pk,
    "Lines": lambda sample_objects: sample_objects.line.pk,
    "ToDraw": lambda sample_objects: sample_objects.to_draw.pk,
    "ToConvene": lambda sample_objects: sample_objects.to_convene.pk,
    "Candidacy": lambda sample_objects: sample_objects.candidacy.pk,
    "Withdrawable": lambda sample_objects: sample_objects.withdrawable.pk,
    "Year": lambda sample_objects: sample_objects.past_year.year,
    "Contingent": lambda sample_objects: sample_objects.contingent.pk,
    "Finished": lambda sample_objects: sample_objects.finished.pk,
    "Session": lambda sample_objects: sample_objects.sitting[0].pk,
    "ConvenedSession": lambda sample_objects: sample_objects.convened.pk,
    "Seat": lambda sample_objects: sample_objects.seat.pk,
    "Removable": lambda sample_objects: sample_objects.removable.pk,
    "RemovableVacancy": lambda sample_objects: sample_objects.removable.vacancy_id,
    "OwnItem": lambda sample_objects: sample_objects.own_item.vacancy_id,
    "CancellableSession": lambda sample_objects: sample_objects.cancellable.pk,
    "Started": lambda sample_objects: sample_objects.started.pk,
    "RecusedItem": lambda sample_objects: sample_objects.recused.pk,
    "StartedByMehdi": lambda sample_objects: sample_objects.started_by_mehdi.pk,
    "RecusedByMehdi": lambda sample_objects: sample_objects.recused_by_mehdi.pk,
    "UndecidedItem": lambda sample_objects: sample_objects.undecided.pk,
    "ReadySession": lambda sample_objects: sample_objects.ready_session.pk,
    "ClosedSession": lambda sample_objects: sample_objects.closed_session.pk,
    "AgendaItem": lambda sample_objects: sample_objects.sitting[1][0].item_id,
    "PresentedCandidacy": lambda sample_objects: sample_objects.sitting[1][0].pk,
    "Decision": lambda sample_objects: sample_objects.proposal.pk,
    "Letter": lambda sample_objects: "documents",
    "Ranked": lambda sample_objects: sample_objects.ranked.pk,
    "Offered": lambda sample_objects: sample_objects.offered.pk,
    "Applicant": lambda sample_objects: sample_objects.application.applicants.using(OWNER).get(tie="principal").pk,
}
