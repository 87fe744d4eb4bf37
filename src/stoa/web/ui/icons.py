"""Icons: drawn here on a 24-unit grid with a 1.75-unit round pen; one name, one drawing.

Decorative by default. ``docs/decisions/0020`` says why they are our own.
"""

from collections.abc import Mapping
from typing import Final

ICONS: Final[Mapping[str, str]] = {
    "search": '<circle cx="11" cy="11" r="7"/><path d="m20.5 20.5-4.5-4.5"/>',
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>',
    "users": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.2a6.5 6.5 0 0 1 3.5 5.8"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "check-circle": '<circle cx="12" cy="12" r="9"/><path d="m8 12.3 2.8 2.8L16 9.8"/>',
    "circle": '<circle cx="12" cy="12" r="9"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "alert": '<path d="M12 4 2.8 20h18.4zM12 10v4.5M12 17.2v.1"/>',
    "stop": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.2v.1"/>',
    "chevron-down": '<path d="m6 9.5 6 6 6-6"/>',
    "chevron-up": '<path d="m6 14.5 6-6 6 6"/>',
    "chevron-next": '<path d="m9.5 6 6 6-6 6"/>',
    "chevron-previous": '<path d="m14.5 6-6 6 6 6"/>',
    "arrow-next": '<path d="M4 12h16M13.5 5.5 20 12l-6.5 6.5"/>',
    "arrow-previous": '<path d="M20 12H4M10.5 5.5 4 12l6.5 6.5"/>',
    "external": '<path d="M13 4h7v7M20 4l-9.5 9.5M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>',
    "book": '<path d="M12 6.5C10 4.8 7 4 3.5 4v14c3.5 0 6.5.8 8.5 2.5 2-1.7 5-2.5 8.5-2.5V4C17 4 14 4.8 12 6.5zM12 6.5v14"/>',
    "reading": '<path d="M6 3h9l4 4v14H6zM15 3v4h4M9 12h7M9 16h5"/>',
    "video": '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m10 9 5 3-5 3z"/>',
    "play": '<path d="M7 4.5v15l12-7.5z"/>',
    "quiz": '<path d="M9.5 6H20M9.5 12H20M9.5 18H20M3.5 6l1.3 1.3L7.3 4.8M3.5 12l1.3 1.3 2.5-2.5M3.5 18l1.3 1.3 2.5-2.5"/>',
    "discussion": '<path d="M4 5h16v11H11l-5 4v-4H4z"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.3l3.5 2"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8"/>',
    "globe": '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c3 2.7 4 5.6 4 9s-1 6.3-4 9c-3-2.7-4-5.6-4-9s1-6.3 4-9z"/>',
    "level": '<path d="M5 20v-5M12 20V10M19 20V4"/>',
    "certificate": '<circle cx="12" cy="9" r="6"/><path d="m8.5 14-1.5 7 5-2.5 5 2.5-1.5-7"/>',
    "award": '<path d="M5 4h14v5a7 7 0 0 1-14 0zM12 16v4M8 20.5h8M5 6H2.5c0 3 1 4.5 3 5M19 6h2.5c0 3-1 4.5-3 5"/>',
    "lock": '<path d="M5 11h14v9.5H5zM8 11V8a4 4 0 0 1 8 0v3"/>',
    "unlock": '<path d="M5 11h14v9.5H5zM8 11V8a4 4 0 0 1 7.7-1.5"/>',
    "card": '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="M3 10h18M7 15h4"/>',
    "receipt": '<path d="M5 3v18l2.3-1.5L9.7 21l2.3-1.5L14.3 21l2.4-1.5L19 21V3zM9 8h6M9 12h6"/>',
    "refund": '<path d="M4 9h10.5a5 5 0 0 1 0 10H8M8 5 4 9l4 4"/>',
    "building": '<path d="M3 9 12 4l9 5M4 20h16M6 9v11M10 9v11M14 9v11M18 9v11M3 9h18"/>',
    "sun": '<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>',
    "moon": '<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5z"/>',
    "filter": '<path d="M4 7h16M7 12h10M10 17h4"/>',
    "star": '<path d="m12 3.5 2.6 5.6 6.1.7-4.5 4.1 1.2 6.1L12 17l-5.4 3 1.2-6.1-4.5-4.1 6.1-.7z"/>',
    "note": '<path d="M5 4h14v10l-6 6H5zM19 14h-6v6"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="1.5"/><path d="m3.5 6.5 8.5 7 8.5-7"/>',
    "link": '<path d="M10 14a4 4 0 0 0 5.7 0l3.6-3.6a4 4 0 0 0-5.7-5.7L12.5 6M14 10a4 4 0 0 0-5.7 0l-3.6 3.6a4 4 0 0 0 5.7 5.7l1.1-1.2"/>',
    "ledger": '<path d="M6 3h13v18H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM4 17.5c0-1 1-1.5 2-1.5h13M9 7.5h6"/>',
    "chart": '<path d="M4 4v16h16M8 16v-4M12.5 16V8M17 16v-6"/>',
    "settings": '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M5.6 18.4l2.1-2.1M16.3 7.7l2.1-2.1"/>',
    "home": '<path d="m3.5 11 8.5-7 8.5 7M6 9.5V20h12V9.5"/>',
    "heart": '<path d="M12 20C6 15.5 3.5 12.3 3.5 8.9A4.4 4.4 0 0 1 12 7a4.4 4.4 0 0 1 8.5 1.9C20.5 12.3 18 15.5 12 20z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "minus": '<path d="M5 12h14"/>',
    "print": '<path d="M7 8V3.5h10V8M7 17H4V8h16v9h-3M7 14h10v6.5H7z"/>',
}  # fmt: skip

#: Mirrored where the page runs from right to left.
_DIRECTED: Final = frozenset({"arrow-next", "arrow-previous", "chevron-next", "chevron-previous", "external"})


def icon_svg(name: str, label: str = "") -> str:
    """Return the inline SVG of an icon; with ``label`` it is announced, without it is decoration."""
    spoken = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    css = "icon icon--directed" if name in _DIRECTED else "icon"
    return (
        f'<svg class="{css}" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {spoken} focusable="false">'
        f"{ICONS[name]}</svg>"
    )
