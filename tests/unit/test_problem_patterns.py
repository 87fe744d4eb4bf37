"""Regular expressions of authors, matched without backtracking."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.courseware.problems import patterns

_PATTERNS = st.recursive(
    st.sampled_from(["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", "^", "$", r"\b"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})"),
        inner.map(lambda one: f"({one})*"),
        inner.map(lambda one: f"(?:{one}){{1,3}}"),
        inner.map(lambda one: f"(?:{one})?"),
        inner.map(lambda one: f"(?={one})"),
        inner.map(lambda one: f"(?!{one})"),
    ),
    max_leaves=8,
)


@given(_PATTERNS, st.text(alphabet="abAB1 ", max_size=7), st.booleans())
def test_it_agrees_with_pythons_own_engine(pattern: str, text: str, ignores_case: bool) -> None:
    expected = re.compile(pattern, re.IGNORECASE if ignores_case else 0).fullmatch(text) is not None
    assert patterns.matches(pattern, text, ignores_case=ignores_case) is expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|aa)+b", "(.*)*b", "(a*)*(a*)*(a*)*b", "(x+x+)+y", "(a{1,50}){1,50}b"]
)
def test_a_catastrophic_pattern_takes_no_time(pattern: str) -> None:
    started = time.perf_counter()
    assert not patterns.matches(pattern, "a" * 500, ignores_case=True)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("pattern", [r"(a)\1", "(", "a" * 5000, "(?P<x>a)(?(x)b|c)", "*"])
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str) -> None:
    with pytest.raises(patterns.PatternRefused):
        patterns.check(pattern)


def test_text_over_the_limit_does_not_match() -> None:
    assert not patterns.matches("a*", "a" * 100_000, ignores_case=False)
