"""Sees that there is a Chromium for the browser tests: the machine's own, Debian's, or the test tool's."""

import os
import shutil
import subprocess
import sys

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def installed_browser() -> str | None:
    """Return the path of a Chromium on this machine, if any (``STOA_BROWSER`` overrides)."""
    given = os.environ.get("STOA_BROWSER")
    if given:
        return given
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


def main() -> int:
    if installed_browser():
        return 0
    if shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (
            ["apt-get", "-qq", "update"],
            ["apt-get", "-qq", "install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
        ):
            subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
        if installed_browser():
            return 0
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
