"""Annotations as written go in; types that pydantic can check values by come out, without running any of it."""

from __future__ import annotations

import ast
import pathlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import reduce
from typing import Annotated, Any, Union

from pydantic import AfterValidator, BeforeValidator, Strict

from nb2prod.runs.parameters.literals import HasToBeRun, value_of
from nb2prod.runs.parameters.model import ANYTHING, Type


def type_of_annotation(source: str | ast.expr) -> Type:
    """Return what an annotation says; ``Any`` for what is not known here, such as a class of the notebook's own."""
    try:
        node = ast.parse(source.strip(), mode="eval").body if isinstance(source, str) else source
        kind = _type(node)
        text_says_it = isinstance(node, ast.Constant) or (
            isinstance(node, ast.Subscript) and _last(node.value) == "Annotated"
        )
        return kind if text_says_it else replace(kind, text=ast.unparse(node))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ANYTHING


def type_of_default(value: Any) -> Type:
    """Return the type that a default has: what a parameter takes that nothing else is said of.

    A default ``1`` stands for ``int``, ``1.0`` for ``float``, ``[1]`` for ``list`` with anything in it; ``None`` tells
    nothing.
    """
    name = "Path" if isinstance(value, pathlib.Path) else type(value).__name__
    return ANYTHING if value is None else NAMES.get(name, ANYTHING)


def type_of_call(node: ast.expr | None) -> Type:
    """Return the type of a default that would have to be run, where its form tells it; else ``Any``."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and type_of_call(node.left) is PATH:
        return PATH
    if isinstance(node, ast.Call):
        base = _last(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        made = MADE_BY.get((base, _last(node.func)), "") or _last(node.func)
        return NAMES.get(made, ANYTHING) if made in MADE else ANYTHING
    return NAMES[FORMS[type(node)]] if type(node) in FORMS else ANYTHING


def type_of_choices(choices: Sequence[Any], text: str = "") -> Type:
    """Return the type that takes one of these values, each as exactly what it is."""
    kept = tuple(choices)

    def one_of(value: Any) -> Any:
        for choice in kept:
            if type(choice) is type(value) and choice == value:
                return choice
        raise ValueError(f"should be one of {', '.join(map(repr, kept))}")

    taken = Annotated[Any, AfterValidator(one_of)]
    said = text or f"Literal[{', '.join(map(repr, kept))}]"
    return Type(said, taken, taken, optional=None in kept, choices=kept)


def type_of_dates_as_texts() -> Type:
    """Return the type of texts such as ``2024-01-31``."""

    def day(value: Any) -> Any:
        read(value)
        return value

    read = _text_for(date.fromisoformat, "2024-01-31")
    checked = _checked(NAMES["str"].exact, AfterValidator(day))
    return Type("str", checked, checked)


def within(kind: Type, step: float | None = None, **bounds: Any) -> Type:
    """Return the type with bounds: ``ge``, ``gt``, ``le``, ``lt``, ``multiple_of``, ``min_length``, ``max_length``, as
    pydantic calls them. ``step`` is for forms. What cannot be compared with a bound, such as ``None``, passes it."""
    checks = [AfterValidator(_bound(name, value)) for name, value in bounds.items() if name in BOUNDS]
    return replace(
        kind,
        exact=reduce(_checked, checks, kind.exact),
        lenient=reduce(_checked, checks, kind.lenient),
        minimum=bounds.get("ge", kind.minimum),
        maximum=bounds.get("le", kind.maximum),
        step=step if step is not None else bounds.get("multiple_of", kind.step),
    )


def _checked(kind: Any, check: AfterValidator) -> Any:
    return Annotated[kind, check]


def _bound(name: str, bound: Any) -> Callable[[Any], Any]:
    holds, words = BOUNDS[name]

    def check(value: Any) -> Any:
        try:
            if not holds(value, bound):
                raise ValueError(f"should {words} {bound}")
        except TypeError:
            pass
        return value

    return check


def _type(node: ast.expr) -> Type:
    if isinstance(node, ast.Constant):
        return NAMES["None"] if node.value is None else type_of_annotation(str(node.value))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return _union([_type(node.left), _type(node.right)])
    if isinstance(node, ast.Subscript):
        arguments = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        return _generic(_last(node.value), arguments)
    return NAMES.get(_last(node), ANYTHING)


def _last(node: ast.expr) -> str:
    """Return the last name of ``Optional`` and ``typing.Optional``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _generic(name: str, arguments: list[ast.expr]) -> Type:
    if name == "Literal":
        return type_of_choices([value_of(each) for each in arguments])
    if name == "Annotated":
        return _annotated(_type(arguments[0]), arguments[1:])
    if name == "Optional":
        return _union([_type(arguments[0]), NAMES["None"]])
    if name in ("Final", "ClassVar"):
        return _type(arguments[0])
    if name in ("tuple", "Tuple"):
        return _tuple(arguments)
    inner = [_type(each) for each in arguments]
    if name == "Union":
        return _union(inner)
    container = CONTAINERS.get(name)
    if container is None or len(inner) != (2 if container is dict else 1):
        return ANYTHING
    exact, lenient = (tuple(each.exact for each in inner), tuple(each.lenient for each in inner))
    return _container(container, container[exact], container[lenient])


