import base64
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ledger.models import BankDetail
from privacy.checks import key_ring_is_ready, key_ring_opens_the_base
from privacy.encryption import keys
from tests.builders import OWNER, paris_day


def content(path):
    return json.loads(path.read_text())


def test_a_new_key_ring_is_readable_by_its_owner_only(ring_file):
    assert ring_file.stat().st_mode & 0o777 == 0o600
    assert keys.current() == "k1"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o660])
def test_a_ring_open_to_others_is_refused(ring_file, mode):
    ring_file.chmod(mode)
    with pytest.raises(keys.KeyRingRefused, match="chmod 600"):
        keys.ring()


def test_a_ring_is_never_replaced(ring_file):
    before = ring_file.read_bytes()
    with pytest.raises(keys.KeyRingRefused, match="existe"):
        keys.new_ring(ring_file)
    assert ring_file.read_bytes() == before


def test_a_rotation_keeps_every_key_and_the_mode(ring_file):
    first = content(ring_file)["keys"]["k1"]
    assert keys.rotate(ring_file).current == "k2"
    assert content(ring_file)["keys"]["k1"] == first != content(ring_file)["keys"]["k2"]
    assert ring_file.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in ring_file.parent.iterdir()] == [ring_file.name]


def test_an_unknown_key_is_refused_by_name(ring_file):
    with pytest.raises(keys.UnknownKey, match="k9"):
        keys.get("k9")


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "[]",
        "{}",
        '{"current": "k1", "keys": []}',
        '{"current": "k1", "keys": {"k1": "short"}}',
        json.dumps({"current": "k2", "keys": {"k1": base64.b64encode(bytes(32)).decode()}}),
        json.dumps({"current": "k1", "keys": {"k1": base64.b64encode(bytes(16)).decode()}}),
        json.dumps({"current": "k.1", "keys": {"k.1": base64.b64encode(bytes(32)).decode()}}),
    ],
)
def test_a_malformed_key_ring_is_refused(ring_file, broken):
    ring_file.write_text(broken)
    with pytest.raises(keys.KeyRingRefused, match="pas un trousseau"):
        keys.load(ring_file)


def test_nothing_prints_a_key(ring_file):
    call_command("keys", "rotate", stdout=StringIO())
    call_command("keys", "list", stdout=(out := StringIO()))
    shown = out.getvalue() + repr(keys.ring())
    assert all(key not in shown for key in content(ring_file)["keys"].values())
    assert out.getvalue().split()[0] == "k1"
    assert content(ring_file)["made"]["k2"] in out.getvalue()


def test_keys_new_refuses_an_existing_ring(tmp_path, settings):
    settings.KEY_FILE = str(tmp_path / "state" / "keys.json")
    call_command("keys", "new", stdout=StringIO())
    before = Path(settings.KEY_FILE).read_bytes()
    call_command("keys", "new", "--if-missing", stdout=StringIO())
    with pytest.raises(CommandError, match="existe"):
        call_command("keys", "new")
    assert Path(settings.KEY_FILE).read_bytes() == before


def test_production_without_a_ring_is_an_error_and_a_demonstration_a_warning(tmp_path, settings):
    settings.KEY_FILE, settings.DEBUG, settings.DEMO = "", False, False
    assert [message.is_serious() for message in key_ring_is_ready(None)] == [True]
    settings.DEMO, settings.BASE_DIR = True, tmp_path
    assert [message.is_serious() for message in key_ring_is_ready(None)] == [False]
    settings.DEMO, settings.UNCONFIGURED = False, True
    assert [message.is_serious() for message in key_ring_is_ready(None)] == [False]


def test_a_key_ring_inside_the_code_folder_is_an_error(ring_file, settings):
    assert key_ring_is_ready(None) == []
    settings.BASE_DIR = ring_file.parent
    assert [message.id for message in key_ring_is_ready(None)] == ["privacy.E004"]


def test_a_key_ring_of_another_database_is_an_error(landlord, settings, tmp_path):
    """The deploy check must report a key file that belongs to another database.

    The ids of keys are the same in every new key file, so the check must decrypt a stored value to notice this.
    """
    who = landlord.account("Dette-Glycines A").lease.parties.first().tenant
    BankDetail(tenant=who, iban="FR1420041010050500013M02606", holder="Marie Dette", set_on=paris_day()).save(
        using=OWNER
    )
    assert key_ring_opens_the_base(databases=["owner"]) == []
    settings.KEY_FILE = str(tmp_path / "keys.json")
    keys.new_ring(keys.ring_path())
    [message] = key_ring_opens_the_base(databases=["owner"])
    assert message.id == "privacy.E005" and settings.KEY_FILE in message.msg
    with pytest.raises(CommandError, match="il appartient à une autre base"):
        call_command("check", databases=["owner"])
    assert key_ring_opens_the_base(databases=["default"]) == []
    settings.KEY_FILE = str(tmp_path / "absent.json")
    assert key_ring_opens_the_base(databases=["owner"]) == [] != key_ring_is_ready(None)


def test_an_empty_database_accepts_any_key_ring(bare, ring_file):
    assert key_ring_opens_the_base(databases=["owner"]) == []
