"""What is stored about a person who requests erasure (GDPR article 17), for the page and the letter of the decision."""

from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.text import capfirst

from access.guard.context import AccessContext
from casework.vocabulary import ERASURE_GROUNDS
from rights.models import ErasureLine, SubjectRequest
from rights.models.erasure import StoredData

_ORDER = {code: place for place, code in enumerate(StoredData.values)}


@dataclass(frozen=True)
class StoredLine:
    """One kind of data about the person. If it must be kept, `ground` is the code of the reason, and `until` the last
    day if it is known."""

    data: StoredData
    number: int
    erasable: bool
    ground: str
    until: date | None

    @property
    def heading(self) -> str:
        return f"{capfirst(str(self.data.label))} ({self.number})"

    @property
    def ground_text(self) -> str:
        return ERASURE_GROUNDS.label(self.ground)


def stored_lines(subject_request: SubjectRequest) -> list[StoredLine]:
    """Return the kinds of data about the person who made the request. The list is empty unless the current user is
    preparing the answer to this request."""
    if subject_request.prepared_by_id is None or not subject_request.is_erasure:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.data, l.number, l.erasable, l.ground, l.until FROM rights_erasure_lines() l"
            " WHERE EXISTS (SELECT FROM rights_subjectrequest q WHERE q.id = %s AND q.prepared_by_id = loge_person())",
            [subject_request.pk],
        )
        lines = [StoredLine(StoredData(data), *rest) for data, *rest in cursor.fetchall()]
    return sorted(lines, key=lambda line: _ORDER[line.data])


def decided_lines(access: AccessContext, subject_request: SubjectRequest) -> list[ErasureLine]:
    """Return the decision about each kind of data: first what was erased, then what was kept."""
    lines = access.rows(ErasureLine).filter(request=subject_request)
    return sorted(lines, key=lambda line: (line.decision, _ORDER[line.data]))
