"""The notebook's code, read to be written down: refused where running it once could not stand for every time."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ..lazily import Later
from ..not_light import NotLight
from ..reading import LAZY, PACKAGE, STANDARD, Reader
from . import pandas_names
from .calls import PURE, caller, item, lasting
from .trace import same

CALLED, ITEM = "called_for_the_record", "item_for_the_record"
IMPURE = (  # noqa: SIM905
    "open input print type id globals locals vars exec eval compile setattr delattr iter next "
    "__import__"
).split()
"""What would find out that values are written down, or changes something, or differs from time to time."""
ATTRIBUTES = (  # noqa: SIM905
    "random datetime64 load loadtxt genfromtxt fromfile warn lru_cache cache cached_property"
).split()
CHANGES = (  # noqa: SIM905
    "append add update extend insert pop popitem remove discard clear setdefault sort reverse"
).split()

MAKERS = "list dict set Counter defaultdict OrderedDict deque".split()  # noqa: SIM905


class PureReader(Reader):
    """Modules of the notebook, each executed once more, for one trace or several; and once as they are, for calls of
    functions as a whole."""

    def __init__(self, as_they_are: bool = False) -> None:
        super().__init__()
        self._builtins |= {name: refused(name) for name in IMPURE} | {"__import__": self._import}
        self._builtins |= {CALLED: caller(self._whole), ITEM: item}
        self._changing: set[str] = set()
        self._as_they_are = None if as_they_are else PureReader(as_they_are=True)

    def module(self, name: str) -> ModuleType:
        """Return one of the package's modules, with its code executed here."""
        if self._as_they_are is not None:
            self._as_they_are.module(name)
        return super().module(name)

    def _whole(self, function: Any, given: Iterable[Any]) -> Any:
        """Return a function of the notebook as it is, to be called as a whole; None if it cannot be."""
        module = self._modules.get(function.__module__) if type(function) is FunctionType else None
        name = getattr(function, "__name__", "")
        if self._as_they_are is None or module is None or vars(module).get(name) is not function:
            return None
        if name in self._changing and not all(map(lasting, given)):
            return None
        return vars(self._as_they_are.module(module.__name__))[name]

    def state(self) -> Any:
        """Return what tells whether a value that modules hold has changed.

        Raises:
            NotLight: if one holds an object of the notebook's own, which may keep something.
        """
        found = []
        for module in self._modules.values():
            for name, value in vars(module).items():
                if type(value).__module__ in self._modules and not isinstance(value, type):
                    raise NotLight(f"an object of the module, {name}")
                found.append((name, same(value)))
        return [*found, *(self._as_they_are.state() if self._as_they_are else ())]

    def _code(self, source: bytes, origin: str) -> CodeType:
        tree = ast.parse(source, origin)
        self._changing |= check(tree)
        if self._as_they_are is not None:
            tree = Calls().visit(tree)
        return compile(tree, origin, "exec", LAZY, dont_inherit=True)

    def _import(
        self,
        name: str,
        variables: Mapping[str, Any] | None = None,
        local: Mapping[str, Any] | None = None,
        wanted: tuple[str, ...] | None = (),
        level: int = 0,
    ) -> Any:
        top = name.partition(".")[0]
        if not level and top == "pandas" and (name == "pandas" or not wanted):
            return pandas_names
        if not level and top in STANDARD and top not in PURE:
            raise NotLight(f"the module {name} may say something else each time")
        if not level and top == "numpy" and name != "numpy":
            raise NotLight(f"the module {name}")
        found = super()._import(name, variables, local, wanted, level)
        return Never(found._module) if type(found) is Later else found


class Calls(ast.NodeTransformer):
    """Each call, and each look at a part, becomes one of what writes down those that know nothing of hidden values."""

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super":
            return node
        return self._call(CALLED, node, [node.func, *node.args], node.keywords)

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:  # noqa: N802
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or any(
            isinstance(part, ast.Slice) for part in ast.walk(node.slice)
        ):
            return node
        return self._call(ITEM, node, [node.value, node.slice], [])

    def _call(
        self, name: str, node: ast.expr, given: list[ast.expr], named: list[ast.keyword]
    ) -> ast.Call:
        function = ast.copy_location(ast.Name(name, ast.Load()), node)
        return ast.copy_location(ast.Call(function, given, named), node)


