"""Models of people's requests about their data (GDPR), and of what was erased or kept on request. Further models say
whether an access report omits a view of the data until a given day, or names the employee who viewed the data."""

from rights.models.erasure import ErasureLine
from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["ErasureLine", "LookDeferral", "NamedLook", "SubjectRequest"]
