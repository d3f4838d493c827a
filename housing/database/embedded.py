"""The project's own PostgreSQL server: found, created, started and stopped without an administrator.

    python -m housing.database.embedded start|stop|status|urls [--fast]
    python -m housing.database.embedded run [--fast] command ...

`run` starts the server if it is stopped, and runs the command with the server's addresses in its environment. When the
last `run` ends, it stops a server that a `run` started. `--fast` is a second server for tests: it is not crash-safe,
keeps its data in memory if there is enough, and deletes them when it stops.

The server listens on a Unix socket in a folder that only its own account may enter, never on a network port. That
folder protects it, so it needs no password. PostgreSQL refuses to run as root; root therefore uses an unprivileged
account and separate folders. The permissions of existing folders are never widened.

Standard library only, because it runs before any dependency is installed.
"""

import contextlib
import fcntl
import locale
import os
import pwd
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from housing.database.postgres_binaries import Programs, Refusal, execute, find_programs, reachable_programs, short_hash

PROJECT = Path(__file__).resolve().parents[2]
# Maximum bytes in the path of a socket file. Operating systems allow 104 to 108.
SOCKET_PATH_LIMIT = 100
SOCKET_NAME = ".s.PGSQL.5432"
ROOM_NEEDED_MB = 300
MEMORY = Path("/dev/shm")  # noqa: S108 - we use a folder of our own inside and check its owner
# Megabytes of total memory. Free memory could differ between start and stop, which would then use two folders.
MEMORY_NEEDED_MB = 4000
START_SECONDS = "60"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Failed statements and error details are not logged, because they contain what people typed, or whole rows.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# No autovacuum: test databases live for seconds, and its statistics would make a database differ from its template.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
VERBS = ("start", "stop", "status", "urls", "run")
LOGINS = {
    "LOGE_OWNER_URL": "owner",
    "DATABASE_URL": "web",
    "LOGE_TRACE_URL": "trace",
    "LOGE_JOBS_URL": "jobs",
    "LOGE_PRUNE_URL": "prune",
    "LOGE_SEAL_URL": "seal",
    "LOGE_BACKUP_URL": "backup",
    "LOGE_CARD_URL": "web_card",
    "LOGE_CACHE_URL": "cache",
}


@dataclass(frozen=True)
class Cluster:
    """A server: its programs, the account that runs it, and where its files are."""

    programs: Programs
    account: pwd.struct_passwd
    home: Path
    fast: bool = False
    memory: Path | None = None

    @property
    def name(self) -> str:
        return f"postgres-{self.programs.major}" + ("-fast" if self.fast else "")

    @property
    def data(self) -> Path:
        return (self.memory or self.home) / self.name

    @property
    def log(self) -> Path:
        return self.data / "server.log"

    @property
    def sockets(self) -> Path:
        """The folder of the server's socket. It is in /tmp, because the path of a socket must be short, and the project
        may be in a deep folder."""
        return Path("/tmp") / f"loge-{short_hash(f'{self.account.pw_uid}:{self.data}')}"  # noqa: S108 - owner checked

    @property
    def transient(self) -> Path:
        """A file that exists while the server was started by `run` and not by `start`. It tells the last `run` to stop
        the server."""
        return self.home / f"{self.name}.transient"

    def url(self, login: str, database: str) -> str:
        return f"postgresql://{login}@/{database}?host={self.sockets}"


def find_cluster(environ: Mapping[str, str], *, fast: bool = False, project: Path = PROJECT) -> Cluster:
    programs, local = find_programs(environ), project / ".local"
    memory = MEMORY / f"loge-{short_hash(str(project))}" if fast and memory_serves() else None
    if os.getuid() != 0:
        return Cluster(programs, pwd.getpwuid(os.getuid()), local, fast, memory)
    # `begun` is written together with the keys of a clone. So a new clone, with new keys, never uses older data.
    mark = local / "begun"
    name = f"loge-{short_hash(str(project) + (mark.read_text() if mark.exists() else ''))}"
    return Cluster(programs, unprivileged_account(), Path("/var/lib") / name, fast, memory)


def memory_serves() -> bool:
    """Whether test data are kept in memory. A test clones databases of about a thousand small files, which is five
    times as fast there."""
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).total >= MEMORY_NEEDED_MB * 1_000_000


