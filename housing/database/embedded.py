"""The project's own PostgreSQL server: found, created, started and stopped without an administrator.

    python -m housing.database.embedded start|stop|status|urls [--fast]
    python -m housing.database.embedded run [--fast] command ...

`run` starts the server if the server is stopped, and runs the command with the server's addresses in its environment.
When the last `run` ends, it stops a server that a `run` started. `--fast` means a second server for tests: this server
is not crash-safe, keeps its data in memory if memory suffices, and deletes the data when it stops.

The server listens on a Unix socket in a folder that only the server's account may enter, never on a network port. The
folder protects the server, so logins need no password. PostgreSQL refuses to run as root; root therefore uses an
unprivileged account and separate folders. The permissions of existing folders are never widened.

This module uses only the standard library, because it runs before any dependency is installed.
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
# Maximum length of the path of PostgreSQL's socket file, in bytes. Operating systems allow 104 to 108 bytes.
SOCKET_PATH_LIMIT = 100
SOCKET_NAME = ".s.PGSQL.5432"
ROOM_NEEDED_MB = 300
MEMORY = Path("/dev/shm")  # noqa: S108 - we use a folder of our own inside and check its owner
# Test data are stored in /dev/shm if the total size of /dev/shm is at least this number of MB.
# Free size is not compared, because it varies, and `start` and `stop` must choose the same folder.
MEMORY_NEEDED_MB = 4000
START_SECONDS = "60"

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # PostgreSQL must not log failed statements or error details: they contain what people typed, or whole rows.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE_SETTINGS = {"wal_level": "minimal", "max_wal_senders": "0"}  # No standby reads this server's log.
# Autovacuum is off: new statistics would make a copy differ from its template. Compiling queries (jit) is off: test
# databases are small, so it would take longer than the query.
FAST_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
}
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
    "LOGE_CONTINGENT_URL": "web_contingent",
    "LOGE_IMPORTS_URL": "imports",
    "LOGE_CACHE_URL": "cache",
}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL server: its programs, the system account that runs it, and where its files are."""

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
        """The folder of the server's socket file. The folder is in /tmp and not in the project, because the path of a
        socket must be short."""
        return Path("/tmp") / f"loge-{short_hash(f'{self.account.pw_uid}:{self.data}')}"  # noqa: S108 - owner checked

    @property
    def transient(self) -> Path:
        """Path of an empty marker file. It exists if the running server was started by `run`, and not by `start`: the
        last `run` that ends then stops the server."""
        return self.home / f"{self.name}.transient"

    def url(self, login: str, database: str) -> str:
        return f"postgresql://{login}@/{database}?host={self.sockets}"


def find_cluster(environ: Mapping[str, str], *, fast: bool = False, project: Path = PROJECT) -> Cluster:
    programs, local = find_programs(environ), project / ".local"
    memory = MEMORY / f"loge-{short_hash(str(project))}" if fast and memory_serves() else None
    if os.getuid() != 0:
        return Cluster(programs, pwd.getpwuid(os.getuid()), local, fast, memory)
    # `./dev` writes the file `begun` when it creates new encryption keys.
    # The hash of `begun` in the folder's name gives new keys an empty folder, because they cannot decrypt older data.
    mark = local / "begun"
    name = f"loge-{short_hash(str(project) + (mark.read_text() if mark.exists() else ''))}"
    return Cluster(programs, unprivileged_account(), Path("/var/lib") / name, fast, memory)


def memory_serves() -> bool:
    """Whether /dev/shm is large enough to keep the data of the test server. Tests copy databases of about a thousand
    small files; in memory this is five times as fast as on disk."""
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).total >= MEMORY_NEEDED_MB * 1_000_000


def unprivileged_account() -> pwd.struct_passwd:
    """Return the system account that runs PostgreSQL when this program runs as root: `postgres` if it exists, otherwise
    `loge`. The account `loge` is created if necessary."""
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
    """Return LOGE_INSTANCE: the name of this installation's database, and the prefix of the database roles. Raises
    Refusal if the name is not valid."""
    name = environ.get("LOGE_INSTANCE") or "loge"
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name):
        raise Refusal("LOGE_INSTANCE takes lower-case letters, digits and _, a letter first, 31 characters at most.")
    return name


