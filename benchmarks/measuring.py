"""What benchmarks of the books share: a database of their own, and the processor seconds of PostgreSQL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_database() -> Iterator[None]:
    """Make a database for this process on the server the environment names, and drop it afterwards."""
    from django.db import connection

    name = f"stoa_benchmark_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    plain = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = plain
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def server_cpu() -> float:
    """Processor seconds of the backend that serves this process; 0 where /proc cannot tell."""
    fields = _of_backend("stat").rsplit(")", 1)[-1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if len(fields) > 12 else 0.0


def server_peak_mb() -> float:
    """Peak resident memory of that backend, shared buffers included."""
    return _peak_mb(_of_backend("status"))


def own_peak_mb() -> float:
    """Peak resident memory of this process."""
    return _peak_mb(Path("/proc/self/status").read_text())


def _of_backend(file: str) -> str:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    try:
        return Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return ""


def _peak_mb(status: str) -> float:
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0
    )
