"""Sample objects of the test landlord, one of each kind that doors take, and a valid POST for each door."""

from collections.abc import Callable
from datetime import timedelta
from functools import cached_property
from uuid import uuid4

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from access.grants.reasons import StartReason
from access.models import AccessRequest, Assignment, MachineToken, Person, RightsReview, Session
from audit.models import Event
from casework.models import Inheritance
from exchange.portfolio.sheets import TENANTS
from exchange.portfolio.upload import MemoryFile, fingerprint
from ledger.models import Receipt
from oversight.models import Inspection, LookQuestion
from rights.delays import extended_until
from rights.disclosure.request_slips import Slip, signed
from rights.models import LookDeferral
from rights.models.subject_request import Right
from tenants.models import HelpCode, IdentityCheck, Reminder, ReminderDoor
from tests.builders import (
    BREACH,
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
    run,
    seal_legacy_comment,
    seal_sentence,
    stand_wall,
)
from tests.world import World

LATE = "Dette-Glycines A"


def typed(days: int = 0) -> str:
    return f"{paris_day(days):%d/%m/%Y}"


def entry() -> dict[str, object]:
    return {"key": str(uuid4()), "cents": "12,50", "effective_on": typed()}


def terms(known: "Known") -> dict[str, object]:
    days = {"first_day": typed(), "last_day": typed(30)}
    return {"role": "officer", "place": known.house.place("Secteur Glycines").code, "reason": "posting", **days}