def _tuple(arguments: list[ast.expr]) -> Type:
    inner = [... if isinstance(each, ast.Constant) and each.value is ... else _type(each) for each in arguments]
    exact = tuple(each.exact if isinstance(each, Type) else each for each in inner)
    lenient = tuple(each.lenient if isinstance(each, Type) else each for each in inner)
    return _container(tuple, tuple[exact], tuple[lenient])  # type: ignore[valid-type]


def _container(kind: type, exact: Any, lenient: Any) -> Type:
    """Return the type of a list and the like; files and forms have only lists, and mappings by texts."""

    def read(value: Any) -> Any:
        if kind in (list, dict) or type(value) is not list:
            return value
        try:
            taken = kind(value)
        except TypeError:
            raise ValueError("has values that a set cannot hold") from None
        if len(taken) != len(value):
            raise ValueError("has a value twice")
        return taken

    name = kind.__name__
    return Type(name, Annotated[exact, Strict()], Annotated[lenient, Strict(), BeforeValidator(read)])


def _union(kinds: Sequence[Type]) -> Type:
    choices = tuple(choice for kind in kinds for choice in kind.choices)
    rest = [kind for kind in kinds if not kind.choices and kind.text != "None"]
    optional = any(kind.optional for kind in kinds)
    if choices and not rest:
        missing = () if None in choices or not optional else (None,)
        return type_of_choices([*choices, *missing])
    bounds = rest[0] if len(rest) == 1 else ANYTHING
    return Type(
        " | ".join(kind.text for kind in kinds),
        Union[tuple(kind.exact for kind in kinds)],  # noqa: UP007  (of types that are only known now)
        Union[tuple(kind.lenient for kind in kinds)],  # noqa: UP007
        optional,
        minimum=bounds.minimum,
        maximum=bounds.maximum,
        step=bounds.step,
    )


def _annotated(kind: Type, said: list[ast.expr]) -> Type:
    """Return the type with what ``Field(ge=0, le=1)`` and ``Ge(0)`` beside it say."""
    for node in said:
        if not isinstance(node, ast.Call):
            continue
        given: dict[str, Any] = {}
        for name, value in [
            *((BY_POSITION.get(_last(node.func), ""), each) for each in node.args[:1]),
            *((keyword.arg or "", keyword.value) for keyword in node.keywords),
        ]:
            try:
                given[name] = value_of(value)
            except HasToBeRun:
                continue
        kind = within(kind, **given)
    return kind


def _whole(value: Any) -> Any:
    """Take a float without a fraction for the int that it equals."""
    return int(value) if type(value) is float and value.is_integer() else value


def _exactly_float(value: Any) -> Any:
    """Take an int for the float that it equals, if there is one."""
    if type(value) is not int:
        return value
    try:
        if (taken := float(value)) == value:
            return taken
    except OverflowError:
        pass
    raise ValueError("is a whole number that no float equals")


def _text_for(kind: Callable[[str], Any], example: str) -> Callable[[Any], Any]:
    """Take a text for what it says, and nothing else: pydantic would take a number for the seconds since 1970."""

    def read(value: Any) -> Any:
        if type(value) is not str:
            return value
        try:
            return kind(value)
        except ValueError:
            raise ValueError(f"should be like {example}") from None

    return read


