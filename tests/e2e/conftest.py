"""A real browser drives the real server: `stoa serve` with its worker, on a small demo marketplace of its own.

Tests see the marketplace through pages and the `stoa` command alone, as people do.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from tests.install_browser import installed_browser

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Marketplace:
    """A running installation: its address, and its command line."""

    url: str
    environment: dict[str, str]

    def stoa(self, *arguments: str, exit_code: int = 0, stdin: str = "") -> str:
        """Run a `stoa` command against this installation and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "stoa.cli", *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == exit_code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr


@pytest.fixture(scope="package")
def marketplace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marketplace]:
    folder = tmp_path_factory.mktemp("marketplace")
    port = _free_port()
    environment = {
        **os.environ,
        "STOA_DATA": str(folder),
        "STOA_VOLATILE_DATABASE": "1",
        "STOA_SITE_URL": f"http://127.0.0.1:{port}",
        "STOA_LOG_LEVEL": "WARNING",
        "PYTHONPATH": str(ROOT / "src"),
    }
    if os.environ.get("DATABASE_URL"):
        environment["DATABASE_URL"] = _fresh_external_database(os.environ["DATABASE_URL"])
    market = Marketplace(f"http://127.0.0.1:{port}", environment)
    market.stoa("demo", "load", "--learners", "8")
    log = open(folder / "server.log", "w")  # noqa: SIM115 - the server writes to it until it ends
    server = subprocess.Popen(
        [sys.executable, "-m", "stoa.cli", "serve", "--port", str(port), "--workers", "1"],
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"{market.url}/healthz", server, folder / "server.log")
        yield market
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(timeout=30) == 0, (folder / "server.log").read_text()


@pytest.fixture(scope="package")
def playwright_driver() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="package")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    arguments = [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    browser = playwright_driver.chromium.launch(executable_path=installed_browser(), args=arguments)
    yield browser
    browser.close()


@pytest.fixture
def context(browser: Browser, marketplace: Marketplace) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=marketplace.url, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def phone(browser: Browser, marketplace: Marketplace) -> Iterator[Page]:
    """A page of 390 by 844 pixels without JavaScript: a cheap phone on a bad day."""
    context = browser.new_context(
        base_url=marketplace.url, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"no answer from {url}:\n{log.read_text()}")


def _fresh_external_database(url: str) -> str:
    parts = urlsplit(url)
    name = parts.path.strip("/") + "_e2e"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(parts._replace(path=f"/{name}"))