class Known:
    """One object of each kind, in the building Glycines A or about its residents."""

    def __init__(self, house: World) -> None:
        self.house = house
        # A stand-in must be employed in the manager's own sector, and nobody is yet.
        Person.objects.using(OWNER).filter(pk=self.bruno.pk).update(employed_at=house.place("Secteur Glycines"))
        _ = self.reminder_door, self.stand_in, self.closed, self.former, self.asked, self.receipt, self.checked
        _ = self.approved, self.token, self.entered, self.unused, self.signed_review, self.question, self.put
        _ = self.fact, self.dwelling_fact, self.account_fact, self.contested, self.weighed, self.inspection
        _ = self.precaution, self.demand, self.deferral, self.answered, self.emergency, self.afar, self.wall
        self.change = change_lease(self.account.lease, house.person("elise"))
        _ = self.extended, self.told_home, self.legacy_comment, self.emptied, self.certified
        let_one_pass(99_999_999)  # four-eyes approval has its own tests
        self.write_off, self.copy_asked = (
            ask_write_off(self.account),
            ask_for_copy(house.person("simone"), self.account),
        )

    def key(self, word: str, model: str) -> object:
        """The value of the URL argument `word` for a door whose object is a `model`."""
        if word == "reference":
            return self.former.reference if model == "Former" else self.account.reference
        if word == "code":
            return {"Residence": "contact_correction", "Unit": "keys_handed"}.get(model, "payment_difficulty")
        return KEYS[model if word == "pk" else word.capitalize()](self)

    @cached_property
    def account(self):
        return self.house.account(LATE)

    @cached_property
    def former(self):
        """An account with balance zero, of a lease that has ended."""
        unit = self.house.building("Glycines A").units.using(OWNER).get(door="22")
        return let(unit, make_tenant("Partie-Glycines A", "Rose"), start=-300, end=-40)

    @cached_property
    def residence(self):
        return self.house.residence(LATE)

    @cached_property
    def bruno(self) -> Person:
        return self.house.person("bruno")

    @cached_property
    def entered(self) -> Person:
        """A person with a session and a second factor."""
        soon = timezone.now() + timedelta(hours=1)
        Session.objects.using(OWNER).create(session_key="bruno", session_data="", expire_date=soon)
        UserSession.objects.using(OWNER).create(user=self.bruno, session_key="bruno", ip="192.0.2.1", user_agent="")
        Authenticator.objects.using(OWNER).create(user=self.bruno, type="totp", data={})
        return self.bruno

    @cached_property
    def closed(self) -> Person:
        """A person without assignments whose sign-in is closed."""
        return make_person("Sonia Rey", self.house.place("Secteur Glycines"), is_active=False)

    @cached_property
    def asked(self) -> AccessRequest:
        """An access request by the sector's manager, for a person without any assignment."""
        asker, place = self.house.person("georges"), self.house.place("Secteur Glycines")
        asked = AccessRequest(asked_by=asker, person=self.house.person("noel"), role="officer", place=place)
        asked.first_day, asked.last_day, asked.reason = paris_day(), paris_day(90), StartReason.POSTING
        asked.batch = uuid4()
        asked.save(using=OWNER)
        return asked

    @cached_property
    def approved(self) -> AccessRequest:
        """An approved request for a machine client whose token has not been issued."""
        return self._machine("Relevés de banque")

    @cached_property
    def token(self) -> MachineToken:
        jules, asked = self.house.person("jules"), self._machine("Appels de loyer")
        token = MachineToken(machine=asked.person, digest=uuid4().hex, hint="aZ09", made_by=jules)
        token.save(using=OWNER)
        return token

    def _machine(self, name: str) -> AccessRequest:
        place = self.house.place("Secteur Glycines")
        terms = {"role": "officer", "place": place, "first_day": paris_day(), "last_day": paris_day(90)}
        machine = make_person(name, place, is_machine=True)
        asked = AccessRequest(asked_by=self.house.person("jules"), person=machine, employed_at=place, **terms)
        asked.permissions, asked.reason, asked.decision = ["account_view"], StartReason.POSTING, "approved"
        asked.decided_by, asked.decided_at = self.house.person("noel"), timezone.now()
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
        sami = make_person("Sami Rey", self.house.place("Secteur Glycines"))
        given = assign(sami, "caretaker", self.house.place("Glycines A"), first=-1, last=8)
        Assignment.objects.using(OWNER).filter(pk=given.pk).update(reason=StartReason.STAND_IN_ABSENCE)
        return given

    @cached_property
    def unused(self) -> Assignment:
        """An assignment that was never used for most of a year."""
        ursule = make_person("Ursule Oubli", self.house.place("Secteur Glycines"))
        given = assign(ursule, "caretaker", self.house.place("Glycines B"), first=-300)
        run("UPDATE access_assignment SET given_at = now() - interval '300 days' WHERE id = %s", given.pk)
        return given

    @cached_property
    def signed_review(self) -> RightsReview:
        return make_review(self.house.person("georges"))

    @property
    def reviewed(self) -> list[object]:
        """Ids of the assignments in the access review of the sector's manager."""
        listed = "SELECT access_review_list() FROM set_config('loge.person', %s, true)"
        return [pk for (pk,) in run(listed, str(self.house.person("georges").pk))]

    @cached_property
    def receipt(self) -> Receipt:
        return make_receipt(self.house.place("Agence Belleville"))

    @cached_property
    def checked(self) -> IdentityCheck:
        """An identity check that the front desk has just made for the household."""
        who, lease = self.house.person("paola"), self.residence.lease_id
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
        return note(self.residence, "visit_in_pairs", told=0, date=day, until=paris_day(20).isoformat())

    @cached_property
    def demand(self):
        """A subject request that the data protection officer is preparing, so that the access report can be made."""
        return make_demand(self.house.person("ines"), self.residence.tenant, in_hand=True)

    @cached_property
    def answered(self):
        """A request for rectification that was upheld; it has a letter."""
        ines = self.house.person("ines")
        said = {"kind": "rectify", "matter": "notes", "answer": "upheld", "reason": "data_wrong", "measure": "erased"}
        return make_demand(ines, self.residence.tenant, closed_on=paris_day(), closed_by=ines, **said)

    @cached_property
    def extended(self):
        """An objection whose time limit was extended."""
        day, said = paris_day(), {"kind": "object", "matter": "notes", "extension": "complexity"}
        said |= {"extended_on": day, "due_on": extended_until(day)}
        return make_demand(self.house.person("ines"), self.residence.tenant, **said)

    @cached_property
    def deferral(self) -> LookDeferral:
        """A deferred view that waits for a second person."""
        said = {"event": uuid4(), "ground": "judicial_inquiry", "asked_by": self.house.person("ines")}
        return LookDeferral.objects.using(OWNER).create(asked_on=paris_day(), until=paris_day(30), **said)

    @cached_property
    def contested(self):
        return seal_sentence(self.account, self.house.person("elise"))

    @cached_property
    def emergency(self):
        """An emergency access by a person of another sector, which the manager must review."""
        return open_in_emergency(self.account.lease, self.house.person("denis"))

    @cached_property
    def told_home(self):
        """A reviewed emergency access; the household gets a letter."""
        said = {"verdict": "justified", "reviewed_by": self.house.person("georges"), "reviewed_on": paris_day()}
        return open_in_emergency(self.account.lease, self.house.person("denis"), opened=1, **said)

    @cached_property
    def wall(self):
        """A conflict of interest between an employee of another agency and a household that these tests do not open."""
        return stand_wall(self.house.account("Calme-Glycines A").lease, self.house.person("fatou"))

    @cached_property
    def question(self):
        ask_about_look(self.house.person("noel"))  # Noël has no role any more; he may still explain his own view
        return ask_about_look(self.house.person("elise"), place=self.house.place("Glycines A"))

    @cached_property
    def put(self):
        elise, ines, place = self.house.person("elise"), self.house.person("ines"), self.house.place("Glycines A")
        return ask_about_look(elise, place=place, asked_by=ines, asked_on=paris_day())

    @cached_property
    def afar(self):
        """A resident of another agency whose card the caretaker has opened in an emergency."""
        far = self.house.residence("Dette-Quai 9")
        open_in_emergency(far.lease, self.house.person("awa"))
        return far

    @cached_property
    def weighed(self):
        """A contested refusal with the data steward's proposal."""
        paul = self.house.person("paul")
        return seal_sentence(self.account, self.house.person("elise"), proposal="erased", proposed_by=paul)

    @cached_property
    def legacy_comment(self):
        """A legacy comment that a manager may erase."""
        return seal_legacy_comment(self.account)

    @cached_property
    def emptied(self) -> Inheritance:
        """A legacy comment file without waiting lines."""
        return make_emptied()

    @cached_property
    def certified(self) -> Inheritance:
        return make_certificate(self.house.person("paul"))

    @cached_property
    def inspection(self) -> Inspection:
        """A word inspection that the data protection officer asks to read."""
        return make_inspection(self.house.person("ines"), [["tenants.Tenant.last_name", str(self.residence.tenant_id)]])

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

    def vacant(self) -> object:
        building = self.house.building("Glycines A")
        return building.units.using(OWNER).get(door="22").pk

    def help_code(self) -> str:
        return str(HelpCode._meta.get_field("code").flatchoices[0][0])

    def confirmed(self) -> str:
        """The signed result of a dry run with one assignment, for the administrator."""
        who = self.house.person("jules")
        line = {
            "courriel": self.house.person("noel").email,
            "role": "caretaker",
            "code_lieu": self.house.place("Glycines B").code,
            "premier_jour": paris_day().isoformat(),
            "dernier_jour": paris_day(40).isoformat(),
            "motif": "posting",
        }
        return signing.dumps([str(who.pk), 1, [line]], salt="access.exchange", compress=True)

    def places(self) -> str:
        """The signed result of a dry run with one place."""
        line = {"code": "lilas", "niveau": "estate", "code_parent": "secteur-glycines", "nom": "Les Lilas"}
        address = dict.fromkeys(("numero", "voie", "code_postal", "commune"), "")
        who = str(self.house.person("jules").pk)
        return signing.dumps([who, 1, [{**line, **address}]], salt="buildings.exchange", compress=True)

    def files(self) -> dict[str, object]:
        """A file with one tenant, and the signed result of its dry run."""
        content = b"cle;nom\nT-1;Neuve\n"
        print_ = fingerprint({TENANTS: MemoryFile(content)})
        tried = signing.dumps([str(self.house.person("paul").pk), print_], salt="desk.intake")
        return {"sent": SimpleUploadedFile("locataires.csv", content), "tried": tried}


