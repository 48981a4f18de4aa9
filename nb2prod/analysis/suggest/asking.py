"""The inference cell for a notebook that has none: a few rows, and the model's answer for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from nb2prod.analysis.inference.expressions import TRAINED_ON, WRAPPING
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.beside import before_stores, stores_beside
from nb2prod.analysis.suggest.answers.copying import AskedRows
from nb2prod.analysis.suggest.answers.rows import Choice, some
from nb2prod.analysis.suggest.applying import Applied
from nb2prod.analysis.suggest.batches import Batches
from nb2prod.analysis.suggest.candidates import Candidate
from nb2prod.analysis.suggest.events import BATCHES
from nb2prod.analysis.suggest.model import InferenceCell
from nb2prod.analysis.suggest.roles import Role, load_roles
from nb2prod.analysis.suggest.values import Seen, Story

MOST_OTHERS = 6
AHEAD = frozenset({"forecast", "get_forecast"})
"""Methods that take how many steps to look ahead instead of rows."""


@dataclass(frozen=True)
class Rows:
    """An expression for rows, and the way from them into the model's call."""

    text: str
    statement: int
    """Where it is read."""
    call: str = "{}"
    """What the model is handed, with braces for the rows."""


class Asking:
    """Looks for rows that still exist while the model does."""

    def __init__(self, flow: Dataflow, story: Story, served: Candidate) -> None:
        self.flow, self.story, self.served = flow, story, served
        self.batches = Batches(flow, story)
        self.last_of_cell: dict[int, int] = {}
        for statement in flow.statements:
            self.last_of_cell[statement.cell] = statement.index

    def ways(self) -> Iterator[tuple[InferenceCell, Rows | None]]:
        """Yield cells that ask the model, the best first, with the rows that they ask about; each only once."""
        if self.served.applied:
            yield from self._by_hand()
            return
        method = self._method()
        if self.looks_ahead:
            # statsmodels' other ways to ask give objects around the forecast, or want dates.
            ours = self.served.fit.model.path.startswith("statsmodels")
            yield self._ahead("forecast" if ours else method), None
            return
        seen: set[str] = set()
        for rows in self._choices():
            after = self._place(rows)
            if after is not None and (cell := self._cell(rows, method, after)).source not in seen:
                seen.add(cell.source)
                yield cell, rows

    def in_batches(self) -> Iterator[tuple[InferenceCell, Rows]]:
        """Yield cells that answer as loops over batches do, for the rows that the batches are made of."""
        torch = next((n for n, path in self.story.paths.items() if path == "torch"), "")
        for loop in self.batches.loops(self.served, self.free_names()[0]) if torch else ():
            found = list(self._behind(loop.loader, loop.statement))
            rows = found[0] if found else Rows(f"next(iter({loop.loader}))[0]", loop.statement)
            after = self._place(rows)
            if after is None:
                continue
            sample, prediction = self.free_names()
            lines = ["# A few rows as somebody would send them, and what the notebook says of its batches."]
            steps = loop.statements(prediction, rows.call.format(sample), self.served.name, torch)
            lines += [f"{sample} = {self._some(rows.text)}", steps, prediction]
            where = f"cell [{self.flow.statements[loop.statement].cell + 1}]"
            why = f"it answers as {where} does batch by batch, `{loop.answer}`"
            place = None if after == max(self.last_of_cell) else after
            yield InferenceCell("\n".join(lines), sample, why, place), rows

    @property
    def several_inputs(self) -> str:
        """The inputs that a network of the notebook's own takes at once, ``c, x``; empty where it takes one."""
        node = self.served.fit.model.node
        for each in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(each, ast.FunctionDef) and each.name == "forward":
                names = [argument.arg for argument in each.args.args[1:]]
                needed = names[: len(names) - len(each.args.defaults)]
                return ", ".join(needed) if len(needed) > 1 else ""
        return ""

    def asked_for(self, inputs: str) -> str:
        """Return what the notebook makes of the network's answer where it keeps or judges it, in terms of ``inputs``:
        ``torch.exp(net(c, x)).numpy()``."""
        name = self.served.name
        for use in reversed([use for use in self.served.uses if use.kind in ("answer", "judge") and not use.through]):
            node = self.flow.statements[use.statement].node
            if self._learns(node):
                continue
            for call in (n for n in ast.walk(node) if isinstance(n, ast.Call) and ast.unparse(n.func) == name):
                return ast.unparse(self._around(call, node)).replace(ast.unparse(call), f"{name}({inputs})")
        return f"{name}({inputs})"

    def _learns(self, node: ast.stmt) -> bool:
        return any(isinstance(n, ast.Attribute) and n.attr == "backward" for n in ast.walk(node))

    def _around(self, call: ast.Call, node: ast.stmt) -> ast.expr:
        """Return the widest expression around a call that only changes its answer: methods, and torch's and NumPy's
        functions of it alone."""
        parents = {child: each for each in ast.walk(node) for child in ast.iter_child_nodes(each)}
        found: ast.expr = call
        while True:
            outer = parents.get(found)
            then = parents.get(outer) if outer is not None else None
            if isinstance(outer, ast.Attribute) and isinstance(then, ast.Call) and then.func is outer:
                found = then
            elif isinstance(outer, ast.Call) and outer.args[:1] == [found] and self._is_of_numbers(outer):
                found = outer
            else:
                return found

    def _is_of_numbers(self, call: ast.Call) -> bool:
        others = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
        library = self.batches.path(call.func).partition(".")[0] in {"torch", "numpy"}
        return library and all(isinstance(each, ast.Constant) for each in others)

    @property
    def looks_ahead(self) -> bool:
        """Whether the model is asked how far to look ahead, and not about rows."""
        return self._method() in AHEAD or self.served.fit.model.path in load_roles().by_steps

    @property
    def is_asked_for_dates(self) -> bool:
        """Whether it looks ahead and the notebook asks it in none but other ways: of statsmodels' only ``forecast``
        takes a number of steps and gives plain numbers."""
        ours = self.looks_ahead and self.served.fit.model.path.startswith("statsmodels")
        return ours and all(use.call != "forecast" for use in self.served.uses)

    def _by_hand(self) -> Iterator[tuple[InferenceCell, Rows | None]]:
        """Yield cells that apply what is learnt by the notebook's own code, as a function of the rows."""
        for index, applied in self.served.applied:
            if applied.rows is None:
                continue
            name = self._free("rows", "asked_rows")
            answer = replaced(applied.expression, applied.rows, name)
            rows = Rows(applied.example, index, answer)
            after = self._place(rows)
            if after is not None:
                yield self._function_cell(rows, name, after, self._choice(applied)), rows

    def _function_cell(self, rows: Rows, parameter: str, after: int, sample_rows: str) -> InferenceCell:
        sample, prediction = self._free("sample", "sample_rows", "rows_asked"), self._free("prediction", "answer")
        function = self._free("answer_for", "answer_for_rows")
        lines = ["# What the notebook's own code answers for rows as somebody would send them."]
        lines += [f"def {function}({parameter}):", f"    return {rows.call}", "", ""]
        lines += [f"{sample} = {sample_rows}", f"{prediction} = {function}({sample})", prediction]
        why = f"`{self.served.name}` is applied by code of the notebook's own; `{rows.text}` holds rows to ask about"
        return InferenceCell("\n".join(lines), sample, why, None if after == max(self.last_of_cell) else after)

    # Which rows.

    def other_rows(self) -> list[Choice]:
        """Return rows that the model could be asked about, whoever asks it."""
        found = dict.fromkeys(islice(self._choices(), MOST_OTHERS))
        return [Choice(AskedRows(rows.text, rows.statement), handed=rows.call) for rows in found]

    def _choices(self) -> Iterator[Rows]:
        """Yield rows that the model can be asked about, the best first: those it was judged on, then those it answered
        for, then those it was fitted on."""
        uses = [use for use in self.served.uses if use.data is not None]
        fit = self.served.fit
        trained_on = fit.data.value if fit.data is not None else None
        held_out = [u for u in uses if u.data is not None and u.data.value is not trained_on and u.data.value.lineage]
        for use in [*reversed(held_out), *reversed(uses)]:
            yield from self._from(use.data, use.statement)
        yield from self._from(fit.data, fit.data_at)
        for other in fit.others:
            if other is not fit.labels and not other.value.origin.label:
                yield from self._from(other, fit.statement)
        yield from self._beside_the_model()

    def _beside_the_model(self) -> Iterator[Rows]:
        """Yield rows that a function gives together with the model: ``model, rows = main()``."""
        statement = self.flow.statements[self.served.fit.statement]
        targets = [n for n in ast.walk(statement.node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        for name in [target.id for target in targets if self.served.fit.within]:
            value = self.story.variables.get(name)
            if value is None or name not in statement.facts.definitions:
                continue
            held = [(f"{name}[{key}]", item) for key, item in value.items or ()]
            for text, each in held or [(name, value)]:
                other = each.is_model or each.fits or each.symbol or each.origin.label or each.items is not None
                told = each.compared or (held and each.answers)
                if each.lineage and not other and not told:
                    yield Rows(text, statement.index)

    def _from(self, seen: Seen | None, statement: int) -> Iterator[Rows]:
        if seen is None:
            return
        known = load_roles()
        made, first = seen.value.made, seen.value.made_first
        if first is not None and first.tool.value.path in known.text_tools:
            made = first
        if made is not None and made.tool.text and made.data.text:
            inner = next(self._from(made.data, made.statement), None)
            if inner is not None and made.method and made.tool.value.path in known.text_tools:
                call = f"{made.tool.text}.transform({inner.call}){made.then}"
                yield Rows(self._as_text(inner.text), inner.statement, call)
                return
            if made.method and made.tool.value.path in known.text_tools:
                return  # nobody sends a matrix of words
            if inner is not None and made.method and made.tool.value.path in known.sparse_tools:
                yield Rows(inner.text, inner.statement, f"{made.tool.text}.transform({inner.call}){made.then}")
            if inner is not None and not made.method and made.tool.value.path.rpartition(".")[2] in WRAPPING:
                yield Rows(inner.text, inner.statement, f"{made.tool.text}({inner.call}{made.options})")
                return
            if inner is not None and made.tool.value.path in TRAINED_ON:
                yield inner
                return
        if seen.text.isidentifier() and seen.value.path == BATCHES:
            yield from self._behind(seen.text, statement)
            yield Rows(f"next(iter({seen.text}))[0]", statement)
            return
        loaders = [text for name in sorted(seen.names) for text in self._loaders(name)]
        for loader in [*self._looped_over(seen.text, statement), *(each for each in loaders if each.isidentifier())]:
            yield from self._behind(loader, statement)
        in_turn = turned_over(self.flow.statements[statement].node)
        if seen.text in in_turn and not loaders:
            return  # One row on its way.
        if seen.text and not (seen.value.spelled and not seen.value.lineage) and not spelled_names(seen.text) & in_turn:
            yield Rows(seen.text, statement)
        if loaders and not seen.text:
            yield Rows(f"next(iter({loaders[0]}))[0]", statement)

    def _behind(self, loader: str, statement: int) -> Iterator[Rows]:
        """Yield the rows that the batches of a loader are made of."""
        rows = self.batches.rows(loader, statement)
        if rows is not None:
            yield Rows(rows.text, rows.statement, rows.call)

    def _looped_over(self, text: str, statement: int) -> Iterator[str]:
        """Yield the loaders whose batches a loop of the statement calls what is read in ``text``."""
        for loop in (n for n in ast.walk(self.flow.statements[statement].node) if isinstance(n, ast.For)):
            target = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
            if text and target & names_in(text):
                names = sorted(n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name))
                yield from (name for name in names if name in self._loaders(name))

    def _as_text(self, rows: str) -> str:
        """Return an expression for documents as text: ``load_files`` gives bytes, which no client sends."""
        holder = self.story.variables.get(rows.partition(".")[0])
        if holder is None or holder.path != "sklearn.datasets.load_files" or not rows.endswith(".data"):
            return rows
        return f"[text.decode('utf-8', 'replace') for text in {rows}]"

    def _loaders(self, name: str) -> list[str]:
        """Return how loaders can be had from a variable: it is one, or holds some; those not trained on first."""
        value = self.story.variables.get(name)
        if value is None:
            return []
        held = [key for key, item in value.items or () if item.path == BATCHES and not key.isdigit()]
        kept_back = sorted(held, key=lambda key: "train" in key.lower())
        return [name] if value.path == BATCHES else [f"{name}[{key}]" for key in kept_back]

    # Where to ask.

    def _place(self, rows: Rows) -> int | None:
        """Return the last cell behind which model and rows are what they were; ``None`` where there is none."""
        served = self.served
        cells = sorted(self.last_of_cell)
        if not served.final:
            end = served.replaced_in if served.replaced_in >= 0 else served.fit.cell + 1
            cells = [cell for cell in cells if cell < end]
        first = max(served.fit.cell, self.flow.statements[rows.statement].cell)
        for cell in reversed([cell for cell in cells if cell >= first]):
            if self._holds(rows, self.last_of_cell[cell]):
                return cell
        return None

    def _holds(self, rows: Rows, index: int) -> bool:
        """Return whether all that the rows are read from is behind statement ``index`` what it was."""
        now = self.flow.sources_after(index)
        made = rows.call.replace("{}", "None")
        then, behind = self.flow.sources[rows.statement], self.flow.sources_after(rows.statement)
        statement = self.flow.statements[rows.statement]
        defined = statement.facts.definitions
        for name in sorted(names_in(rows.text) | names_in(made)):
            after = name in defined or name not in then or name not in names_in(rows.text)
            wanted = behind.get(name) if after or stores_beside(statement.node, name, rows.text) else then.get(name)
            if wanted is None and name not in now:
                continue
            if wanted is None or before_stores(self.flow, name, now.get(name), wanted, rows.text) != wanted:
                return False
        return True

    # How to ask.

    def _method(self) -> str:
        answers = [use.call for use in self.served.uses if use.kind == "answer"]
        asked = [call for call in answers if call and not call.startswith("fit")]
        if self.served.fit.model.role is Role.NETWORK and not self._is_keras():
            return ""
        model = self.served.fit.model
        if not asked:
            density = any(each.path.endswith("KernelDensity") for each in (model, *model.parts))
            return "score_samples" if density else "predict"
        asked = [{"get_prediction": "predict"}.get(call, call).removeprefix("staged_") for call in asked]
        # who asks now for this and now for that does so because not every model has both
        return "predict" if "predict" in asked or len(set(asked)) > 1 else asked[-1]

    def _is_keras(self) -> bool:
        return self.served.fit.model.path.startswith("keras")

    def free_names(self) -> tuple[str, str]:
        """Return names for the rows and for the answer that the notebook does not use."""
        return self._free("sample", "sample_rows", "rows_asked"), self._free("prediction", "answer")

    def _free(self, *names: str) -> str:
        return next((name for name in names if name not in self.story.variables), names[-1])

    def _cell(self, rows: Rows, method: str, after: int) -> InferenceCell:
        sample, prediction = self.free_names()
        name = self.served.name
        handed = rows.call.format(sample)
        lines = ["# A few rows as somebody would send them, and the model's answer."]
        lines.append(f"{sample} = {self._some(rows.text)}")
        if method:
            lines.append(f"{prediction} = {name}.{method}({handed})")
        else:
            lines += self._ask_network(name, handed, prediction)
        lines.append(prediction)
        last = max(self.last_of_cell)
        why = f"no cell only asks `{name}`; `{rows.text}` holds rows that it can be asked about"
        if after != last:
            why += f"; it goes behind cell [{after + 1}], because later cells change `{name}` or the rows"
        return InferenceCell("\n".join(lines), sample, why, None if after == last else after)

    def _ask_network(self, name: str, handed: str, prediction: str) -> list[str]:
        torch = next((n for n, path in self.story.paths.items() if path == "torch"), "")
        if not torch:
            return [f"{prediction} = {name}({handed}).detach()"]
        return [f"{name}.eval()", f"with {torch}.no_grad():", f"    {prediction} = {name}({handed})"]

    def _choice(self, applied: Applied) -> str:
        """Return an expression for some of the rows where they are known to lie one below the other, else for all."""
        node = applied.expression
        on_the_left = isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult) and node.left is applied.rows
        return self._some(applied.example) if on_the_left else applied.example

    def _some(self, text: str) -> str:
        return some(text, self.batches.path)

    def _ahead(self, method: str) -> InferenceCell:
        prediction, steps = self._free("prediction", "answer"), self._free("steps", "steps_ahead")
        text = f"# How far to look ahead, and the model's answer.\n{steps} = 10\n"
        text += f"{prediction} = {self.served.name}.{method}({steps})\n{prediction}"
        return InferenceCell(text, steps, f"no cell only asks `{self.served.name}`, which looks ahead by steps")


