"""Reads the XML of an OLX problem, of any year, into the model; or says precisely why it cannot be played.

The layout of old problems (inputs inside tables, lists and sentences) is flattened: what stands before an input
becomes its label, the rest stays text between questions, in the order of the file.
"""

import copy
import html as html_words
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from stoa.courseware.problems import inputs
from stoa.courseware.problems.fragments import decimal_of, inner_html, outer_html
from stoa.courseware.problems.model import AnyQuestion, Problem, Text
from stoa.courseware.problems.scripts import NotConstant, put_constants_in

Clean = Callable[[str], str]

_REASONS = {
    "customresponse": "It is graded by a Python program of its author, which Stoa does not run.",
    "formularesponse": "Its formula answers are compared by sampling, which Stoa does not do yet.",
    "symbolicresponse": "Its symbolic answers need a computer algebra system.",
    "schematicresponse": "It needs the circuit editor and a Python program of its author.",
    "imageresponse": "It is answered by pointing at an image, which Stoa cannot offer accessibly yet.",
    "coderesponse": "It sends programs to an external grader.",
    "externalresponse": "It sends answers to an external grader.",
    "javascriptresponse": "It is shown and graded by JavaScript of its author.",
    "jsmeresponse": "It needs a molecule editor.",
    "annotationresponse": "It asks for an annotation of a text, which Stoa cannot grade yet.",
    "choicetextresponse": "It mixes choices with text fields, which Stoa cannot grade yet.",
}
_PLAYABLE = {
    "multiplechoiceresponse": ("choicegroup", "radiogroup", "checkboxgroup"),
    "truefalseresponse": ("choicegroup", "checkboxgroup"),
    "choiceresponse": ("checkboxgroup", "radiogroup", "choicegroup"),
    "optionresponse": ("optioninput",),
    "numericalresponse": ("formulaequationinput", "textline", "numericalinput"),
    "stringresponse": ("textline", "formulaequationinput"),
}
_INPUTS = frozenset(name for names in _PLAYABLE.values() for name in names)
#: Never part of the text of a question: grading rules, hints, solutions, programs, metadata.
_HIDDEN = frozenset(
    "script style meta solution solutionset demandhint hintgroup hintpart targetedfeedbackset targetedfeedback "
    "responseparam correcthint stringequalhint additional_answer choicehint optionhint compoundhint answer "
    "startouttext endouttext markdown".split()
)
_BLOCKS = frozenset(
    "p div ul ol li dl table tbody thead tr td th h1 h2 h3 h4 h5 h6 pre section blockquote label legend figure hr "
    "center fieldset iframe video audio description article aside header footer".split()
)
_LONGEST_LABEL = 1500


class Unplayable(Exception):
    """The problem cannot be played; the message is a sentence for learners and operators."""


def parse_problem(
    root: etree._Element,
    *,
    clean: Clean,
    title: str,
    weight: Decimal | None = None,
    max_attempts: int | None = None,
    showanswer: str = "finished",
) -> Problem:
    """Return the model of ``<problem>``; ``clean`` makes authored HTML safe.

    Raises ``Unplayable``. A problem without any response becomes one without questions.
    """
    root = copy.deepcopy(root)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    _refuse_unplayable(root)
    try:
        put_constants_in(root)
    except NotConstant as missing:
        raise Unplayable(f"Its value “{missing}” is computed by a Python script of its author.") from None
    reader = _Reader(clean, title)
    try:
        reader.read(root)
    except inputs.BadQuestion as bad:
        raise Unplayable(str(bad)) from None
    return Problem(
        title=title,
        parts=tuple(reader.parts),
        weight=weight if weight is None or weight >= 0 else None,
        max_attempts=max_attempts,
        showanswer=showanswer,
        hints=tuple(inputs.with_label(each, clean) for each in root.iterfind(".//demandhint/hint")),
        solution_html="".join(clean(inner_html(each)) for each in root.iter("solution")),
    )


def is_response(tag: object) -> bool:
    """Whether an element of this name asks a question ("responses" in the counts)."""
    return isinstance(tag, str) and tag.endswith("response")


def _refuse_unplayable(root: etree._Element) -> None:
    for element in root.iter(etree.Element):
        if not is_response(element.tag):
            continue
        tag = str(element.tag)
        if tag not in _PLAYABLE:
            raise Unplayable(_REASONS.get(tag, f"Stoa cannot grade <{tag}> yet."))
        fields = [each for each in element.iter(etree.Element) if each.tag in _INPUTS]
        strange = [each.tag for each in fields if each.tag not in _PLAYABLE[tag]]
        if strange or not fields or (len(fields) > 1 and tag != "optionresponse"):
            raise Unplayable(f"Its <{tag}> does not have the input field that Stoa expects.")
    for strange_tag in ("jsinput", "include", "drag_and_drop_input", "schematic", "openendedinput"):
        if root.find(f".//{strange_tag}") is not None:
            raise Unplayable(f"It needs <{strange_tag}>, a program of its author.")


@dataclass(slots=True)
class _Segment:
    html: str
    can_label: bool


