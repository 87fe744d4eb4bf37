"""Python scripts inside problems: never run. Plain constants are read; anything else is reported.

An author's script is a program of a stranger. The only part of it that can be trusted without running it is a
name that is assigned once, at the top level, from numbers, text and plain arithmetic (``math`` included); such
names are put where ``$name`` stands.
"""

import ast
import math
import re
from collections.abc import Callable, Mapping

from lxml import etree

_REFERENCE = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
_MOST_TEXT = 2000


class NotConstant(ValueError):
    """The problem needs a value that only running its script would give."""


def put_constants_in(root: etree._Element) -> bool:
    """Replace ``$name`` in text and attributes by constants of the scripts; remove the scripts.

    Returns whether there was Python in the problem. Raises ``NotConstant`` when a reference cannot be resolved.
    """
    scripts = [each for each in root.iter("script") if _is_python(each)]
    source = "\n".join(each.text or "" for each in scripts)
    for each in list(root.iter("script")):
        _remove(each)
    if not source.strip():
        return bool(scripts)
    constants = constants_of(source)
    for element in root.iter(etree.Element):
        element.text = _filled(element.text, constants, source)
        element.tail = _filled(element.tail, constants, source)
        for name, value in element.attrib.items():
            element.set(name, _filled(str(value), constants, source) or "")
    return True


def constants_of(source: str) -> Mapping[str, str]:
    """Return the names of ``source`` whose value is certain without running it, as text."""
    try:
        tree = ast.parse(_dedented(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return {}
    stored: dict[str, int] = {}
    for node in ast.walk(tree):
        for name in _names_bound_by(node):
            stored[name] = stored.get(name, 0) + 1
    hidden = _names_of_star_imports(tree)
    if hidden is None or not _is_math_itself(tree):
        return {}
    known: dict[str, float | int | str] = {}
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name) and stored.get(target.id) == 1 and target.id not in hidden:
                value = _value_of(statement.value, known)
                if value is not None:
                    known[target.id] = value
    return {name: str(value) for name, value in known.items()}


def _names_of_star_imports(tree: ast.Module) -> frozenset[str] | None:
    """Names that ``from … import *`` may set; ``None`` when they cannot be known."""
    stars = {
        node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any(each.name == "*" for each in node.names)
    }
    return frozenset(dir(math) if stars else ()) if stars <= {"math"} else None


def _is_math_itself(tree: ast.Module) -> bool:
    """Whether ``math`` always means the module."""
    binding = [node for node in ast.walk(tree) if "math" in _names_bound_by(node)]
    return all(
        isinstance(node, ast.Import) and all(each.asname is None for each in node.names) for node in binding
    )


def _names_bound_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
        return [node.id]
    if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
        return [node.name]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [(each.asname or each.name).split(".")[0] for each in node.names]
    if isinstance(node, ast.Global | ast.Nonlocal):
        return node.names
    return []


def _value_of(node: ast.expr, known: Mapping[str, float | int | str]) -> float | int | str | None:
    if isinstance(node, ast.Constant):
        value = node.value
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return None
        return value if len(str(value)) <= _MOST_TEXT else None
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        operand = _value_of(node.operand, known)
        if isinstance(operand, int | float):
            return -operand if isinstance(node.op, ast.USub) else operand
    if isinstance(node, ast.Attribute | ast.Call):
        return _of_math(node, known)
    if isinstance(node, ast.BinOp):
        return _combined(node.op, _value_of(node.left, known), _value_of(node.right, known))
    return None


_FUNCTIONS: Mapping[str, Callable[[float], float]] = {
    name: getattr(math, name)
    for name in "sqrt exp log log10 sin cos tan asin acos atan sinh cosh tanh radians degrees".split()
}


def _of_math(node: ast.Attribute | ast.Call, known: Mapping[str, float | int | str]) -> float | None:
    """``math.pi``, ``math.e`` and ``math.sqrt(x)``: the module's own, as the name ``math`` was never assigned."""
    named = node.func if isinstance(node, ast.Call) else node
    if not (
        isinstance(named, ast.Attribute) and isinstance(named.value, ast.Name) and named.value.id == "math"
    ):
        return None
    if isinstance(node, ast.Attribute):
        return {"pi": math.pi, "e": math.e}.get(named.attr)
    function = _FUNCTIONS.get(named.attr)
    if function is None or len(node.args) != 1 or node.keywords:
        return None
    argument = _value_of(node.args[0], known)
    if not isinstance(argument, int | float):
        return None
    try:
        return function(argument)
    except (ValueError, OverflowError):
        return None


def _combined(
    sign: ast.operator, left: float | int | str | None, right: float | int | str | None
) -> float | int | str | None:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return None
    try:
        value = _computed(sign, left, right)
        return value if value is not None and math.isfinite(value) and abs(value) < 1e30 else None
    except (ArithmeticError, ValueError):
        return None


def _computed(sign: ast.operator, left: float | int, right: float | int) -> float | int | None:
    value: float | int | None = None
    if isinstance(sign, ast.Add):
        value = left + right
    elif isinstance(sign, ast.Sub):
        value = left - right
    elif isinstance(sign, ast.Mult):
        value = left * right
    elif isinstance(sign, ast.Pow):
        value = _power(left, right)
    elif isinstance(sign, ast.FloorDiv | ast.Mod) and right:
        value = left // right if isinstance(sign, ast.FloorDiv) else left % right
    elif isinstance(sign, ast.Div) and right and isinstance(left / right, float):
        # Two whole numbers divide differently in the Python 2 of older courses.
        value = left / right if isinstance(left, float) or isinstance(right, float) else None
    return value


def _power(base: float | int, exponent: float | int) -> float | int | None:
    if abs(exponent) > 64 or abs(base) > 1e9:
        return None
    value = base**exponent
    return None if isinstance(value, complex) else value


def _filled(text: str | None, constants: Mapping[str, str], source: str) -> str | None:
    if not text or "$" not in text:
        return text

    def value(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name in constants:
            return constants[name]
        if re.search(rf"\b{re.escape(name)}\b", source):
            raise NotConstant(name)
        return found.group()

    return _REFERENCE.sub(value, text)


def _is_python(script: etree._Element) -> bool:
    kind = (script.get("type") or "").lower()
    return "javascript" not in kind and "coffee" not in kind and not script.get("src")


def _dedented(source: str) -> str:
    lines = source.expandtabs(4).splitlines()
    first = next((line for line in lines if line.strip()), "")
    margin = len(first) - len(first.lstrip())
    return "\n".join(line[margin:] if not line[:margin].strip() else line for line in lines) + "\n"


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
