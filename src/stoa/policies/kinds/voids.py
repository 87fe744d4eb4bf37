"""Taking a document back: facts never change, so a mistake is undone by another document."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from stoa.policies.facts import fact
from stoa.policies.kinds.frame import DocumentFacts, Filed, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentVoided(DocumentFacts):
    """A document was filed in error: from ``on`` the books hold nothing of it. File the right one beside it."""

    kind: ClassVar[str] = "document_voided"
    title: ClassVar[str] = "Document voided"

    document: str = fact("Reference of the document that was filed in error (not a receipt or a refund).")
    on: date = fact("Day on which its effects are taken back.")
    reason: str = fact("What was wrong with it.")

    def place(self) -> Place:
        return Place(self.on, self.document)


def without_voided(known: Sequence[Filed]) -> list[Filed]:
    """The documents that stand: those that no other takes back."""
    voided = {each.facts.document for each in known if isinstance(each.facts, DocumentVoided)}
    return [
        each
        for each in known
        if each.facts.reference not in voided and not isinstance(each.facts, DocumentVoided)
    ]


def problems(known: Sequence[Filed], day: date) -> Iterator[str]:
    """Voids of something that is not there, or that cannot be voided."""
    there: Mapping[str, DocumentFacts] = {each.facts.reference: each.facts for each in known}
    for each in known:
        facts = each.facts
        if not isinstance(facts, DocumentVoided):
            continue
        found = there.get(facts.document)
        if found is None:
            yield f"{facts.reference} voids {facts.document!r}, which is not filed, or is a receipt (file its refund)"
        elif isinstance(found, DocumentVoided):
            yield f"{facts.reference} voids {facts.document!r}, which is a void itself: file the document anew"
