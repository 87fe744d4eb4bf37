"""Reads a whole course or content library from its files."""

import html as html_words
import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from stoa.courseware.data import BlockCounts, UnsupportedBlock
from stoa.courseware.olx.archive import CourseFiles, OpenedSource, Report, open_source
from stoa.courseware.olx.dates import NoDate, read_date
from stoa.courseware.olx.html_block import authored_html
from stoa.courseware.olx.markup import Markup, linked_units, text_of
from stoa.courseware.olx.model import About, ParsedBlock, ParsedCourse
from stoa.courseware.olx.notes import Notes, Place
from stoa.courseware.olx.outline import ItemFacts, is_true, outline_of, plan
from stoa.courseware.olx.policy import read_json, read_policies
from stoa.courseware.olx.refusals import UnusableArchive
from stoa.courseware.olx.text import with_texts
from stoa.courseware.olx.tree import LESSONS, VIDEOS, Node, TreeReader
from stoa.courseware.olx.video import video_payload
from stoa.courseware.olx.xml import parse_xml
from stoa.courseware.problems import Unplayable, parse_problem, problem_to_json
from stoa.courseware.problems.fragments import decimal_of
from stoa.courseware.problems.model import Text
from stoa.courseware.problems.parse import is_response

_REASONS = {
    "conditional": "Stoa cannot evaluate the condition under which its content is shown.",
    "lti": "It opens a tool of another site (LTI), which Stoa does not do yet.",
    "lti_consumer": "It opens a tool of another site (LTI), which Stoa does not do yet.",
    "poll": "Polls cannot be taken in Stoa yet.",
    "poll_question": "Polls cannot be taken in Stoa yet.",
    "survey": "Surveys cannot be taken in Stoa yet.",
    "word_cloud": "Word clouds cannot be filled in Stoa yet.",
    "openassessment": "Open response assessments cannot be taken in Stoa yet.",
    "combinedopenended": "Open response assessments cannot be taken in Stoa yet.",
    "peergrading": "Peer grading of this old kind cannot be done in Stoa.",
    "edx_sga": "Uploaded assignments graded by staff cannot be handed in yet.",
    "drag-and-drop-v2": "Drag and drop cannot be played in Stoa yet.",
    "annotatable": "Annotated texts cannot be shown in Stoa yet.",
    "scorm": "SCORM packages cannot be played in Stoa yet.",
    "customtag": "It is a template of its author's own.",
}


def read_course(path: Path, *, report: Report | None = None) -> ParsedCourse:
    """Read an Open edX course or library from a folder or archive, completely, without storing anything.

    Close the result when its files have been stored. ``report`` is told bytes read and in all while unpacking.
    Raises ``UnusableArchive`` when there is no course in it or it is not safe to open.
    """
    opened = open_source(path, report=report)
    try:
        return _Reading(opened, path.name).course()
    except BaseException:
        opened.close()
        raise


