"""Typesets documents as PDF: the same bytes for the same words."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

import typst

#: Raised when no font at hand draws all of the words, which an archival PDF requires.
NotDrawable = typst.TypstError


def archival_pdf(template: Path, *, inputs: Mapping[str, str], made_at: datetime) -> bytes:
    """Return ``template`` filled with ``inputs`` as PDF/A-2b; raises ``NotDrawable``.

    Fonts are those bundled with the typesetter, so that every machine makes the same bytes; where they lack a
    letter, those of the system as well.
    """
    try:
        return _typeset(template, inputs, made_at, fonts="bundled", standards=["a-2b"])
    except NotDrawable:
        return _typeset(template, inputs, made_at, fonts="all", standards=["a-2b"])


def plain_pdf(template: Path, *, inputs: Mapping[str, str], made_at: datetime) -> bytes:
    """Return ``template`` filled with ``inputs`` as PDF without the archival promise: a letter may be missing."""
    return _typeset(template, inputs, made_at, fonts="all", standards=[])


def _typeset(
    template: Path,
    inputs: Mapping[str, str],
    made_at: datetime,
    *,
    fonts: Literal["bundled", "all"],
    standards: list[Literal["a-2b"]],
) -> bytes:
    made = typst.compile(
        template.read_bytes(),
        format="pdf",
        sys_inputs=dict(inputs),
        pdf_standards=list(standards),
        ignore_system_fonts=fonts == "bundled",
        timestamp=int(made_at.timestamp()),
    )
    assert isinstance(made, bytes)
    return made
