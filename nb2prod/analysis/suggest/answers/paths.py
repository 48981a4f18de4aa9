"""The inference cell that answers what the notebook presents in the end, not only what the model says."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from textwrap import indent

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.inference.expressions import WRAPPING, root_name, without_choice
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.suggest.answers.beside import before_stores
from nb2prod.analysis.suggest.answers.copying import AskedRows, Copying, Stuck, rows_sources, short
from nb2prod.analysis.suggest.answers.feeding_back import feeds_back
from nb2prod.analysis.suggest.answers.finals import Final, Finals
from nb2prod.analysis.suggest.answers.following import Following, loaded, reads_file
from nb2prod.analysis.suggest.answers.grouping import asked_about_own_rows
from nb2prod.analysis.suggest.answers.in_functions import with_receiver
from nb2prod.analysis.suggest.answers.loops import collected, over_models
from nb2prod.analysis.suggest.answers.one_row import OneRow, inlined, is_one_number, unfolded
from nb2prod.analysis.suggest.answers.rows import Choice, RowChoices, some
from nb2prod.analysis.suggest.answers.tables import stored_in
from nb2prod.analysis.suggest.answers.turns import asked_of_all, turn_of
from nb2prod.analysis.suggest.candidates import Candidate, is_new
from nb2prod.analysis.suggest.model import InferenceCell
from nb2prod.analysis.suggest.values import Fit, Story
from nb2prod.notebook.called import called_name

PROBABILITIES = frozenset({"predict_proba", "predict_log_proba", "decision_function", "score_samples"})
MOST_FINALS = 12
FORMS = frozenset(
    {
        "array",
        "asarray",
        "list",
        "tolist",
        "to_numpy",
        "ravel",
        "flatten",
        "squeeze",
        "numpy",
        "detach",
        "cpu",
        "Series",
    }
)
HOW = {"written": "writes to a file", "shown": "shows", "judged": "judges", "asked": "makes"}


@dataclass
class Path:
    """The way from rows to what the notebook presents, with a cell that goes it."""

    final: Final
    lines: list[ast.stmt]
    steps: frozenset[int]
    """The notebook's statements that are gone."""
    asks: frozenset[int]
    kept: dict[str, tuple[frozenset[int], int]]
    choice: Choice
    is_plain: bool
    """Whether it is what the model says, as it says it."""
    is_decision: bool
    """Whether it is more than a probability."""
    for_one: bool
    """Whether the notebook does it to one row."""
    members: tuple[Fit, ...] = field(default=())
    """Other models that are asked on the way."""
    function: str = ""
    """The notebook's function whose answer it is, or a part of."""
    is_whole: bool = True
    """Whether what is presented is all that its statement makes, and no column of a table."""
    on_answers: frozenset[int] = frozenset()
    """The statements among them that need answers, with the one that presents something made of them."""

    def is_in(self, found: Inference, flow: Dataflow) -> bool:
        """Return whether a service that does this goes the whole way."""
        body = set(found.body)
        if found.how == "function":
            if len(found.inputs) > 1:
                return False  # Rows are no argument beside others.
            return self.function == found.function or self.final.place in body or self.on_answers <= body
        elsewhere = self.for_one or self.final.inside or self.final.loop is not None
        if elsewhere or not self.asks | self.on_answers <= body:
            return False
        others = body - self.steps - {self.final.statement}
        if any(not isinstance(flow.statements[index].node, ast.Expr) for index in others):
            return False  # Something else is in it, such as the ids of the notebook's own rows.
        if found.rewritten.get(self.final.statement, "").startswith(f"{found.output} = "):
            return True
        if isinstance(self.final.value, ast.Name):
            return self.final.value.id == found.output
        return self.is_whole

    def cells(self, flow: Dataflow) -> set[int]:
        """Return the cells in which it is gone."""
        return {flow.statements[i].cell for i in self.on_answers}

    def is_all_of(self, cells: set[int], flow: Dataflow) -> bool:
        """Return whether nothing else is done in these cells."""
        done = self.steps | self.on_answers | {self.final.place}
        others = (s for s in flow.statements if s.cell in cells and s.index not in done)
        return all(s.kind is Kind.IMPORT or not s.facts.definitions | s.facts.mutations for s in others)


