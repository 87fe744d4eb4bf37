"""What reading a course file gives: plain rows, ready to be stored."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from stoa.courseware.data import BlockCounts, GradingPolicy, ImportNote, OutlineModule, UnsupportedBlock
from stoa.courseware.olx.archive import CourseFiles, OpenedSource
from stoa.courseware.olx.text import storable


@dataclass(slots=True)
class ParsedBlock:
    """One authored block in the order of the course; ``raw`` are its bytes as authored.

    ``kind`` is course, module, lesson, unit, group, one of the item kinds, or draft. ``unit_key`` is empty for
    what no page shows (the untaken arms of experiments, drafts).
    """

    key: str
    parent_key: str
    tag: str
    kind: str
    title: str
    path: str
    line: int
    raw: bytes
    unit_key: str = ""
    reason: str = ""
    graded: bool = False
    format: str = ""
    due_at: datetime | None = None
    start_at: datetime | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    words: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What the course says about itself for its page; HTML is not sanitized yet."""

    org: str
    number: str
    run: str
    title: str
    language: str
    short_description: str
    overview_html: str
    effort: str
    own: Mapping[str, Any]


@dataclass(slots=True)
class ParsedCourse:
    """A course read completely. Its files stay readable until ``close``; use it as a context manager."""

    format: str
    source_name: str
    about: About
    counts: BlockCounts
    drafts: int
    tags: Mapping[str, int]
    blocks: list[ParsedBlock]
    modules: tuple[OutlineModule, ...]
    grading: GradingPolicy
    unsupported: tuple[UnsupportedBlock, ...]
    warnings: tuple[ImportNote, ...]
    errors: tuple[ImportNote, ...]
    assets: Mapping[str, Path]
    sources: CourseFiles
    opened: OpenedSource
    #: Digest and size of each file that is in the storage already (``keep_files``).
    stored: dict[str, tuple[str, int]] = field(default_factory=dict)

    @property
    def source_key(self) -> str:
        """Names the course over all its versions: "org+number"."""
        return f"{self.about.org}+{self.about.number}"

    def texts(self) -> Iterator[str]:
        """Titles and the words of pages, for the search index."""
        for block in self.blocks:
            if block.kind != "draft":
                yield storable(block.title)
                yield storable(block.words[:2000])

    def close(self) -> None:
        """Remove what was unpacked."""
        self.opened.close()

    def __enter__(self) -> "ParsedCourse":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
