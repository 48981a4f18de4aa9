"""Why a notebook has no model to serve, and what would help."""

from __future__ import annotations

import ast

from nb2prod.analysis.inference.expressions import returns_value
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.learnt import GRADIENTS, Learnt
from nb2prod.analysis.suggest.model import CellSuggestion
from nb2prod.analysis.suggest.roles import MODELS, Role, load_roles
from nb2prod.analysis.suggest.values import Fit, Story
from nb2prod.notebook.model import Notebook

MAPPING = "sklearn.manifold."


def why_nothing(flow: Dataflow, story: Story, learnt: Learnt | None = None) -> str:
    """Return the reason in a sentence or two."""
    closed = [fit for fit in story.fits if fit.model.role is Role.CLOSED]
    hidden = [fit for fit in story.fits if fit.model.role in MODELS]
    if hidden:
        return _hidden(hidden[-1], story)
    if closed:
        return _closed(closed[-1])
    if story.crossed:
        statement, call = story.crossed[-1]
        cell = flow.statements[statement].cell + 1
        return (
            f"`{call}` in cell [{cell}] fits copies of an estimator and throws them away, so no fitted model is left. "
            "Add a cell that fits the estimator itself: `model.fit(X, y)`."
        )
    if story.tools:
        tool = story.tools[-1]
        if tool.model.role is Role.CLOSED:
            return _closed(tool)
        name = tool.text or _class(tool)
        return (
            f"`{name}` ({_class(tool)}, cell [{tool.cell + 1}]) only changes the form of data; nothing here is "
            "trained on the result, so there is nothing that predicts. Add a cell that fits a model on it."
        )
    printing = next((s for s in reversed(flow.statements) if _only_prints(s.node)), None)
    if printing is not None:
        name = getattr(printing.node, "name", "")
        return (
            f"the function `{name}` (cell [{printing.cell + 1}]) seems to answer, but it returns nothing. Let it "
            f"return its answer instead of printing it, and keep that where it is called: `answer = {name}(...)`."
        )
    if learnt is not None and learnt.how:
        return _not_applied(flow, learnt)
    if story.fits:
        fit = story.fits[-1]
        return (
            f"`{fit.text or _class(fit)}` ({_class(fit)}, cell [{fit.cell + 1}]) is fitted, but no cell asks it for a "
            "row's answer, and it is not known how that is done. Add a cell that asks it about a row, and tag it with "
            "`inference`."
        )
    return (
        "nothing here is trained: no cell fits a model, so there is nothing to serve. Add cells that fit a model and "
        "ask it about a row, or tag the cell that answers with `inference` if it needs no training."
    )


def _closed(fit: Fit) -> str:
    who = f"`{fit.text or _class(fit)}` ({_class(fit)}, cell [{fit.cell + 1}])"
    if fit.model.path.startswith(MAPPING) or _class(fit) == "TSNE":
        return (
            f"{who} finds places on a map for the rows that it is fitted on and has none for another row. Serve a "
            "model that has `predict`, or map the rows with PCA, which has `transform`, and train a model on that."
        )
    return (
        f"{who} groups the rows that it is fitted on and cannot answer for another row. Serve a model that has "
        "`predict`, such as KMeans, or train a classifier on the groups that were found."
    )


def _only_prints(node: ast.stmt) -> bool:
    named = isinstance(node, ast.FunctionDef) and load_roles().answers(node.name)
    return named and not returns_value(node) and "print" in called_in(node)


def called_in(node: ast.AST) -> set[str]:
    """Return the plain names that are called anywhere below a node."""
    return {n.func.id for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}


def _not_applied(flow: Dataflow, learnt: Learnt) -> str:
    # What is learnt from nothing learnt before: a forecast that goes on from itself is no learning.
    first = [i for i in learnt.how if not any(other in learnt.how for other in flow.ancestors([i]) - {i})]
    index = max(first, key=lambda i: (learnt.how[i] == GRADIENTS, i))
    names = ", ".join(f"`{name}`" for name in sorted(learnt.names[index])[:4])
    where = f"cell [{flow.statements[index].cell + 1}]"
    return (
        f"{names} {'are' if ',' in names else 'is'} learnt {learnt.how[index]} in {where}, but nothing here applies "
        "what was learnt to a row in one expression or by a function that says so. Add a function "
        "`def predict(sample): ...` and a cell that calls it: `prediction = predict(sample)`."
    )


def _hidden(fit: Fit, story: Story) -> str:
    where = f"inside the function `{fit.within}`" if fit.within else f"in cell [{fit.cell + 1}]"
    where += f", which `{fit.through[0]}` calls" if len(fit.through) > 1 else ""
    name = fit.text or _class(fit)
    what = f"a model ({_class(fit)}) is fitted {where}, but no variable of the notebook holds it afterwards. "
    if not fit.within:
        return what + f"Give it a name before it is fitted, for example `model = {name}(...)`."
    outer = fit.through[0]
    value = story.variables.get(outer)
    node = value.node if value is not None else None
    if isinstance(node, ast.FunctionDef) and not ast.unparse(node.args):
        return what + (
            f"Take the code out of `{outer}`, to the top level of cells of its own; or let `{outer}` return "
            f"the model and some rows to ask it about, and keep both: `model, rows = {outer}()`."
        )
    if fit.in_loop:
        return what + (
            "Make a new one in each turn of the loop there and collect them in a list, `models.append(model)`; return "
            f"that from `{outer}`, keep it where `{outer}` is called, and ask all of them in a cell of their own."
        )
    return what + f"Return it from `{outer}` and keep it: `model = {outer}(...)`."


def _class(fit: Fit) -> str:
    return fit.model.path.rpartition(".")[2] or "an estimator"


def no_sections(notebook: Notebook, flow: Dataflow, story: Story) -> tuple[CellSuggestion, ...]:
    """Return a suggestion of nothing for each cell, with what the cell does."""
    fitted = {fit.cell for fit in [*story.fits, *story.tools]}
    coded = {statement.cell for statement in flow.statements}
    found = []
    for cell in notebook.cells:
        if cell.index not in coded:
            reason = "no code"
        elif cell.index in fitted:
            reason = "fits something, but nothing that could be served"
        elif cell.index in story.drawing:
            reason = "draws; there is no model that needs it"
        else:
            reason = "there is no model that needs it"
        found.append(CellSuggestion(cell.index, None, 0.9, reason))
    return tuple(found)
