"""Expressions over keys and outputs, with units: arithmetic and comparisons only, for many points at once.

A name is a dotted key of a case (``stack.ceramic.thickness``) or the name of an output (``K_ratio``); a number may
carry a unit (``4 um``, ``1 MPa*m^0.5``). Nothing else of Python is reachable.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from rollmech.units import registry

_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_PART = r'(?:[A-Za-z_][\w-]*|"[^"]*"|\d+)'
# Hyphens belong to a name inside a dotted key only where no blank surrounds them.
_TOKEN = re.compile(
    rf"""\s*(?:(?P<key>(?:[A-Za-z_][\w-]*|"[^"]*")(?:\.{_PART})+|"[^"]*"(?:\.{_PART})+)
    |(?P<number>{_NUMBER})|(?P<word>[A-Za-zµμ%°][\w%°]*)|(?P<sign>\*\*|<=|>=|==|!=|[-+*/^()<>,%]))""",
    re.X,
)
_WORDS = ("and", "or", "not")
_FUNCTIONS: dict[str, Callable] = {
    "sqrt": np.sqrt,
    "abs": np.abs,
    "log": np.log,
    "log10": np.log10,
    "exp": np.exp,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "min": lambda *values: _extreme(np.minimum, values),
    "max": lambda *values: _extreme(np.maximum, values),
}
_BINARY = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_COMPARE = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_LARGEST_POWER = 20
ACCEPTED = "keys, outputs, numbers with units, + - * / ^ ( ), < <= > >= ==, and, or, not, " + ", ".join(
    _FUNCTIONS
)


class ExpressionError(ValueError):
    """A text that is no expression, or one whose units do not fit."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression.

    Attributes:
        text: As given.
        names: Keys and outputs that it reads, in their order.
    """

    text: str
    names: tuple[str, ...]
    _tree: ast.expr
    _places: dict[str, str]
    _quantities: dict[str, Any]

    def __call__(self, values: Mapping[str, Any]) -> Any:
        """The value for values by name: pint quantities, numbers or arrays of one shape (n,).

        Raises:
            ExpressionError: Units do not fit, or a name has no value.
        """
        try:
            with np.errstate(all="ignore"):
                return self._evaluate(self._tree, values)
        except ExpressionError:
            raise
        except Exception as error:  # pint raises many kinds
            raise ExpressionError(" ".join(str(error).split())) from None

    def _evaluate(self, node: ast.expr, values: Mapping[str, Any]) -> Any:
        def inner(child: ast.expr) -> Any:
            return self._evaluate(child, values)

        match node:
            case ast.Constant():
                return node.value
            case ast.Name() if node.id in self._quantities:
                return self._quantities[node.id]
            case ast.Name():
                return self._named(self._places[node.id], values)
            case ast.BinOp():
                return _binary(type(node.op), inner(node.left), inner(node.right))
            case ast.UnaryOp(op=ast.USub()):
                return -inner(node.operand)
            case ast.UnaryOp(op=ast.UAdd()):
                return inner(node.operand)
            case ast.UnaryOp(op=ast.Not()):
                return np.logical_not(_truth(inner(node.operand)))
            case ast.BoolOp():
                join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
                return reduce(join, (_truth(inner(child)) for child in node.values))
            case ast.Compare():
                ends = [inner(child) for child in (node.left, *node.comparators)]
                found = [
                    _COMPARE[type(op)](*pair) for op, *pair in zip(node.ops, ends, ends[1:], strict=False)
                ]
                return reduce(np.logical_and, found)
            case ast.Call():
                return _FUNCTIONS[node.func.id](*map(inner, node.args))
        raise ExpressionError(f"'{self.text}' is no expression")

    def _named(self, name: str, values: Mapping[str, Any]) -> Any:
        if name not in values:
            raise ExpressionError(f"'{name}' has no value")
        return values[name]


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises:
        ExpressionError: It is none.
    """
    places: dict[str, str] = {}
    quantities: dict[str, Any] = {}
    pieces: list[str] = []
    tokens = _tokens(text)
    while tokens:
        kind, token = tokens.pop(0)
        if kind == "key" or (kind == "word" and token not in _WORDS and token not in _FUNCTIONS):
            name = f"n{len(places)}_"
            places[name] = token
            pieces.append(name)
        elif kind == "number" and tokens and _starts_unit(tokens[0]):
            pieces.append(_quantity(float(token), tokens, quantities))
        else:
            pieces.append("**" if token == "^" else token)
    tree = _tree(text, " ".join(pieces))
    _check(tree, text)
    return Expression(text, tuple(dict.fromkeys(places.values())), tree, places, quantities)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position, text = [], 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"cannot be read from '{text[position:].strip()[:20]}' on")
        found.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    if not found:
        raise ExpressionError("is empty")
    return found


