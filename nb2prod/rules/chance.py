"""Calls to what draws at random and what seeds: by the generator, in the order of the notebook."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.nodes import Call

SEEDING = re.compile(
    r"^(?:set_?|fix_?)?(?:all_?|random_?|global_?)?(?:seeds?|random_state)(?:_?everything|_all|_torch)?$", re.I
)
"""Names of functions that people write or import to seed all generators: ``seed_everything``, ``set_seed``."""
GENERATORS = {
    "<random>": "random",
    "<numpy.random>": "numpy.random",
    "<torch.random>": "torch",
    "<tensorflow.random>": "tensorflow",
}
"""Resources of the analysis, and what people know them as."""
SEEDED_BY = {
    "<random>": "random.seed",
    "<numpy.random>": "numpy.random.seed",
    "<torch.random>": "torch.manual_seed",
    "<tensorflow.random>": "keras.utils.set_random_seed",
}
STOCHASTIC = frozenset(
    f"scipy.optimize.{each}" for each in ("differential_evolution", "dual_annealing", "basinhopping")
)
"""Functions of SciPy that draw from NumPy's global generator unless they are given a seed."""
MOST_NAMES = 4096
"""Names of functions whose answer is kept: few are called, again and again."""
KEYWORDS = ("random_state", "seed", "rng", "random_seed", "generator")
"""How libraries call what makes their draws repeatable."""


@dataclass(frozen=True)
class Chance:
    """What draws and what seeds, for each of ``GENERATORS``."""

    draws: Mapping[str, Sequence[Call]]
    seeds: Mapping[str, Sequence[Call]]

    def unseeded(self, generator: str) -> list[Call]:
        """Return the draws that no seed stands above; of those in a function, that none stands anywhere."""
        seeds = self.seeds.get(generator, ())
        first = min((seed.statement.index for seed in seeds), default=None)
        return [
            draw
            for draw in self.draws.get(generator, ())
            if first is None or (draw.statement.index < first and not draw.deferred)
        ]

    def is_seeded(self, generator: str, call: Call) -> bool:
        """Say whether a seed of the generator stands above the call, or anywhere where the call is in a function."""
        return any(
            call.deferred or (seed.statement.index, seed.line) <= (call.statement.index, call.line)
            for seed in self.seeds.get(generator, ())
        )


def chance_of(calls: Iterable[Call]) -> Chance:
    """Return what of the calls draws and what seeds."""
    draws: dict[str, list[Call]] = {}
    seeds: dict[str, list[Call]] = {}
    for call in calls:
        if not _may_tell(call.path):
            continue
        for generator in _seeded(call):
            seeds.setdefault(generator, []).append(call)
        generator = _drawn(call)
        if generator:
            draws.setdefault(generator, []).append(call)
    return Chance(draws, seeds)


@lru_cache(maxsize=MOST_NAMES)
def _may_tell(path: str) -> bool:
    """Say whether what goes by a path may draw or seed, whatever it is given: few do."""
    known = load_knowledge()
    if path in known.seeds or _is_seeding(path.rpartition(".")[2]):
        return True
    if path.startswith("."):
        return False
    drawn = nearest(known.draws, path) is not None
    return drawn or path.startswith("scipy.") or path == "torch.utils.data.DataLoader"


def _seeded(call: Call) -> Iterable[str]:
    if not call.path:
        return ()
    known = load_knowledge().seeds.get(call.path)
    if known is None and _is_seeding(call.last) and _is_own(call):
        return GENERATORS
    if not known:
        return ()
    given = [*call.node.args, *(each.value for each in call.node.keywords)]
    return known if given and not is_none(given[0]) else ()


@lru_cache(maxsize=MOST_NAMES)
def _is_seeding(name: str) -> bool:
    return SEEDING.match(name) is not None


def _is_own(call: Call) -> bool:
    """Say whether a function of some seeding name is not that of a single generator."""
    return not call.path.startswith(("random.", "numpy.", "torch.", "tensorflow.", "sklearn."))


def _drawn(call: Call) -> str:
    if not call.path or call.path.startswith("."):
        return ""
    knowledge = load_knowledge()
    if call.path in knowledge.seeds:
        return ""
    if call.path.startswith("scipy."):
        stochastic = call.path in STOCHASTIC or (call.path.startswith("scipy.stats.") and call.last == "rvs")
        return "<numpy.random>" if stochastic and not has_seed(call) else ""
    found = nearest(knowledge.draws, call.path)
    generator = knowledge.draws[found] if found else ""
    if generator == "<random>" and call.last[:1].isupper():
        return ""
    if generator == "<tensorflow.random>" and call.path.startswith("keras.") and call.last in WITHOUT_WEIGHTS:
        return ""
    if not generator and call.path == "torch.utils.data.DataLoader" and is_true(call.keyword("shuffle")):
        generator = "<torch.random>"
    return generator if generator in GENERATORS and not has_seed(call) else ""


WITHOUT_WEIGHTS = frozenset(
    ("Input", "InputLayer", "Flatten", "Reshape", "Activation", "ReLU", "Softmax", "Concatenate", "Add", "MaxPooling2D")
)
"""Layers of Keras that have nothing to be drawn."""


def has_seed(call: Call) -> bool:
    """Say whether a call is given a seed, or may be where arguments cannot be seen."""
    return bool([1 for each in call.node.keywords if each.arg is None or _seeds(each)])


def _seeds(given: ast.keyword) -> bool:
    return given.arg in KEYWORDS and not is_none(given.value)


def is_none(node: ast.expr | None) -> bool:
    """Say whether an expression is ``None``, spelled out."""
    return isinstance(node, ast.Constant) and node.value is None


def is_true(node: ast.expr | None) -> bool:
    """Say whether an expression is ``True``, spelled out."""
    return isinstance(node, ast.Constant) and node.value is True


def literal(node: ast.expr | None) -> object:
    """Return what a constant is, ``None`` for anything else."""
    return node.value if isinstance(node, ast.Constant) else None
