"""Search keys (words, misspellings, sounds, telephone numbers), by which a search finds tenants and buildings.

The tests check which keys are stored, and that the keys follow each change of a tenant or building.
"""

import pytest

from access.compartments import Compartment as C
from buildings.models import Address
from tenants.models import LeaseParty, Residence
from tests.builders import OWNER, let, make_building, make_tenant, make_unit, run
from tests.database.test_policies import as_role

SOUND_ALIKE = """
Gauthier Gotié|Lefebvre Lefèvre|Lefèvre Lefeuvre|Dupont Dupond|Thibault Thibo|Philippe Filippe|Cissé Sissé
Schneider Chnaider|Benhamou Benamou|Kouyaté Couyaté|Nguyen Nguien|Leclerc Leclair|Leclerc Leclercq|Renault Reno
Renaud Renault|Mohamed Mouhamed|Ouattara Watara|Szymanski Chimanski|Fernandes Fernandez|Rodrigues Rodriguez
Oliveira Olivera|Ferreira Fereira|Abdelkader Abdelcader|Diallo Dialo|Guillaume Guyaume|Kowalski Kovalski
Chevalier Chevallier|Jacquet Jaquet|Khalid Kalid|Yacine Yassine|Simon Cimon|Durand Durant|Lambert Lembert
"""
PAIRS = [pair.split() for pair in SOUND_ALIKE.strip().replace("\n", "|").split("|")]
# Computes the search keys that each tenant should have, to compare them with the stored keys.
DUE = """SELECT k.key, p.building_id, t.id FROM tenants_tenant t
    JOIN (SELECT tenant_id, building_id FROM tenants_residence
          UNION SELECT tenant_id, building_id FROM tenants_leaseparty) p ON p.tenant_id = t.id
    CROSS JOIN tenants_search_keys(t.last_name, t.name_key, t.phone) k (key)"""
STORED = "SELECT key, building_id, tenant_id FROM tenants_searchkey"
DIFFERING = f"({DUE} EXCEPT {STORED}) UNION ALL ({STORED} EXCEPT {DUE})"


def keys_of(tenant) -> set[str]:
    return {key for (key,) in run("SELECT key FROM tenants_searchkey WHERE tenant_id = %s", tenant.pk)}


def buildings_of(tenant) -> set:
    return {at for (at,) in run("SELECT building_id FROM tenants_searchkey WHERE tenant_id = %s", tenant.pk)}


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_names_that_sound_alike_have_one_sound(landlord, first, second):
    [(one, other)] = run(
        "SELECT tenants_sound(btrim(tenants_fold_name(%s))), tenants_sound(btrim(tenants_fold_name(%s)))", first, second
    )
    assert one == other and len(one) >= 3


@pytest.mark.parametrize(("first", "second"), [("martin", "mercier"), ("dupont", "durand"), ("petit", "patout")])
def test_different_names_have_different_sounds(landlord, first, second):
    [(is_same,)] = run("SELECT tenants_sound(%s) = tenants_sound(%s)", first, second)
    assert not is_same


def test_keys_are_beginnings_slips_joined_last_name_sound_and_telephone(landlord):
    tenant = make_tenant("Le Gall", "Zoé", phone="+33612345678")
    let(make_unit(landlord.building("Glycines A"), "203"), tenant)
    assert keys_of(tenant) == {
        *("le", "ga", "gal", "gall", "all", "zo", "zoe", "+33612345678"),
        *("leg", "lega", "legal", "legall", "egall", "lgall", "leall", "legll", "gll", "#gal", "#legal"),
    }


def test_keys_equal_their_source_after_each_change(landlord):
    here, there = landlord.building("Glycines A"), landlord.building("Glycines B")
    tenant = make_tenant("Le Gall", "Zoé", phone="+33612345678")
    account = let(make_unit(here, "203"), tenant)
    let(make_unit(there, "7"), tenant)
    assert run(DIFFERING) == [] and buildings_of(tenant) == {here.pk, there.pk}
    run("UPDATE tenants_tenant SET last_name = 'Zola', name_key = 'zola zoe', phone = '' WHERE id = %s", tenant.pk)
    assert run(DIFFERING) == [] and "zola" in keys_of(tenant) and not {"gall", "+33612345678"} & keys_of(tenant)
    # A tenant has search keys for a building as long as a residence or a lease there names the tenant.
    Residence.objects.using(OWNER).filter(lease=account.lease).delete()
    assert run(DIFFERING) == [] and buildings_of(tenant) == {here.pk, there.pk}
    LeaseParty.objects.using(OWNER).filter(lease=account.lease).delete()
    assert run(DIFFERING) == [] and buildings_of(tenant) == {there.pk}


