"""Finds the authored HTML of an ``<html>`` block: inline, in an ``.html`` file, or in an old ``.xml`` one."""

from lxml import etree

from stoa.courseware.olx.archive import CourseFiles
from stoa.courseware.olx.notes import Notes, Place
from stoa.courseware.olx.text import composed_letters
from stoa.courseware.olx.tree import Node


def authored_html(node: Node, files: CourseFiles, notes: Notes) -> tuple[str, Place]:
    """Return the HTML and the file it stands in; a missing file is noted and gives ""."""
    filename = (node.element.get("filename") or node.own.get("filename") or "").strip()
    if filename:
        for path in _candidates(filename):
            if path in files:
                content = files.read(path)
                return _text_of(content, path, notes), Place(path, content)
        if not _inner(node.element).strip():
            notes.warn(
                "dangling_pointer",
                f"<html> “{node.name}” names the file “{filename}”, which is not in the course.",
                path=node.place.path,
                line=node.line,
            )
    return _inner(node.element), node.place


def _candidates(filename: str) -> list[str]:
    filename = composed_letters(filename)
    plain = filename.replace(":", "/").lstrip("/")
    bases = [f"html/{plain}", f"html/{filename}", plain, f"html/{plain.rsplit('/', 1)[-1]}"]
    return [base + ending for ending in (".html", "", ".xml", ".htm") for base in bases]


def _text_of(content: bytes, path: str, notes: Notes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        notes.warn(
            "bad_encoding", "The text is not UTF-8; it was read as Windows-1252.", path=path, line=line
        )
        return content.decode("cp1252", "replace")


def _inner(element: etree._Element) -> str:
    # As in Open edX, leading text is markup already: <![CDATA[<p>…</p>]]> and &lt;p&gt; mean a paragraph.
    return (element.text or "") + "".join(
        etree.tostring(child, encoding="unicode", method="html")
        for child in element
        if isinstance(child.tag, str) or child.tail  # comments carry the text after them
    )
