"""Names of languages in themselves, for the menus of captions."""

from babel import Locale, UnknownLocaleError


def language_name(code: str) -> str:
    """Return a language's own name, "Español" for "es"; the code itself when it is unknown."""
    try:
        name = Locale.parse(code.replace("-", "_")).get_display_name()
    except (UnknownLocaleError, ValueError):
        return code
    return f"{name[:1].upper()}{name[1:]}" if name else code
