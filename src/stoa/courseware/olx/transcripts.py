"""Reads captions: SubRip, WebVTT and edX's own JSON (sjson), however careless, into cues."""

import html
import json
import re

from stoa.courseware.data import Cue
from stoa.courseware.olx.text import storable

_TIMING = re.compile(
    r"(?P<start>(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)\s*-{1,2}>\s*(?P<end>(?:\d+:)?\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)"
)
_MARKUP = re.compile(r"<[^>]{0,200}>|\{\\[^}]{0,50}\}")
_MOST_CUES = 20_000


def read_cues(content: bytes) -> tuple[Cue, ...]:
    """Return the cues in order of time; empty when there is none that can be read."""
    text = _text_of(content)
    cues = _from_sjson(text) if text.lstrip().startswith("{") else _from_lines(text)
    return tuple(sorted(cues[:_MOST_CUES], key=lambda cue: cue.start))


def to_vtt(cues: tuple[Cue, ...]) -> str:
    """Return the cues as a WebVTT file."""
    blocks = [
        f"{_stamp(cue.start)} --> {_stamp(cue.end)}\n{html.escape(cue.text, quote=False)}" for cue in cues
    ]
    return "WEBVTT\n\n" + "\n\n".join(blocks) + "\n"


def _text_of(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("utf-8", "replace")


def _from_sjson(text: str) -> list[Cue]:
    try:
        value = json.loads(text)
        columns = zip(value["start"], value["end"], value["text"], strict=False)
        return [
            Cue(float(start) / 1000, max(float(end), float(start)) / 1000, _plain(str(words)))
            for start, end, words in columns
            if words and str(words).strip() and float(start) >= 0
        ]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []


def _from_lines(text: str) -> list[Cue]:
    cues: list[Cue] = []
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    at = 0
    while at < len(lines):
        found = _TIMING.search(lines[at])
        at += 1
        if found is None:
            continue
        words: list[str] = []
        while at < len(lines) and lines[at].strip() and not _TIMING.search(lines[at]):
            words.append(lines[at].strip())
            at += 1
        if at < len(lines) and words and words[-1].isdigit() and _TIMING.search(lines[at]):
            words.pop()  # the number of the next cue, when no empty line stands before it
        start, end = _seconds(found["start"]), _seconds(found["end"])
        if plain := _plain("\n".join(words)):
            cues.append(Cue(start, max(start, end), plain))
    return cues


def _plain(words: str) -> str:
    lines = _MARKUP.sub("", html.unescape(storable(words))).split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


def _seconds(stamp: str) -> float:
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 3)


def _stamp(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )
