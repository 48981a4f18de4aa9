"""Expressions to the values that they give."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from nb2prod.analysis.children import children_of
from nb2prod.analysis.knowledge import load_knowledge
from nb2prod.analysis.suggest.roles import Role, load_roles
from nb2prod.analysis.suggest.values import NAMES, Fit, Seen, Story, Value
from nb2prod.analysis.unparse import unparsed

MOST_ITEMS = 30


class Expressions:
    """Names, literals, operators, containers; calls are for the layer above."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.roles = load_roles()
        self.variables: dict[str, Seen] = {}
        self.bound_at: dict[str, int] = {}
        self.local: list[dict[str, Seen]] = []
        """The variables of the functions being read, the innermost last."""
        self.within: list[str] = []
        self.statement = 0
        self.cell = 0
        self.quiet = 0
        """More than 0 inside the arguments of something that draws."""
        self.loops = 0
        """How many loops are around the statement at hand."""
        self.sources = 0
        self.deciding: list[frozenset[Fit]] = []
        """The models whose answers decide whether the statement at hand is run."""

    # Names.

    def load(self, name: str) -> Seen:
        """Return what a name holds."""
        for scope in reversed(self.local[-1:]):
            if name in scope:
                return scope[name]
        found = self.variables.get(name)
        if found is None:
            symbol = name in {"print", "display"} or name in __builtins__  # type: ignore[operator]
            path = f"builtins.{name}" if symbol else f"?.{name}"
            return Seen(Value(path=path, symbol=symbol or name[:1].isupper() or self.roles.is_metric(path)))
        if self.bound_at.get(name) == self.statement:
            return Seen(found.value, found.names, name)
        return Seen(found.value, NAMES if found.value.symbol else frozenset((name,)), name)

    def bind(self, name: str, seen: Seen) -> None:
        """Let a name hold a value."""
        if self.local and name not in self._declared_global():
            self.local[-1][name] = seen
        else:
            self.variables[name] = seen
            self.bound_at[name] = self.statement

    def _declared_global(self) -> frozenset[str]:
        return NAMES

    def assign(self, target: ast.expr, seen: Seen) -> None:
        """Bind a target, unpacking where it is a tuple."""
        if isinstance(target, ast.Name):
            self.bind(target.id, seen)
        elif isinstance(target, ast.Tuple | ast.List):
            items = seen.value.items
            for place, each in enumerate(target.elts):
                if isinstance(each, ast.Starred):
                    self.assign(each.value, self.derived([seen]))
                elif items is not None and place < len(items):
                    self.assign(each, Seen(items[place][1], seen.names))
                else:
                    self.assign(each, self.derived([seen]))
        elif isinstance(target, ast.Subscript):
            holder = target.value
            if isinstance(holder, ast.Attribute) and holder.attr in {"loc", "iloc", "at", "iat", "values"}:
                holder = holder.value
            self._store_item(self.evaluate(holder), target.slice, seen)
        elif isinstance(target, ast.Attribute):
            holding = self.evaluate(target.value).value
            holding.attributes[target.attr] = seen.value
            if holding.role is Role.DATA and not holding.symbol:
                holding.answers |= seen.value.answers  # A column by its name: ``table.price = answers``.

    def _store_item(self, holder: Seen, key: ast.expr, seen: Seen) -> None:
        value, stored = holder.value, seen.value
        self.evaluate(key)
        if value.items is not None or stored.is_model or stored.fits:
            value.keyed = value.keyed or value.items is None
            items = value.items if value.items is not None else []
            text = unparsed(key)
            kept = [(k, v) for k, v in items if k != text]
            value.items = [*kept, (text, stored)][-MOST_ITEMS:]
        value.answers |= stored.answers if not stored.score else frozenset()
        value.compared |= stored.compared
        if value.items is None:
            value.lineage |= stored.lineage
            value.spelled = value.spelled and stored.spelled

    # Values.

    def derived(self, seen: Iterable[Seen], *, role: Role = Role.DATA, text: str = "") -> Seen:
        """Return something that is made of these values."""
        made, names, known, spelled = Value(role), NAMES, False, True
        for each in seen:
            value = each.value
            if each.names:  # most have none, and a union is made anew
                names = names | each.names
            if value.symbol:
                continue
            if value.answers:
                made.answers |= value.answers
            if value.compared:
                made.compared |= value.compared
            if value.lineage:
                made.lineage |= value.lineage
            known, spelled = True, spelled and value.spelled
            made.split = made.split or value.split
        made.spelled = known and spelled
        return Seen(made, names, text)

    def new_source(self, seen: Seen) -> Seen:
        """Let data that come from nowhere in the notebook be a source of their own."""
        if not seen.value.lineage:
            self.sources += 1
            seen.value.lineage = frozenset((self.sources,))
        return seen

    def decided(self, seen: Seen) -> Seen:
        """Return what is written down as an answer where answers decide about it: ``"yes" if p > 0.5 else "no"``."""
        answers = frozenset[Fit]().union(*self.deciding)
        if not answers or not seen.value.spelled or seen.value.answers:
            return seen
        return replace(seen, value=replace(seen.value, answers=answers))

    def evaluate(self, node: ast.expr | None) -> Seen:
        """Return what an expression gives."""
        if node is None:
            return Seen(Value(spelled=True))
        method = getattr(self, reader_of(type(node).__name__), None)
        if method is not None:
            return method(node)  # type: ignore[no-any-return]
        return self.derived([self.evaluate(child) for child in _parts(node)])

    def _name(self, node: ast.Name) -> Seen:
        return self.load(node.id)

    def _constant(self, node: ast.Constant) -> Seen:
        return Seen(Value(Role.DATA, spelled=True), text=unparsed(node))

    def _namedexpr(self, node: ast.NamedExpr) -> Seen:
        seen = self.evaluate(node.value)
        self.assign(node.target, seen)
        return seen

    def _lambda(self, node: ast.Lambda) -> Seen:
        return Seen(Value(node=node))

    def _starred(self, node: ast.Starred) -> Seen:
        return self.evaluate(node.value)

    def _ifexp(self, node: ast.IfExp) -> Seen:
        self.deciding.append(self.evaluate(node.test).value.answers)
        other = self.decided(self.evaluate(node.orelse))
        chosen = self.decided(self.evaluate(node.body))
        self.deciding.pop()
        return chosen if chosen.value.is_model or not other.value.is_model else other

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> Seen:
        seen = [self.evaluate(each) for each in node.elts]
        made = self.derived(seen)
        texts = [each.text for each in seen]
        made.value.items = [(str(place), each.value) for place, each in enumerate(seen[:MOST_ITEMS])]
        made.value.spelled = made.value.spelled or not seen
        made.value.root = None
        whole = ", ".join(texts)
        text = f"[{whole}]" if all(texts) and isinstance(node, ast.List) else ""
        return Seen(made.value, made.names, text)

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> Seen:
        seen = [self.evaluate(each) for each in node.values]
        made = self.derived([*seen, *(self.evaluate(key) for key in node.keys if key is not None)])
        pairs = zip(node.keys, seen, strict=True)
        made.value.items = [(unparsed(key), each.value) for key, each in pairs if key is not None][:MOST_ITEMS]
        made.value.keyed = True
        made.value.spelled = made.value.spelled or not seen
        made.value.root = None
        return made

    def _binop(self, node: ast.BinOp) -> Seen:
        left, right = self.evaluate(node.left), self.evaluate(node.right)
        made = self.derived([left, right])
        if isinstance(node.op, ast.Sub):
            self._compare_two(made.value, left.value, right.value)
        return made

    def _compare(self, node: ast.Compare) -> Seen:
        seen = [self.evaluate(node.left), *map(self.evaluate, node.comparators)]
        made = self.derived(seen)
        if all(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            self._compare_two(made.value, seen[0].value, seen[-1].value)
        return made

    def _compare_two(self, made: Value, left: Value, right: Value) -> None:
        """Note that answers are set against what is no answer and not written down, such as the truth."""
        for answer, other in ((left, right), (right, left)):
            if answer.answers and not other.answers and (other.lineage or other.origin.label):
                made.compared |= answer.answers

    def _attribute(self, node: ast.Attribute) -> Seen:
        base = self.evaluate(node.value)
        value = base.value
        text = f"{base.text}.{node.attr}" if base.text else ""
        if value.symbol:
            path = load_knowledge().canonical(f"{value.path}.{node.attr}")
            return Seen(Value(self.roles.role_of(path), path, symbol=True), text=text)
        if node.attr in value.attributes:
            return Seen(value.attributes[node.attr], base.names, text)
        if node.attr in {"best_estimator_", "best_model", "best_estimator"} and value.fits:
            best = Value(value.role, value.path, instance=True, fits=value.fits[-1:])
            value.attributes[node.attr] = best
            return Seen(best, base.names, text)
        if value.role is Role.OWN or value.is_model:
            inner = next((v for v in value.parts if v.is_model), None) if node.attr in {"model", "estimator"} else None
            if inner is not None:
                return Seen(inner, base.names, text)
        self.judged_by_attribute(base, node.attr)
        made = self.derived([base], text=text)
        if node.attr in {"trainable_variables", "trainable_weights"}:
            made.value.parts = (value,)
        if node.attr in {"values", "T", "iloc", "loc"}:
            made.value.root = value
        return made

    def judged_by_attribute(self, base: Seen, attribute: str) -> None:
        """Note what an attribute such as ``best_score_`` says; calls know how."""

    def _subscript(self, node: ast.Subscript) -> Seen:
        base = self.evaluate(node.value)
        index = self.evaluate(node.slice)
        key = _written_index(node.slice)
        text = f"{base.text}[{key}]" if base.text and not self.local else ""
        if base.value.items is not None:
            items = dict(base.value.items)
            found = items.get(key, items.get(index.value.key))
            if found is None and any(v.is_model for _, v in base.value.items) and not isinstance(node.slice, ast.Slice):
                found = base.value.items[-1][1]
            if found is not None:
                return Seen(found, base.names | index.names, text)
        made = self.derived([base, index], text=text)
        if isinstance(node.slice, ast.Slice) and base.value.holds_models:
            made.value.items = base.value.items
        made.value.root = base.value if base.value.lineage else None
        made.value.split = made.value.split or _is_one_end(node.slice)
        # Choosing columns parts a table into what is asked and what is true; choosing rows keeps a label a label.
        if isinstance(node.slice, ast.Constant | ast.List) or _is_columns(node.slice):
            made.value.root = None
            made.value.made = base.value.made
        return made

    def _slice(self, node: ast.Slice) -> Seen:
        return self.derived([self.evaluate(each) for each in (node.lower, node.upper, node.step) if each is not None])

    def _joinedstr(self, node: ast.JoinedStr) -> Seen:
        values = [self.evaluate(each.value) for each in node.values if isinstance(each, ast.FormattedValue)]
        return self.derived(values)

    # Comprehensions.

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Seen:
        made: list[Seen] = []
        self._generate(node.generators, lambda: made.append(self.evaluate(node.elt)))
        whole = self.derived(made)
        whole.value.items = [(str(n), each.value) for n, each in enumerate(made)][:MOST_ITEMS]
        if not any(v.is_model or v.fits for _, v in whole.value.items):
            whole.value.items = None
        return whole

    _setcomp = _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> Seen:
        made: list[tuple[str, Seen]] = []
        self._generate(node.generators, lambda: made.append((self.evaluate(node.key).text, self.evaluate(node.value))))
        whole = self.derived(each for _, each in made)
        whole.value.items = [(key or str(n), each.value) for n, (key, each) in enumerate(made)][:MOST_ITEMS]
        whole.value.keyed = True
        return whole

    def _generate(self, generators: Sequence[ast.comprehension], body: object) -> None:
        first, rest = generators[0], generators[1:]
        before = dict(self.local[-1]) if self.local else None
        for element in self.elements(first.iter):
            self.local.append({**(before or {})})
            self.assign_local(first.target, element)
            for condition in first.ifs:
                self.evaluate(condition)
            if rest:
                self._generate(rest, body)
            else:
                body()  # type: ignore[operator]
            self.local.pop()

    def assign_local(self, target: ast.expr, seen: Seen) -> None:
        """Bind a comprehension's variable."""
        self.assign(target, seen)

    def elements(self, node: ast.expr) -> list[Seen]:
        """Return what iterating over an expression gives: each element where they are known, else one for all."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"zip", "enumerate"}:
            return self._elements_together(node)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"items", "values"}
        ):
            holder = self.evaluate(node.func.value)
            if holder.value.items is not None:
                keys = holder.value.items
                text = holder.text
                found = [Seen(v, holder.names, f"{text}[{key}]" if text else "") for key, v in keys]
                if node.func.attr == "values":
                    return found
                return [self._pair(_key(key), each) for (key, _), each in zip(keys, found, strict=True)]
        whole = self.evaluate(node)
        if whole.value.items and whole.value.keyed:
            return [_key(key) for key, _ in whole.value.items]
        if whole.value.items and isinstance(node, ast.List | ast.Tuple):
            spelled = [unparsed(each) if isinstance(each, ast.Constant) else "" for each in node.elts]
            pairs = zip(whole.value.items, spelled, strict=False)
            return [
                Seen(v, whole.names, text or (f"{whole.text}[{key}]" if whole.text else "")) for (key, v), text in pairs
            ]
        if whole.value.items:
            return [
                Seen(v, whole.names, f"{whole.text}[{key}]" if whole.text and key.isdigit() else "")
                for key, v in whole.value.items
            ]
        return [self.derived([whole])]

    def _elements_together(self, node: ast.Call) -> list[Seen]:
        columns = [self.elements(each) for each in node.args]
        if getattr(node.func, "id", "") == "enumerate":
            columns = [[Seen(Value(spelled=True))] * len(columns[0]) if columns else [], *columns[:1]]
        length = max((len(column) for column in columns), default=0)
        found = []
        for place in range(length):
            row = [column[min(place, len(column) - 1)] for column in columns if column]
            found.append(self._pair(*row))
        return found

    def _pair(self, *seen: Seen) -> Seen:
        made = self.derived(seen)
        made.value.items = [(str(n), each.value) for n, each in enumerate(seen)]
        return made


@cache
def reader_of(kind: str, prefix: str = "") -> str:
    """Return the name of the method that reads nodes of a kind."""
    return f"{prefix}_{kind.lower()}"


def _written_index(index: ast.expr) -> str:
    """Return how an index is written between its brackets."""
    if isinstance(index, ast.Constant | ast.Name):
        return unparsed(index)
    return ast.unparse(ast.Subscript(ast.Name("_", ast.Load()), index, ast.Load()))[2:-1]


def _key(text: str) -> Seen:
    return Seen(Value(spelled=True, key=text))


def _is_one_end(node: ast.expr) -> bool:
    """Return whether ``[:n]`` or ``[n:]`` parts rows in two."""
    rows = node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node
    return isinstance(rows, ast.Slice) and (rows.lower is None) != (rows.upper is None) and rows.step is None


def _is_columns(node: ast.expr) -> bool:
    """Return whether ``[:, 1]`` or ``[:, :-1]`` chooses columns of all rows."""
    if not isinstance(node, ast.Tuple) or len(node.elts) < 2 or not isinstance(node.elts[0], ast.Slice):
        return False
    rows = node.elts[0]
    return rows.lower is None and rows.upper is None


def _parts(node: ast.AST) -> list[ast.expr]:
    return [child for child in children_of(node) if isinstance(child, ast.expr)]
