"""TeX to MathML, once, at import: readable by eyes and screen readers, with the TeX kept as annotation."""

import html
import re
from collections.abc import Callable
from functools import lru_cache

from latex2mathml.converter import convert
from lxml import etree

_LONGEST_TEX = 4000
_MATHML = "http://www.w3.org/1998/Math/MathML"
TAGS = frozenset(
    "math semantics annotation mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder "
    "munderover mmultiscripts mprescripts none mtable mtr mtd mstyle mpadded mphantom menclose merror".split()
)
ATTRIBUTES = frozenset(
    "display mathvariant stretchy fence separator form accent accentunder linethickness lspace rspace width height "
    "depth voffset columnalign rowalign columnspacing rowspacing columnlines rowlines columnspan rowspan movablelimits "
    "largeop symmetric minsize maxsize scriptlevel displaystyle notation encoding dir".split()
)
_DELIMITED = re.compile(
    r"\\\((?P<inline>.+?)\\\)|\\\[(?P<block>.+?)\\\]"
    r"|\[mathjaxinline\](?P<inline2>.*?)\[/mathjaxinline\]|\[mathjax\](?P<block2>.*?)\[/mathjax\]"
    r"|\$\$(?P<block3>.+?)\$\$",
    re.DOTALL,
)


def replace_tex(text: str, keep: Callable[[str], str]) -> str:
    """Replace delimited TeX in plain ``text`` by ``keep(mathml)``, a token that stands for it."""
    if "\\" not in text and "[mathjax" not in text and "$$" not in text:
        return text

    def formula(found: re.Match[str]) -> str:
        kind, tex = next((name, value) for name, value in found.groupdict().items() if value is not None)
        return keep(mathml_of(tex.strip(), kind.startswith("block"))) if tex.strip() else ""

    return _DELIMITED.sub(formula, text)


def with_plain_signs(html: str) -> str:
    r"""Escape ``<`` inside TeX, as in ``\(x<y\)``, which is no tag although it looks like one."""
    return _DELIMITED.sub(
        lambda found: found.group() if ">" in found.group() else found.group().replace("<", "&lt;"), html
    )


@lru_cache(maxsize=4096)
def mathml_of(tex: str, is_block: bool) -> str:
    """Return ``<math>`` for ``tex``; the TeX itself as code where it cannot be converted."""
    plain = f'<code class="tex">{html.escape(tex, quote=False)}</code>'
    if len(tex) > _LONGEST_TEX or tex.count("{") > 400:
        return plain
    try:
        root = etree.fromstring(
            convert(tex).encode(), etree.XMLParser(resolve_entities=False, no_network=True)
        )
        return _with_annotation(root, tex, is_block)
    except Exception:  # the converter raises whatever it stumbles over; TeX stays readable as text
        return plain


def _with_annotation(root: etree._Element, tex: str, is_block: bool) -> str:
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        if name not in TAGS:
            raise ValueError(name)
        for attribute in list(element.attrib):
            if attribute not in ATTRIBUTES:
                del element.attrib[attribute]
    math = etree.Element(f"{{{_MATHML}}}math", nsmap={None: _MATHML})  # type: ignore[dict-item] # None is the default namespace
    math.set("display", "block" if is_block else "inline")
    semantics = etree.SubElement(math, f"{{{_MATHML}}}semantics")
    row = etree.SubElement(semantics, f"{{{_MATHML}}}mrow")
    row.extend(list(root))
    annotation = etree.SubElement(semantics, f"{{{_MATHML}}}annotation")
    annotation.set("encoding", "application/x-tex")
    annotation.text = tex
    return etree.tostring(math, encoding="unicode").replace(f' xmlns="{_MATHML}"', "")
