"""Models of people's requests about their data (GDPR), and of decisions about views listed in access reports."""

from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["LookDeferral", "NamedLook", "SubjectRequest"]