def test_filling_gives_the_keys_that_triggers_wrote(landlord):
    before = run(f"{STORED} ORDER BY 1, 2, 3")
    run("SELECT tenants_fill_search_keys()")
    assert before and run(f"{STORED} ORDER BY 1, 2, 3") == before


def test_only_triggers_write_keys(landlord):
    granted = run(
        "SELECT grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_name IN ('tenants_searchkey', 'buildings_searchkey') AND grantee <> %s",
        run("SELECT current_user")[0][0],
    )
    assert granted and {privilege for _grantee, privilege in granted} == {"SELECT"}


def visible(person, compartment: C) -> set:
    return {tenant for (tenant,) in as_role(compartment, person.pk, "SELECT DISTINCT tenant_id FROM tenants_searchkey")}


def test_keys_are_read_where_the_residence_or_lease_is_and_by_nobody_else(landlord):
    here, elsewhere = landlord.building("Glycines A"), landlord.building("Quai 9")
    lives, holds = make_tenant("Le Gall"), make_tenant("Zola")
    left, far = make_tenant("Parti"), make_tenant("Loin")
    let(make_unit(here, "203"), lives)
    let(make_unit(here, "204"), holds, resident=False)
    let(make_unit(here, "205"), left, end=-100)
    let(make_unit(elsewhere, "203"), far)
    ours = {lives.pk, holds.pk, left.pk, far.pk}
    awa, elise = landlord.person("awa"), landlord.person("elise")
    assert visible(awa, C.CARD) & ours == {lives.pk}
    assert visible(elise, C.ACCOUNT) & ours == {lives.pk, holds.pk, left.pk}
    run(
        "INSERT INTO tenants_discreetmark (id, lease_id, building_id, first_day, last_day)"
        " SELECT gen_random_uuid(), lease_id, building_id, loge_today(), loge_today() + 30 FROM tenants_residence"
        " WHERE tenant_id = %s",
        lives.pk,
    )
    assert visible(awa, C.CARD) & ours == set() and lives.pk not in visible(elise, C.ACCOUNT)


def test_keys_of_a_building_follow_its_name_code_and_addresses(landlord):
    building = make_building("Résidence Œillets", landlord.place("Secteur Glycines"))
    Address.objects.using(OWNER).create(
        building=building, number="3", street="rue Émile-Zola", search_key="3 rue emile zola 75013 paris"
    )

    def keys() -> set[str]:
        return {key for (key,) in run("SELECT key FROM buildings_searchkey WHERE building_id = %s", building.pk)}

    assert {"residence", "re", "oeillets", "emile", "zo", "3", "75013"} <= keys() and "750" not in keys()
    run("UPDATE access_place SET name = 'Tilleuls', code = 'tilleuls' WHERE id = %s", building.pk)
    assert "tilleuls" in keys() and "oeillets" not in keys()
    Address.objects.using(OWNER).filter(building=building).delete()
    assert "zola" not in keys() and "tilleuls" in keys()


def test_keys_of_both_buildings_follow_a_moved_address(landlord):
    first, second = (make_building(f"Bâtiment {name}", landlord.place("Secteur Glycines")) for name in ("un", "deux"))
    address = Address.objects.using(OWNER).create(
        building=first, number="7", street="rue Quincampoix", search_key="7 rue quincampoix"
    )

    def have_key() -> list[bool]:
        count = "SELECT count(*) FROM buildings_searchkey WHERE building_id = %s AND key = 'quincampoix'"
        return [run(count, building.pk) == [(1,)] for building in (first, second)]

    assert have_key() == [True, False]
    Address.objects.using(OWNER).filter(pk=address.pk).update(building=second)
    assert have_key() == [False, True]
    Address.objects.using(OWNER).filter(pk=address.pk).delete()
    assert have_key() == [False, False]


@pytest.mark.parametrize(
    ("door", "key"),
    [
        ("12", "12"),
        ("A-012", "12"),
        ("12B", "12"),
        ("1-204", "204"),
        ("A", "a"),
        ("RDC g.", "rdcg"),
        ("", ""),
        ("00", ""),
    ],
)
def test_door_key_is_the_last_number_or_the_letters(landlord, door, key):
    assert run("SELECT buildings_door_key(%s)", door) == [(key,)]
