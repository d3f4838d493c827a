"""Evidence packs made from the sealed log in the database must be valid, even if some of its events were deleted."""

import json

from django.db import connections

from access.roles import version
from audit import pack
from audit.events import ACCOUNT_OPENED, OWN_LOOKS_READ, Outcome
from audit.models import Event
from audit.record import Subject, record_view
from audit.sealed import signing_keys
from audit.sealed.payload import by_column, payload, salt
from audit.sealed.pseudonyms import Secrets
from audit.sealed.sealing import LOGIN, Sealer
from audit.sealed.stored_tree import StoredTree
from audit.sealed.tables import Checkpoint, Leaf
from audit.tlog.leaf import utc
from privacy.encryption import values
from tests.audit.evidence import prove, unpacked, verdict


def test_a_pack_of_the_sealed_log_is_verified(landlord, tmp_path):
    held = signing_keys.load(signing_keys.path())
    sealer = Sealer(held, values, version())
    awa = landlord.person("awa")
    record_view(OWN_LOOKS_READ, Outcome.SHOWN, by=awa)
    first = sealer.run(sign_now=True)
    for number in range(5):
        record_view(
            ACCOUNT_OPENED, Outcome.SHOWN, by=awa, about=Subject("account", landlord.person("elise").pk), count=number
        )
    last = sealer.run(sign_now=True)
    assert last.leaves == 5 and first.size + 5 == last.size
    keys = [pack.Key(key.vkey, "log", held.made[name]) for name, key in held.public.items()]
    path = tmp_path / "pack.zip"
    with connections[LOGIN].cursor() as cursor, path.open("wb") as file:
        hash_at = StoredTree(cursor, last.size).hash_at
        secrets = Secrets(cursor, values)
        entries = []
        for found in Leaf.objects.using(LOGIN).filter(number__gte=first.size - 1).order_by("number"):
            row = by_column(Event.objects.using(LOGIN)).get(pk=found.event)
            # The pack has the content of every second event only, as if the other events had been deleted.
            at = utc(row["at"])
            known = pack.Payload(salt(secrets.month_key(at), row["id"], at), payload(row))
            given = known if found.number % 2 else None
            entries.append(prove(found.number, bytes(found.entry), last.size, hash_at, given, pack.Absent.ERASED))
        notes = [bytes(one.note).decode() for one in Checkpoint.objects.using(LOGIN).order_by("size")]
        sizes = [first.size, last.size]
        question = pack.Question(held.origin, "Ce qu’a regardé une gardienne", "2026-11-26T22:05:00.000000Z")
        pack.write(file, question, entries, notes[-2:], pack.link(sizes, hash_at), keys)
    code, said = verdict(path, held.signer.verifier.vkey)
    assert code == 0, said
    assert f"De l’événement {first.size - 1} à l’événement {last.size - 1} aucun ne manque." in said
    assert (
        "mot pour mot : 6." in said
        and "scellée avec l’événement : 3." in said
        and "sans élagage joint qui le montre : 3." in said
    )
    told = [json.loads(line) for line in unpacked(path)["entries.jsonl"].splitlines()]
    assert str(awa.pk) not in "".join(line["entry"] for line in told)
    assert sum(str(awa.pk) in line["payload"] for line in told) == 3