class _Reading:
    def __init__(self, opened: OpenedSource, source_name: str) -> None:
        self.opened = opened
        self.source_name = source_name
        self.notes = Notes()

    def course(self) -> ParsedCourse:
        root_path, element, content = _find_root(self.opened.files, self.notes)
        prefix = _folder_of_course(root_path)
        files = self.opened.files.under(prefix)
        root_path = root_path[len(prefix) :]
        run = (element.get("url_name") or element.get("slug") or "").strip()
        policies = read_policies(files, run or "course", self.notes)
        tree = TreeReader(files, policies.of_block, self.notes)
        tree.read_paths.add(root_path)
        root_path, element, content = _defined(files, root_path, element, content, self.notes)
        root = tree.read_root(element, Place(root_path, content))
        if not root.children:
            raise UnusableArchive(f"The course in {self.source_name} has no content.")
        self.files = files
        self.assets = {p[len("static/") :]: r for p, r in files.paths.items() if p.startswith("static/")}
        self.markup = Markup(self.assets.keys(), self.notes)
        self.nodes = list(_walk(root, ""))
        planned = plan(root, self.notes)
        unit_of = {
            item.key: unit.key for m in planned for x in m.lessons for unit in x.units for item in unit.items
        }
        blocks = {node.key: self._block(node, parent) for node, parent in self.nodes}
        facts = {key: _facts(block) for key, block in blocks.items()}
        for key, unit_key in unit_of.items():
            blocks[key].unit_key = unit_key
        modules = outline_of(planned, lambda node: facts[node.key], lambda node: blocks[node.key].title)
        self._link_units(
            blocks, {u.key for m in modules for x in m.lessons for u in x.units}, unit_of, tree, modules
        )
        drafts = list(self._drafts(set(blocks)))
        is_library = root.tag == "library"
        about = self._about(root, run)
        return ParsedCourse(
            format="olx-library" if is_library else "olx",
            source_name=self.source_name,
            about=about,
            counts=self._counts(),
            drafts=len(drafts),
            tags=dict(sorted(Counter(node.tag for node, _ in self.nodes).items())),
            blocks=[*blocks.values(), *drafts],
            modules=modules,
            grading=policies.grading,
            unsupported=tuple(
                UnsupportedBlock(id=block.key, type=block.tag, path=block.path, reason=block.reason)
                for block in blocks.values()
                if block.reason
            ),
            warnings=tuple(self.notes.warnings),
            errors=tuple(self.notes.errors),
            assets=self.assets,
            sources=CourseFiles({p: r for p, r in files.paths.items() if not p.startswith("static/")}),
            opened=self.opened,
        )

    def _counts(self) -> BlockCounts:
        tags = Counter(node.tag for node, _ in self.nodes)
        problems = [node for node, _ in self.nodes if node.tag == "problem"]
        return BlockCounts(
            modules=tags["chapter"],
            lessons=tags["sequential"]
            + sum(n.tag == "section" and len(n.children) > 1 for n, _ in self.nodes),
            units=tags["vertical"],
            items=sum(not node.is_container for node, _ in self.nodes),
            problems=tags["problem"],
            responses=sum(
                sum(is_response(each.tag) for each in problem.element.iter(etree.Element))
                for problem in problems
            ),
            videos=sum(tags[tag] for tag in VIDEOS),
            html=tags["html"],
            discussions=tags["discussion"],
            assets=len(self.assets),
        )

    def _block(self, node: Node, parent_key: str) -> ParsedBlock:
        block = ParsedBlock(
            key=node.key,
            parent_key=parent_key,
            tag=node.tag,
            kind=_kind_of(node),
            title=_title_of(node),
            path=node.place.path,
            line=node.line,
            raw=b"" if node.is_container and node.tag != "conditional" else node.raw,
            graded=is_true(node.attributes.get("graded")),
            format=node.attributes.get("format", "").strip()[:200],
            due_at=self._date(node, "due"),
            start_at=self._date(node, "start"),
        )
        if node.missing:
            block.kind, block.reason = "unsupported", node.missing
        elif block.kind == "html":
            html, place = authored_html(node, self.files, self.notes)
            block.payload = {"html": self.markup.at(place).clean(html)}
        elif block.kind == "video":
            block.payload = video_payload(
                node.element, node.own, markup=self.markup.at(node.place), read_asset=self._read_asset
            )
        elif block.kind == "problem":
            self._read_problem(node, block)
        elif block.kind == "discussion":
            block.payload = {"html": _discussion_html(node)}
        elif block.kind == "unsupported":
            block.reason = _REASONS.get(node.tag, f"Stoa cannot play <{node.tag}> yet.")
        block.words = _words_of(block)
        return block

    def _read_problem(self, node: Node, block: ParsedBlock) -> None:
        try:
            problem = parse_problem(
                node.element,
                clean=self.markup.at(node.place).clean,
                title=block.title,
                weight=decimal_of(node.own.get("weight")),
                max_attempts=_attempts_of(node),
                showanswer=node.attributes.get("showanswer", "").strip().strip('"').lower() or "finished",
            )
        except Unplayable as refused:
            block.kind, block.reason = "unsupported", str(refused)
            return
        except RecursionError:
            block.kind, block.reason = "unsupported", "It is nested too deeply to be read."
            return
        if problem.questions:
            block.payload = {"problem": problem_to_json(problem), "questions": len(problem.questions)}
            return
        # Older courses wrote pages as problems without a question: they are read, not answered.
        texts = [part.html for part in problem.parts if isinstance(part, Text)]
        block.kind, block.payload = "html", {"html": "\n".join([*texts, problem.solution_html]).strip()}

    def _read_asset(self, path: str) -> bytes:
        return self.assets[path].read_bytes() if path in self.assets else b""

    def _date(self, node: Node, name: str) -> Any:
        text = node.attributes.get(name, "")
        try:
            return read_date(text)
        except NoDate:
            if name not in node.own:
                return None  # inherited: noted where it was authored
            self.notes.warn(
                "bad_date",
                f"<{node.tag}> “{node.key}” has a {name} date that cannot be read: {text[:80]!r}.",
                path=node.place.path,
                line=node.line,
            )
            return None

    def _link_units(
        self,
        blocks: dict[str, ParsedBlock],
        units: set[str],
        unit_of: dict[str, str],
        tree: TreeReader,
        modules: tuple[Any, ...],
    ) -> None:
        first_of: dict[str, str] = {}
        for module in modules:
            for lesson in module.lessons:
                first_of.setdefault(lesson.key, lesson.units[0].key)
                first_of.setdefault(module.key, lesson.units[0].key)

        def unit(name: str) -> str:
            key = tree.key_of_name.get(name, name)
            return key if key in units else unit_of.get(key) or first_of.get(key, "")

        for block in blocks.values():
            if block.payload:
                text = json.dumps(block.payload, ensure_ascii=False)
                if "@@unit-of:" in text:
                    block.payload = with_texts(block.payload, lambda html: linked_units(html, unit))

    def _drafts(self, taken: set[str]) -> Iterator[ParsedBlock]:
        for path in self.files:
            if path.startswith("drafts/") and path.endswith(".xml"):
                content = self.files.read(path)
                element = parse_xml(content, path=path, notes=self.notes)
                name = path.rsplit("/", 1)[-1][:-4]
                tag = str(element.tag) if element is not None else path.split("/")[1]
                key = f"draft-{tag}-{name}"[:200]
                while key in taken:
                    key += "-2"
                taken.add(key)
                title = (element.get("display_name") if element is not None else "") or name
                yield ParsedBlock(key, "", tag, "draft", title[:300], path, 1, content)

    def _about(self, root: Node, run: str) -> About:
        own = root.own
        org = own.get("org", "").strip() or "unknown"
        number = (own.get("course") or own.get("number") or own.get("library") or "").strip()
        overview = self._about_text("overview.html")
        return About(
            org=org,
            number=number or run or _title_of(root) or self.source_name,
            run=run,
            title=_title_of(root),
            language=(own.get("language") or "").strip().strip('"').lower()[:12],
            short_description=_plain(self._about_text("short_description.html"))[:500],
            overview_html=overview,
            effort=_plain(self._about_text("effort.html"))[:100],
            own=self._own_facts(),
        )

    def _about_text(self, name: str) -> str:
        path = f"about/{name}"
        return self.files.read(path).decode("utf-8", "replace") if path in self.files else ""

    def _own_facts(self) -> dict[str, Any]:
        for path in ("stoa.json", "about/stoa.json"):
            if path in self.files:
                return read_json(self.files, path, self.notes)
        return {}


