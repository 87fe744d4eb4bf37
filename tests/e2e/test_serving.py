"""The server ends when it is told to, and when its parent is killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(sys.platform != "linux", reason="the kernel ends children with their parent on Linux"),
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="serves a database of its own"),
]


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {
        **os.environ,
        "STOA_DATA": str(tmp_path / "var"),
        "STOA_VOLATILE_DATABASE": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "stoa.cli", "serve", "--port", str(port), "--workers", "1"]
    with (
        open(tmp_path / "server.log", "w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        wait_for(lambda: answers(port), process, tmp_path / "server.log")
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "kill -9"])
def test_nothing_goes_on_serving(
    server: "subprocess.Popen[bytes]", port: int, number: signal.Signals
) -> None:
    server.send_signal(number)
    server.wait(timeout=20)
    wait_for(lambda: not answers(port))


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def wait_for(
    happens: Callable[[], bool], process: "subprocess.Popen[bytes] | None" = None, log: Path | None = None
) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process is not None and log is not None:
            assert process.poll() is None, log.read_text()
        if happens():
            return
        time.sleep(0.2)
    raise AssertionError("waited a minute in vain")