def _starts_unit(token: tuple[str, str]) -> bool:
    return (token[0] == "word" and token[1] not in (*_WORDS, *_FUNCTIONS)) or token == ("sign", "%")


def _quantity(number: float, tokens: list[tuple[str, str]], quantities: dict[str, Any]) -> str:
    """Take the unit at the head of the tokens: names, their powers, and further names after * or /."""
    text = _unit_name(tokens)
    while len(tokens) > 1 and tokens[0][1] in "*/" and tokens[1][0] == "word" and _is_unit(tokens[1][1]):
        text += tokens.pop(0)[1]
        text += _unit_name(tokens)
    name = f"u{len(quantities)}_"
    try:
        quantities[name] = registry().Quantity(number, registry().parse_units(text))
    except Exception:  # pint raises half a dozen unrelated kinds
        raise ExpressionError(f"has the unknown unit '{text}'") from None
    return name


def _unit_name(tokens: list[tuple[str, str]]) -> str:
    text = tokens.pop(0)[1]
    text = "percent" if text == "%" else text
    if len(tokens) > 1 and tokens[0][1] in ("^", "**") and tokens[1][0] == "number":
        text += f"**{tokens.pop(1)[1]}"
        tokens.pop(0)
    return text


def _is_unit(word: str) -> bool:
    try:
        registry().parse_units(word)
    except Exception:  # pint raises half a dozen unrelated kinds
        return False
    return True


def _tree(text: str, python: str) -> ast.expr:
    try:
        return ast.parse(python, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"'{text}' is no expression") from None


def _check(tree: ast.expr, text: str) -> None:
    """Refuse everything that `Expression` does not evaluate."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), keywords=[]) if name in _FUNCTIONS and node.args:
                continue
            case ast.BinOp(op=op) if type(op) in _BINARY:
                continue
            case ast.Compare(ops=ops) if all(type(op) in _COMPARE for op in ops):
                continue
            case ast.UnaryOp(op=ast.USub() | ast.UAdd() | ast.Not()) | ast.BoolOp() | ast.Name():
                continue
            case ast.Constant(value=int() | float()):
                continue
            case ast.operator() | ast.unaryop() | ast.cmpop() | ast.boolop() | ast.Load():
                continue
        raise ExpressionError(f"'{text}' is no expression")


def _binary(kind: type, left: Any, right: Any) -> Any:
    if kind is ast.Pow and np.max(np.abs(getattr(right, "magnitude", right))) > _LARGEST_POWER:
        raise ExpressionError(f"has a power above {_LARGEST_POWER}")
    return _BINARY[kind](left, right)


def _truth(value: Any) -> Any:
    if getattr(value, "units", None) is not None or np.asarray(value).dtype != bool:
        raise ExpressionError("joins something that is no comparison")
    return value


def _extreme(of: Callable, values: tuple) -> Any:
    """Elementwise extreme of values of one kind, in the unit of the first."""
    first, *others = values
    if not hasattr(first, "units"):
        first = registry().Quantity(first, "")
    size = first.magnitude
    for other in others:
        other = other if hasattr(other, "units") else registry().Quantity(other, "")
        size = of(size, other.to(first.units).magnitude)
    return registry().Quantity(size, first.units)