class AnswerPaths:
    """Looks for what the notebook presents of the served model's answers, and for the ways there."""

    def __init__(
        self, flow: Dataflow, story: Story, served: Candidate, free: tuple[str, str], other_rows: Sequence[Choice] = ()
    ) -> None:
        self.story, self.served = story, served
        self.sample, self.prediction = free
        self.other_rows = other_rows
        """Rows that the model could be asked about where those that it is asked about are gone."""
        self.flow, own = asked_about_own_rows(flow, served.fit)
        self.following = Following(self.flow, story, served.fit, own)
        self.mine = self.following.closure_of(served.fit)
        known = set(served.fit.data.value.lineage) if served.fit.data is not None else set()
        self.new = {use.statement for use in served.uses if use.kind == "answer" and is_new(use, known)}
        last = {statement.cell: statement.index for statement in flow.statements}
        self.finals = Finals(self.following, set(last.values()))
        self.stuck: list[tuple[Final, Stuck]] = []
        self.last_of_cell = last

    def found(self) -> list[Path]:
        """Return the ways to what is presented, the best first. ``stuck`` has those that lead nowhere."""
        presented = [final for index in sorted(self.mine) for final in self.finals.of(index)]
        ways = []
        for final in presented[-MOST_FINALS:]:
            try:
                path = self._path(final)
            except Stuck as stuck:
                if not stuck.is_no_answer:
                    self.stuck.append((final, stuck))
                continue
            if path is not None:
                ways.append(path)
        asked = [way for way in ways if not way.asks <= self.following.own]
        if any(not way.is_plain for way in asked):
            ways = asked  # What is asked for in so many words goes before what training gave for its own rows.
        return sorted(ways, key=self._rank, reverse=True)

    def tier(self, final: Final) -> int:
        """Return how much speaks for a final: written to a file, shown for new rows, anything else."""
        if final.how == "written":
            return 3
        if final.how == "asked":
            return 0
        return 2 if final.how == "shown" and self._is_new(final) else 1

    def _is_new(self, final: Final) -> bool:
        needed = self.flow.ancestors([final.statement, final.place])
        return bool(self.new & needed)

    def _rank(self, path: Path) -> tuple[int, bool, int]:
        return self.tier(path.final), path.is_decision, path.final.place

    # One way.

    def _path(self, final: Final) -> Path | None:
        """Return the way to a final; ``None`` where it does not present answers for rows.

        Raises ``Stuck`` where it does, but cannot be gone for a few rows.
        """
        at = final.statement
        if final.inside:
            value = with_receiver(self.following, final.value, at, self.served.name)
            final = replace(final, value=value)
        if final.loop is not None:
            final = over_models(self.following, self.served, final) or final
        if final.loop is None and final.block is None and not self._is_for_rows(final.value, at):
            return None
        first = Copying(self.following, None, self.sample)
        if self._write(final, first) is None or not first.asked:
            return None
        problem: Stuck | None = None
        nowhere: Path | None = None
        for choice in self._choices(first.asked):
            handed = choice.handed.replace("{}", self.sample)
            copying = Copying(self.following, choice.rows, self.sample, handed, (self.prediction,))
            try:
                written = self._write(final, copying)
            except Stuck as stuck:
                problem = problem or stuck
                continue
            if written is not None and copying.replaced:
                path = self._described(final, copying, choice, *written)
                if self._place(path) is not None:
                    return path
                nowhere = nowhere or path
        if nowhere is not None:
            return nowhere
        if problem is not None:
            raise problem
        why = "no rows that it could be made for are left; keep some in a variable at the top level of a cell"
        raise Stuck(why, final.place)

    def _choices(self, asked: Sequence[AskedRows]) -> list[Choice]:
        """Return rows to ask about, the best first: those of the way, and last what is made by hand bit by bit, which
        is an example or two where the model knows many."""
        found = (*RowChoices(self.following).of(asked), *self.other_rows)
        return sorted(found, key=lambda choice: not choice.literal and self._is_by_hand(choice.rows))

    def _is_by_hand(self, rows: AskedRows) -> bool:
        names = loaded(ast.parse(rows.text, mode="eval"))
        sources = {s for name in names for s in self.flow.sources[rows.statement].get(name.id, ())}
        code = {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}
        made = {i for i in {*sources, *self.flow.ancestors(sources)} if self.flow.statements[i].kind not in code}
        if not made or made & set(self.flow.ancestors([self.served.fit.statement])):
            return False
        return not any(reads_file(node) for i in made for node in ast.walk(self.flow.statements[i].node))

    def _is_for_rows(self, value: ast.expr, at: int) -> bool:
        return self.following.reads_rows(value, at) and not self._is_measure(value, at)

    def _is_measure(self, value: ast.expr, at: int) -> bool:
        """Return whether an expression says something about all answers at once."""
        return not self.following.reads_rows(self._lifted(value, at, ())[0], at)

    def _lifted(self, value: ast.expr, at: int, numbers: tuple[str, ...]) -> tuple[ast.expr, bool]:
        """Return the expression for all rows where it is about one, and whether it was."""
        whole = unfolded(self.following, value, at)
        lifted = OneRow(self.following, at, numbers).lift(whole)
        if lifted is None or not lifted.answers or is_one_number(whole):
            return value, False
        return lifted.for_all, True

    def _write(self, final: Final, copying: Copying) -> tuple[list[ast.stmt], bool] | None:
        """Return the statements that make the answer, and whether it was for one row; ``None`` where there is none."""
        at, value = final.statement, final.value
        if final.loop is not None:
            if fed := feeds_back(self.following, final.loop, at):
                raise Stuck(f"each answer goes into the next request, through `{fed}`", at)
            turn = turn_of(final.loop)
            if turn is None:
                lines = collected(copying, final, self.prediction)
                return (lines, False) if lines is not None else None
            value = asked_of_all(self.following, inlined(value, final.before), at, turn)
            value, was_one = self._lifted(value, at, (turn.number,))
            if not was_one or turn.names & {n.id for n in loaded(value)}:
                return None
        else:
            value = inlined(value, final.before)
            if not self.following.reads_rows(value, at) or self.following.draws(value):
                return None
            value, was_one = self._lifted(value, at, ())
        if self._is_measure(value, at):
            return None
        made = copying.value(value, at)
        line: ast.stmt = ast.Assign([ast.Name(self.prediction, ast.Store())], made)
        if final.block is not None:
            line = ast.With([copy.deepcopy(item) for item in final.block.items], [line])
        return [line], was_one

    def _described(self, final: Final, copying: Copying, choice: Choice, lines: list[ast.stmt], for_one: bool) -> Path:
        steps = [step for index in sorted(copying.steps) for step in copying.steps[index]]
        whole = _with_last_name(steps, lines, self.prediction)
        gone = {*copying.steps, final.statement, *(rows.statement for rows in copying.asked)}
        asks = frozenset(gone & self.following.asked)
        text = "\n".join(ast.unparse(ast.fix_missing_locations(line)) for line in whole)
        calls = {called_name(n) for line in whole for n in ast.walk(line) if isinstance(n, ast.Call)}
        decides = any(isinstance(n, ast.Compare | ast.IfExp) for line in whole for n in ast.walk(line))
        decides = decides or bool(calls & {"argmax", "where", "inverse_transform"}) or (for_one and "[" in text)
        there = {u.fit: u for u in self.story.uses if u.statement in asks and u.fit is not self.served.fit}
        members = tuple(fit for fit in there if root_name(_parsed(fit.name or fit.text)) in copying.kept)
        own = frozenset() if isinstance(final.value, ast.Name) else frozenset({final.statement})
        return Path(
            final,
            whole,
            frozenset(copying.steps),
            asks,
            copying.kept,
            choice,
            is_plain=_is_plain(whole, self.following) and not members,
            is_decision=decides or not calls & PROBABILITIES,
            for_one=for_one,
            members=members,
            function=self._function(final),
            is_whole=self._is_whole(final),
            on_answers=(frozenset(copying.steps) & frozenset(self.following.answering)) | own,
        )

    def _function(self, final: Final) -> str:
        value = unfolded(self.following, inlined(final.value, final.before), final.statement)
        while isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant):
            value = value.value
        name = called_name(value) if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) else ""
        return name if name in self.following.answering_functions else ""

    def _is_whole(self, final: Final) -> bool:
        if isinstance(final.value, ast.Name):
            return True
        node = self.flow.statements[final.statement].node
        made = getattr(node, "value", None)
        whole = isinstance(made, ast.expr) and ast.dump(made) == ast.dump(final.value)
        return whole and stored_in(node) is None

    # What cannot be gone.

    def warnings(self, ways: list[Path], output: str = "", made: str = "") -> tuple[str, ...]:
        """Return what the notebook presents and a service would not answer, which ``output`` is not; ``made`` is what
        a cell of the notebook's answers that makes all inputs of the same rows."""
        best = max((self.tier(way.final) for way in ways if not way.is_plain), default=0)
        ahead = [
            pair for pair in self.stuck if self.tier(pair[0]) > best or (best == 1 == self.tier(pair[0]) and not ways)
        ]
        if not ahead:
            return ()
        final, stuck = max(ahead, key=lambda pair: (self.tier(pair[0]), pair[0].place))
        if ast.unparse(final.value) in ({output, made} if stuck.is_beside else {output}):
            return ()
        return (f"{self.presents(final)}, which the service does not answer: {stuck.why}",)

    def not_taken(self, path: Path, taken: Path | None = None) -> str:
        """Return that a way could be written down, but no service could be made of it; one is made of ``taken``."""
        if taken is not None:
            return f"{self.presents(path.final)}; the service answers only what {self.presents(taken.final)}"
        says = f"the service answers what `{self.served.name}` says"
        return f"{self.presents(path.final)}; {says}{self.before(path)}"

    def before(self, path: Path) -> str:
        """Return that an answer is given before the first thing that is done to it on a way, with its place."""
        steps = sorted(path.on_answers - {path.final.statement})
        done = [(index, getattr(self.flow.statements[index].node, "value", None)) for index in steps]
        for index, value in (*done, (path.final.statement, path.final.value)):
            line = ast.Assign([ast.Name(self.prediction, ast.Store())], value or ast.Constant(None))
            if isinstance(value, ast.expr) and not _is_plain([line], self.following):
                statement = self.flow.statements[index]
                return f", before `{short(value)}` of cell [{statement.cell + 1}], line {statement.line}"
        return ", before that"

    def presents(self, final: Final) -> str:
        """Return where and how the notebook presents something."""
        return f"{self._where(final)} {HOW[final.how]} `{short(final.value)}`"

    def _where(self, final: Final) -> str:
        return f"cell [{self.flow.statements[final.place].cell + 1}]"

    # The cell.

    def cell(self, path: Path, *, function: bool = False) -> InferenceCell | None:
        """Return the cell, with the way as a ``function`` where that is wanted; ``None`` where what it needs is nowhere
        there at once."""
        after = self._place(path)
        if after is None:
            return None
        rows = path.choice.literal or some(path.choice.rows.text, self.following.path_of)
        lines = [f"# A few rows as somebody would send them, and what {self._where(path.final)} {HOW[path.final.how]}."]
        steps = "\n".join(ast.unparse(ast.fix_missing_locations(line)) for line in path.lines)
        if function:
            name = next(n for n in ("answer_for", "answer_for_rows", "answer_for_") if n not in self.story.variables)
            lines += [f"def {name}({self.sample}):", indent(steps, "    "), f"    return {self.prediction}", "", ""]
            steps = f"{self.prediction} = {name}({self.sample})"
        lines += [f"{self.sample} = {rows}", steps, self.prediction]
        why = f"it answers as {self.presents(path.final)}"
        if path.members:
            names = ", ".join(f"`{fit.name or fit.text}`" for fit in path.members if fit.name or fit.text)
            why += f", from `{self.served.name}` and {names}" if names else ""
        last = max(self.last_of_cell)
        if after != last:
            why += f"; it goes behind cell [{after + 1}], because later cells change what it needs"
        return InferenceCell("\n".join(lines), self.sample, why, None if after == last else after)

    def _place(self, path: Path) -> int | None:
        kept = dict(path.kept)
        if not path.choice.literal:
            at = path.choice.rows.statement
            for name in loaded(ast.parse(path.choice.rows.text, mode="eval")):
                kept.setdefault(name.id, (rows_sources(self.flow, name.id, at) or frozenset(), at))
        for cell in sorted(self.last_of_cell, reverse=True):
            rows = "" if path.choice.literal else path.choice.rows.text
            behind = self.last_of_cell[cell]
            if all(self._holds(name, sources, behind, rows) for name, (sources, _) in kept.items()):
                return cell
        return None

    def _holds(self, name: str, sources: frozenset[int], behind: int, rows: str) -> bool:
        now = before_stores(self.flow, name, self.flow.sources_after(behind).get(name), sources, rows)
        if now is None:
            return not sources
        return now == sources or all(self.flow.statements[s].kind is Kind.IMPORT for s in sources | now)


