"""CPU milliseconds (server processes and database together) and queries of what people do, beside a bare page.

Serves a demo marketplace with the real server (one process, no job worker running), signs a learner in, repeats
each action over one kept-alive connection, and divides the processes' CPU time by the number of requests.
Usage: ``python benchmarks/pages.py [--requests 150]``.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import requests

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

ENVIRONMENT = {
    **os.environ,
    "STOA_DATA": os.environ.get("STOA_BENCHMARK_DATA", str(Path(tempfile.gettempdir()) / "stoa-benchmark")),
    "STOA_DB_POOL": "1",
    "STOA_HASHED_STATIC": "1",
    "STOA_LOG_LEVEL": "WARNING",
    "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=150)
    count = parser.parse_args().requests
    stoa("setup")
    stoa("demo", "load")
    with served("benchmarks.bare_settings", count) as site:
        floor = site.cost(lambda: site.get("/"))
    with served("stoa.settings", count) as site:
        costs = dict(actions(site))
    print(
        f"| request | CPU-ms | times the floor |\n|---|---|---|\n| bare page, 8 queries | {floor:.1f} | 1.0 |"
    )
    for name, cost in costs.items():
        print(f"| {name} | {cost:.1f} | {cost / floor:.1f} |")
    return 0


def actions(site: "Site") -> Iterator[tuple[str, float]]:
    """Each action's name and cost."""
    from stoa.cli.demo_market.cast import PASSWORD

    yield "home (catalog)", site.cost(lambda: site.get("/"))
    yield "search", site.cost(lambda: site.get("/search?q=python"))
    slug = "reading-a-balance-sheet"
    yield "course page", site.cost(lambda: site.get(f"/courses/{slug}"))
    site.sign_in("learner@stoa.example", PASSWORD)
    course = site.get(f"/learn/{slug}").text
    units = list(dict.fromkeys(re.findall(rf"/learn/{slug}/units/[^\"'/?#]+", course)))
    yield "lesson", site.cost(lambda: site.get(units[0]))
    checkout = re.search(r"/checkout/\d+", site.get("/courses/astronomy-with-the-naked-eye").text)
    if checkout:
        yield "checkout page", site.cost(lambda: site.get(checkout.group(0)))
    quiz = next((unit for unit in units if "data-quiz" in site.get(unit).text), None)
    if quiz:
        yield from quiz_actions(site, quiz)


def quiz_actions(site: "Site", quiz: str) -> Iterator[tuple[str, float]]:
    """Saving one answer, and submitting the whole quiz, of the learner's own quiz page."""
    page = site.get(quiz).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
    save = re.search(r'(?:hx-post|data-save|formaction)="([^"]+answers[^"]*)"', page)
    submit = re.search(
        r'<form[^>]*data-quiz[^>]*action="([^"]+)"|<form[^>]*action="([^"]+)"[^>]*data-quiz', page
    )
    fields = dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', page))
    form = {"csrfmiddlewaretoken": token, "honor_code": "on", **fields}
    if save:
        yield "save an answer", site.cost(lambda: site.post(save.group(1), form))
    if submit:
        address = submit.group(1) or submit.group(2)
        yield "submit a quiz", site.cost(lambda: site.post(address, form))


class Site:
    """A served marketplace and one client of it."""

    def __init__(self, url: str, server: psutil.Process, count: int) -> None:
        self.url = url
        self.server = server
        self.count = count
        self.session = requests.Session()

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(self.url + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def post(self, path: str, form: dict[str, str]) -> requests.Response:
        answer = self.session.post(
            self.url + path, data=form, headers={"Referer": self.url}, timeout=30, allow_redirects=False
        )
        assert answer.status_code in {200, 204, 302, 303, 409, 422}, (path, answer.status_code)
        return answer

    def sign_in(self, email: str, password: str) -> None:
        page = self.get("/login").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
        answer = self.post("/login", {"csrfmiddlewaretoken": token, "login": email, "password": password})
        assert answer.status_code == 302, answer.text[:2000]

    def cost(self, act: Callable[[], object]) -> float:
        """CPU milliseconds of one ``act``: server, its children and the database, after warming up."""
        for _ in range(10):
            act()
        before = self._cpu()
        for _ in range(self.count):
            act()
        return (self._cpu() - before) * 1000 / self.count

    def _cpu(self) -> float:
        processes = [self.server, *self.server.children(recursive=True), *database_processes()]
        return sum(sum(process.cpu_times()[:2]) for process in processes)


def database_processes() -> list[psutil.Process]:
    """The embedded server's processes."""
    pid_file = Path(ENVIRONMENT["STOA_DATA"]) / "postgres" / "data" / "postmaster.pid"
    main_process = psutil.Process(int(pid_file.read_text().split()[0]))
    return [main_process, *main_process.children()]


@contextmanager
def served(settings: str, count: int) -> Iterator[Site]:
    """Serve with one worker process until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "stoa.wsgi:application"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--log-level", "warning"),
    ]
    environment = {**ENVIRONMENT, "DJANGO_SETTINGS_MODULE": settings}
    with subprocess.Popen(command, env=environment, cwd=ROOT) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(150):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield Site(url, psutil.Process(server.pid), count)
        finally:
            server.terminate()


def stoa(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "stoa.cli", *arguments], env=ENVIRONMENT, check=True, stdout=sys.stderr
    )


if __name__ == "__main__":
    sys.exit(main())
