"""The commands in docs/api.md work. They are run as printed, one after the other, with a machine token."""

import json
import re
import shlex
from uuid import uuid4

from django.test import Client

from access.api.endpoint import LARGEST
from access.api.openapi import description
from access.api.paging import MOST
from access.api.problems import KINDS
from audit.purposes import PICKED
from tests.access.programs import made, two_administrators
from tests.architecture.source import ROOT
from tests.builders import run

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
SITE = "https://loge.example"
PART = ("accounts_list", "entry_post")
TAKES_ONE = {"-H": "headers", "--header": "headers", "-d": "data", "--data": "data", "-X": "method"}


def commands() -> list[str]:
    """Return the curl commands in docs/api.md, with continuation lines joined."""
    blocks = re.findall(r"^    (curl (?:.*\\\n)*.*)", TEXT, re.MULTILINE)
    return [re.sub(r"\\\n\s*", "", block) for block in blocks]


def parsed(command: str, shell: dict[str, str]):
    """Return what curl would send for a command, as (method, path, headers, body).

    `shell` maps shell variables in the command to their values.
    """
    for word, value in shell.items():
        command = command.replace(word, value)
    assert "$" not in command, f"an unknown shell variable: {command}"
    words = iter(shlex.split(command)[1:])
    given: dict[str, list[str]] = {"headers": [], "data": [], "method": [], "url": []}
    for word in words:
        assert not word.startswith("-") or word in TAKES_ONE, word
        given[TAKES_ONE.get(word, "url")].append(next(words) if word in TAKES_ONE else word)
    [url] = given["url"]
    assert url.startswith(SITE + "/"), url
    headers = dict(re.split(r":\s*", header, maxsplit=1) for header in given["headers"])
    body = given["data"][0] if given["data"] else None
    return (given["method"] or ["POST" if body else "GET"])[0], url.removeprefix(SITE), headers, body


def sent(command: str, shell: dict[str, str]):
    method, path, headers, body = parsed(command, shell)
    # Like curl, the test sends the content type of HTML forms if a command names no content type.
    media = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    return Client(enforce_csrf_checks=True).generic(method, path, body or "", content_type=media, headers=headers)


def test_every_command_of_the_document_works(landlord):
    _token, secret = made(landlord, two_administrators(landlord), permissions=PART)
    # The commands in docs/api.md name the account K7QX-9M2D-4RTB, so an existing account gets this reference.
    [(pk,)] = run("SELECT id FROM tenants_account WHERE reference = %s", landlord.account("Dette-Glycines A").reference)
    run("UPDATE tenants_account SET reference = 'K7QX-9M2D-4RTB' WHERE id = %s", pk)
    shell = {"$TOKEN": secret, "$(cat /proc/sys/kernel/random/uuid)": str(uuid4())}
    listed, paged, written = commands()
    owing = sent(listed, shell)
    assert owing.status_code == 200 and all(account["balance_cents"] > 0 for account in owing.json()["results"])
    _method, path, headers, _body = parsed(paged, shell | {"$NEXT": ""})
    shell["$NEXT"] = Client().get(path.replace("limit=50&cursor=", "limit=1"), headers=headers).json()["next"]
    assert sent(paged, shell).status_code == 200
    booked, again = sent(written, shell), sent(written, shell)
    assert booked.status_code == 201 and booked.content == again.content
    other = sent(written.replace("51230", "51231"), shell)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")
    assert json.loads(other.content)["instance"].startswith("urn:uuid:")
    without = sent(re.sub(r'-H "Idempotency-Key[^"]*" ', "", written), shell)
    assert without.json()["code"] == "key_missing"


def test_openapi_and_page_name_every_purpose_that_can_be_chosen(landlord, sign_in):
    document = description()
    parameter = document["components"]["parameters"]["purpose"]
    assert (parameter["name"], parameter["in"], parameter["required"]) == ("Loge-Purpose", "header", False)
    assert parameter["schema"]["enum"] == list(PICKED)
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    taken = [
        operation for operation in operations if {"$ref": "#/components/parameters/purpose"} in operation["parameters"]
    ]
    assert taken == operations and len(operations) > 20
    page = sign_in("elise").get("/api/v1/").content.decode()
    assert [code for code in PICKED if f"<dt><code>{code}</code></dt>" not in page] == []
    addresses = [f"<code>{method.upper()} {path}</code>" for path, by in document["paths"].items() for method in by]
    assert [address for address in addresses if address not in page] == []
    [why] = re.findall(r"^## Purpose: [^\n]*\n(.*?)^## ", TEXT, re.MULTILINE | re.DOTALL)
    named = set(re.findall(r"`([a-z_]+)`", why)) - KINDS.keys()
    assert named == set(PICKED)


def test_limits_and_error_codes_of_the_document_are_those_of_the_code():
    assert f"`limit` (1 to {MOST})" in TEXT and f"{LARGEST // 1024} KiB" in TEXT
    statuses = set(re.findall(r"`(\w+)` \((\d{3})\)", TEXT))
    assert statuses and all(KINDS[code].status == int(status) for code, status in statuses), statuses
