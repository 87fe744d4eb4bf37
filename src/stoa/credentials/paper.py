"""The certificate on paper: the same bytes for the same credential, archival PDF, any script in a name."""

import io
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import segno
import typst

from stoa.base import paper
from stoa.credentials.data import CredentialRow
from stoa.credentials.queries import get_by_code

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")
_STANDARD: Final = "a-2b"
_ACCENT: Final = "#1f4e79"
#: What a title or name is replaced with when no font at hand can draw it (the verification page can).
_SEE_ONLINE: Final = "as named on the verification page"


def certificate_pdf(code: str, *, verify_url: str, seal_svg: str = "") -> bytes:
    """Return the PDF/A-2b of a credential with a QR code to ``verify_url``; raises ``UnknownCode``.

    ``seal_svg`` is the drawing that belongs to the code. Fonts are those bundled with the typesetter, then
    those of the system; text that none of them can draw says where it can be read instead, because an
    archival PDF may not hold missing glyphs.
    """
    row = get_by_code(code)
    words = _words(row, verify_url)
    images = {"qr": _qr_svg(verify_url), "seal": seal_svg.replace("currentColor", _ACCENT)}
    try:
        return _pdf(words, images, issued_at=row.issued_at)
    except paper.NotDrawable:
        return _pdf(_drawable_everywhere(words), images, issued_at=row.issued_at)


def _pdf(words: dict[str, Any], images: dict[str, str], *, issued_at: datetime) -> bytes:
    return paper.archival_pdf(_TEMPLATE, inputs={"words": json.dumps(words), **images}, made_at=issued_at)


def _words(row: CredentialRow, verify_url: str) -> dict[str, Any]:
    assessed = row.assessment
    return {
        "holder": _breakable(row.holder_name),
        "course": _breakable(row.course_title),
        "partner": _cut(row.partner_name, 60),
        "parts": [
            {
                "title": part.title or "Graded work",
                "weight": _percent(part.weight),
                "share": _percent(part.share),
            }
            for part in assessed.parts
        ],
        "grade": "" if assessed.grade is None else _percent(assessed.grade),
        "pass_mark": "" if assessed.pass_mark is None else _percent(assessed.pass_mark),
        "hours": assessed.hours,
        "steps": assessed.steps,
        "attempts": _attempts(assessed.attempt_limits),
        "issued": f"{row.issued_at.astimezone(UTC):%-d %B %Y}",
        "revoked": f"{row.revoked_at.astimezone(UTC):%-d %B %Y}" if row.revoked_at else "",
        "code": row.code,
        "verify_url": verify_url,
    }


def _breakable(text: str) -> str:
    """Let a word that is longer than a line be broken anywhere."""
    return re.sub(r"(\S{30})(?=\S)", "\\1\u200b", text)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _drawable_everywhere(words: dict[str, Any]) -> dict[str, Any]:
    kept = dict(words)
    for name in ("holder", "course", "partner"):
        if not _is_drawable(kept[name]):
            kept[name] = _SEE_ONLINE
    kept["parts"] = [
        part if _is_drawable(part["title"]) else {**part, "title": f"Part {number}"}
        for number, part in enumerate(kept["parts"], start=1)
    ]
    return kept


@cache
def _probe() -> typst.Compiler:
    return typst.Compiler(b'#set text(font: "Libertinus Serif")\n#sys.inputs.text')


def _is_drawable(text: str) -> bool:
    try:
        _probe().compile(format="pdf", sys_inputs={"text": text}, pdf_standards=_STANDARD)
    except typst.TypstError:
        return False
    return True


def _qr_svg(url: str) -> str:
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(drawn, kind="svg", border=0, dark="#1b2430", xmldecl=False)
    return drawn.getvalue().decode()


def _percent(share: Any) -> str:
    tenths = int(share * 1000)
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"


def _attempts(limits: tuple[int, ...]) -> str:
    if not limits:
        return ""
    if limits == (0,):
        return "Attempts were not limited; the best result counts."
    if 0 in limits:
        return f"Some questions allowed any number of attempts, others {_range(limits[1:])}; the best result counts."
    return f"Each question allowed {_range(limits)}; the best result counts."


def _range(limits: tuple[int, ...]) -> str:
    lowest, highest = limits[0], limits[-1]
    if lowest == highest:
        return "one attempt" if lowest == 1 else f"{lowest} attempts"
    return f"{lowest} to {highest} attempts"
