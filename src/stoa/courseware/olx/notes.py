"""Collects what an import has to say, once each, in the order it was met."""

from dataclasses import dataclass, field

from stoa.courseware.data import ImportNote

_MOST_NOTES = 2000


@dataclass(slots=True)
class Notes:
    """Warnings and errors of one import; a flood is cut at 2,000 with a last note saying so."""

    warnings: list[ImportNote] = field(default_factory=list)
    errors: list[ImportNote] = field(default_factory=list)
    _seen: set[ImportNote] = field(default_factory=set)

    def warn(self, code: str, message: str, *, path: str = "", line: int = 0) -> None:
        """Something was not as it should be; nothing of the course is lost."""
        self._add(self.warnings, ImportNote(path=path, line=line, message=message, code=code))

    def error(self, code: str, message: str, *, path: str = "", line: int = 0) -> None:
        """Something could not be read at all; its bytes are kept."""
        self._add(self.errors, ImportNote(path=path, line=line, message=message, code=code))

    def _add(self, notes: list[ImportNote], note: ImportNote) -> None:
        if note in self._seen or len(notes) > _MOST_NOTES:
            return
        if len(notes) == _MOST_NOTES:
            note = ImportNote(
                "", 0, f"More than {_MOST_NOTES} notes: the rest is left out.", "too_many_notes"
            )
        self._seen.add(note)
        notes.append(note)


@dataclass(frozen=True, slots=True)
class Place:
    """A file and its bytes, to name the line on which something stands."""

    path: str
    content: bytes

    def line_of(self, text: str) -> int:
        """Return the line of the first occurrence of ``text``, or 0."""
        at = self.content.find(text.encode("utf-8", "replace"))
        return 0 if at < 0 else self.content.count(b"\n", 0, at) + 1
