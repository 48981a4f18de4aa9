"""The steps that are needed to the source of ``prepare``, with names for what is learnt."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.preparation.context import Hole
from nb2prod.analysis.preparation.model import Learned
from nb2prod.analysis.preparation.naming import fresh
from nb2prod.analysis.preparation.stores import Step
from nb2prod.analysis.preparation.syntax import every_name, free_names, name, renamed, shown
from nb2prod.analysis.preparation.values import Shape, Stuck

RECORDS = "records"
FUNCTION = ("prepare", "prepare_rows", "prepare_raw_rows")
"""Names for the function, the best first: the first that the notebook does not use is taken."""
CODE = {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}
STARTS = {
    Shape.FRAME: "records.reset_index(drop=True)", Shape.SERIES: "records.reset_index(drop=True)",
    Shape.LIST: "list(records)", Shape.ARRAY: "records.copy()", Shape.UNKNOWN: "records.copy()",
}  # fmt: skip


@dataclass
class Writer:
    """Collects what ``prepare`` needs from outside, and writes it."""

    flow: Dataflow
    holes: Mapping[str, Hole]
    first: int
    """The statement before which the input exists."""
    learned: list[Learned] = field(default_factory=list)
    arguments: dict[str, None] = field(default_factory=dict)
    functions: dict[int, None] = field(default_factory=dict)
    """Functions of the notebook that read variables, and so have to stand inside."""
    defined: dict[str, frozenset[str]] = field(default_factory=dict)
    """How each function that is needed is defined."""
    seen: set[int] = field(default_factory=set)
    inside: set[str] = field(default_factory=set)
    """Names that ``prepare`` binds itself."""
    names: dict[str, str] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    """For each line that was written the statement that it comes from, -1 where it comes from none."""

    def __post_init__(self) -> None:
        used = {n for s in self.flow.statements for n in every_name(s.node)}
        self.function = next(name for name in FUNCTION if name not in used or name == FUNCTION[-1])
        self.taken = used | {RECORDS, self.function}

    def write(self, raw: str, shape: Shape, steps: Sequence[Step], result: ast.expr) -> str:
        """Return the source of ``prepare``; raise ``Stuck`` where something it needs has changed since."""
        inside = self.inside = {raw} | {n for step in steps for n in step.changes}
        body: list[str] = []
        origins: list[int] = []
        for step in steps:
            if step.node is None:
                continue
            made = self._filled(step.node, step.statement, inside)
            source = self.flow.statements[step.statement].source if step.statement < len(self.flow.statements) else ""
            comments = _comments(source)
            text = ast.unparse(made)
            if step.unchanged and made is step.node and _is_whole(source, step.node):
                text = source
            elif comments and not (body and any(comments[0] in line for line in body)):
                text = "\n".join([*comments, text])
            body.append(text)
            origins.append(step.statement)
        returned = self._filled(ast.Return(result), self.first, inside)
        inner = self._nested(inside)
        parts = [*inner, f"{raw} = {STARTS.get(shape, 'records.copy()')}", *body, ast.unparse(returned)]
        stars = f", *, {', '.join(self.arguments)}" if self.arguments else ""
        head = f"def {self.function}({RECORDS}{stars}):"
        doc = '"""Return the model\'s input for raw rows; what the notebook has learnt from its data is given."""'
        texts = [head, *(_indented(part) for part in [doc, *parts])]
        places = [-1, -1, *(-1 for _ in inner), -1, *origins, self.first]
        self.lines = [place for text, place in zip(texts, places, strict=True) for _ in text.split("\n")]
        return "\n".join(texts) + "\n"

    def _filled(self, node: ast.stmt, statement: int, inside: set[str]) -> ast.stmt:
        """Return a statement with holes named, and note which names it needs from outside."""
        parts: dict[str, ast.expr] = {}
        for spelled in dict.fromkeys(free_names(node)):
            if spelled in self.holes:
                parts[spelled] = name(self._name_of(spelled))
            elif spelled not in inside:
                known = self._from_outside(spelled, statement)
                if known != spelled:
                    parts[spelled] = name(known)
        return renamed(node, parts) if parts else node

    def _sources(self, statement: int) -> Mapping[str, frozenset[int]]:
        if statement < self.first:
            return self.flow.sources[statement]
        return self.flow.sources_after(self.first - 1)

    def _from_outside(self, spelled: str, statement: int) -> str:
        """Return by which name something of the notebook is known inside."""
        sources = self._sources(statement).get(spelled)
        if sources is None:
            sources = self.flow.sources_after(statement).get(spelled)
        if not sources:
            return spelled
        after = self._fills(statement, spelled)
        if after:
            sources = self.flow.sources_after(statement).get(spelled, sources)
        if self._is_code(sources):
            self._need_function(spelled, sources, statement)
            return spelled
        if self.flow.final.get(spelled) == sources:
            self.arguments[spelled] = None
            return spelled
        key = f"{spelled}@{sorted(sources)}"
        if key not in self.names:
            copied = self._copied(spelled, sources)
            if not copied:
                self._refuse_changed(spelled, max(statement, *sources), sources)
            what = f"`{spelled}` as cell [{self.flow.statements[statement].cell + 1}] finds it"
            self.names[key] = self._learn(spelled, copied or spelled, statement, after, what)
        return self.names[key]

    def _copied(self, spelled: str, sources: frozenset[int]) -> str:
        """Return an expression for a copy of a list that the notebook may change later, empty for anything else."""
        made = [getattr(self.flow.statements[source].node, "value", None) for source in sorted(sources)]
        return f"list({spelled})" if made and all(_is_list(value) for value in made) else ""

    def _fills(self, statement: int, spelled: str) -> bool:
        """Return whether a statement is a loop that puts into a dictionary or list what its turns then read from it."""
        if statement >= len(self.flow.statements):
            return False
        found = self.flow.statements[statement]
        return isinstance(found.node, ast.For) and spelled in found.facts.mutations

    def _refuse_changed(self, spelled: str, since: int, sources: frozenset[int]) -> None:
        """Refuse what the notebook changes in place later: the name would stand for what it becomes."""
        for later in self.flow.statements[since + 1 :]:
            if spelled in later.facts.mutations and sources & self.flow.sources[later.index].get(spelled, frozenset()):
                stuck = Stuck(
                    f"`{spelled}` is changed by `{shown(later.node)}` after it was used", "use another name there"
                )
                stuck.statement, stuck.line = later.index, later.line
                raise stuck

    def _need_function(self, spelled: str, sources: frozenset[int], statement: int) -> bool:
        """Keep a function inside where it reads variables of the notebook, or is not what its name stands for at the
        end; return whether it has to be inside."""
        if self.defined.setdefault(spelled, self._texts(sources)) != self._texts(sources):
            stuck = Stuck(f"`{spelled}` is defined anew between two of its calls", "give the two functions two names")
            stuck.statement, stuck.line = statement, 0
            raise stuck
        inside = [self._is_inside(spelled, source, statement) for source in sorted(sources)]
        return any(inside)

    def _is_inside(self, spelled: str, source: int, statement: int) -> bool:
        found, known = self.flow.statements[source], self._sources(statement)
        if found.kind is Kind.IMPORT or source in self.seen:
            return source in self.functions
        self.seen.add(source)
        own = [n for n in sorted(found.facts.deferred - {spelled}) if n in known and not n.startswith("<")]
        later = [n for n in own if not self._is_code(known[n])]
        at_once = self._variables_at_once(source)
        called = [self._need_function(n, known[n], statement) for n in own if n not in later]
        last = self._texts(self.flow.final.get(spelled, frozenset()))
        if not (later or at_once or any(called) or last != self.defined[spelled]):
            return False
        self.functions[source] = None
        for each, place in [*((each, statement) for each in later), *((each, source) for each in at_once)]:
            if each in self.inside or self._from_outside(each, place) != each:
                stuck = Stuck(f"`{spelled}` reads `{each}`, which changes later", f"give `{spelled}` it as an argument")
                stuck.statement, stuck.line = source, found.line
                raise stuck
        return True

    def _variables_at_once(self, source: int) -> list[str]:
        """Return the variables that are read where a function is defined, as for the value of an argument."""
        known = self.flow.sources[source]
        reads = (n for n in sorted(self.flow.statements[source].facts.references) if not n.startswith("<"))
        return [n for n in reads if n in known and not self._is_code(known[n])]

    def _texts(self, sources: frozenset[int]) -> frozenset[str]:
        """Return the definitions among statements; one that is run again is the same, and imports do no harm."""
        found = (self.flow.statements[source] for source in sources)
        return frozenset(each.source if each.kind is not Kind.IMPORT else "" for each in found)

    def _is_code(self, sources: frozenset[int]) -> bool:
        return {self.flow.statements[source].kind for source in sources} <= CODE

    def _nested(self, inside: set[str]) -> list[str]:
        return [self.flow.statements[source].source for source in sorted(self.functions)]

    def _name_of(self, spelled: str) -> str:
        """Return the name of something learnt, and note it."""
        if spelled not in self.names:
            hole = self.holes[spelled]
            self.names[spelled] = self._tool(hole) if hole.tool else self._new(hole)
        return self.names[spelled]

    def _new(self, hole: Hole) -> str:
        for known in self.learned:
            if (known.expression, known.statement, known.after) == (
                ast.unparse(hole.expression), hole.statement, hole.after,
            ):  # fmt: skip
                return known.name
        return self._learn(hole.hint, ast.unparse(hole.expression), self._place(hole), hole.after, hole.what)

    def _place(self, hole: Hole) -> int:
        return min(hole.statement, self.first)

    def _learn(self, hint: str, expression: str, statement: int, after: bool, what: str) -> str:
        found = fresh(hint, self.taken)
        self.taken.add(found)
        self.learned.append(Learned(found, expression, statement, after, what))
        self.arguments[found] = None
        return found

    def learn(self, hint: str, expression: str, statement: int, what: str) -> str:
        """Learn something before a statement that ``prepare`` itself does not need; return its name."""
        name = self._learn(hint, expression, statement, False, what)
        del self.arguments[name]
        return name

    def _tool(self, hole: Hole) -> str:
        """Return the name of a fitted tool: its own, unless it is fitted again later."""
        assert isinstance(hole.expression, ast.Name)
        spelled = hole.expression.id
        fitted = self.flow.sources_after(hole.statement).get(spelled, frozenset())
        if self.flow.final.get(spelled) == fitted:
            self.arguments[spelled] = None
            return spelled
        try:
            self._refuse_changed(spelled, hole.statement, fitted)
        except Stuck:
            if hole.otherwise is None:
                raise
            return self._learn(hole.hint, ast.unparse(hole.otherwise), hole.statement, False, hole.what)
        return self._learn(hole.hint, spelled, hole.statement, True, hole.what)


def _is_list(node: ast.AST | None) -> bool:
    match node:
        case ast.List() | ast.ListComp() | ast.Call(func=ast.Name(id="list" | "sorted")):
            return True
        case ast.Call(func=ast.Attribute(attr="tolist" | "to_list")):
            return True
    return False


def _comments(source: str) -> list[str]:
    found: list[str] = []
    for line in source.split("\n"):
        if not line.startswith("#"):
            break
        found.append(line)
    return found


def _is_whole(source: str, node: ast.stmt) -> bool:
    """Return whether a notebook's statement is this one and not a part of it or several."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return len(body) == 1 and ast.dump(body[0]) == ast.dump(node)


def _indented(text: str) -> str:
    """Return ``text`` four spaces in, the inner lines of long strings left as they are."""
    inside: set[int] = set()
    for node in ast.walk(ast.parse("def f():\n" + "\n".join(f" {line}" for line in text.split("\n")))):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            inside |= set(range(node.lineno, node.end_lineno or node.lineno))
    lines = text.split("\n")
    return "\n".join(line if number in inside or not line else f"    {line}" for number, line in enumerate(lines))
