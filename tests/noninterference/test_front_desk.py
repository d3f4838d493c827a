"""After an identity check, front-desk staff see one household.

Changes to all other households must not change a byte of the pages that they can read.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from tenants.models import IdentityCheck
from tests.builders import OWNER, run
from tests.noninterference.change import change_all_but
from tests.noninterference.harness import differences, doors, read_everything, some_ids, write_everywhere
from tests.noninterference.walls import WALLS

pytestmark = [
    pytest.mark.unwatched("opens hundreds of pages twice; every other test compares what it opens"),
    pytest.mark.usefixtures("unkept"),
]
NEIGHBOURS = """UPDATE tenants_tenant SET last_name = 'Autre', name_key = 'autre ' || id
    WHERE id IN (SELECT tenant_id FROM tenants_residence WHERE building_id = %s AND lease_id <> %s)"""


@pytest.fixture
def checked(landlord):
    account = landlord.account("Calme-Glycines A")
    until = timezone.now() + timedelta(minutes=9)
    check = IdentityCheck(person=landlord.person("paola"), lease_id=account.lease_id, document="photo", until=until)
    check.save(using=OWNER)
    return account


@pytest.mark.parametrize("wall", WALLS)
def test_front_desk_pages_do_not_depend_on_other_households(landlord, sign_in, monkeypatch, wall, checked):
    kept = {checked.building_id}
    ids = some_ids(kept, each=4, beyond=1)
    mine = landlord.residence("Calme-Glycines A").pk
    assert mine in ids.by_model["residence"] and len(ids.by_model["residence"]) == 6
    WALLS[wall](monkeypatch)
    briefly = wall != "both"
    before = read_everything(sign_in("paola"), ids, briefly=briefly)
    assert before[f"GET /accueil/fiches/{mine}/"].status == 200
    cards = {url.split("?")[0] for url, answer in before.items() if "/fiches/" in url and answer.status == 200}
    assert cards == {f"GET /accueil/fiches/{mine}/"} | {url for url in cards if url.startswith(("HEAD", "OPTIONS"))}
    change_all_but(landlord, kept)
    run(NEIGHBOURS, str(checked.building_id), str(checked.lease_id))
    assert differences(before, read_everything(sign_in("paola"), ids, briefly=briefly)) == []
    assert write_everywhere(sign_in("paola"), ids, lambda value: value != mine, {"anything": "1"}) == []
    assert any(name == "checked_card" for name, _spec, _arguments in doors())


def test_change_of_the_checked_household_is_detected(landlord, sign_in, checked):
    mine = landlord.residence("Calme-Glycines A")
    client = sign_in("paola")
    before = client.get(f"/accueil/fiches/{mine.pk}/").content
    run("UPDATE tenants_tenant SET phone = '+33639980000' WHERE id = %s", mine.tenant_id)
    assert client.get(f"/accueil/fiches/{mine.pk}/").content != before