def _find_root(files: CourseFiles, notes: Notes) -> tuple[str, etree._Element, bytes]:
    """Return path, element and bytes of the file that is the course: the highest one that says so."""
    named = [p for p in files if p.rsplit("/", 1)[-1] in ("course.xml", "library.xml")]
    others = [p for p in files if re.search(r"(?:^|/)(?:roots|course)/[^/]+\.xml$", p) and p not in named]
    found: list[tuple[str, etree._Element, bytes]] = []
    for group in (sorted(named, key=_depth), sorted(others, key=_depth)):
        for path in group:
            if found and _depth(path)[0] > _depth(found[0][0])[0]:
                break
            if "/drafts/" in f"/{path}" or "/static/" in f"/{path}":
                continue
            path = _goal_of_link(files, path)
            content = files.read(path)
            scratch = Notes()
            element = parse_xml(content, path=path, notes=scratch)
            if element is not None and element.tag in ("course", "library"):
                notes.warnings += scratch.warnings
                found.append((path, element, content))
        if found:
            break
    if not found:
        raise UnusableArchive(
            "There is no course in it: an Open edX course has a course.xml (a library, a library.xml)."
        )
    pointed_at = {f"{_folder_of_course(path)}course/{root.get('url_name')}.xml" for path, root, _ in found}
    found = [each for each in found if each[0] not in pointed_at] or found
    found.sort(key=lambda each: each[1].tag != "course")
    if len(found) > 1:
        others_named = ", ".join(path for path, _, _ in found[1:4])
        notes.warn(
            "several_courses",
            f"There are several courses; the others were left: {others_named}.",
            path=found[0][0],
        )
    return found[0]


