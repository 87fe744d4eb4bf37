"""Regular expressions of authors against text of learners, without backtracking.

Python's own engine can take exponential time and cannot be interrupted inside a web process. Here the
pattern is read by Python's parser and matched by sets of positions: each node maps the positions where it may
start to all positions where it may end. Time grows with pattern size × text length², whatever the pattern.
Back references, conditionals and possessive groups need a backtracking engine and raise ``PatternRefused``.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LONGEST_TEXT = 500
LONGEST_PATTERN = 2000
_MOST_STEPS = 300_000

Positions = frozenset[int]


class PatternRefused(ValueError):
    """The pattern is not a regular expression, or needs a construct that cannot be matched in bounded time."""


class _TooMuch(Exception):
    pass


def matches(pattern: str, text: str, *, ignores_case: bool) -> bool:
    """Whether all of ``text`` matches ``pattern``; text over the limit, or work over the limit, does not.

    Raises ``PatternRefused`` for a pattern that ``check`` refuses.
    """
    if len(text) > LONGEST_TEXT:
        return False
    tree, flags = _parsed(pattern, ignores_case)
    try:
        return len(text) in _Matcher(text, flags).sequence(tree, frozenset([0]))
    except (_TooMuch, RecursionError):
        return False


def check(pattern: str) -> None:
    """Raise ``PatternRefused`` unless ``matches`` can use ``pattern``."""
    tree, flags = _parsed(pattern, True)
    try:
        _Matcher("a", flags).sequence(tree, frozenset([0, 1]))
        _walk(tree)
    except (_TooMuch, RecursionError):
        raise PatternRefused("it is too large") from None


@lru_cache(maxsize=512)
def _parsed(pattern: str, ignores_case: bool) -> tuple[Any, int]:
    if len(pattern) > LONGEST_PATTERN:
        raise PatternRefused("it is too long")
    try:
        tree = _parser.parse(pattern, re.IGNORECASE if ignores_case else 0)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternRefused(f"it is not a regular expression: {error}") from None
    return tree, tree.state.flags


def _walk(tree: Any) -> None:
    for operation, argument in tree:
        if operation not in _OPERATIONS:
            raise PatternRefused(f"{str(operation).lower()} needs backtracking")
        for part in _parts(operation, argument):
            _walk(part)


def _parts(operation: Any, argument: Any) -> list[Any]:
    if operation is c.BRANCH:
        return list(argument[1])
    if operation in (c.MAX_REPEAT, c.MIN_REPEAT):
        return [argument[2]]
    if operation is c.SUBPATTERN:
        return [argument[3]]
    if operation in (c.ASSERT, c.ASSERT_NOT):
        return [argument[1]]
    return []


class _Matcher:
    def __init__(self, text: str, flags: int) -> None:
        self.text = text
        self.flags = flags
        self.steps = 0

    def sequence(self, tree: Any, starts: Positions) -> Positions:
        for operation, argument in tree:
            if not starts:
                return starts
            self.steps += len(starts)
            if self.steps > _MOST_STEPS:
                raise _TooMuch
            method = _OPERATIONS.get(operation)
            if method is None:
                raise PatternRefused(f"{str(operation).lower()} needs backtracking")
            starts = method(self, argument, starts)
        return starts

    def where(self, starts: Positions, holds: Callable[[str], bool]) -> Positions:
        text = self.text
        return frozenset(at + 1 for at in starts if at < len(text) and holds(text[at]))

    def literal(self, code: int, starts: Positions) -> Positions:
        return self.where(starts, lambda letter: self.same(letter, code))

    def not_literal(self, code: int, starts: Positions) -> Positions:
        return self.where(starts, lambda letter: not self.same(letter, code))

    def any(self, _: None, starts: Positions) -> Positions:
        return self.where(starts, lambda letter: bool(self.flags & re.DOTALL) or letter != "\n")

    def any_of(self, items: Any, starts: Positions) -> Positions:
        negated = items[0][0] is c.NEGATE
        members = items[1:] if negated else items
        return self.where(
            starts, lambda letter: negated != any(self.member(letter, *each) for each in members)
        )

    def member(self, letter: str, kind: Any, argument: Any) -> bool:
        if kind is c.LITERAL:
            return self.same(letter, argument)
        if kind is c.RANGE:
            letters = {letter, letter.lower(), letter.upper()} if self.flags & re.IGNORECASE else {letter}
            return any(len(each) == 1 and argument[0] <= ord(each) <= argument[1] for each in letters)
        return _in_category(letter, argument)

    def same(self, letter: str, code: int) -> bool:
        other = chr(code)
        return letter == other or (bool(self.flags & re.IGNORECASE) and letter.lower() == other.lower())

    def branch(self, argument: Any, starts: Positions) -> Positions:
        return frozenset().union(*(self.sequence(each, starts) for each in argument[1]))

    def repeat(self, argument: Any, starts: Positions) -> Positions:
        lowest, highest, tree = argument
        for _ in range(min(lowest, LONGEST_TEXT + 1)):
            following = self.sequence(tree, starts)
            if following == starts:
                break
            starts = following
        reached = new = starts
        rounds = lowest
        while new and (highest is c.MAXREPEAT or rounds < highest):
            new = self.sequence(tree, new) - reached
            reached |= new
            rounds += 1
        return reached

    def group(self, argument: Any, starts: Positions) -> Positions:
        _, add, remove, tree = argument
        before = self.flags
        self.flags = (self.flags | add) & ~remove
        ends = self.sequence(tree, starts)
        self.flags = before
        return ends

    def at(self, kind: Any, starts: Positions) -> Positions:
        return frozenset(each for each in starts if self.holds_at(kind, each))

    def holds_at(self, kind: Any, at: int) -> bool:
        text, lines = self.text, bool(self.flags & re.MULTILINE)
        if kind in (c.AT_BEGINNING, c.AT_BEGINNING_STRING):
            return at == 0 or (lines and kind is c.AT_BEGINNING and text[at - 1] == "\n")
        if kind in (c.AT_END, c.AT_END_STRING):
            return at == len(text) or (
                kind is c.AT_END and text[at] == "\n" and (lines or at == len(text) - 1)
            )
        edge = _is_word(text[at - 1 : at]) != _is_word(text[at : at + 1])
        return edge == (kind in (c.AT_BOUNDARY,))

    def ahead(self, argument: Any, starts: Positions) -> Positions:
        return frozenset(at for at in starts if self.looks(argument, at))

    def not_ahead(self, argument: Any, starts: Positions) -> Positions:
        return frozenset(at for at in starts if not self.looks(argument, at))

    def looks(self, argument: Any, at: int) -> bool:
        direction, tree = argument
        if direction > 0:
            return bool(self.sequence(tree, frozenset([at])))
        return any(at in self.sequence(tree, frozenset([start])) for start in range(at + 1))


def _is_word(letter: str) -> bool:
    return bool(letter) and (letter.isalnum() or letter == "_")


def _in_category(letter: str, category: Any) -> bool:
    name = str(category)
    positive = {"DIGIT": letter.isdecimal(), "SPACE": letter.isspace(), "WORD": _is_word(letter)}
    holds = positive[name.rsplit("_", 1)[-1]]
    return not holds if "_NOT_" in name else holds


_OPERATIONS: dict[Any, Any] = {
    c.LITERAL: _Matcher.literal,
    c.NOT_LITERAL: _Matcher.not_literal,
    c.ANY: _Matcher.any,
    c.IN: _Matcher.any_of,
    c.BRANCH: _Matcher.branch,
    c.MAX_REPEAT: _Matcher.repeat,
    c.MIN_REPEAT: _Matcher.repeat,
    c.SUBPATTERN: _Matcher.group,
    c.AT: _Matcher.at,
    c.ASSERT: _Matcher.ahead,
    c.ASSERT_NOT: _Matcher.not_ahead,
}
