"""The embedded server: shared, stopped by the last, healed after kill -9, quiet about other folders."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from stoa.base import postgres
from stoa.base.postgres import EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedPostgres:
    server = EmbeddedPostgres(tmp_path / "closed" / "pg", durable=False)
    (tmp_path / "closed").mkdir(mode=0o700)
    yield server  # type: ignore[misc]
    server.stop()


def connect(server: EmbeddedPostgres) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(
        host=str(server.socket_folder), user=server.user, dbname="postgres", autocommit=True
    )


def test_it_starts_stops_and_leaves_other_folders_alone(server: EmbeddedPostgres) -> None:
    parent = server.folder.parent
    server.acquire()
    with connect(server) as connection:
        assert connection.execute("SHOW server_version").fetchone()[0].startswith("18")  # type: ignore[index, union-attr]
    assert parent.stat().st_mode & 0o777 == 0o700
    server.release()
    assert not server.is_running()


def test_it_survives_kill_dash_nine(server: EmbeddedPostgres) -> None:
    server.durable = True
    server.acquire()
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    pid = int((server.data_folder / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)
    again = EmbeddedPostgres(server.folder)
    again.acquire()
    with connect(again) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.release()


def test_the_last_process_to_leave_stops_it(server: EmbeddedPostgres) -> None:
    server.acquire()
    code = (
        "import sys; from pathlib import Path; from stoa.base.postgres import EmbeddedPostgres;"
        f"s = EmbeddedPostgres(Path({str(server.folder)!r}), durable=False); s.acquire(); s.release()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert server.is_running(), "another process left, this one still holds its lease"
    server.release()
    assert not server.is_running()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes account")
def test_root_can_do_without_user_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_namespaces_work", False)
    server = EmbeddedPostgres(tmp_path / "pg", durable=False)
    try:
        server.acquire()
        assert server.is_running()
        server.release()
        assert not server.is_running()
    finally:
        import shutil

        shutil.rmtree(postgres._nobody_home(server.folder).parent, ignore_errors=True)


def test_a_long_path_gets_a_short_socket(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / ("long" * 30), durable=False)
    assert len(str(server.socket_folder)) < 90
