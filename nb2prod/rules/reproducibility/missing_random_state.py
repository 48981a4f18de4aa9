"""
## What it does
Finds estimators, splits and samples whose result depends on a ``random_state`` and that get none:
``train_test_split``, random forests, ``KFold(shuffle=True)``, ``df.sample(...)``, ``KMeans``, ``SMOTE`` and their like.
It knows which ones really draw: ``LogisticRegression()`` does not, ``SVC(probability=True)`` does, and xgboost,
lightgbm and catboost have a seed by default. Where ``np.random.seed`` stands above, all of these take
their numbers from there.

## Why is this bad
The rows that are kept back to judge the model are others in each run, and so is the model. The numbers in the notebook
cannot be had again, and a service that is trained anew does not answer what the notebook answered.

## Example
```python
X_train, X_test, y_train, y_test = train_test_split(X, y)
```

## Use instead
```python
SEED = 0  # in a cell tagged `parameters`
X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=SEED)
```

## Fix safety
Safe: what is drawn was different in each run, and is now one of the results that it could have been, every time. In a
loop or a function, where the same ``random_state`` would make all turns alike, there is no fix. What is written a
second time gets ``SEED + 1``, so that two samples are not the same one; splits that are written alike stay alike. A
``.sample`` gets one only of what is surely a table of pandas.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import Call, Placed
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import Chance
from nb2prod.rules.drawing_estimators import draws, is_of_another, is_of_pandas, is_only_shown
from nb2prod.rules.editing import replaced, with_argument
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.seeding import text_of, unlike, with_seed

RULE = Rule("NB203", "missing-random-state", Severity.WARNING, Fixing.SAFE)


def check(calls: Sequence[Call], chance: Chance, nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[Finding]:
    """Yield a finding for each call."""
    if [1 for call in calls if call.last == "set_params" and call.keyword("random_state")]:
        return
    for call in calls:
        if draws(call) and not is_only_shown(call) and not chance.is_seeded("<numpy.random>", call):
            if call.path.startswith(".") and is_of_another(call, calls, nodes):
                continue
            name = f".{call.last}" if call.path.startswith(".") else call.last
            what = f"`{name}` draws at random and gets no `random_state`"
            yield Finding(what, call.statement.cell, call.line, "give it `random_state=SEED`, with `SEED` a parameter")


def fix(finding: Finding, calls: Sequence[Call], statements: Sequence[Statement], cells: Sequence[Cell]) -> Fix | None:
    """Hand ``random_state=SEED`` over."""
    at = (finding.cell, finding.line)
    call = next(each for each in calls if (each.statement.cell, each.line) == at and draws(each))
    if call.deferred or call.repeated or (call.path.startswith(".") and not is_of_pandas(call, calls)):
        return None
    name, changes = with_seed(statements, cells, call.statement)
    cell = next(each for each in cells if each.index == finding.cell)
    text = text_of(call.node)
    none = next((each.value for each in call.node.keywords if each.arg == "random_state"), None)
    same = [each for each in calls if each.last == call.last]
    alike = [each for each in same if text_of(each.node) == text]
    splits = call.last == "train_test_split"
    seed = name if splits else unlike((each.node for each in same), _written(call.node), name, alike.index(call))
    new = replaced(cell, none, seed) if none else with_argument(cell, call.node, f"random_state={seed}")
    verb = "Set" if none else "Add"
    return Fix(f"{verb} random_state={seed}", (*changes, Source(cell.index, new))) if new is not None else None


def _written(call: ast.Call) -> Callable[[str], str]:
    """Return how a call is written with a seed, which takes the place of a ``None``."""

    def written(seed: str) -> str:
        given = ast.keyword("random_state", ast.parse(seed, mode="eval").body)
        others = [each for each in call.keywords if each.arg != given.arg]
        at = next((at for at, each in enumerate(call.keywords) if each.arg == given.arg), len(others))
        return ast.unparse(ast.Call(call.func, call.args, [*others[:at], given, *others[at:]]))

    return written