def urls(cluster: Cluster, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the connection URL of each database login: environment variable -> URL."""
    prefix = instance(environ)
    addresses = {variable: cluster.url(f"{prefix}_{login}", prefix) for variable, login in LOGINS.items()}
    return addresses | {"LOGE_SUPER_URL": cluster.url("postgres", "postgres")}


def prepare_home(cluster: Cluster) -> None:
    """Create the folders that contain PostgreSQL's data folder. These folders belong to the user who runs this program,
    even root. The data folder itself belongs to the account that runs PostgreSQL."""
    for folder in filter(None, (cluster.home, cluster.memory)):
        try:
            folder.mkdir(parents=True)
        # Another process of this program may have created the same folder a moment ago: then use that folder.
        except FileExistsError:
            if folder.is_dir() and folder.lstat().st_uid == os.getuid():
                continue
            raise Refusal(f"{folder} belongs to another user: remove it, or run this as that user.") from None
        folder.chmod(0o755 if os.getuid() == 0 else 0o700)


def prepare_sockets(cluster: Cluster) -> None:
    """Create the folder of the server's socket. Only the account that runs the server may enter this folder.

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
    """Run initdb in a temporary folder, and rename that folder at the end, so that no data folder is incomplete."""
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
    """Return PostgreSQL's character type: C.UTF-8 if the system has it, otherwise C. With C.UTF-8, the SQL functions
    upper() and lower() work on accented letters too."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return locale.setlocale(locale.LC_CTYPE, "C.UTF-8") and "C.UTF-8"
    except locale.Error:
        return "C"
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


@contextlib.contextmanager
def lock(path: Path, kind: int) -> Iterator[int]:
    """Hold a lock on a file and yield the file's descriptor. The system releases the lock even if this process is
    killed."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield handle
    finally:
        os.close(handle)


def starting(cluster: Cluster) -> contextlib.AbstractContextManager[int]:
    """Return a file lock as a context manager: only the process that holds the lock may start or stop PostgreSQL."""
    prepare_home(cluster)
    return lock(cluster.home / f"{cluster.name}.lock", fcntl.LOCK_EX)


def answers(cluster: Cluster) -> bool:
    """Whether the PostgreSQL server runs: whether the server accepts a connection on its socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(cluster.sockets / SOCKET_NAME))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
    return True


def forget_stale_pid(cluster: Cluster) -> None:
    """Delete PostgreSQL's pid files if their process is not a PostgreSQL server.

    After a power cut, another program may have the process number that is in these files. PostgreSQL would take that
    program for a running server and refuse to start.
    """
    for record in (cluster.data / "postmaster.pid", cluster.sockets / f"{SOCKET_NAME}.lock"):
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int(record.read_text().splitlines()[0])
            # A zombie process has an empty command line, so it does not count as a running server.
            if b"postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                record.unlink()


def server_options(cluster: Cluster) -> str:
    settings = SETTINGS | (FAST_SETTINGS if cluster.fast else DURABLE_SETTINGS)
    settings |= {"unix_socket_directories": str(cluster.sockets)}
    return shlex.join([word for name, value in settings.items() for word in ("-c", f"{name}={value}")])


def launch(cluster: Cluster) -> None:
    """Start PostgreSQL and wait until PostgreSQL accepts connections. The caller must hold the lock of `starting()`."""
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
    """Return the last line of the server's log that reports an error, or an empty string if no line does."""
    lines = log.read_text(errors="replace").splitlines()[-20:] if log.is_file() else []
    return next((line for line in reversed(lines) if re.search("FATAL|PANIC|ERROR", line)), "")


def start(cluster: Cluster) -> None:
    """Start the server unless it runs already. From now on only the command `stop` stops the server, even if the
    command `run` had started the server."""
    with starting(cluster):
        cluster.transient.unlink(missing_ok=True)
        if not answers(cluster):
            launch(cluster)


def halt(cluster: Cluster) -> None:
    """Stop PostgreSQL at once, closing its connections. The caller must hold the lock of `starting()`."""
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
    """Run a command with the database URLs in its environment, and return the command's exit code. PostgreSQL is
    started first if it does not run."""
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
    """Stop the server at the end of a `run`, if a `run` had started the server and no other `run` uses the server."""
    with starting(cluster), contextlib.suppress(BlockingIOError):
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if cluster.transient.exists():
            halt(cluster)


def obey(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run a command as a child process and return its exit code. SIGTERM and SIGHUP are forwarded to the child. SIGINT
    is ignored here, because the terminal also sends Ctrl-C to the child."""
    child = subprocess.Popen(command, env=environ)  # noqa: S603 - the caller's own command
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: child.send_signal(received))
    code = child.wait()
    return code if code >= 0 else 128 - code


def status(cluster: Cluster) -> int:
    """Print whether the PostgreSQL server runs. Return 0 if it runs and 3 if not, like `systemctl status`."""
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
    """Parse the command line without argparse, because everything after `run`, options included, belongs to the
    command that `run` executes."""
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
