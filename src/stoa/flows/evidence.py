"""Evidence: files kept beside the books under their own hash, and named by documents."""

import hashlib
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from stoa.kernel.refusals import Invalid
from stoa.policies.kinds.approvals import Evidence
from stoa.subledger import api as subledger

_PREFIX = "evidence:"
_KINDS = ("manual_entry", "entry_approved")
_PAGE = 1_000


def keep(path: Path) -> Evidence:
    """Copy a file into the books' evidence and return what a document says to name it. Raises ``Invalid``."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        suffix = re.sub(r"[^a-z0-9.]", "", path.suffix.lower())[:8]
        name = f"{digest}{suffix}"
        _folder().mkdir(parents=True, exist_ok=True)
        partial = _folder() / f"partial-{name}"
        shutil.copyfile(path, partial)
        partial.replace(_folder() / name)
    except OSError as error:
        raise Invalid(f"{path} cannot be kept: {error.strerror}.") from None
    return Evidence(address=f"{_PREFIX}{name}", sha256=digest)


def problems(*, entity: str) -> Iterator[str]:
    """Words for each kept file that a document names and that is missing or altered."""
    for kind in _KINDS:
        number, pages = 1, 1
        while number <= pages:
            page = subledger.list_documents(entity=entity, kind=kind, page=number, page_size=_PAGE)
            pages, number = page.pages, number + 1
            for row in page.rows:
                for each in row.facts.get("evidence", ()):
                    if str(each.get("address", "")).startswith(_PREFIX):
                        yield from _problem(row.reference, each)


def _problem(reference: str, each: dict[str, str]) -> Iterator[str]:
    path = _folder() / Path(each["address"].removeprefix(_PREFIX)).name
    if not path.is_file():
        yield f"{reference}: its evidence {path.name} is missing."
        return
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != each.get("sha256", path.name[:64]):
        yield f"{reference}: its evidence {path.name} was altered."


def _folder() -> Path:
    return Path(settings.DATA_FOLDER) / "evidence"
