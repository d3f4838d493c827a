"""No page has an id twice: a label would tick a control of another form, and an anchor would lead elsewhere."""

from collections import Counter
from html.parser import HTMLParser

import pytest
from django.test import Client

from tests.housing.test_forms import pages
from tests.sample_objects import SampleObjects
from tests.sign_in import let_in


class Ids(HTMLParser):
    """Counts the ids of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: Counter[str] = Counter()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts.update(value for name, value in attrs if name == "id" and value)


def repeated_ids(answer) -> list[str]:
    if not answer.headers.get("Content-Type", "").startswith("text/html") or answer.streaming:
        return []
    parser = Ids()
    parser.feed(answer.content.decode())
    return [name for name, count in parser.counts.items() if count > 1]


def client_of(sample_objects: SampleObjects, name: str) -> Client:
    client = Client(raise_request_exception=False)
    return client if name == "nobody" else let_in(client, sample_objects.landlord.person(name))


def test_repeated_id_is_noticed(client: Client) -> None:
    answer = client.get("/entrer/")
    assert not repeated_ids(answer)
    answer.content = answer.content.replace(b"<main", b'<p id="twice"></p><p id="twice"></p><main')
    assert repeated_ids(answer) == ["twice"]


@pytest.mark.unwatched
@pytest.mark.usefixtures("unkept")
def test_no_page_has_an_id_twice(sample_objects: SampleObjects) -> None:
    clients: dict[str, Client] = {}
    faults: dict[str, list[str]] = {}
    for who, address in pages(sample_objects):
        if who not in clients:
            clients[who] = client_of(sample_objects, who)
        if repeated := repeated_ids(clients[who].get(address)):
            faults[address] = repeated
    assert not faults


@pytest.mark.parametrize("request_of", ["demand", "portable", "erasure", "limitable", "correction", "extended"])
def test_page_of_each_kind_of_subject_request_has_no_id_twice(sample_objects: SampleObjects, request_of: str) -> None:
    request = getattr(sample_objects, request_of)
    prepared = sample_objects.in_hand if request.is_prepared else sample_objects.waiting
    answer = client_of(sample_objects, "ines").get(f"/droits/{prepared(request)}/")
    assert answer.status_code == 200 and not repeated_ids(answer)