def _defined(
    files: CourseFiles, path: str, element: etree._Element, content: bytes, notes: Notes
) -> tuple[str, etree._Element, bytes]:
    """When ``course.xml`` points to a run that is not there, the only ``course/<run>.xml`` is meant."""
    name = element.get("url_name") or element.get("slug") or ""
    runs = [each for each in files if re.fullmatch(r"course/[^/]+\.xml", each) and each != path]
    if len(element) or f"course/{name}.xml" in runs or len(runs) != 1:
        return path, element, content
    definition = files.read(runs[0])
    found = parse_xml(definition, path=runs[0], notes=notes)
    if found is None:
        return path, element, content
    notes.warn(
        "dangling_pointer", f"The run “{name}” is not in the course; {runs[0]} was read.", path=path, line=1
    )
    for key, value in element.attrib.items():
        found.set(key, value)
    return runs[0], found, definition


def _goal_of_link(files: CourseFiles, path: str) -> str:
    """Follow a link that was checked out as text, as git does on Windows: ``roots/2013.xml`` as content."""
    content = files.read(path)
    if len(content) < 300 and b"<" not in content:
        goal = posixpath.normpath(
            posixpath.join(posixpath.dirname(path), content.decode("utf-8", "replace").strip())
        )
        if goal in files:
            return goal
    return path


def _folder_of_course(root_path: str) -> str:
    """``roots/2013.xml`` and a lone ``course/2013.xml`` lie one folder below the course."""
    folders = root_path.split("/")[:-1]
    is_run_file = folders[-1:] == ["course"] and not root_path.endswith("/course.xml")
    if is_run_file or folders[-1:] == ["roots"]:
        folders.pop()
    return "".join(f"{folder}/" for folder in folders)


def _depth(path: str) -> tuple[int, str]:
    return path.count("/"), path


def _walk(node: Node, parent_key: str) -> Iterator[tuple[Node, str]]:
    yield node, parent_key
    for child in node.children:
        yield from _walk(child, node.key)


_KINDS = {
    "course": "course",
    "library": "course",
    "chapter": "module",
    "vertical": "unit",
    "html": "html",
    "problem": "problem",
    "discussion": "discussion",
    **dict.fromkeys(LESSONS, "lesson"),
    **dict.fromkeys(VIDEOS, "video"),
}


def _kind_of(node: Node) -> str:
    if node.tag == "conditional":
        return "unsupported"
    return _KINDS.get(node.tag) or ("group" if node.is_container else "unsupported")


def _title_of(node: Node) -> str:
    given = (
        (node.own.get("display_name") or node.own.get("name") or node.own.get("title") or "")
        .strip()
        .strip('"')
    )
    if given:
        return " ".join(html_words.unescape(given).split())[:300]
    readable = node.name.rsplit(":", 1)[-1].replace("_", " ").replace("-", " ").strip()
    if not readable or re.fullmatch(r"[0-9a-fA-F]{16,}", readable.replace(" ", "")):
        readable = {"html": "Text", "course": "Course"}.get(
            node.tag, node.tag.replace("_", " ").replace("-", " ").capitalize()
        )
    return readable[:300]


def _attempts_of(node: Node) -> int | None:
    text = (node.attributes.get("max_attempts") or node.attributes.get("attempts") or "").strip().strip('"')
    return min(int(text), 10_000) if text.isdecimal() and len(text) < 9 and int(text) > 0 else None


def _discussion_html(node: Node) -> str:
    names = [node.own.get("discussion_category"), node.own.get("discussion_target") or node.own.get("for")]
    shown = " / ".join(
        html_words.escape(name.strip(), quote=False) for name in names if name and name.strip()
    )
    return f"<p>{shown}</p>" if shown else ""


def _words_of(block: ParsedBlock) -> str:
    if block.kind in ("html", "discussion"):
        return text_of(block.payload.get("html", ""))
    if block.kind == "problem":
        parts = block.payload["problem"]["parts"]
        return text_of(" ".join(part.get("html") or part.get("label_html") or "" for part in parts))
    if block.kind == "video" and block.payload["transcripts"]:
        return " ".join(cue[2] for cue in block.payload["transcripts"][0]["cues"])
    return ""


def _facts(block: ParsedBlock) -> ItemFacts:
    seconds = 0.0
    if block.kind == "video":
        cues = block.payload["transcripts"][0]["cues"] if block.payload["transcripts"] else []
        seconds = block.payload["duration"] or (cues[-1][1] if cues else 0.0)
    questions = block.payload.get("questions", 0) if block.kind == "problem" else 0
    words = len(block.words.split()) if block.kind != "video" else 0
    return ItemFacts(block.kind, questions > 0, questions, words, seconds)


def _plain(html: str) -> str:
    return " ".join(html_words.unescape(re.sub(r"<[^>]*>", " ", html)).split())