def replaced(expression: ast.expr, rows: ast.expr, name: str) -> str:
    """Return the text of an expression with the rows in it under another name."""
    wanted = ast.unparse(rows)

    class Renaming(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and ast.unparse(node) == wanted:
                return ast.Name(name, ast.Load())
            return self.generic_visit(node)

    return ast.unparse(Renaming().visit(ast.parse(ast.unparse(expression), mode="eval").body))


def names_in(text: str) -> set[str]:
    """Return the names that an expression reads."""
    return {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}


def spelled_names(text: str) -> set[str]:
    """Return the names that stand in a list or tuple that an expression spells out, as ``[clean(text)]`` does."""
    tree = ast.parse(text, mode="eval")
    spelled = [n for n in ast.walk(tree) if isinstance(n, ast.List | ast.Tuple | ast.Set)]
    return {n.id for part in spelled for n in ast.walk(part) if isinstance(n, ast.Name)}


def turned_over(node: ast.stmt) -> set[str]:
    """Return the names that the loops of a statement give another value in each turn: what is made of them there is one
    row on its way, and no table that rows could be taken from."""
    loops = (n.target for n in ast.walk(node) if isinstance(n, ast.For | ast.AsyncFor | ast.comprehension))
    return {inner.id for target in loops for inner in ast.walk(target) if isinstance(inner, ast.Name)}