class _Reader:
    """Walks a problem once; collects segments of text until an input makes a question of them."""

    def __init__(self, clean: Clean, title: str) -> None:
        self.clean = clean
        self.title = title
        self.parts: list[Text | AnyQuestion] = []
        self.pending: list[_Segment] = []
        self.run = ""
        self.questions = 0
        self.last_label = ""
        self.repeats = 1

    def read(self, root: etree._Element) -> None:
        self.walk(root, None)
        self.flush()

    def walk(self, element: etree._Element, response: etree._Element | None) -> None:
        self.run += html_words.escape(element.text or "", quote=False)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _HIDDEN:
                self.take(child, response)
            self.run += html_words.escape(child.tail or "", quote=False)
        if element.tag in _BLOCKS or response is element:
            self.end_run()

    def take(self, child: etree._Element, response: etree._Element | None) -> None:
        if child.tag in _INPUTS and response is not None:
            self.end_run()
            self.ask(child, response)
        elif is_response(child.tag):
            # An inline response keeps the sentence that leads to it as its label.
            self.walk(child, child)
        elif any(each.tag in _INPUTS or is_response(each.tag) for each in child.iter(etree.Element)):
            if child.tag in _BLOCKS:
                self.end_run()
            self.walk(child, response)
        elif child.tag in _BLOCKS or any(each.tag in _BLOCKS for each in child.iter(etree.Element)):
            self.end_run()
            self.add_block(child, response)
        else:
            self.run += outer_html(child, without=_HIDDEN)

    def add_block(self, block: etree._Element, response: etree._Element | None) -> None:
        if response is not None and block.tag in ("label", "description"):
            return  # read by the question itself
        if block.tag in ("tr", "thead", "tbody", "tfoot"):
            html = "".join(f"<p>{' · '.join(_cells(row))}</p>" for row in block.iter("tr"))
        elif block.tag in ("label", "legend", "description", "center", "td", "th", "li", "dt", "dd"):
            html = f"<p>{inner_html(block, without=_HIDDEN)}</p>"
        else:
            html = outer_html(block, without=_HIDDEN)
        self.add(
            html, can_label=block.tag not in {"h1", "h2", "table", "pre", "hr", "iframe", "video", "audio"}
        )

    def end_run(self) -> None:
        run, self.run = self.run, ""
        if _has_words(run):
            self.add(f"<p>{run.strip()}</p>", can_label=True)

    def add(self, html: str, *, can_label: bool) -> None:
        safe = self.clean(html)
        if _has_words(safe) or "<img" in safe or "<math" in safe or "<hr" in safe:
            self.pending.append(_Segment(safe, can_label and len(safe) <= _LONGEST_LABEL))

    def ask(self, field: etree._Element, response: etree._Element) -> None:
        self.questions += 1
        label = self.label_of(field, response)
        if not label.startswith(self.last_label) or not self.last_label:
            self.last_label, self.repeats = ("" if "<img" in label else label), 1
        descriptions = [
            self.clean(inner_html(each, without=_HIDDEN))
            for each in response.iter("description")
            if sum(1 for each in response.iter(*_INPUTS)) == 1
        ]
        self.flush()
        common = inputs.Common(
            input_id=f"q{self.questions}",
            label_html=label,
            description_html=" ".join(descriptions),
            points=decimal_of(field.get("points")) or Decimal(1),
        )
        self.parts.append(inputs.question(field, response, common=common, clean=self.clean))

    def label_of(self, field: etree._Element, response: etree._Element) -> str:
        own = response.find(".//label")
        if own is not None and _has_words("".join(str(each) for each in own.itertext())):
            # Of several inputs in one response the first carries the label; others go by what precedes them.
            first = next(response.iter(*_INPUTS))
            if first is field:
                return unwrapped(self.clean(inner_html(own, without=_HIDDEN)))
        if self.pending and self.pending[-1].can_label:
            return unwrapped(self.pending.pop().html)
        given = (field.get("label") or response.get("label") or "").strip()
        if given or not self.last_label:
            return html_words.escape(given or self.title or "Answer", quote=False)
        self.repeats += 1
        return f"{self.last_label} ({self.repeats})"

    def flush(self) -> None:
        self.end_run()
        if self.pending:
            self.parts.append(Text("\n".join(each.html for each in self.pending)))
            self.pending.clear()


def unwrapped(html: str) -> str:
    """Take away the one paragraph around ``html``."""
    found = re.fullmatch(r"\s*<p(?:\s[^>]*)?>((?:(?!<p[\s>]).)*)</p>\s*", html, re.DOTALL)
    return (found.group(1) if found else html).strip()


def _cells(row: etree._Element) -> list[str]:
    return [inner_html(cell, without=_HIDDEN).strip() for cell in row if cell.tag in ("td", "th")]


def _has_words(html: str) -> bool:
    if "<img" in html or "<math" in html:
        return True
    return bool(re.sub(r"<[^>]*>|&nbsp;|&#160;|\s|\u00a0", "", html))
