"""Models of people's requests about their data (GDPR), and of decisions about what an access report says of one view:
nothing until a given day, or the name of the employee who viewed the data."""

from rights.models.look_decision import LookDeferral, NamedLook
from rights.models.subject_request import SubjectRequest

__all__ = ["LookDeferral", "NamedLook", "SubjectRequest"]
