"""Reads XML of any quality: strictly if possible, mended if not, and never an entity of anybody's."""

import html.entities
import re

from lxml import etree

from stoa.courseware.olx.notes import Notes
from stoa.courseware.olx.refusals import UnusableArchive

_NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
_OF_XML = frozenset({b"amp", b"lt", b"gt", b"quot", b"apos"})
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_ROOT = re.compile(rb"<[A-Za-z_]")
#: What HTML allows and XML does not: a bare ampersand or less-than sign, and elements nobody closes.
_LOOSE = re.compile(
    rb"(?P<kept><!\[CDATA\[.*?\]\]>|<!--.*?-->)|(?P<amp>&(?!#?\w{1,31};))|(?P<less><(?![A-Za-z_/!?]))"
    rb"|<(?P<open>(?:br|hr|img|wbr|col)\b[^<>]*?)/?>|(?P<close></(?:br|hr|img|wbr|col)\s*>)",
    re.DOTALL | re.IGNORECASE,
)
#: A declared entity that only names a few characters: no file, no parameter, no other entity inside.
_HARMLESS = re.compile(
    rb"<!ENTITY\s+(?P<name>[A-Za-z_][\w.-]{0,30})\s+(?P<quote>[\"'])(?P<value>[^&%<\"']{0,64}|&#\w{1,8};)(?P=quote)\s*>"
)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]*\[(?P<subset>[^\]]*)\]\s*>")
_DECLARED_ENCODING = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")


def parse_xml(content: bytes, *, path: str, notes: Notes) -> etree._Element | None:
    """Return the root element, or ``None`` when nothing of it can be read (a note says so).

    Raises ``UnusableArchive`` when the file declares entities that are more than a few characters' names.
    """
    content = without_entities(content, path=path)
    if not content.strip():
        notes.warn("empty_file", "The file is empty.", path=path)
        return None
    try:
        return etree.fromstring(content, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        first = error
    mended = _mended(content, path=path, notes=notes)
    try:
        return etree.fromstring(mended, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        if isinstance(error, etree.XMLSyntaxError):
            first = error
    line = getattr(first, "lineno", None) or 0
    message = str(getattr(first, "msg", None) or first)
    mended = _LOOSE.sub(_tightened, mended)
    try:
        root: etree._Element | None = etree.fromstring(mended, _parser(recover=True))
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or not isinstance(root.tag, str):
        notes.warn("broken_xml", f"This is not XML: {message}", path=path, line=line)
        return None
    notes.warn("broken_xml", f"The XML is broken and was mended: {message}", path=path, line=line)
    return root


def without_entities(content: bytes, *, path: str) -> bytes:
    """Put declared names of a few characters in their places; leave what declares nothing as it is.

    Raises ``UnusableArchive`` for any other declared entity: files, parameters and entities of entities
    serve attacks, not courses.
    """
    plain = content.replace(b"\0", b"") if b"\0" in content[:200] else content
    if b"<!ENTITY" not in plain and b"<!entity" not in plain:
        return content
    found = re.search(rb"<(?![!?])", plain)
    before_root = plain[: found.start()] if found else plain
    if b"<!DOCTYPE" not in before_root or not re.search(
        rb"<!ENTITY", plain[: len(before_root) + 4096], re.IGNORECASE
    ):
        return content
    declared = _DOCTYPE.search(plain)
    if declared is None or declared.start() > len(before_root):
        raise _unsafe(path)
    if re.search(rb"<!ENTITY|%", _HARMLESS.sub(b"", declared["subset"]), re.IGNORECASE):
        raise _unsafe(path)
    values = {each["name"]: each["value"] for each in _HARMLESS.finditer(declared["subset"])}
    lines = b"\n" * declared[0].count(b"\n")
    return plain[: declared.start()] + _NAMED.sub(
        lambda name: values.get(name[1], name[0]), lines + plain[declared.end() :]
    )


def _unsafe(path: str) -> UnusableArchive:
    return UnusableArchive(
        f"{path} declares XML entities, which a course does not need: it is not safe to read."
    )


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )


def _mended(content: bytes, *, path: str, notes: Notes) -> bytes:
    """Put HTML's named characters and wrong bytes right, which XML does not know or allow."""
    if not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        content = _in_utf8(content, path=path, notes=notes)
    return _NAMED.sub(_character, _CONTROLS.sub(b"", content))


def _in_utf8(content: bytes, *, path: str, notes: Notes) -> bytes:
    declared = _DECLARED_ENCODING.match(content)
    name = declared.group(1).decode().lower() if declared else "utf-8"
    try:
        text = content.decode(name)
    except (UnicodeDecodeError, LookupError) as error:
        at = getattr(error, "start", 0)
        notes.warn(
            "bad_encoding",
            f"The text is not {name.upper()}; it was read as Windows-1252.",
            path=path,
            line=content.count(b"\n", 0, at) + 1,
        )
        text = content.decode("cp1252", "replace")
    if declared:
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1)
    return text.encode()


def _tightened(found: re.Match[bytes]) -> bytes:
    if found["amp"]:
        return b"&amp;"
    if found["less"]:
        return b"&lt;"
    if found["open"]:
        return b"<" + found["open"] + b"/>"
    return found["kept"] or b""


def _character(found: re.Match[bytes]) -> bytes:
    name = found.group(1)
    if name in _OF_XML:
        return found.group()
    character = html.entities.html5.get(name.decode() + ";")
    return character.encode() if character else b"&amp;" + name + b";"
