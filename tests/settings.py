"""The product's settings in a data folder of the tests' own.

Settings load before any conftest does: what they read from the environment has to be there by now.
"""

import os
from pathlib import Path

os.environ.setdefault("STOA_VOLATILE_DATABASE", "1")
os.environ.setdefault("STOA_DATA", str(Path(__file__).resolve().parents[1] / "var" / "test"))
# Programs that tests start are the product itself; they find the same data by the lines above.
os.environ["DJANGO_SETTINGS_MODULE"] = "stoa.settings"

from stoa.settings import *  # noqa: F403
