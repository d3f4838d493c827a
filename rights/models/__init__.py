"""Requests of people about their data, and decisions about single views."""

from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["LookDeferral", "NamedLook", "SubjectRequest"]