class Never(Later):
    """A library of which nobody knows whether it always says the same."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Never(self._module, (*self._path, name))

    def _real(self) -> Any:
        raise NotLight(f"{self._said()} may say something else each time")


def refused(name: str) -> Callable[..., Any]:
    """Return what stands for a function that must not be called."""

    def refuse(*arguments: Any, **named: Any) -> Any:
        raise NotLight(f"{name}()")

    return refuse


def pure_predict(reader: PureReader) -> Callable[..., Any]:
    """Return ``predict`` of the inference code.

    Raises:
        NotLight: if running it once cannot stand for every time.
    """
    try:
        return reader.module(f"{PACKAGE}.inference").predict  # type: ignore[no-any-return]
    except NotLight:
        raise
    except Exception as error:
        raise NotLight(f"the code cannot be loaded: {error}") from error


def check(tree: ast.Module) -> set[str]:
    """Return the names of functions that may change what they are given.

    Raises:
        NotLight: where code catches exceptions, tells objects apart, or changes what outlives it.
    """
    changing = set()
    for node in ast.walk(tree):
        if isinstance(
            node,
            (
                ast.Try,
                ast.TryStar,
                ast.Global,
                ast.Nonlocal,
                ast.Yield,
                ast.YieldFrom,
                ast.AsyncFunctionDef,
            ),
        ):
            raise NotLight(f"{type(node).__name__} in line {getattr(node, 'lineno', 0)}")
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            raise NotLight(f".{node.attr} in line {node.lineno}")
        if isinstance(node, ast.ImportFrom) and any(each.name in ATTRIBUTES for each in node.names):
            raise NotLight(f"an import in line {node.lineno}")
        if isinstance(node, (ast.FunctionDef, ast.Lambda)) and changes(node):
            changing.add(getattr(node, "name", "<lambda>"))
    return changing


def changes(function: ast.FunctionDef | ast.Lambda) -> bool:
    """Say whether a function changes what it may have been given: an argument, or what a name may share with one.

    Raises:
        NotLight: if it changes anything but that and what it has made itself.
    """
    if any(
        isinstance(each, (ast.List, ast.Dict, ast.Set, ast.Call)) for each in function.args.defaults
    ):
        raise NotLight("a default that may change")
    inside = [node for part in as_list(function.body) for node in ast.walk(part)]
    stored = {
        node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    given = {
        each.arg
        for arguments in (function.args, *inside)
        if isinstance(arguments, ast.arguments)
        for each in ast.walk(arguments)
        if isinstance(each, ast.arg)
    }
    changed = [(root(node), node.lineno) for node in map(changed_by, inside) if node is not None]
    for name, line in changed:
        if name not in stored | given:
            raise NotLight(f"something that outlives the call is changed in line {line}")
    return not {name for name, _ in changed} <= made_anew(inside) - given


def made_anew(inside: list[ast.AST]) -> set[str]:
    """Return the names that only ever stand for something new."""
    new, other = set[str](), set[str]()
    values: dict[int, ast.expr | None] = {}
    for node in inside:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            values[id(node.targets[0])] = node.value
        if isinstance(node, ast.AnnAssign):
            values[id(node.target)] = node.value
    for node in inside:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            (new if is_new(values.get(id(node))) else other).add(node.id)
    return new - other


def is_new(value: ast.expr | None) -> bool:
    """Say whether an expression makes a list or the like."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in MAKERS
    return isinstance(value, (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp))


def changed_by(node: ast.AST) -> ast.expr | None:
    """Return what a part of an expression or statement changes."""
    if isinstance(node, (ast.Subscript, ast.Attribute)):
        return node.value if isinstance(node.ctx, (ast.Store, ast.Del)) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in CHANGES else None
    return None


def as_list(body: Any) -> list[ast.AST]:
    """Return the statements of a function, or the expression of a lambda."""
    return body if isinstance(body, list) else [body]


def root(node: ast.expr) -> str:
    """Return the name that an expression begins with; nothing if it is none."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
