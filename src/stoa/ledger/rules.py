"""How a batch is hashed. Plain Python, so that an auditor can do the same."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

from stoa.kernel.spans import Month
from stoa.ledger.data import LineToPost


def hash_of_batch(
    batch: Any, *, month: Month, reference: str, entry_on: date, lines: Sequence[LineToPost]
) -> str:
    """Return the SHA-256 over the batch before, this batch's own facts, and its journal lines in order."""
    facts = {
        "previous": batch.previous_hash,
        "entity": batch.entity,
        "number": batch.number,
        "month": str(month),
        "posted_at": batch.posted_at.astimezone(UTC).isoformat(),
        "policies": dict(batch.policies),
        "file": [batch.file_name, batch.file_sha256, batch.content_sha256],
        "counts": [batch.line_count, batch.document_count],
        "entry": [reference, entry_on.isoformat()],
        "lines": sorted(_line_facts(line) for line in lines),
    }
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _line_facts(line: LineToPost) -> list[str | int]:
    return [
        line.account,
        line.activity,
        line.currency,
        line.segment,
        line.product,
        line.partner,
        int(line.is_late),
        line.belongs_from.isoformat(),
        line.belongs_until.isoformat(),
        line.amount_minor,
    ]
