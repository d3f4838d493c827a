"""Models of access: people, places, assignments, access requests, reviews, machine tokens and sessions."""

from access.models.assignment import Assignment
from access.models.daily_mail import DailyMail, MailChoice, MailState, MailTemplate
from access.models.decided import Decision
from access.models.machine_token import MachineToken
from access.models.person import Person
from access.models.place import Level, Place
from access.models.request import AccessRequest
from access.models.review import KeptRight, RightsReview
from access.models.role_compartment import RoleCompartment
from access.models.sent_act import SentAct
from access.models.session import Session

__all__ = [
    "AccessRequest",
    "Assignment",
    "DailyMail",
    "Decision",
    "KeptRight",
    "Level",
    "MachineToken",
    "MailChoice",
    "MailState",
    "MailTemplate",
    "Person",
    "Place",
    "RightsReview",
    "RoleCompartment",
    "SentAct",
    "Session",
]
