"""A session of the commission as its members use it: their signed-in test clients and the URLs of its pages."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from allocations.models import Candidacy, Decision
from tests.allocations.commission import Commission
from tests.builders import OWNER, events, run


def page(name: str, pk: object) -> str:
    return reverse(name, kwargs={"pk": pk})


def text(response: Any) -> str:
    content: str = response.content.decode()
    return content


def words_of(response: Any) -> str:
    """Return the text of a page without tags, with plain spaces instead of no-break spaces."""
    plain = re.sub(r"<[^>]+>", " ", text(response)).replace("\u202f", " ").replace("\xa0", " ")
    return re.sub(r" ([.,])", r"\1", " ".join(plain.split()))


@dataclass
class Sitting:
    """A session about one dwelling, and the test clients of its three members.

    They are Camille (chair), Mehdi (for the tenants) and Marion (for the mayor).
    """

    commission: Commission
    candidacies: list[Candidacy]
    camille: Client
    mehdi: Client
    marion: Client

    @property
    def pk(self) -> UUID:
        assert self.commission.session
        return self.commission.session.pk

    @property
    def own(self) -> str:
        return page("own_session", self.pk)

    @property
    def opening(self) -> str:
        return page("session_open", self.pk)

    @property
    def recusal(self) -> str:
        return page("session_recuse", self.pk)

    @property
    def closing(self) -> str:
        return page("session_close", self.pk)

    @property
    def minutes(self) -> str:
        return page("minutes_sign", self.pk)

    @property
    def sheets(self) -> str:
        return page("item_sheets", self.commission.item.pk)

    @property
    def ballot(self) -> str:
        return page("decision_vote", self.commission.item.pk)

    def proposing(self, index: int) -> str:
        return page("decision_propose", self.candidacies[index].pk)

    def presence(self, *names: str) -> dict[str, list[str]]:
        people = [self.commission.person(name).pk for name in names or ("camille", "mehdi", "marion")]
        assert self.commission.session
        rows = self.commission.session.seats.using(OWNER).filter(person__in=people)
        return {"present": [str(row.pk) for row in rows]}

    def propose(self, index: int, decision: str, **more: str) -> Any:
        return self.camille.post(self.proposing(index), {"decision": decision, **more})

    def proposal(self, index: int) -> Decision:
        rows = Decision.objects.using(OWNER).exclude(outcome="rejected")
        row: Decision = rows.get(candidacy=self.candidacies[index])
        return row

    def count(self, index: int) -> Any:
        return self.camille.post(page("decision_count", self.proposal(index).pk))

    def decide(self, *voters: str) -> None:
        """Open the session and rank its candidates in order, by the votes of `voters`."""
        self.commission.open()
        for index, candidacy in enumerate(self.candidacies):
            decision = self.commission.propose(candidacy, "b", rank=index + 1)
            for name in voters or ("camille", "mehdi"):
                self.commission.vote(decision, name)
            self.commission.count(decision)

    def sheets_read_by(self, name: str) -> list[UUID]:
        """Return the candidacies whose sheet was shown to a person, according to the audit events.

        These events also make the database refuse a later recusal of the person.
        """
        rows = events(kind="sheet_shown", outcome="shown", actor=self.commission.person(name).pk)
        assert {row["about_kind"] for row in rows} <= {"candidacy"}
        return [row["about"] for row in rows]


def sit(commission: Commission, sign_in: Any) -> Sitting:
    """Sign in the members of a convened session."""
    return Sitting(commission, commission.candidacies, *(sign_in(name) for name in ("camille", "mehdi", "marion")))


def secrets() -> list[str]:
    """Return the names, application numbers and ids of the applicants."""
    rows = run(
        "SELECT p.last_name, p.id::text, a.number, a.id::text FROM allocations_applicant p"
        " JOIN allocations_application a ON a.id = p.application_id"
    )
    return ["Anne", *(value for row in rows for value in row)]