def unprivileged_account() -> pwd.struct_passwd:
    """Return the user that runs PostgreSQL in root's place: `postgres`, or else `loge`. If neither exists, create
    `loge`."""
    for name in ("postgres", "loge"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    create = shutil.which("useradd")
    if create is None:
        raise Refusal("PostgreSQL will not run as root: create a user named loge, or run this as an ordinary user.")
    shell = shutil.which("nologin") or "/bin/false"
    execute([create, "--system", "--user-group", "--no-create-home", "--shell", shell, "loge"])
    return pwd.getpwnam("loge")


def instance(environ: Mapping[str, str]) -> str:
    """Return the name of this installation's database, which is also the prefix of its roles (LOGE_INSTANCE). Raises
    Refusal if it is not valid."""
    name = environ.get("LOGE_INSTANCE") or "loge"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise Refusal("LOGE_INSTANCE takes lower-case letters, digits and _, a letter first, 31 characters at most.")
    return name


def urls(cluster: Cluster, environ: Mapping[str, str]) -> dict[str, str]:
    """The connection URL of each login, by the name of the environment variable for it."""
    prefix = instance(environ)
    addresses = {variable: cluster.url(f"{prefix}_{login}", prefix) for variable, login in LOGINS.items()}
    return addresses | {"LOGE_SUPER_URL": cluster.url("postgres", "postgres")}


def prepare_home(cluster: Cluster) -> None:
    """Create the folders that contain the data folder. They belong to the user who runs this. For root, only the data
    folder itself belongs to the unprivileged account."""
    for folder in filter(None, (cluster.home, cluster.memory)):
        try:
            folder.mkdir(parents=True)
        # Another `run` of this clone may have created the folder a moment ago.
        except FileExistsError:
            if folder.is_dir() and folder.lstat().st_uid == os.getuid():
                continue
            raise Refusal(f"{folder} belongs to another user: remove it, or run this as that user.") from None
        folder.chmod(0o755 if os.getuid() == 0 else 0o700)


def prepare_sockets(cluster: Cluster) -> None:
    """Create the socket's folder, which only the account that runs the server may enter.

    If the folder exists, its owner and permissions are checked, because anybody can create folders in /tmp.
    """
    path = cluster.sockets
    if len(os.fsencode(path / SOCKET_NAME)) >= SOCKET_PATH_LIMIT:
        raise Refusal(f"{path} is too long for the path of a socket folder.")
    try:
        path.mkdir(mode=0o700)
        os.chown(path, cluster.account.pw_uid, cluster.account.pw_gid, follow_symlinks=False)
    except FileExistsError:
        existing = path.lstat()
        if not stat.S_ISDIR(existing.st_mode) or existing.st_uid != cluster.account.pw_uid or existing.st_mode & 0o077:
            raise Refusal(f"{path} is not the private folder of {cluster.account.pw_name}: remove it.") from None


def create_data(cluster: Cluster, programs: Path) -> None:
    """Create an empty cluster in a temporary folder, and rename the folder once it is complete."""
    if shutil.disk_usage(cluster.data.parent).free < ROOM_NEEDED_MB * 1_000_000:
        raise Refusal(f"{cluster.data.parent} needs {ROOM_NEEDED_MB} MB of free disk.")
    unfinished = cluster.data.with_name(f"{cluster.name}.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    os.chown(unfinished, cluster.account.pw_uid, cluster.account.pw_gid)
    command: list[str | Path] = [programs / "initdb", "-D", unfinished, "-U", "postgres", "-E", "UTF8", "--locale=C"]
    command += [f"--lc-ctype={character_type()}", "--auth-local=trust", "--auth-host=reject"]
    execute([*command, *(["--no-sync"] if cluster.fast else [])], cluster.account)
    unfinished.rename(cluster.data)


def character_type() -> str:
    """Return C.UTF-8 if the system has it, so that upper() and lower() work on accented letters; otherwise C. Both sort
    by code point."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8") and "C.UTF-8"
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


@contextlib.contextmanager
def lock(path: Path, kind: int) -> Iterator[int]:
    """Hold a lock on a file. The system releases the lock even if this process is killed."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield handle
    finally:
        os.close(handle)


def starting(cluster: Cluster) -> contextlib.AbstractContextManager[int]:
    """The lock that allows one process at a time to start or stop the server."""
    prepare_home(cluster)
    return lock(cluster.home / f"{cluster.name}.lock", fcntl.LOCK_EX)


def answers(cluster: Cluster) -> bool:
    """Whether a server listens on the socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(cluster.sockets / SOCKET_NAME))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def forget_stale_pid(cluster: Cluster) -> None:
    """Delete PostgreSQL's pid files if their process is not a PostgreSQL server.

    After a power cut another program may have the process number in these files. PostgreSQL would take it for a running
    server and refuse to start.
    """
    for record in (cluster.data / "postmaster.pid", cluster.sockets / f"{SOCKET_NAME}.lock"):
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(record.read_text().splitlines()[0])
            # A zombie process has an empty command line, so its pid file is deleted too.
            if b"postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                record.unlink()


def server_options(cluster: Cluster) -> str:
    settings = SETTINGS | {"unix_socket_directories": str(cluster.sockets)} | (FAST_SETTINGS if cluster.fast else {})
    return shlex.join([word for name, value in settings.items() for word in ("-c", f"{name}={value}")])


def launch(cluster: Cluster) -> None:
    """Start the server and wait until it accepts connections. The caller must hold the lock of `starting()`."""
    programs = reachable_programs(cluster.programs, cluster.account, cluster.home)
    prepare_sockets(cluster)
    if not (cluster.data / "PG_VERSION").is_file():
        create_data(cluster, programs)
    forget_stale_pid(cluster)
    command: list[str | Path] = [
        programs / "pg_ctl",
        "start",
        "-D",
        cluster.data,
        "-l",
        cluster.log,
        "-w",
        "-t",
        str(START_SECONDS),
    ]
    try:
        execute([*command, "-s", "-o", server_options(cluster)], cluster.account)
    except Refusal as refused:
        raise Refusal(f"PostgreSQL does not start: {last_words(cluster.log) or refused}") from None


def last_words(log: Path) -> str:
    """The last line in the server's log that reports an error; empty if there is none."""
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.is_file() else []
    return next((line for line in reversed(lines) if re.search("FATAL|PANIC|ERROR", line)), "")


def start(cluster: Cluster) -> None:
    """Start the server unless it runs already. Only `stop` stops it, even if a `run` had started it before."""
    with starting(cluster):
        cluster.transient.unlink(missing_ok=True)
        if not answers(cluster):
            launch(cluster)


def halt(cluster: Cluster) -> None:
    """Stop the server at once, closing its connections. The caller must hold the lock of `starting()`."""
    cluster.transient.unlink(missing_ok=True)
    if answers(cluster):
        programs = reachable_programs(cluster.programs, cluster.account, cluster.home)
        execute([programs / "pg_ctl", "stop", "-D", cluster.data, "-m", "fast", "-s", "-w"], cluster.account)
    if cluster.memory:
        shutil.rmtree(cluster.data, ignore_errors=True)


def stop(cluster: Cluster) -> None:
    with starting(cluster):
        halt(cluster)


def run(cluster: Cluster, command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command with the server's addresses in its environment, and return its exit code."""
    with contextlib.ExitStack() as leaving:
        with starting(cluster):
            if not answers(cluster):
                launch(cluster)
                cluster.transient.touch()
            users = leaving.enter_context(lock(cluster.home / f"{cluster.name}.users", fcntl.LOCK_SH))
        try:
            return obey(command, dict(environ) | urls(cluster, environ))
        finally:
            leave(cluster, users)


def leave(cluster: Cluster, users: int) -> None:
    """End one `run`: stop the server if a `run` had started it and no other `run` uses it."""
    with starting(cluster), contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if cluster.transient.exists():
            halt(cluster)


def obey(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run the command, and return its exit code. SIGTERM and SIGHUP are forwarded to it; the terminal itself sends it
    Ctrl-C."""
    child = subprocess.Popen(command, env=environ)  # noqa: S603 - the caller's own command
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code


def status(cluster: Cluster) -> int:
    """Print whether the server runs. Return 0 if it does and 3 if not, like system services."""
    state, code = ("runs", 0) if answers(cluster) else ("is stopped", 3)
    print(f"PostgreSQL {cluster.programs.version} {state}, as {cluster.account.pw_name}, data in {cluster.data}")
    return code


def carry_out(verb: str, cluster: Cluster, command: Sequence[str]) -> int:
    if verb == "run":
        return run(cluster, command, os.environ)
    if verb == "status":
        return status(cluster)
    if verb == "urls":
        print("\n".join(f"export {name}='{value}'" for name, value in urls(cluster, os.environ).items()))
        return 0
    (start if verb == "start" else stop)(cluster)
    return 0


def main(arguments: Sequence[str]) -> int:
    """Parse the arguments by hand, because everything after `run` belongs to the command, options included."""
    verb, fast = (*arguments, "")[0], list(arguments[1:2]) == ["--fast"]
    command = arguments[1 + fast :]
    if verb not in VERBS or bool(command) != (verb == "run"):
        print(__doc__, file=sys.stderr)
        return 2
    try:
        return carry_out(verb, find_cluster(os.environ, fast=fast), command)
    except PermissionError as refused:
        print(f"Not allowed: {refused.filename}: {refused.strerror}.", file=sys.stderr)
    except (Refusal, OSError) as refused:
        print(refused, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
