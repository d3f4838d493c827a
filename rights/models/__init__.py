"""Models of people's requests about their data (GDPR), of what was erased or kept on request, and of decisions about
what an access report says about an employee who viewed the data: nothing until a given day, or the employee's name."""

from rights.models.erasure import ErasureLine
from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["ErasureLine", "LookDeferral", "NamedLook", "SubjectRequest"]
