"""What a notebook presents and its inference section stops short of."""

from __future__ import annotations

import ast
from collections.abc import Container

from nb2prod.analysis.inference import Inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.paths import FORMS, AnswerPaths, Path
from nb2prod.analysis.suggest.asking import Asking
from nb2prod.analysis.suggest.candidates import Candidate, find_candidates
from nb2prod.analysis.suggest.choosing import choose
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.analysis.suggest.values import Story
from nb2prod.notebook.called import called_name
from nb2prod.notebook.model import Notebook

OTHER_NAMES = frozenset({"transform", "copy", "head", "range", "zip", "enumerate", "append", "len", "DMatrix", "Pool"})
"""Calls that bring rows to a model or put answers side by side."""
CHOOSING_ONE = frozenset({"argmax", "idxmax", "max"})
"""Calls that choose the most likely; PyTorch's ``max`` says which it is too."""

LONGEST = 60
"""Characters of an expression in a sentence."""


def unanswered(notebook: Notebook, flow: Dataflow, inference: Inference) -> tuple[str, ...]:
    """Return what the notebook writes, shows or judges of its model's answers and the service does not answer, one
    sentence each; nothing where the service goes as far as the notebook. Nothing is executed."""
    story = read_story(notebook, flow)
    candidates = find_candidates(story)
    if not candidates:
        return ()
    served = choose(notebook, candidates, None)
    others = Asking(flow, story, served).other_rows()
    paths = AnswerPaths(flow, story, served, ("sample", "prediction"), others)
    inside = {cell.index for cell in notebook.cells if cell.section == "inference"}
    everything = paths.found()
    ways = [way for way in everything if flow.statements[way.final.place].cell not in inside]
    done = _done(inference, flow)
    paths.stuck = [
        (final, stuck)
        for final, stuck in paths.stuck
        if flow.statements[final.place].cell not in inside and not _is_done(final.value, done, paths)
    ]
    found = list(paths.warnings(everything, inference.output))
    if ways and not ways[0].is_plain and not _does(ways[0], done, paths):
        before = paths.before(ways[0])
        found.append(f"{paths.presents(ways[0].final)}, and the service answers with `{inference.output}`{before}")
    return (*found, *asks_unknown(story, served, inside))


def asks_unknown(story: Story, served: Candidate, inside: Container[int] = ()) -> tuple[str, ...]:
    """Return a sentence where the notebook asks something for predictions and the text does not say which model it is:
    the service may answer with another one. What the cells ``inside`` ask is served."""
    for cell, asked in reversed(story.unknown.values()):
        if cell not in inside and f"{served.name}." not in asked:
            which = asked if len(asked) <= LONGEST else asked[: LONGEST - 3] + "..."
            what = f"cell [{cell + 1}] asks `{which}`, and the text does not say which model that is"
            return (f"{what}; the service answers with `{served.name}`",)
    return ()


def _done(inference: Inference, flow: Dataflow) -> set[str]:
    """Return what the service does to answers, the notebook's functions that it calls included."""
    text = inference.run
    if inference.function:
        functions = {s.node.name: s for s in flow.statements if isinstance(s.node, ast.FunctionDef)}
        reached, waiting = set[str](), [inference.function]
        while waiting:
            name = waiting.pop()
            if name in functions and name not in reached:
                reached.add(name)
                waiting += sorted(functions[name].facts.deferred)
        text += "\n" + "\n".join(ast.unparse(functions[name].node) for name in sorted(reached))
    return _operations(ast.parse(text))


def _does(path: Path, done: set[str], paths: AnswerPaths) -> bool:
    """Return whether everything that is done to the answers on the way is done by the service too."""
    asks = paths.following.roles.methods["answer"]
    return {each for line in path.lines for each in _operations(line)} - asks <= done


def _is_done(value: ast.expr, done: set[str], paths: AnswerPaths) -> bool:
    """Return whether an expression that does something to answers does no more than the service."""
    wanted = _operations(value) - paths.following.roles.methods["answer"]
    return bool(wanted) and wanted <= done


def _operations(tree: ast.AST) -> set[str]:
    """Return what is done below a node: the names of what is called, comparisons, arithmetic, what is looked up."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = called_name(node)
            found.add("max" if name in CHOOSING_ONE else name)
        elif isinstance(node, ast.BinOp | ast.AugAssign):
            found.add(type(node.op).__name__)
        elif isinstance(node, ast.Compare):
            found |= {type(op).__name__ for op in node.ops}
    return found - FORMS - OTHER_NAMES - {""}
