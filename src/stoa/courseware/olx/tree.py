"""Reads the tree of blocks: follows pointers to files, merges settings, gives every block its key."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from stoa.courseware.olx.archive import CourseFiles
from stoa.courseware.olx.notes import Notes, Place
from stoa.courseware.olx.refusals import UnusableArchive
from stoa.courseware.olx.text import composed_letters
from stoa.courseware.olx.xml import parse_xml
from stoa.kernel.identifiers import slug_of

LESSONS: Final = frozenset({"sequential", "videosequence", "problemset", "section"})
#: Holds other blocks and shows nothing of its own; never counted as an item.
CONTAINERS: Final = (
    frozenset(
        "course library chapter vertical split_test library_content legacy_library_content itembank conditional "
        "randomize wrapper abtest group show default".split()
    )
    | LESSONS
)
VIDEOS: Final = frozenset({"video", "videoalpha", "videodev"})
#: Blocks that an unknown block may hold, so that they are found and counted there.
_FINDABLE = frozenset({"problem", "html", "video", "discussion", "vertical", "sequential"})
#: Children that describe their parent and are no blocks.
_NOT_BLOCKS = frozenset(
    "wiki textbook pdf_textbook grading_policy grader metadata license course_info tabs description sources".split()
)
_HTML_TAGS = frozenset({"html"})
_HTML_ROOT = re.compile(rb"<html[\s>/]", re.IGNORECASE)
_MOST_BLOCKS = 100_000
_DEEPEST = 60
_INHERITED = "graded format due start showanswer attempts max_attempts rerandomize graceperiod".split()


@dataclass(slots=True)
class Node:
    """A block with its definition resolved. ``own`` are its settings, ``attributes`` also the inherited ones."""

    tag: str
    key: str
    name: str
    element: etree._Element
    own: Mapping[str, str]
    attributes: Mapping[str, str]
    place: Place
    line: int
    raw: bytes
    children: list["Node"] = field(default_factory=list)
    missing: str = ""

    @property
    def is_container(self) -> bool:
        return self.tag in CONTAINERS


class TreeReader:
    """Reads nodes; every pointer is followed at most once, so a course that holds itself ends."""

    def __init__(self, files: CourseFiles, policies: Mapping[str, Mapping[str, str]], notes: Notes) -> None:
        self.files = files
        self.policies = policies
        self.notes = notes
        self.keys: set[str] = set()
        self.named: set[tuple[str, str]] = set()
        self.followed: set[tuple[str, str]] = set()
        self.read_paths: set[str] = set()
        self.key_of_name: dict[str, str] = {}
        self.folders = {path.split("/", 1)[0] for path in files if "/" in path}
        self.repeats: Counter[str] = Counter()

    def read_root(self, element: etree._Element, place: Place) -> Node:
        """Read the whole course from its root element."""
        node = self.read(element, place, {}, 0)
        assert node is not None
        return node

    def read(
        self, element: etree._Element, place: Place, inherited: Mapping[str, str], depth: int
    ) -> Node | None:
        tag = str(element.tag)
        name = (element.get("url_name") or element.get("slug") or "").strip()
        own = {str(k): str(v) for k, v in element.attrib.items()}
        line = _line_of(element)
        raw = b""
        missing = ""
        if name and _is_pointer(element, tag):
            if (tag, name) in self.followed:
                self.notes.warn(
                    "duplicate_reference",
                    f"<{tag}> “{name}” is referred to again; it is shown where it stands first.",
                    path=place.path,
                    line=line,
                )
                return None
            definition = self._definition(tag, name, own)
            if definition is not None:
                self.followed.add((tag, name))
                element, place, raw = definition
                own = {**{str(k): str(v) for k, v in element.attrib.items()}, **own}
                line = _line_of(element) or 1
                name = name or own.get("url_name", "")
            elif not self._says_something(element, tag):
                missing = f"The file {_path_of(tag, name)} is missing or cannot be read."
                self.notes.warn(
                    "dangling_pointer", f"<{tag}> “{name}”: {missing}", path=place.path, line=line
                )
        if not raw:
            raw = etree.tostring(element, with_tail=False, encoding="utf-8")
        element, place, raw_of_file = self._of_filename(element, tag, own, place)
        own.update(self.policies.get(f"{tag}/{name}", {}))
        attributes = {k: inherited[k] for k in _INHERITED if k in inherited} | own
        node = Node(
            tag=tag,
            key=self._key(tag, name, own, raw, place, line),
            name=name,
            element=element,
            own=own,
            attributes=attributes,
            place=place,
            line=line,
            raw=raw_of_file or raw,
            missing=missing,
        )
        self._read_children(node, attributes, depth)
        return node

    def _read_children(self, node: Node, attributes: Mapping[str, str], depth: int) -> None:
        is_known = node.is_container
        if depth > _DEEPEST:
            raise UnusableArchive(
                f"{node.place.path} nests blocks more than {_DEEPEST} deep: it is not a course."
            )
        if not is_known and (node.tag in _LEAVES or not any(c.tag in _FINDABLE for c in node.element)):
            return
        for child in node.element:
            if not isinstance(child.tag, str) or child.tag in _NOT_BLOCKS:
                continue
            if not is_known and child.tag not in _FINDABLE:
                continue
            found = self.read(child, node.place, attributes, depth + 1)
            if found is not None:
                node.children.append(found)
        if node.tag == "conditional" or node.tag == "show":
            self._read_shown(node, attributes, depth)

    def _read_shown(self, node: Node, attributes: Mapping[str, str], depth: int) -> None:
        """``<show sources="i4x://org/course/html/name; …"/>`` of 2013 names what a condition reveals."""
        for source in (node.element.get("sources") or "").split(";") if node.tag == "show" else ():
            parts = source.strip().split("/")
            if len(parts) >= 2 and parts[-1] and _path_of(parts[-2], parts[-1]) in self.files:
                if (parts[-2], parts[-1]) in self.followed:
                    continue
                pointer = etree.Element(parts[-2], url_name=parts[-1])
                found = self.read(pointer, node.place, attributes, depth + 1)
                if found is not None:
                    node.children.append(found)

    def _definition(
        self, tag: str, name: str, own: Mapping[str, str]
    ) -> tuple[etree._Element, Place, bytes] | None:
        for path in _candidates(tag, name):
            if path not in self.files:
                continue
            content = self.files.read(path)
            self.read_paths.add(path)
            if path.endswith(".html") and tag in _HTML_TAGS:
                element = etree.Element("html", filename=path[len(tag) + 1 : -5])
                return element, Place(path, content), content
            if tag in _HTML_TAGS and not _HTML_ROOT.search(content[:1000]):
                # A fragment of HTML in an .xml file has no root of its own to be read from.
                element = etree.Element("html", filename=path[len(tag) + 1 :])
                return element, Place(path, content), content
            element_read = parse_xml(content, path=path, notes=self.notes)
            if element_read is None:
                return None
            if element_read.tag != tag and tag in ("html", "problem"):
                outer = etree.Element(tag)
                outer.append(element_read)
                element_read = outer
            return element_read, Place(path, content), content
        return None

    def _says_something(self, element: etree._Element, tag: str) -> bool:
        """Whether an empty element without a file still defines a block by its attributes."""
        if tag in ("html", "problem"):
            return False  # settings without a word: its file is missing
        names_only = {"url_name", "slug", "org", "course"}
        if tag in VIDEOS or (tag in CONTAINERS and tag in self.folders):
            names_only |= {
                "display_name",
                "name",
            }  # a title alone plays nothing; the others of its kind have files
        return bool(set(element.attrib) - names_only)

    def _of_filename(
        self, element: etree._Element, tag: str, own: dict[str, str], place: Place
    ) -> tuple[etree._Element, Place, bytes]:
        """Follow ``filename=``: the older way to keep a problem's or custom tag's XML in a file of its own."""
        filename = (element.get("filename") or own.get("filename") or "").strip()
        if not filename or tag == "html" or len(element) or (element.text or "").strip():
            return element, place, b""
        for path in _candidates(tag, filename):
            if path in self.files and path != place.path:
                content = self.files.read(path)
                self.read_paths.add(path)
                if tag in CONTAINERS and (tag, path) in self.followed:
                    return element, place, b""
                self.followed.add((tag, path))
                found = parse_xml(content, path=path, notes=self.notes)
                if found is not None:
                    for key, value in found.attrib.items():
                        own.setdefault(str(key), str(value))
                    return found, Place(path, content), content
                return element, place, content
        if tag in CONTAINERS or tag in _LEAVES:  # elsewhere it may be a setting of the block's own
            self.notes.warn(
                "dangling_pointer",
                f"<{tag}> has filename “{filename}”, which is not in the course.",
                path=place.path,
                line=_line_of(element),
            )
        return element, place, b""

    def _key(self, tag: str, name: str, own: Mapping[str, str], raw: bytes, place: Place, line: int) -> str:
        """The author's name where it is unique; later versions of a course keep it, so progress carries over."""
        base = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:150]
        if not base:
            title = slug_of(own.get("display_name") or own.get("name") or "", limit=60)
            base = f"{tag}-{title or hashlib.sha256(raw).hexdigest()[:12]}"
        elif (tag, name) in self.named:
            self.notes.warn(
                "duplicate_url_name", f"Several <{tag}> are called “{name}”.", path=place.path, line=line
            )
        elif base in self.keys:
            base = f"{tag}-{base}"
        self.named.add((tag, name))
        base = re.sub(r"[^A-Za-z0-9_.-]+", "-", base)[:200]
        if len(self.keys) >= _MOST_BLOCKS:
            raise UnusableArchive(f"It holds more than {_MOST_BLOCKS:,} blocks: it is not a course.")
        key = base
        while key in self.keys:
            self.repeats[base] += 1
            key = f"{base}-{self.repeats[base] + 1}"
        self.keys.add(key)
        if name:
            self.key_of_name.setdefault(name, key)
        return key


_LEAVES = VIDEOS | {"problem", "html", "discussion"}


def _is_pointer(element: etree._Element, tag: str) -> bool:
    """Whether the definition may stand elsewhere: nothing inside, and nothing that defines it here."""
    if any(isinstance(child.tag, str) for child in element) or (element.text or "").strip():
        return False
    return not element.get("filename")


def _line_of(element: etree._Element) -> int:
    return element.sourceline if isinstance(element.sourceline, int) else 0


def _path_of(tag: str, name: str) -> str:
    return f"{tag}/{name.replace(':', '/')}.xml"


def _candidates(tag: str, name: str) -> list[str]:
    name = composed_letters(name)
    plain = name.replace(":", "/").lstrip("/")
    bare = [
        f"{tag}/{plain}.xml",
        f"{tag}/{name}.xml",
        f"{tag}/{plain}",
        f"{plain}.xml" if "/" in plain else "",
    ]
    if tag == "html":
        bare.insert(1, f"{tag}/{plain}.html")
    if "/" in plain:
        bare += [f"{tag}/{plain.replace('/', '_')}.xml", f"{tag}/{plain.rsplit('/', 1)[-1]}.xml"]
    return [each for each in bare if each.endswith((".xml", ".html"))]