# Model of a door, or another argument of its URL with a capital letter -> the value in the URL.
KEYS: dict[str, Callable[[Known], object]] = {
    "Building": lambda known: known.house.building("Glycines A").pk,
    "Account": lambda known: known.account.pk,
    "Residence": lambda known: known.residence.pk,
    "Change": lambda known: known.change.pk,
    "Tenant": lambda known: known.residence.tenant_id,
    "Unit": lambda known: known.residence.unit_id,
    "Entry": lambda known: known.account.entries.using(OWNER).order_by("effective_on").first().pk,
    "Person": lambda known: known.bruno.pk,
    "Request_id": lambda known: known.write_off.pk,
    "Entered": lambda known: known.entered.pk,
    "Closed": lambda known: known.closed.pk,
    "Agency": lambda known: known.house.place("Agence Belleville").pk,
    "Place": lambda known: known.house.place("Secteur Glycines").pk,
    "AccessRequest": lambda known: known.asked.pk,
    "Batch": lambda known: known.asked.batch,
    "MachineToken": lambda known: known.token.pk,
    "Approved": lambda known: known.approved.pk,
    "Assignment": lambda known: Assignment.objects.using(OWNER).get(person=known.bruno, reason="posting").pk,
    "Unused": lambda known: known.unused.pk,
    "RightsReview": lambda known: known.signed_review.pk,
    "StandIn": lambda known: known.stand_in.pk,
    "Event": lambda known: Event.objects.using(OWNER).order_by("at")[0].pk,
    "Reminder": lambda known: known.reminder_door.reminder_id,
    "ContestedSentence": lambda known: known.contested.pk,
    "Emptied": lambda known: known.emptied.pk,
    "Certified": lambda known: known.certified.pk,
    "InheritedLine": lambda known: known.legacy_comment.pk,
    "Inspection": lambda known: known.inspection.pk,
    "SubjectRequest": lambda known: known.demand.pk,
    "Answered": lambda known: known.answered.pk,
    "Extended": lambda known: known.extended.pk,
    "Slip": lambda known: signed(Slip(known.demand.pk, Right.ACCESS, paris_day()), known.house.person("paola")),
    "Fact": lambda known: known.precaution.pk,
    "EmergencyAccess": lambda known: known.emergency.pk,
    "ToldHome": lambda known: known.told_home.pk,
    "ConflictWall": lambda known: known.wall.pk,
    "LookQuestion": lambda known: known.question.pk,
    "Put": lambda known: known.put.pk,
    "Own": lambda known: LookQuestion.objects.using(OWNER).get(person__name="Noël Caron").pk,
    "Afar": lambda known: known.afar.pk,
    "Number": lambda known: "E1",
    "Weighed": lambda known: known.weighed.pk,
    "ReminderDoor": lambda known: known.reminder_door.pk,
}

