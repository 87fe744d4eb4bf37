"""Reads a video block of any year: its sources, its YouTube id, its captions."""

import json
import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from stoa.courseware.data import Cue
from stoa.courseware.olx.markup import Markup
from stoa.courseware.olx.transcripts import read_cues

_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{6,20}")
_YOUTUBE_ADDRESS = re.compile(
    r"(?:youtube(?:-nocookie)?\.com/(?:watch\?(?:.*&)?v=|embed/|v/)|youtu\.be/)([A-Za-z0-9_-]{6,20})"
)
_MIMES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "ogg": "video/ogg",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
}

ReadAsset = Callable[[str], bytes]


def video_payload(
    element: etree._Element, attributes: Mapping[str, str], *, markup: Markup, read_asset: ReadAsset
) -> dict[str, Any]:
    """Return ``{sources, youtube_id, duration, transcripts}`` as plain JSON values."""
    youtube = _youtube_id(attributes)
    sources: list[dict[str, str]] = []
    for url in _source_urls(element, attributes):
        if found := _YOUTUBE_ADDRESS.search(url):
            youtube = youtube or found.group(1)
            continue
        address = markup.address(url)
        if address and all(each["url"] != address for each in sources):
            sources.append({"url": address, "mime": _mime_of(url)})
    return {
        "sources": sources,
        "youtube_id": youtube,
        "duration": _duration(element, attributes),
        "transcripts": _transcripts(element, attributes, youtube, markup, read_asset),
    }


def _source_urls(element: etree._Element, attributes: Mapping[str, str]) -> Iterator[str]:
    yield from _json_list(attributes.get("html5_sources", ""))
    if attributes.get("source"):
        yield attributes["source"]
    for child in element.iter("source"):
        if child.get("src"):
            yield child.get("src") or ""
    for child in element.iter("encoded_video"):
        url = child.get("url") or ""
        if url.startswith("http") or _YOUTUBE_ADDRESS.search(url):
            yield url


def _youtube_id(attributes: Mapping[str, str]) -> str:
    given = attributes.get("youtube_id_1_0", "").strip().strip('"')
    if _YOUTUBE_ID.fullmatch(given):
        return given
    speeds = dict(
        pair.strip().split(":", 1) for pair in attributes.get("youtube", "").split(",") if ":" in pair
    )
    for speed, found in speeds.items():
        if speed.strip().rstrip("0").rstrip(".") == "1" and _YOUTUBE_ID.fullmatch(found.strip()):
            return found.strip()
    others = [found.strip() for found in speeds.values() if _YOUTUBE_ID.fullmatch(found.strip())]
    plain = attributes.get("youtube", "").strip()
    return others[0] if others else plain if _YOUTUBE_ID.fullmatch(plain) else ""


def _transcripts(
    element: etree._Element,
    attributes: Mapping[str, str],
    youtube: str,
    markup: Markup,
    read_asset: ReadAsset,
) -> list[dict[str, Any]]:
    found: dict[str, tuple[Cue, ...]] = {}
    for language, name in _transcript_names(element, attributes, youtube):
        path = markup.asset_path(f"/static/{name}")
        is_certain = not name.startswith("?")
        if not is_certain:
            path = markup.asset_path(f"/static/{name[1:]}")
        if language in found:
            continue
        cues = read_cues(read_asset(path)) if path else ()
        if cues:
            found[language] = cues
        elif is_certain:
            markup.notes.warn(
                "bad_transcript" if path else "missing_transcript",
                f"The transcript “{name}” " + ("holds no captions." if path else "is not in the course."),
                path=markup.place.path,
                line=markup.place.line_of(name),
            )
    return [
        {"language": language, "cues": [[cue.start, cue.end, cue.text] for cue in cues]}
        for language, cues in found.items()
    ]


def _transcript_names(
    element: etree._Element, attributes: Mapping[str, str], youtube: str
) -> Iterator[tuple[str, str]]:
    """Language and file name of each transcript; a name after "?" may be absent."""
    for child in element.iter("transcript"):
        language = child.get("language") or child.get("language_code") or "en"
        if child.get("src"):
            yield language, child.get("src") or ""
    for language, name in _json_object(attributes.get("transcripts", "")).items():
        yield language, name
    if sub := attributes.get("sub", "").strip():
        yield "en", f"?subs_{sub}.srt.sjson"
    video_id = attributes.get("edx_video_id", "").strip()
    for child in element.iter("transcript"):
        if child.get("language_code") and video_id:
            language = child.get("language_code") or "en"
            yield language, f"?{video_id}-{language}.{child.get('file_format') or 'srt'}"
    if youtube:
        yield "en", f"?subs_{youtube}.srt.sjson"


def _duration(element: etree._Element, attributes: Mapping[str, str]) -> float | None:
    asset = element.find(".//video_asset")
    for text in (asset.get("duration") if asset is not None else None, attributes.get("duration")):
        try:
            value = float(text or "")
        except ValueError:
            continue
        if 0 < value < 1e6:
            return value
    return None


def _mime_of(url: str) -> str:
    ending = re.split(r"[?#]", url)[0].rsplit(".", 1)[-1].lower()
    return _MIMES.get(ending) or mimetypes.guess_type(re.split(r"[?#]", url)[0])[0] or "video/mp4"


def _json_list(text: str) -> list[str]:
    try:
        value = json.loads(text) if text else []
    except (ValueError, RecursionError):
        value = [text]
    return [str(each).strip() for each in value if str(each).strip()] if isinstance(value, list) else []


def _json_object(text: str) -> dict[str, str]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in value.items() if v} if isinstance(value, dict) else {}
