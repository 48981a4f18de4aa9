"""What a loop presents, turn by turn: over rows, over answers, over models."""

from __future__ import annotations

import ast
from dataclasses import replace

from nb2prod.analysis.suggest.answers.copying import AskedRows, Copying, Stuck, bound_in_loops
from nb2prod.analysis.suggest.answers.finals import Final, without_form
from nb2prod.analysis.suggest.answers.following import Following, inserted, loaded
from nb2prod.analysis.suggest.answers.in_functions import Inlining
from nb2prod.analysis.suggest.answers.one_row import inlined
from nb2prod.analysis.suggest.candidates import Candidate
from nb2prod.notebook.called import called_name


def over_models(following: Following, served: Candidate, final: Final) -> Final | None:
    """Return what a loop over models presents of the one that is served, as if it stood outside; ``None`` where the
    loop goes over something else."""
    assert final.loop is not None
    turned = {n.id for n in ast.walk(final.loop.target) if isinstance(n, ast.Name)}
    value = inlined(final.value, final.before)
    receivers = {
        call.func.value.id
        for call, _ in following.asks(value, final.statement)
        if isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)
    }
    models = receivers & turned or receivers & {served.name}
    fits = final.statement in following.fitting
    if len(models) != 1 or (not fits and not models <= turned):
        return None
    name = inserted(served.name)
    value = Inlining({next(iter(models)): name}).visit(value)
    left = turned & {n.id for n in loaded(value)} - {n.id for n in ast.walk(name) if isinstance(n, ast.Name)}
    if left and not fits:
        return None
    return replace(final, value=value, before=(), loop=None)


def collected(copying: Copying, final: Final, prediction: str) -> list[ast.stmt] | None:
    """Return a loop over the sample that collects what the notebook's own shows in each turn; ``None`` where the
    loop goes over neither rows nor answers."""
    assert final.loop is not None
    at, following = final.statement, copying.following
    if at in following.fitting:
        return None
    needed = _needed(final)
    pairs = _parts(final.loop, needed)
    if pairs is None:
        return None
    local = frozenset(bound_in_loops(final.loop)) | _assigned(final.before)
    answers = [following.reads_answers(part, at) for _, part in pairs]
    rows = [
        part
        for (target, part), answer in zip(pairs, answers, strict=True)
        if not answer and _asked(following, final, target)
    ]
    if not any(answers) and not rows:
        return None
    copying.asked += [AskedRows(ast.unparse(part), at) for part in rows]
    iters = [copying.value(part, at) for _, part in pairs]
    if copying.rows is not None and not all(_is_of_sample(part, copying) for part in iters):
        raise Stuck("the loop goes over other rows too", final.place)
    value = copying.value(inlined(final.value, final.before), at, local)
    if len(pairs) == 1:
        target, whole = pairs[0][0], iters[0]
    else:
        target = ast.Tuple([target for target, _ in pairs], ast.Store())
        whole = ast.Call(ast.Name("zip", ast.Load()), iters, [])
    made = ast.ListComp(value, [ast.comprehension(target, whole, [], 0)])
    if local & {n.id for n in loaded(made)}:
        raise Stuck("a turn of the loop needs what it makes in several statements", final.place)
    return [ast.Assign([ast.Name(prediction, ast.Store())], made)]


def _needed(final: Final) -> set[str]:
    """Return the names of the loop that what is presented needs."""
    needed = {n.id for n in loaded(final.value)}
    for each in reversed(final.before):
        if _assigned((each,)) & needed:
            needed |= {n.id for n in loaded(each)}
    return needed


def _assigned(body: tuple[ast.stmt, ...]) -> frozenset[str]:
    stores = (n for each in body for n in ast.walk(each) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
    return frozenset(n.id for n in stores)


def _parts(loop: ast.For, needed: set[str]) -> list[tuple[ast.expr, ast.expr]] | None:
    """Return the variables of a loop that are needed, each with what it goes over: ``for a, b in zip(x, y)``."""
    target, whole = loop.target, without_form(loop.iter)
    if (
        isinstance(whole, ast.Call)
        and called_name(whole) == "enumerate"
        and isinstance(target, ast.Tuple)
        and whole.args
    ):
        counter, target, whole = target.elts[0], target.elts[1], without_form(whole.args[0])
        if {n.id for n in ast.walk(counter) if isinstance(n, ast.Name)} & needed:
            return None
    if isinstance(whole, ast.Call) and called_name(whole) == "zip" and isinstance(target, ast.Tuple):
        if len(target.elts) != len(whole.args):
            return None
        pairs = list(zip(target.elts, whole.args, strict=True))
    else:
        pairs = [(target, whole)]
    used = [(t, w) for t, w in pairs if {n.id for n in ast.walk(t) if isinstance(n, ast.Name)} & needed]
    return used or None


def _asked(following: Following, final: Final, target: ast.expr) -> bool:
    """Return whether a model is asked about what the loop's variable holds."""
    names = {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    value = inlined(final.value, final.before)
    asked = [rows for _, rows in following.asks(value, final.statement)]
    return any(names & {n.id for n in loaded(rows)} for rows in asked)


def _is_of_sample(node: ast.expr, copying: Copying) -> bool:
    return any(n.id.startswith(copying.sample) for n in loaded(node))
