"""CPU milliseconds (server processes and database together) and queries of what people do, beside a bare page.

Serves a demo marketplace with the real server (one process, no job worker running), signs a learner in, repeats
each action over one kept-alive connection, and divides the processes' CPU time by the number of requests.
Usage: ``python benchmarks/pages.py [--requests 150]``.
"""

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests

ROOT = Path(__file__).resolve().parents[1]
#: One of the demo's cast (`stoa demo people`).
LEARNER, PASSWORD = "graduate@stoa.example", "daylight-colonnade"
COURSE = "benchmark-course"
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
    stoa("import", str(course_with_unlimited_attempts()))
    with served("benchmarks.bare_settings", count) as site:
        floor, queries = site.cost(lambda: site.get("/"))
    with served("benchmarks.counted_settings", count) as site:
        costs = dict(actions(site))
    print("| request | CPU-ms | times the floor | queries |\n|---|---|---|---|")
    print(f"| bare page, 8 queries | {floor:.1f} | 1.0 | {queries} |")
    for name, (cost, queries) in costs.items():
        print(f"| {name} | {cost:.1f} | {cost / floor:.1f} | {queries} |")
    return 0


def actions(site: "Site") -> Iterator[tuple[str, tuple[float, int]]]:
    """Each action's name, CPU milliseconds and queries."""
    yield "home (catalog)", site.cost(lambda: site.get("/"))
    yield "search", site.cost(lambda: site.get("/search?q=python"))
    yield "course page", site.cost(lambda: site.get("/courses/reading-a-balance-sheet"))
    site.sign_in(LEARNER, PASSWORD)
    site.post(f"/courses/{COURSE}/audit", {})
    units = list(
        dict.fromkeys(re.findall(rf"/learn/{COURSE}/units/[^\"'/?#]+", site.get(f"/learn/{COURSE}").text))
    )
    yield "lesson", site.cost(lambda: site.get(units[0]))
    checkout = re.search(r"/checkout/\d+", site.get("/courses/first-proofs").text)
    assert checkout, "the course is on sale"
    yield "checkout page", site.cost(lambda: site.get(checkout.group(0)))
    own = re.search(r"/checkout/\d+", site.get(f"/courses/{COURSE}").text)
    if own:  # bought by an earlier run otherwise
        site.buy(own.group(0))
    quiz = next(unit for unit in units if 'id="quiz"' in site.get(unit).text)
    page = site.get(quiz).text
    answers = dict.fromkeys(re.findall(r'<input type="text" name="([^"]+)"', page), "1")
    answers |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"', page))
    asked = re.findall(r'name="asked" value="([^"]+)"', page)
    one = next(iter(answers.items()))
    yield (
        "save an answer",
        site.cost(lambda: site.post(f"{quiz}/answers", {"asked": asked[:1], one[0]: one[1]})),
    )
    seen = re.compile(r'name="attempts_seen" value="([^"]+)"')

    def submit() -> None:
        form = {"honor_code": "yes", "asked": asked, **answers, "attempts_seen": state["seen"]}
        answer = site.post(f"{quiz}/submit", form)
        state["seen"] = str(int(state["seen"]) + 1)
        assert answer.status_code in {200, 302}, answer.status_code

    state = {"seen": seen.search(page).group(1)}  # type: ignore[union-attr]
    yield f"submit a quiz of {len(asked)} questions", site.cost(submit)
    assert seen.search(site.get(quiz).text).group(1) == state["seen"], "every submission was graded"  # type: ignore[union-attr]


def course_with_unlimited_attempts() -> Path:
    """A copy of a demo course whose quizzes may be submitted again and again."""
    copy = Path(ENVIRONMENT["STOA_DATA"]) / "course"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT / "demo" / "courses" / "reading-a-balance-sheet", copy)
    for path in copy.rglob("*.xml"):
        path.write_text(re.sub(r' max_attempts="\d+"', "", path.read_text()))
    about = json.loads((copy / "stoa.json").read_text())
    (copy / "stoa.json").write_text(
        json.dumps({**about, "slug": COURSE, "partner": "benchmark", "instructors": []})
    )
    (copy / "course.xml").write_text((copy / "course.xml").read_text().replace("ACC101", "BENCH"))
    return copy


class Site:
    """A served marketplace and one client of it."""

    def __init__(self, url: str, server: psutil.Process, count: int) -> None:
        self.url = url
        self.server = server
        self.count = count
        self.session = requests.Session()
        self.queries = 0

    def get(self, path: str) -> requests.Response:
        answer = self.session.get(self.url + path, timeout=30)
        assert answer.status_code == 200, (path, answer.status_code)
        self.queries = int(answer.headers["X-Queries"])
        return answer

    def post(self, path: str, form: dict[str, Any]) -> requests.Response:
        form = {"csrfmiddlewaretoken": self.session.cookies.get("csrftoken", ""), **form}
        answer = self.session.post(
            self.url + path, data=form, headers={"Referer": self.url}, timeout=30, allow_redirects=False
        )
        assert answer.status_code in {200, 204, 302, 303, 409, 422}, (path, answer.status_code)
        self.queries = int(answer.headers["X-Queries"])
        return answer

    def sign_in(self, email: str, password: str) -> None:
        self.get("/login")
        answer = self.post("/login", {"login": email, "password": password})
        assert answer.status_code == 302, answer.text[:2000]

    def buy(self, checkout: str) -> None:
        """Pay by the embedded gateway, with a worker running until its webhook has arrived."""
        page = self.get(checkout).text
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        card = {"card_number": "4242424242424242", "expiry": "12/30", "security_code": "123"}
        form["country"] = form["quoted_country"]
        answer = self.post(checkout, {**form, **card})
        assert answer.status_code == 302, answer.status_code
        worker = subprocess.Popen(
            [sys.executable, "-m", "stoa.worker"], env={**ENVIRONMENT, "STOA_SITE_URL": self.url}
        )
        try:
            for _ in range(100):
                if "Start learning" in self.get(answer.headers["Location"]).text:
                    return
                time.sleep(0.2)
            raise AssertionError("the payment was never confirmed")
        finally:
            worker.terminate()
            worker.wait()

    def cost(self, act: Callable[[], object]) -> tuple[float, int]:
        """CPU milliseconds (server, its children, the database) and queries of one ``act``, after warming up."""
        for _ in range(10):
            act()
        before = self._cpu()
        for _ in range(self.count):
            act()
        return (self._cpu() - before) * 1000 / self.count, self.queries

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