POSTS: dict[str, Callable[[Known], dict[str, object]]] = {
    "intake": lambda known: known.files(),
    "places_exchange": lambda known: {"confirmed": known.places()},
    "inspection": lambda known: {"words": "dette, hôpital"},
    "inspection_ask": lambda known: {"words": "dette, hôpital"},
    "control_exhibit": lambda known: {},
    "breaches": lambda known: {"known_on": typed(), "people": "3", **BREACH},
    "control_copy": lambda known: {"reference": known.account.reference},
    "copies": lambda known: {"event": str(known.copy_asked)},
    "control_act": lambda known: {"person": known.house.person("awa").email},
    "inspection_agree": lambda known: {},
    "trace_account": lambda known: {"reference": known.account.reference},
    "trace_person": lambda known: {"reason": "complaint"},
    "evidence": lambda known: {"references": known.account.reference, "details": "own"},
    "evidence_person": lambda known: {"reason": "complaint", "details": "all"},
    "people": lambda known: {"q": "diak"},
    "who": lambda known: {"what": "account", "reference": known.account.reference},
    "request_new": lambda known: {**terms(known), "person": known.house.person("bruno").email},
    "request_newcomer": lambda known: {
        **terms(known),
        "name": "Nina Rey",
        "email": "nina.rey@trois-rives.example",
        "employed_at": known.house.place("Secteur Glycines").code,
    },
    "token_ask": lambda known: {
        "name": "Relevés de banque",
        "role": "officer",
        "permissions": ["account_view"],
        "place": known.house.place("Secteur Glycines").code,
        "first_day": typed(),
        "last_day": typed(90),
    },
    "token_make": lambda known: {},
    "token_revoke": lambda known: {},
    "request_approve": lambda known: {},
    "request_refuse": lambda known: {"reason": "not_needed"},
    "request_withdraw": lambda known: {},
    "request_batch_approve": lambda known: {},
    "person_close": lambda known: {},
    "person_leave": lambda known: {},
    "person_sessions_end": lambda known: {"reason": "doubt"},
    "person_factors_reset": lambda known: {"reason": "lost"},
    "person_reopen": lambda known: {},
    "place_add": lambda known: {"level": "estate", "name": "Les Lilas", "code": "lilas"},
    "assignment_grant": lambda known: {
        "person": known.house.person("noel").email,
        "place": known.house.place("Glycines B").code,
        "first_day": typed(),
        "last_day": typed(30),
        "reason": "posting",
    },
    "assignment_extend": lambda known: {"last_day": typed(260)},
    "assignment_end": lambda known: {"ended_on": typed(), "reason": "end_of_post"},
    "assignment_move": lambda known: {
        "place": known.house.place("Tour basse").code,
        "day": typed(3),
        "last_day": typed(90),
    },
    "exchange": lambda known: {"confirmed": known.confirmed()},
    "stand_in_grant": lambda known: {
        "person": known.bruno.email,
        "place": known.house.place("Glycines A").code,
        "first_day": typed(10),
        "last_day": typed(15),
        "reason": "stand_in_absence",
    },
    "evacuation": lambda known: {"reason": "fire"},
    "right_unused": lambda known: {"act": "end"},
    "rights_confirm": lambda known: {str(pk): "keep" for pk in known.reviewed},
    "on_call_grant": lambda known: {
        "person": known.bruno.email,
        "place": known.house.place("Secteur Glycines").code,
        "first_day": typed(10),
        "last_day": typed(13),
        "from_hour": "18 h",
        "to_hour": "8 h",
        "pattern": "whole",
    },
    "stand_in_end": lambda known: {"ended_on": typed()},
    "account_purpose": lambda known: {"motif": "repair"},
    "front_desk": lambda known: {"reference": known.account.reference},
    "identity_check": lambda known: {
        "reference": known.account.reference,
        "last_name": known.residence.tenant.last_name,
        "document": "photo",
    },
    "subject_request_take": lambda known: known.demanded("photo"),
    "subject_request_new": lambda known: known.demanded("letter"),
    "subject_request": lambda known: {"prepare": "1"},
    "look_defer": lambda known: {"ground": "judicial_inquiry", "until": typed(30)},
    "deferrals": lambda known: {"agree": str(known.deferral.pk)},
    "place_contact": lambda known: {"phone": "01 99 00 12 34", "email": "belleville@trois-rives.example"},
    "residents_search": lambda known: {"q": "dette"},
    "accounts_search": lambda known: {"q": "dette"},
    "reminder_give": lambda known: {"last_day": paris_day(7).isoformat(), "units": [str(known.residence.unit_id)]},
    "reminder_door": lambda known: {},
    "contact_change": lambda known: {"channel": "phone", "phone": "06 39 98 00 00"},
    "help_codes": lambda known: {"code": known.help_code(), "asked_by": "tenant", "asked_on": typed()},
    "card_facts": lambda known: {"end": str(known.fact.pk)},
    "card_fact": lambda known: {"contact_item": "phone", "correction_step": "asked", "date": typed()},
    "dwelling_facts": lambda known: {"end": str(known.dwelling_fact.pk)},
    "dwelling_fact": lambda known: {"key_kind": "entrance_badge", "count": "2", "date": typed()},
    "account_facts": lambda known: {"end": str(known.account_fact.pk)},
    "account_fact": lambda known: {"offer": "instalments", "date": typed()},
    "contest": lambda known: {"suspend": "1"},
    "contest_agree": lambda known: {"agree": "1", "seen": known.weighed.proposed},
    "inherited_line": lambda known: {"erase": "1"},
    "certificate": lambda known: {"issue": "1"},
    "emergency": lambda known: {"reference": known.house.account("Calme-Quai 9").reference, "reason": "water"},
    "walls": lambda known: {"person": known.house.person("paul").email, "reference": known.account.reference},
    "wall_end": lambda known: {},
    "look_question": lambda known: {"verdict": "explained"},
    "look_answer": lambda known: {"answer": "known_task"},
    "own_question": lambda known: {"explanation": "tenant_asked"},
    "emergency_review": lambda known: {"verdict": "justified"},
    "vocabulary": lambda known: {"retire": "request_followed"},
    "vocabulary_add": lambda known: {
        "compartment": "dwelling",
        "theme": "keys",
        "code": "lock_changed",
        "title_fr": "Serrure changée",
        "title_en": "Lock changed",
        "sentence_fr": "Serrure changée le {date}.",
        "sentence_en": "Lock changed on {date}.",
        "slots": ["date"],
        "writers": ["caretaker"],
        "readers": ["caretaker", "sector_manager", "officer"],
        "life_months": "12",
    },
    "account_notes": lambda known: {
        "code": "payment_difficulty",
        "reason": "sequence",
        "text": "Rappelle le 5, puis le 20.",
        "ends_on": typed(90),
        "save": "1",
    },
    "note_reading": lambda known: {"text": "Rappelle le 5, puis le 20."},
    "representatives": lambda known: {"tenant": known.residence.tenant_id, "name": "Odile Rey", "first_day": typed()},
    "discreet": lambda known: {"first_day": typed(), "last_day": typed(90)},
    "identity": lambda known: {"show": str(known.residence.tenant_id)},
    "bank_details": lambda known: {"iban": "FR14 2004 1010 0505 0001 3M02 606", "holder": "Marie Dette"},
    "lease_new": lambda known: {
        "unit": str(known.vacant()),
        "starts_on": typed(),
        "first-last_name": "Nouvelle",
        "first-title": "mrs",
    },
    "lease_notice": lambda known: {"notice_on": typed(), "ends_on": typed(30)},
    "lease_transfer": lambda known: {"unit": str(known.vacant()), "first_day": typed(5)},
    "lease_undo": lambda known: {},
    "resident_in": lambda known: {"last_name": "Nouvelle", "day": typed()},
    "entry_payment": lambda known: {**entry(), "label": "cheque"},
    "entry_review": lambda known: {**entry(), "label": "cheque"},
    "entry_charge": lambda known: {**entry(), "label": "rent"},
    "entry_adjustment": lambda known: {
        **entry(),
        "label": "rent_reduction",
        "sense": "down",
        "reason": "rent_revision",
    },
    "entry_reverse": lambda known: {"key": str(uuid4()), "reason": "wrong_amount"},
    "write_off": lambda known: {"reason": "proof_missing"},
    "account_settle": lambda known: {},
    "receipts": lambda known: {"receipt": str(known.receipt.pk), "reference": known.account.reference},
    "books_receipts": lambda known: {"receipt": str(known.receipt.pk), "reference": known.account.reference},
    "books": lambda known: {"q": known.account.reference},
    "building_add": lambda known: {"name": "Lilas A", "code": "lilas-a", "street": "rue des Lilas"},
    "recut": lambda known: {"into": str(known.house.building("Glycines B").pk), "lowest": "2", "staircase": "A"},
    "api_residents_search": lambda known: {"q": "dette"},
    "api_accounts_search": lambda known: {"q": "dette"},
    "api_payment": lambda known: {"label": "cheque", "cents": 1250, "effective_on": paris_day().isoformat()},
    "api_charge": lambda known: {"label": "rent", "cents": 1250, "effective_on": paris_day().isoformat()},
    "api_adjustment": lambda known: {
        "label": "rent_reduction",
        "cents": -1250,
        "reason": "rent_revision",
        "effective_on": paris_day().isoformat(),
    },
    "api_reversal": lambda known: {"reason": "wrong_amount"},
    "api_assignment_grant": lambda known: {
        "person": str(known.house.person("noel").pk),
        "place": str(known.house.building("Glycines B").pk),
        "first_day": paris_day().isoformat(),
        "last_day": paris_day(30).isoformat(),
        "reason": "posting",
    },
    "api_assignment_extend": lambda known: {"last_day": paris_day(260).isoformat()},
    "api_assignment_end": lambda known: {"ended_on": paris_day().isoformat(), "reason": "end_of_post"},
    "resident_out": lambda known: {"last_day": typed(5)},
}
