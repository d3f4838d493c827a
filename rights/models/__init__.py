"""Models of people's requests about their data (GDPR), and of decisions about what an access report says about an
employee who viewed the data: nothing until a given day, or the employee's name."""

from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["LookDeferral", "NamedLook", "SubjectRequest"]
