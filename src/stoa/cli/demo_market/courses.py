"""The demo's own courses: folders of Open edX XML with a ``stoa.json``, and the partners who publish them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from stoa.courseware import api as courseware
from stoa.kernel.refusals import NotFound

#: The three courses that are complete enough to study with pleasure; learners of the story prefer them.
FULL_COURSES = ("python-for-careful-beginners", "reading-a-balance-sheet", "astronomy-with-the-naked-eye")


def demo_folder() -> Path:
    """Where the repository keeps the demo. Raises ``NotFound`` for an installation without a repository."""
    folder = Path(__file__).resolve().parents[4] / "demo"
    if not (folder / "marketplace.json").is_file():
        raise NotFound("The demo's courses are not installed: run this in a clone of the repository.")
    return folder


def course_folders() -> Sequence[Path]:
    """All demo courses, the full ones first, then by name."""
    folders = [path.parent for path in (demo_folder() / "courses").glob("*/stoa.json")]
    return sorted(
        folders,
        key=lambda folder: (
            FULL_COURSES.index(folder.name) if folder.name in FULL_COURSES else len(FULL_COURSES),
            folder.name,
        ),
    )


def read_demo_course(folder: Path) -> courseware.ParsedCourse:
    """Read a course; where its ``stoa.json`` names our partners and instructors by slug, say who they are."""
    parsed = courseware.read_course(folder)
    own = dict(parsed.about.own)
    known = _marketplace()
    if isinstance(own.get("partner"), str) and own["partner"] in known["partners"]:
        own["partner"] = known["partners"][own["partner"]]
        own["instructors"] = [known["instructors"][slug] for slug in own.get("instructors", ())]
    parsed.about = replace(parsed.about, own=own)
    return parsed


@cache
def _marketplace() -> Mapping[str, Mapping[str, Any]]:
    facts = json.loads((demo_folder() / "marketplace.json").read_text(encoding="utf-8"))
    return {name: {row["slug"]: row for row in facts[name]} for name in ("partners", "instructors")}
