"""``stoa serve``: the web server and the job worker, until Ctrl-C."""

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from typing import Any

from stoa.kernel.refusals import Invalid

_STOP_SECONDS = 10
_PR_SET_PDEATHSIG = 1  # prctl(2)
_MOST_WORKERS = 64


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "serve",
        help="serve the marketplace and run its jobs until Ctrl-C",
        description="Serve the marketplace and run its jobs until Ctrl-C. Runs 'setup' first.",
    )
    add_server_options(parser)
    parser.set_defaults(run=run)


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """The options that ``serve`` and ``demo run`` share."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default 8000)")
    parser.add_argument("--workers", type=int, default=2, help="server processes (default 2)")


def run(arguments: argparse.Namespace) -> int:
    from stoa.cli.setup import bring_up_to_date

    refuse_used_port(arguments.host, arguments.port)
    bring_up_to_date()
    return serve(host=arguments.host, port=arguments.port, workers=arguments.workers)


def serve(*, host: str, port: int, workers: int) -> int:
    """Run granian and the job worker as children; stop both, then the database, on SIGINT or SIGTERM."""
    refuse_used_port(host, port)
    if not 1 <= workers <= _MOST_WORKERS:
        raise Invalid(f"{workers} server processes cannot serve: choose 1 to {_MOST_WORKERS}.")
    environment = {
        "STOA_SITE_URL": f"http://{host}:{port}",
        **os.environ,
        "STOA_DB_POOL": "1",
        "STOA_HASHED_STATIC": "1",
    }
    granian = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "stoa.wsgi:application"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
        *("--workers-kill-timeout", "5"),
    ]
    jobs = [sys.executable, "-m", "stoa.worker"]
    # Children get their own group: Ctrl-C reaches this process alone, which stops them in order.
    children = [
        subprocess.Popen(command, env=environment, process_group=0, preexec_fn=_end_with_parent)
        for command in (granian, jobs)
    ]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    previous = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _announce(host, port, children[0])
        while not stopping and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        _stop(children)
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not stopping:
        print("stoa: a server process ended by itself; see the log above", file=sys.stderr)
        return 1
    print("\nStopped.", flush=True)
    return 0


def refuse_used_port(host: str, port: int) -> None:
    """Raise ``Invalid`` when there is no such port, or somebody else listens on it."""
    if not 1 <= port <= 65_535:
        raise Invalid(f"There is no port {port}: choose one from 1 to 65535, for example PORT=8001.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Invalid(
                f"Port {port} cannot be used ({error.strerror}): choose another, for example PORT=8001."
            )


def _announce(host: str, port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            if probe.connect_ex((host, port)) == 0:
                print(f"Stoa is at http://{host}:{port} (Ctrl-C stops it)", flush=True)
                return
        time.sleep(0.1)


def _end_with_parent() -> None:
    """Have the kernel end this child when its parent is killed, so that nothing goes on serving alone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop(children: "list[subprocess.Popen[bytes]]") -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _STOP_SECONDS
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
