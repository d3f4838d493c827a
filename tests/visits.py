"""Every page and API endpoint that the `@door` decorator protects, with the data that a test needs to request it.

The data are a person who may open the page, the URL arguments and a valid POST. The person and the URL arguments are
derived from the arguments of the `@door` decorator. The POST comes from tests/form_values.py. If
tests/form_values.py has no POST for a page, tests/audit/test_fail_closed.py fails and names the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, reverse

from access.checks import routes
from access.guard.door_spec import Door
from access.roles import roles_with
from tests.form_values import POSTS
from tests.sample_objects import SampleObjects

WHO = {
    "caretaker": "awa",
    "sector_manager": "georges",
    "officer": "elise",
    "front_desk": "paola",
    "accountant": "helene",
    "allocation_officer": "aline",
    "allocation_manager": "rosa",
    "ground_examiner": "sacha",
    "committee_member": "mehdi",
    "committee_chair": "camille",
    "nominator": "nadia",
    "on_call": "yann",
    "dpo": "ines",
    "access_administrator": "jules",
    "data_steward": "paul",
    "inspector": "simone",
}
# Page -> a person who can open it. By default, the person is derived from the first role with the page's permission.
FOUND_BY = {
    # Pages about an imported comment file need a role for the whole landlord, because the file belongs to it.
    "certificate": "paul",
    "certificate_file": "paul",
    # Every member of the commission may preside. In these tests, Camille presides, who is the chair.
    **dict.fromkeys(
        ("session_open", "decision_propose", "decision_count", "session_close", "minutes_sign", "item_carry_over"),
        "camille",
    ),
    **dict.fromkeys(
        (
            "api_session_open",
            "api_decision_options",
            "api_decision_propose",
            "api_decision_votes",
            "api_decision_count",
            "api_session_close",
            "api_session_preside",
            "api_item_preside",
            "api_item_carry_over",
        ),
        "camille",
    ),
}
# Page -> key of the sample object to open, in `KEYS` of tests/sample_objects.py. For other pages, see Visit.keys().
AMONG = {
    "token_make": "Approved",
    "trace_person": "Person",
    "evidence_person": "Person",
    "person_reopen": "Closed",
    "person_sessions_end": "Entered",
    "person_factors_reset": "Entered",
    "stand_in_end": "StandIn",
    "right_unused": "Unused",
    "account_settle": "Former",
    "recut": "Building",
    "subject_letter": "Answered",
    "portable_file": "Portable",
    "erasure": "Erasable",
    "restriction_decide": "Limitable",
    "portable_payments_file": "Portable",
    "subject_extension": "Extended",
    "contest_agree": "Weighed",
    "emergency_card": "Afar",
    "emergency_notice": "ToldHome",
    "inherited_erase": "OtherComment",
    "certificate": "Emptied",
    "certificate_file": "Certified",
    "place_contact": "Agency",
    "vacancy_declare": "Free",
    "shortlist": "Shortlisted",
    "shortlist_draw": "ToDraw",
    "vacancy_convene": "ToConvene",
    "candidacy_withdraw": "Withdrawable",
    "contingent_end": "Finished",
    **dict.fromkeys(("session_seats", "session_recuse", "session_open"), "ConvenedSession"),
    "session_preside": "Started",
    "item_preside": "RecusedItem",
    "item_carry_over": "UndecidedItem",
    "session_cancel": "CancellableSession",
    "agenda_remove": "Removable",
    "decision_propose": "PresentedCandidacy",
    "session_close": "ReadySession",
    "minutes_sign": "ClosedSession",
    "offer_send": "Ranked",
    **dict.fromkeys(("candidacy_letter", "offer_notify", "offer_answer"), "Offered"),
    "hand_over": "Accepted",
    "offer_renounce": "Renouncing",
    # API endpoints get their own housing application, because requests to pages close the one that pages use.
    **dict.fromkeys(
        (
            "api_application",
            "api_application_income",
            "api_document_ask",
            "api_document_see",
            "api_application_renew",
        ),
        "SentApplication",
    ),
    "api_vacancy_declare": "AlsoFree",
    "api_shortlist": "Shortlisted",
    "api_shortlist_draw": "ToDraw",
    **dict.fromkeys(("api_vacancy_convening", "api_vacancy_convene"), "ToConvene"),
    "api_vacancy_take_off": "OwnItem",
    "api_agenda_remove": "RemovableVacancy",
    "api_session_preside": "StartedByMehdi",
    "api_item_preside": "RecusedByMehdi",
    "api_item_carry_over": "UndecidedItem",
    "api_candidacy_withdraw": "Withdrawable",
    **dict.fromkeys(("api_session_recuse", "api_session_open"), "ConvenedSession"),
    **dict.fromkeys(("api_decision_options", "api_decision_propose"), "PresentedCandidacy"),
    "api_session_close": "ReadySession",
    "api_offer_send": "Ranked",
    **dict.fromkeys(("api_offer", "api_offer_notify", "api_offer_answer"), "Offered"),
    "api_offer_renounce": "Renouncing",
    "api_hand_over": "Accepted",
    "look_answer": "Put",
    "own_question": "Own",
}


@dataclass(frozen=True)
class Visit:
    name: str
    door: Door
    arguments: tuple[str, ...]

    @property
    def who(self) -> str:
        roles = roles_with(self.door.permission)
        if self.name in FOUND_BY:
            return FOUND_BY[self.name]
        return WHO[roles[0]] if roles else "noel"

    def keys(self, sample_objects: SampleObjects) -> dict[str, object]:
        """Return the URL arguments of the page, for an object that the person `who` may open."""
        model = AMONG.get(self.name) or (self.door.model.__name__ if self.door.model else "")
        return {word: sample_objects.key(word, model) for word in self.arguments}

    def url(self, sample_objects: SampleObjects) -> str:
        return reverse(self.name, kwargs=self.keys(sample_objects))

    @property
    def posts(self) -> bool:
        return self.door.writes or self.door.post_is_search

    @property
    def post(self) -> Callable[[SampleObjects], dict[str, object]]:
        assert self.name in POSTS, f"tests/form_values.py has no valid POST for {self.name}"
        return POSTS[self.name]

    @property
    def methods(self) -> tuple[str, ...]:
        """Return HTTP methods: GET and POST for a page with a form, GET for other pages, one for an API endpoint."""
        if self.door.api:
            return ("POST",) if self.posts else ("GET",)
        return ("GET", "POST") if self.posts else ("GET",)

    def ask(self, client: Client, sample_objects: SampleObjects, method: str, headers: dict[str, str] | None = None):
        return self.ask_at(client, self.url(sample_objects), sample_objects, method, headers)

    def ask_at(
        self,
        client: Client,
        url: str,
        sample_objects: SampleObjects,
        method: str | None = None,
        headers: dict[str, str] | None = None,
    ):
        headers = headers or {}
        if (method or self.methods[-1]) == "GET":
            return client.get(url, headers=headers)
        if self.door.api:
            headers = {"Idempotency-Key": str(uuid4()), **headers}
            return client.post(url, self.post(sample_objects), content_type="application/json", headers=headers)
        return client.post(url, self.post(sample_objects), headers=headers)


def patterns() -> Iterator[URLPattern]:
    """Yield the pattern of every URL, but not those of SCIM, which no person may use (tests/access/test_scim.py)."""
    for _path, pattern in routes():
        spec = getattr(pattern.callback, "door", None)
        if not (spec and spec.api and spec.api.scim):
            yield pattern


def visits() -> Iterator[Visit]:
    """Yield every page and endpoint that a person may use."""
    for pattern in patterns():
        if spec := getattr(pattern.callback, "door", None):
            yield Visit(str(pattern.name), spec, tuple(pattern.pattern.converters))
