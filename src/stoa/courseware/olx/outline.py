"""Arranges a tree of any shape as modules, lessons and units, and decides what each page shows.

Experiments and item banks need a choice that the whole course shares (grades must mean the same for all): the
first arm of an experiment and the first ``max_count`` problems of a bank are shown; the others are kept.
"""

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from stoa.courseware.data import OutlineLesson, OutlineModule, OutlineUnit
from stoa.courseware.olx.dates import NoDate, read_date
from stoa.courseware.olx.notes import Notes
from stoa.courseware.olx.tree import CONTAINERS, LESSONS, Node

_BANKS = frozenset({"library_content", "legacy_library_content", "itembank"})
_ONE_ARM = frozenset({"split_test", "randomize", "abtest"})
_NOT_PLAYED = frozenset({"conditional"})
_WORDS_A_MINUTE = 200
_MINUTES_A_QUESTION = 1.5
_MINUTES_A_VIDEO = 5.0


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What the outline needs to know of an item once its content is read."""

    kind: str
    is_gradable: bool
    questions: int
    words: int
    seconds: float


FactsOf = Callable[[Node], ItemFacts]
TitleOf = Callable[[Node], str]


@dataclass(slots=True)
class PlannedUnit:
    """A page: its node (a leaf stands for itself) and the items it shows."""

    key: str
    node: Node
    items: list[Node]


@dataclass(slots=True)
class PlannedLesson:
    key: str
    node: Node
    units: list[PlannedUnit] = field(default_factory=list)


@dataclass(slots=True)
class PlannedModule:
    key: str
    node: Node
    lessons: list[PlannedLesson] = field(default_factory=list)


def plan(root: Node, notes: Notes) -> list[PlannedModule]:
    """Return modules with lessons with units; what would be an empty page is left out."""
    planner = _Planner(notes)
    modules = [module for module in planner.modules(root) if module.lessons]
    for module in modules:
        module.lessons = [lesson for lesson in module.lessons if lesson.units]
    return [module for module in modules if module.lessons]


def outline_of(
    modules: list[PlannedModule], facts_of: FactsOf, title_of: TitleOf
) -> tuple[OutlineModule, ...]:
    """Return the rows of a plan."""
    return tuple(
        OutlineModule(
            key=module.key,
            title=title_of(module.node),
            minutes=_minutes(
                [facts_of(i) for lesson in module.lessons for u in lesson.units for i in u.items]
            ),
            lessons=tuple(_lesson_row(lesson, facts_of, title_of) for lesson in module.lessons),
        )
        for module in modules
    )


def is_true(text: str | None) -> bool:
    """Whether a setting says yes."""
    return (text or "").strip().strip('"').lower() in {"true", "1", "yes"}


def _lesson_row(lesson: PlannedLesson, facts_of: FactsOf, title_of: TitleOf) -> OutlineLesson:
    units = tuple(_unit_row(unit, facts_of, title_of) for unit in lesson.units)
    due_at = None
    with suppress(NoDate):  # noted where the block itself is read
        due_at = read_date(lesson.node.attributes.get("due", ""))
    graded = is_true(lesson.node.attributes.get("graded")) or any(unit.graded for unit in units)
    return OutlineLesson(
        key=lesson.key,
        title=title_of(lesson.node),
        graded=graded,
        format=lesson.node.attributes.get("format", "").strip() if graded else "",
        due_at=due_at,
        units=units,
    )


def _unit_row(unit: PlannedUnit, facts_of: FactsOf, title_of: TitleOf) -> OutlineUnit:
    facts = [(item, facts_of(item)) for item in unit.items]
    problem_keys = tuple(item.key for item, fact in facts if fact.is_gradable)
    graded = is_true(unit.node.attributes.get("graded")) or any(
        is_true(item.attributes.get("graded")) for item in unit.items if item.key in problem_keys
    )
    return OutlineUnit(
        key=unit.key,
        title=title_of(unit.node),
        kinds=tuple(dict.fromkeys(fact.kind for _, fact in facts)),
        graded=graded and bool(problem_keys),
        problem_keys=problem_keys,
    )


def _minutes(facts: list[ItemFacts]) -> int:
    words = sum(fact.words for fact in facts) / _WORDS_A_MINUTE
    questions = sum(fact.questions for fact in facts) * _MINUTES_A_QUESTION
    videos = sum(fact.seconds / 60 or _MINUTES_A_VIDEO for fact in facts if fact.kind == "video")
    return max(1, math.ceil(words + questions + videos))


class _Planner:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes

    def modules(self, root: Node) -> Iterator[PlannedModule]:
        loose: PlannedModule | None = None
        for child in self.shown(root):
            if child.tag == "chapter":
                loose = None
                module = PlannedModule(child.key, child)
                for inner in [child] if child.missing else self.shown(child):
                    self.add_lesson(module, inner)
                yield module
            elif loose is None:
                loose = PlannedModule(f"module-{child.key}", root)
                self.add_lesson(loose, child)
                yield loose
            else:
                self.add_lesson(loose, child)

    def add_lesson(self, module: PlannedModule, node: Node) -> None:
        if (node.tag in LESSONS or node.tag == "chapter") and not node.missing:
            lesson = PlannedLesson(node.key, node)
            for child in self.shown(node):
                self.add_unit(lesson, child)
            module.lessons.append(lesson)
        elif node.tag in CONTAINERS - _NOT_PLAYED - {"vertical", "wrapper"} and not node.missing:
            for child in self.shown(node):
                self.add_lesson(module, child)
        else:
            lesson = PlannedLesson(f"lesson-{node.key}", node)
            self.add_unit(lesson, node)
            module.lessons.append(lesson)

    def add_unit(self, lesson: PlannedLesson, node: Node) -> None:
        if node.missing:
            lesson.units.append(PlannedUnit(f"unit-{node.key}", node, [node]))
        elif node.tag in ("vertical", "wrapper"):
            items = list(self.items(node))
            if items:
                lesson.units.append(PlannedUnit(node.key, node, items))
        elif node.tag in CONTAINERS and node.tag not in _NOT_PLAYED:
            for child in self.shown(node):
                self.add_unit(lesson, child)
        elif not _is_for_staff(node):
            lesson.units.append(PlannedUnit(f"unit-{node.key}", node, list(self.leaf(node))))

    def items(self, node: Node) -> Iterator[Node]:
        for child in self.shown(node):
            if child.is_container and child.tag not in _NOT_PLAYED and not child.missing:
                yield from self.items(child)
            else:
                yield from self.leaf(child)

    def leaf(self, node: Node) -> Iterator[Node]:
        yield node
        if node.tag not in _NOT_PLAYED:
            for child in self.shown(node):
                yield from self.items(child) if child.is_container else self.leaf(child)

    def shown(self, node: Node) -> list[Node]:
        """The children a learner gets to see."""
        children = [child for child in node.children if not _is_for_staff(child)]
        if len(children) < len(node.children):
            self.note(node, "staff_only", "Blocks for staff only are kept and not shown to learners.")
        if node.tag in _ONE_ARM and len(children) > 1:
            self.note(node, "first_arm", f"The first of {len(children)} variants is shown to everybody.")
            return children[:1]
        if node.tag in _BANKS:
            return self.drawn(node, children)
        return children

    def drawn(self, node: Node, children: list[Node]) -> list[Node]:
        if not children:
            self.note(node, "empty_bank", "The problems of this bank are not in the course file.")
        try:
            count = int(node.own.get("max_count", "1").strip('"'))
        except ValueError:
            count = 1
        if 0 <= count < len(children):
            self.note(node, "first_of_bank", f"The first {count} of {len(children)} are shown to everybody.")
            return children[:count]
        return children

    def note(self, node: Node, code: str, message: str) -> None:
        self.notes.warn(code, f"<{node.tag}> “{node.key}”: {message}", path=node.place.path, line=node.line)


def _is_for_staff(node: Node) -> bool:
    return is_true(node.own.get("visible_to_staff_only"))
