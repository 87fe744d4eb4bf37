"""Authored HTML: whatever it is, it becomes safe HTML and never stops an import."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.courseware.olx.markup import Markup
from stoa.courseware.olx.notes import Notes

_TAGS = (
    "a p div span img iframe embed object frame svg math mi video audio source track clarification script style "
    "form input button table tr td h1 h6 textarea select option template title base meta link body html head "
    "frameset noscript xmp plaintext custom-el ns:el annotation foreignObject pre code"
).split()
_ATTRIBUTES = (
    'href="javascript:x" src="//x" src="http://[::1" data="/static/q" onclick="x" style="position:fixed" id="main" '
    'class="button" hx-get="/x" src="data:image/png;base64,AA" href="/jump_to_id/x"'
).split(" ")
_TEXTS = (
    r"\(x^2\)",
    r"$$\frac{1}{",
    "&#0;",
    "&nope;",
    "\ue0000\ue001",
    "<![CDATA[x]]>",
    "<!-- -- >",
    "\0",
    "words",
)
_PIECES = st.one_of(
    st.builds(
        lambda tag, attributes, end: f"<{' '.join([tag, *attributes])}{end}",
        st.sampled_from(_TAGS),
        st.lists(st.sampled_from(_ATTRIBUTES), max_size=3),
        st.sampled_from([">", ">", "/>", ""]),
    ),
    st.builds("</{}>".format, st.sampled_from(_TAGS)),
    st.sampled_from(_TEXTS),
)
_RUNS = re.compile(
    r"<(?:script|style|iframe|object|embed|form|input|button|svg|base|meta|link)\b"
    r"|<[^<>]*\s(?:on\w+|style|hx-\w+|formaction)="
    r"|<[^<>]*=\s*[\"']?javascript:",
    re.IGNORECASE,
)


def clean(html: str) -> str:
    return Markup(["static/a.png"], Notes()).clean(html)


@given(st.lists(_PIECES, max_size=14).map("".join))
def test_no_markup_stops_an_import_and_nothing_of_it_runs(html: str) -> None:
    assert not _RUNS.search(clean(html))


@pytest.mark.parametrize(
    "page",
    [
        "<html><p>words</p></html>",
        "<!DOCTYPE html><html><head><title>T</title></head><body><p>words</p></body></html>",
        "<html lang='en'/><p>words</p>",
        "<body><p>words</p></body><body>",
        "<object data='/static/q'><form><p>gone with it</p></form></object><p>words</p>",
    ],
)
def test_the_words_of_a_page_pasted_whole_are_kept(page: str) -> None:
    assert "<p>words</p>" in clean(page)
