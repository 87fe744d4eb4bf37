"""Small readings of problem XML: inner HTML, decimals, truth values."""

import copy
import html as html_words
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from lxml import etree


def inner_html(element: etree._Element, *, without: Iterable[str] = ()) -> str:
    """Return the content of ``element`` as HTML, without the elements named in ``without``."""
    if without and any(True for _ in element.iter(*without)):
        element = copy.deepcopy(element)
        etree.strip_elements(element, *without, with_tail=False)
    text = html_words.escape(element.text or "", quote=False)
    return text + "".join(etree.tostring(child, encoding="unicode", method="html") for child in element)


def outer_html(element: etree._Element, *, without: Iterable[str] = ()) -> str:
    """Return ``element`` itself as HTML, without its tail and the elements named in ``without``."""
    if without and any(True for _ in element.iter(*without)):
        element = copy.deepcopy(element)
        etree.strip_elements(element, *without, with_tail=False)
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def decimal_of(text: str | None) -> Decimal | None:
    """Return a finite decimal, or ``None`` for anything else."""
    try:
        value = Decimal((text or "").strip())
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < Decimal("1e9") else None


def is_true(text: str | None) -> bool:
    """Whether an attribute says yes, as any year of OLX writes it."""
    return (text or "").strip().lower() in {"true", "1", "yes"}