def _decimal(value: Any) -> Any:
    try:
        return Decimal(value) if type(value) in (str, int) else value
    except ArithmeticError:
        raise ValueError("is no decimal number") from None


def _duration(value: Any) -> Any:
    if type(value) not in (str, timedelta):
        raise ValueError("should be a duration, such as PT90M or 3 days")
    return value


def _leaf(kind: type, read: Callable[[Any], Any] | None = None, text: str = "", *, strict: bool = True) -> Type:
    def just(value: Any) -> Any:
        if type(value) is kind or (kind is pathlib.Path and isinstance(value, kind)):
            return value
        raise ValueError(f"should be {text or kind.__name__}")

    lenient: Any = Annotated[kind, Strict()] if strict else kind
    if read is not None:
        lenient = Annotated[lenient, BeforeValidator(read)]
    return Type(text or kind.__name__, Annotated[Any, AfterValidator(just)], lenient)


NONE = Type("None", None, None, optional=True)
PATH = _leaf(pathlib.Path, _text_for(pathlib.Path, "data/a.csv"), "Path")
LIST, DICT, TUPLE = (_container(kind, kind, kind) for kind in (list, dict, tuple))
SET, FROZENSET = (_container(kind, kind, kind) for kind in (set, frozenset))
NAMES: Mapping[str, Type] = {
    "None": NONE,
    "NoneType": NONE,
    "Any": ANYTHING,
    "object": ANYTHING,
    "int": _leaf(int, _whole),
    "float": _leaf(float, _exactly_float),
    "bool": _leaf(bool),
    "str": _leaf(str),
    "bytes": _leaf(bytes),
    "complex": _leaf(complex),
    "Decimal": _leaf(Decimal, _decimal),
    "date": _leaf(date, _text_for(date.fromisoformat, "2024-01-31")),
    "datetime": _leaf(datetime, _text_for(datetime.fromisoformat, "2024-01-31T10:00")),
    "time": _leaf(time, _text_for(time.fromisoformat, "10:00")),
    "timedelta": _leaf(timedelta, _duration, strict=False),
    "Path": PATH,
    "PosixPath": PATH,
    "PathLike": PATH,
    "list": LIST,
    "List": LIST,
    "Sequence": LIST,
    "dict": DICT,
    "Dict": DICT,
    "Mapping": DICT,
    "tuple": TUPLE,
    "Tuple": TUPLE,
    "set": SET,
    "Set": SET,
    "frozenset": FROZENSET,
}
CONTAINERS: Mapping[str, Any] = {
    "list": list,
    "List": list,
    "Sequence": list,
    "Iterable": list,
    "Collection": list,
    "dict": dict,
    "Dict": dict,
    "Mapping": dict,
    "set": set,
    "Set": set,
    "frozenset": frozenset,
    "FrozenSet": frozenset,
}
BOUNDS: Mapping[str, tuple[Callable[[Any, Any], bool], str]] = {
    "ge": (lambda value, bound: value >= bound, "be at least"),
    "gt": (lambda value, bound: value > bound, "be more than"),
    "le": (lambda value, bound: value <= bound, "be at most"),
    "lt": (lambda value, bound: value < bound, "be less than"),
    "multiple_of": (lambda value, bound: value % bound == 0, "be a multiple of"),
    "min_length": (lambda value, bound: len(value) >= bound, "have at least this many parts:"),
    "max_length": (lambda value, bound: len(value) <= bound, "have at most this many parts:"),
}
BY_POSITION = {"Ge": "ge", "Gt": "gt", "Le": "le", "Lt": "lt", "MultipleOf": "multiple_of", "MinLen": "min_length"}
MADE = frozenset({"int", "float", "bool", "str", "list", "dict", "tuple", "set", "Path", "date", "datetime"})
MADE_BY = {
    ("Path", "home"): "Path",
    ("Path", "cwd"): "Path",
    ("date", "today"): "date",
    ("date", "fromisoformat"): "date",
    ("datetime", "now"): "datetime",
    ("datetime", "today"): "datetime",
    ("datetime", "fromisoformat"): "datetime",
}
FORMS: Mapping[type, str] = {
    ast.JoinedStr: "str",
    ast.ListComp: "list",
    ast.SetComp: "set",
    ast.DictComp: "dict",
    ast.Compare: "bool",
}
