"""Every word a visitor reads goes through gettext, and words are American."""

import ast
import re
from html import unescape

import pytest

from tests.house.test_repository import places, tracked_texts

#: Names that no language translates.
NAMES = {"Stoa", "ASC", "Beancount", "CSV", "JSON", "PDF", "SHA", "SQL"}

#: The living page shows components with words to look at.
SAMPLES = ("src/stoa/web/ui/templates/ui/living/", "src/stoa/web/ui/templates/ui/living.html")

#: A piece of an element's attributes: names, no words.
ATTRIBUTES = ("src/stoa/web/ui/templates/ui/_described.html",)

TRANSLATED = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
#: Classes of the page, scripts' data, and what no visitor sees.
SILENT = re.compile(
    r"{%\s*block\s+(?:body_class|main_class)\s*%}.*?{%\s*endblock\s*%}"
    r"|{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->|<script\b.*?</script>",
    re.DOTALL,
)
SPOKEN = re.compile(r"\s(?:aria-label|alt|title|placeholder|data-label)=(?:\"([^\"]*)\"|'([^']*)')")
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
ADDRESS = re.compile(r"/\w+(?:/\w+)*/")
TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
SENTENCE = re.compile(r"[A-Z][a-z]*\s+\w")
WORD = re.compile(r"[^\W\d_]{2,}")


def bare_words(template: str) -> set[str]:
    """Words of a template that a visitor would read and no translator would see."""
    text = SILENT.sub(" ", TRANSLATED.sub(" ", template))
    text = TAG.sub(" ", text)
    spoken = [first or second for first, second in SPOKEN.findall(text)]
    shown = ADDRESS.sub(" ", unescape(ELEMENT.sub(" ", text)))
    return {word for part in (shown, *spoken) for word in WORD.findall(part)} - NAMES


def spoken_templates() -> list[str]:
    """Pages, their pieces, and messages by mail."""
    return [
        name
        for name in tracked_texts()
        if "/templates/" in name
        and name.endswith((".html", ".txt"))
        and not name.startswith(SAMPLES + ATTRIBUTES)
    ]


@pytest.mark.parametrize("name", spoken_templates())
def test_every_word_of_a_template_goes_through_gettext(name: str) -> None:
    assert bare_words(tracked_texts()[name]) == set()


def test_bare_words_are_found() -> None:
    template = (
        '{% block body_class %}wide{% endblock %}<p title="Loud">{% trans "fine" %} Bare {{ variable }}</p>'
    )
    assert bare_words(template) == {"Loud", "Bare"}


def bare_sentences(source: str) -> list[str]:
    """Sentences of a module that are no docstring, no assertion, and not given to gettext."""
    tree = ast.parse(source)
    silent: set[int] = set()
    for node in ast.walk(tree):
        is_translated = isinstance(node, ast.Call) and ast.unparse(node.func) in TRANSLATORS
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_translated or is_docstring or isinstance(node, ast.Assert):
            silent |= {id(each) for each in ast.walk(node)}
    constants = (each for each in ast.walk(tree) if isinstance(each, ast.Constant) and id(each) not in silent)
    return [str(each.value) for each in constants if SENTENCE.match(str(each.value))]


def views() -> list[str]:
    """Modules of the pages, but for the living page with its samples."""
    modules = [name for name in tracked_texts() if name.startswith("src/stoa/web/") and name.endswith(".py")]
    return [name for name in modules if not name.endswith("/ui/living.py")]


@pytest.mark.parametrize("name", views())
def test_every_sentence_of_a_view_goes_through_gettext(name: str) -> None:
    assert bare_sentences(tracked_texts()[name]) == []


def test_bare_sentences_are_found() -> None:
    assert bare_sentences('"""A module."""\nsay(_("This is fine."))\nraise NotFound("Nothing is here.")') == [
        "Nothing is here."
    ]


def test_words_are_spelled_the_american_way() -> None:
    stems = (
        "colo"
        + "ur|behavio"
        + "ur|favo"
        + "ur|neighbo"
        + "ur|catalog"
        + "ue|licen"
        + "ce|defen"
        + "ce|cen"
        + "tre",
        "age"
        + "ing|fulfi"
        + r"l(?!l)|enro"
        + r"l(?!l)|instal"
        + "ment|cancel"
        + "l(?:ed|ing)(?!error)|label"
        + "led(?!by)",
        "(?:organi|recogni|reali|summari|capitali|amorti)" + "s(?:e|ed|es|ing|ation)",
    )
    found = places(rf"\b(?:{'|'.join(stems)})\w*", but_for=("demo/courses/", "tests/"))
    assert found == []
