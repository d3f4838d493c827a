"""Export of a portfolio: who may export, encryption of the files, and cleaning up after a failure."""

import io
import stat

import pyrage
import pytest
from django.core.management import CommandError, call_command

from exchange.portfolio import writing
from tests.builders import events, run
from tests.sample_objects import SampleObjects

JULES, INES = "jules.moreau@trois-rives.example", "ines.haddad@trois-rives.example"


@pytest.fixture
def key():
    return pyrage.x25519.Identity.generate()


def exported(folder, key, by=JULES, approved_by=INES, recipient=""):
    recipient = recipient or str(key.to_public())
    call_command(
        "export_portfolio", str(folder), recipient=recipient, by=by, approved_by=approved_by, stdout=io.StringIO()
    )


def test_export_is_encrypted_and_recorded(landlord, tmp_path, key):
    exported(tmp_path / "out", key)
    files = sorted((tmp_path / "out").iterdir())
    assert len(files) == 15 and {path.suffix for path in files} == {".age"}
    assert all(b"Dette" not in path.read_bytes() and stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(files[0].read_bytes(), [pyrage.x25519.Identity.generate()])
    tenants = pyrage.decrypt((tmp_path / "out" / "locataires.csv.age").read_bytes(), [key]).decode("utf-8-sig")
    assert "Dette-Glycines A" in tenants
    [event] = events(kind="portfolio_exported")
    assert event["actor"] == landlord.person("jules").pk
    assert event["facts"]["approved_by"] == str(landlord.person("ines").pk) and event["facts"]["files"] == 15
    assert event["facts"]["lines"] == event["count"] > 50


@pytest.mark.parametrize(
    ("who", "output"),
    [
        ({"approved_by": JULES}, "deux personnes"),
        ({"by": INES}, "deux personnes"),
        ({"by": INES, "approved_by": JULES}, "La personne qui demande"),
        ({"approved_by": "elise.bernard@trois-rives.example"}, "La personne qui approuve"),
        ({"by": "karim.sy@trois-rives.example"}, "ne peut plus se connecter"),
        ({"by": "personne@x.example"}, "Aucune personne ne se connecte"),
        ({"recipient": "age1faux"}, "clé publique age"),
    ],
)
def test_export_needs_two_people_and_a_valid_key(landlord, tmp_path, key, who, output):
    with pytest.raises(CommandError, match=output):
        exported(tmp_path / "out", key, **who)
    assert not list(tmp_path.iterdir()) and not events(kind="portfolio_exported")


def test_export_needs_current_roles(landlord, tmp_path, key):
    run("UPDATE access_assignment SET last_day = loge_today() - 1 WHERE role = 'dpo'")
    with pytest.raises(CommandError, match="La personne qui approuve"):
        exported(tmp_path / "out", key)


def test_export_never_overwrites(landlord, tmp_path, key):
    (tmp_path / "out").mkdir()
    with pytest.raises(CommandError, match="existe déjà"):
        exported(tmp_path / "out", key)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_export_without_its_event_leaves_no_file(landlord, tmp_path, key, monkeypatch):
    def fail(*_args, **_what):
        raise RuntimeError("no trace")

    monkeypatch.setattr(writing, "record", fail)
    with pytest.raises(RuntimeError):
        exported(tmp_path / "out", key)
    assert not list(tmp_path.iterdir())


def test_only_loading_logins_may_create_temporary_tables(templates, bare):
    acl = "SELECT has_database_privilege(%s, %s, 'TEMP')"
    may = {role: run(acl, f"loge_{role}", templates["bare"])[0][0] for role in ("jobs", "intake", "web", "trace")}
    assert may == {"jobs": True, "intake": True, "web": False, "trace": False}


def test_export_leaves_out_machine_clients(landlord, tmp_path, key):
    machine = SampleObjects(landlord).token.machine
    exported(tmp_path / "out", key)
    for name in ("personnes", "affectations"):
        text = pyrage.decrypt((tmp_path / "out" / f"{name}.csv.age").read_bytes(), [key]).decode("utf-8-sig")
        assert "elise.bernard" in text and machine.email not in text, name


def test_parts_reader_returns_all_bytes_in_pieces_of_any_size():
    parts = [b"abc", b"defgh", b"i"]
    assert writing.PartsReader(iter(parts)).read() == b"abcdefghi"
    reader = writing.PartsReader(iter(parts))
    pieces = list(iter(lambda: reader.read(2), b""))
    assert b"".join(pieces) == b"abcdefghi" and max(map(len, pieces)) == 2
