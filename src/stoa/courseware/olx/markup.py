"""Makes authored HTML safe and at home, once, at import.

Scripts, styles and forms go; embedded pages become links; headings move below the page's own; addresses of
files and of other units become Stoa's. Addresses hold ``COURSE`` where the course's slug goes when shown.
"""

import html as html_words
import re
from collections.abc import Callable, Collection
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import lxml.html
import nh3
from lxml import etree

from stoa.courseware.olx import mathematics
from stoa.courseware.olx.notes import Notes, Place
from stoa.courseware.olx.text import composed_letters

#: Stands in stored HTML where the slug of the course belongs.
COURSE: Final = "@@course@@"
_JUMP = "@@unit-of:"
_JUMPS = re.compile(r"/learn/@@course@@/units/@@unit-of:([^@\"]*)@@")

_TAGS = (
    frozenset(
        "a abbr acronym address article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del "
        "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav "
        "ol p picture pre q rp rt ruby s samp section small source span strike strong sub summary sup table tbody td "
        "tfoot th thead time tr track tt u ul var video wbr center font".split()
    )
    | mathematics.TAGS
) - {"center", "font", "main", "picture"}
_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "id", "title", "lang", "dir", "role", "aria-label", "aria-labelledby", "aria-describedby"},
    "a": {"href", "name", "hreflang"},
    "img": {"src", "alt", "width", "height", "longdesc"},
    "audio": {"src", "controls", "preload"},
    "video": {"src", "controls", "preload", "poster", "width", "height"},
    "source": {"src", "type"},
    "track": {"src", "kind", "srclang", "label"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope", "abbr"},
    "col": {"span"},
    "colgroup": {"span"},
    "ol": {"start", "reversed", "type"},
    "li": {"value"},
    "details": {"open"},
    "time": {"datetime"},
    "data": {"value"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "ins": {"cite", "datetime"},
    "del": {"cite", "datetime"},
    **{tag: set(mathematics.ATTRIBUTES) for tag in mathematics.TAGS},
}
_DROPPED_WITH_CONTENT = {
    "script",
    "style",
    "template",
    "noscript",
    "title",
    "textarea",
    "select",
    "option",
    "svg",
}
_ADDRESSES = {"href", "src", "poster", "longdesc", "cite"}
_EMBEDS = ("iframe", "embed", "object", "frame")
_VERBATIM = frozenset({"pre", "code", "script", "style", "textarea", "kbd", "samp", "tt", "annotation"})
_HIGHEST_HEADING = 3
_TOKEN = re.compile("\ue000(\\d+)\ue001")
_PRIVATE = re.compile("[\ue000-\ue001\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
#: Pages pasted whole: what they hold is content, and lxml takes no document that is not in order.
_DOCUMENT = re.compile(
    r"</?(?:html|head|body|frameset)(?:[\s/][^<>]*)?(?:>|(?=<)|\Z)|<!doctype[^<>]*>", re.IGNORECASE
)
_ASSET_KEY = re.compile(r"(?:^|/)asset-v1:[^/]*?type@(?:asset|thumbnail)(?:\+block)?[@/+]+(?P<name>[^?#]+)")
_OLD_ASSET = re.compile(r"^/?c4x/[^/]+/[^/]+/(?:asset|thumbnail)/(?P<name>[^?#]+)")
_JUMP_TO = re.compile(
    r"(?:^|/)jump_to(?:_id)?/(?:i4x://[^/]+/[^/]+/[^/]+/|block-v1:[^/]*?\+block@)?(?P<id>[^/?#]+)"
)
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpeg|webp);base64,[A-Za-z0-9+/=\s]+")


class Markup:
    """Cleans the HTML of one course. ``assets`` are the paths of its files."""

    def __init__(self, assets: Collection[str], notes: Notes) -> None:
        self.assets = _AssetNames(assets)
        self.notes = notes
        self.place = Place("", b"")

    def at(self, place: Place) -> "Markup":
        """Say where the next texts come from, for the notes."""
        self.place = place
        return self

    def clean(self, html: str) -> str:
        """Return safe HTML of an authored fragment."""
        html = _XML_DECLARATION.sub("", _PRIVATE.sub("", html))
        kept: list[str] = []

        def keep(mathml: str) -> str:
            kept.append(mathml)
            return f"\ue000{len(kept) - 1}\ue001"

        if "<" not in html:
            text = mathematics.replace_tex(html_words.unescape(html), keep)
            safe = html_words.escape(text, quote=False)
        else:
            safe = self._sanitized(self._rearranged(mathematics.with_plain_signs(html), keep))
        return _TOKEN.sub(lambda found: kept[int(found.group(1))], safe).strip()

    def address(self, url: str, *, is_image: bool = False) -> str | None:
        """Return Stoa's address for an authored one; ``None`` when it leads nowhere or is unsafe."""
        url = url.strip()
        if url.startswith("#"):
            return f"#c-{url[1:]}" if len(url) > 1 else None
        if url.lower().startswith("data:"):
            return url if is_image and _DATA_IMAGE.fullmatch(url) else None
        if asset := self._asset_of(url):
            return asset
        if jump := _JUMP_TO.search(url):
            return f"/learn/{COURSE}/units/{_JUMP}{unquote(jump['id'])}@@"
        if url.startswith("//"):
            return "https:" + url
        try:
            scheme = urlsplit(url).scheme.lower()
        except ValueError:
            return None
        if scheme in {"http", "https", "mailto", "tel"}:
            return url
        return None

    def asset_path(self, url: str) -> str:
        """Return the path of the course file that ``url`` means, "" when it means none."""
        name = _asset_name(url.strip())
        return self.assets.find(name) if name else ""

    def _asset_of(self, url: str) -> str:
        name = _asset_name(url)
        is_relative = not name and url and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[/#?]", url)
        if is_relative:
            found = self.assets.find(unquote(re.split(r"[?#]", url)[0]))
            return f"/learn/{COURSE}/assets/{_quoted(found)}" if found else ""
        if not name:
            return ""
        found = self.assets.find(name)
        if not found:
            self.notes.warn(
                "missing_asset",
                f"The file “{name}” is not in the course.",
                path=self.place.path,
                line=self.place.line_of(url),
            )
        fragment = "#" + url.split("#", 1)[1] if "#" in url else ""
        return f"/learn/{COURSE}/assets/{_quoted(found or name)}{fragment}"

    def _rearranged(self, html: str, keep: Callable[[str], str]) -> str:
        try:
            root = lxml.html.fragment_fromstring(_DOCUMENT.sub("", html), create_parent="div")
        except (etree.ParserError, ValueError):
            return html
        self._lower_headings(root)
        for element in list(root.iter(etree.Element)):
            if element is not root and element.getparent() is None:
                continue  # it went with what held it, such as a form inside an <object>
            if element.tag in _EMBEDS:
                self._replace_embed(element)
            elif element.tag == "img":
                self._tend_image(element)
            elif element.tag in ("video", "audio"):
                element.set("controls", "")
                element.attrib.pop("autoplay", None)
            elif element.tag == "clarification":
                element.text, element.tail = f" ({element.text or ''}", f"){element.tail or ''}"
                element.drop_tag()
            elif element.tag not in _TAGS | _DROPPED_WITH_CONTENT:
                # Left to the sanitizer, an element it takes for a foreign one would go with its words.
                element.drop_tag()
        _replace_tex_in(root, keep)
        text = html_words.escape(root.text or "", quote=False)
        return text + "".join(lxml.html.tostring(child, encoding="unicode") for child in root)

    def _lower_headings(self, root: etree._Element) -> None:
        headings = list(root.iter("h1", "h2", "h3", "h4", "h5", "h6"))
        if not headings:
            return
        shift = _HIGHEST_HEADING - min(int(each.tag[1]) for each in headings)
        for each in headings if shift > 0 else ():
            each.tag = f"h{min(int(each.tag[1]) + shift, 6)}"

    def _replace_embed(self, element: etree._Element) -> None:
        url = element.get("src") or element.get("data") or ""
        address = self.address(url)
        tail = element.tail
        title = (element.get("title") or "").strip()
        element.clear()
        element.tail = tail
        element.tag = "span"
        element.set("class", "embedded-page")
        if address:
            link = etree.SubElement(element, "a")
            link.set("href", url)
            link.text = title or url

    def _tend_image(self, image: etree._Element) -> None:
        if image.get("alt") is None:
            image.set("alt", "")
            self.notes.warn(
                "image_without_alt",
                "An image has no alternative text; it is shown as decoration.",
                path=self.place.path,
                line=self.place.line_of(image.get("src") or "<img"),
            )
        address = self.address(image.get("src") or "", is_image=True)
        if address and address.startswith(("http:", "https:")):
            # Pages load nothing from elsewhere, so a picture of another site becomes a link to it.
            words, tail = image.get("alt") or "", image.tail
            image.clear()
            image.tag, image.tail = "a", tail
            image.set("href", address)
            image.text = words.strip() or address

    def _sanitized(self, html: str) -> str:
        def attribute(tag: str, name: str, value: str) -> str | None:
            if name == "id" or (name == "name" and tag == "a"):
                return f"c-{value}"
            if name in {"aria-labelledby", "aria-describedby", "headers"}:
                return " ".join(f"c-{each}" for each in value.split())
            if name in _ADDRESSES:
                return self.address(value, is_image=tag == "img")
            return value

        return nh3.clean(
            html,
            tags=set(_TAGS),
            clean_content_tags=set(_DROPPED_WITH_CONTENT),
            attributes=_ATTRIBUTES,
            attribute_filter=attribute,
            url_schemes={"http", "https", "mailto", "tel", "data"},
            link_rel="noopener noreferrer",
        )


def linked_units(html: str, unit_of: Callable[[str], str]) -> str:
    """Put the unit of a block's old id (as ``unit_of`` tells) into links that jump to it."""
    if _JUMP not in html:
        return html

    def target(found: re.Match[str]) -> str:
        unit = unit_of(html_words.unescape(unquote(found.group(1))))
        return f"/learn/{COURSE}/units/{unit}" if unit else f"/learn/{COURSE}"

    return _JUMPS.sub(target, html)


def text_of(html: str) -> str:
    """Return the words of sanitized HTML, for the search index."""
    return " ".join(
        html_words.unescape(
            re.sub(r"<annotation.*?</annotation>|<[^>]*>", " ", html, flags=re.DOTALL)
        ).split()
    )


class _AssetNames:
    """Finds a file under the names that Studio, browsers and authors have for it."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = frozenset(paths)
        self.by_studio_name: dict[str, str] = {}
        for path in sorted(self.paths):
            self.by_studio_name.setdefault(_studio_name(path), path)

    def find(self, name: str) -> str:
        for candidate in (composed_letters(name), composed_letters(unquote(name))):
            if candidate in self.paths:
                return candidate
            if found := self.by_studio_name.get(_studio_name(candidate)):
                return found
        return ""


def _studio_name(path: str) -> str:
    """Studio uploads ``a/b c.png`` as ``a_b_c.png`` (and shows it under either)."""
    return re.sub(r"[^\w.\-]", "_", path.strip("/")).casefold()


def _asset_name(url: str) -> str:
    """Return the file name that an address of any year means, or ""."""
    if found := _ASSET_KEY.search(url) or _OLD_ASSET.match(url):
        return unquote(found["name"])
    bare = re.split(r"[?#]", url)[0]
    found_static = re.match(r"(?:\.{0,2}/)*static/(.+)", bare)
    return unquote(found_static.group(1)) if found_static else ""


def _quoted(path: str) -> str:
    return quote(path, safe="/-_.~()!,")


def _replace_tex_in(root: etree._Element, keep: Callable[[str], str]) -> None:
    verbatim = {each for outer in root.iter(*_VERBATIM) for each in outer.iter()}
    for element in root.iter():
        if element.text and isinstance(element.tag, str) and element not in verbatim:
            element.text = mathematics.replace_tex(element.text, keep)
        parent = element.getparent()
        if element.tail and parent is not None and parent not in verbatim:
            element.tail = mathematics.replace_tex(element.tail, keep)
