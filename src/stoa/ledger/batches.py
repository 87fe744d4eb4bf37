"""Sealed files of contract-level lines: written once, named by their content, never changed."""

import hashlib
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from stoa.kernel.refusals import Conflict
from stoa.ledger.data import BatchRow, ContractLinePage, ContractLineRow, LineToPost, SealedLines
from stoa.policies.engine import Engine, content_hash_of, summary_of


class BatchMissing(Conflict):
    """A sealed file that the journal names is not there, or is not what was sealed."""

    code = "batch_missing"


def seal(engine: Engine, *, folder: Path, month: str) -> SealedLines:
    """Write the engine's ``lines`` into ``folder`` and return what proves them, with their sums.

    The file appears under its final name whole or not at all. A file of a transaction that did not commit
    stays behind without harm: the same lines are given the same name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    line_count, document_count = engine.counts()
    sums = engine.sums()
    content = content_hash_of(sums)
    partial = folder / f"partial-{os.getpid()}-{content[:16]}.parquet"
    try:
        engine.write_parquet(partial)
        digest = _sha256(partial)
        name = f"{month}-{digest[:24]}.parquet"
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(folder / name)
    finally:
        partial.unlink(missing_ok=True)
    lines = tuple(LineToPost(*row) for row in summary_of(sums))
    return SealedLines(name, digest, content, line_count, document_count, lines)


def sealed_paths(batches: Iterable[BatchRow], *, folder: Path) -> list[Path]:
    """Return the files of ``batches``; raises ``BatchMissing`` for one that is not there."""
    paths = [folder / batch.file_name for batch in batches]
    for path in paths:
        if not path.is_file():
            raise BatchMissing(
                f"The sealed batch {path.name} is missing. Restore the folder {folder} from its backup; "
                "nothing was changed."
            )
    return paths


def file_problems(batches: Iterable[BatchRow], *, folder: Path) -> list[tuple[BatchRow, str]]:
    """Return which sealed files are missing or altered, with words for each."""
    problems = []
    for batch in batches:
        path = folder / batch.file_name
        if not path.is_file():
            problems.append((batch, "its sealed file is missing"))
        elif _sha256(path) != batch.file_sha256:
            problems.append((batch, "its sealed file was altered"))
    return problems


def contract_lines(
    batches: Sequence[BatchRow],
    *,
    folder: Path,
    account: str = "",
    activity: str = "",
    product: str = "",
    partner: str = "",
    documents: Iterable[int] = (),
    page: int = 1,
    page_size: int = 100,
) -> ContractLinePage:
    """Return a page of contract-level lines of ``batches``, largest amounts first, with count and sum of all."""
    known = {
        str(path): batch for path, batch in zip(sealed_paths(batches, folder=folder), batches, strict=True)
    }
    if not known:
        return ContractLinePage((), 0, 0, 1, page_size)
    names = ", ".join("'" + name.replace("'", "''") + "'" for name in known)
    conditions, parameters = ["TRUE"], []
    for column, value in (
        ("account", account),
        ("activity", activity),
        ("product", product),
        ("partner", partner),
    ):
        if value:
            conditions.append(f"{column} = ?")
            parameters.append(value)
    wanted = [int(document) for document in documents]
    if wanted:
        conditions.append(f"document IN ({', '.join(map(str, wanted))})")
    source = f"FROM read_parquet([{names}], filename = true) WHERE {' AND '.join(conditions)}"
    with Engine(memory="1GB") as engine:
        count, total = engine.query(f"SELECT count(*), coalesce(sum(amount_minor), 0) {source}", parameters)[
            0
        ]
        page = max(1, min(page, max(1, -(-count // page_size))))
        rows = engine.query(
            "SELECT filename, document, account, activity, currency, segment, product, partner, is_late, belongs_from, "
            f"belongs_until, amount_minor {source} ORDER BY abs(amount_minor) DESC, document, account, filename "
            f"LIMIT {int(page_size)} OFFSET {(page - 1) * int(page_size)}",
            parameters,
        )
    found = tuple(ContractLineRow(known[row[0]].id, known[row[0]].month, *row[1:]) for row in rows)
    return ContractLinePage(found, int(count), int(total), page, page_size)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