def _is_plain(lines: list[ast.stmt], following: Following) -> bool:
    """Return whether nothing is done but to ask the model, the form of its answer aside."""
    asks = 0
    for line in lines:
        value = _without_form(line.value) if isinstance(line, ast.Assign) else None
        if not isinstance(value, ast.Call | ast.Name):
            return False
        if isinstance(value, ast.Call):
            if called_name(value) in following.answering_functions and isinstance(value.func, ast.Name):
                return False  # It may do more than to ask, whatever its name is.
            if called_name(value) in following.roles.methods["answer"]:
                asks += 1
            elif called_name(value) not in {"transform", *WRAPPING}:
                return False
    return asks == 1


def _without_form(node: ast.expr) -> ast.expr:
    """Return an expression without what changes only the form of a value: ``np.array(...)``, ``.ravel()``."""
    while isinstance(node, ast.Call) and called_name(node) in FORMS:
        if isinstance(node.func, ast.Attribute) and not node.args:
            node = node.func.value
        elif len(node.args) == 1:
            node = node.args[0]
        else:
            break
    return node


def _with_last_name(steps: list[ast.stmt], lines: list[ast.stmt], prediction: str) -> list[ast.stmt]:
    """Return all statements; where the last only gives a name that the one before has made, that one gives it."""
    last, made = lines[-1], steps[-1] if steps else None
    if len(lines) == 1 and isinstance(last, ast.Assign) and isinstance(last.value, ast.Name):
        name = last.value.id
        if isinstance(made, ast.Assign) and isinstance(made.targets[0], ast.Name) and made.targets[0].id == name:
            return [*steps[:-1], ast.Assign([ast.Name(prediction, ast.Store())], made.value)]
    return [*steps, *lines]


def is_for_all(found: Inference) -> bool:
    """Return whether a service answers for all rows, and not only for the first few that the notebook shows."""
    named = (text for text in found.rewritten.values() if text.startswith(f"{found.output} = "))
    values = (getattr(ast.parse(text).body[-1], "value", None) for text in named)
    return all(not isinstance(value, ast.expr) or without_choice(value) is value for value in values)


def _parsed(text: str) -> ast.expr:
    return ast.parse(text or "None", mode="eval").body
