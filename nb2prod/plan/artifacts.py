"""Artifacts: which kind each fitted object is saved as, and what has to be rebuilt around a saved state."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nb2prod.capture.model import Distribution, Evidence, ValueInfo
from nb2prod.errors import Problem
from nb2prod.notebook.called import called_name
from nb2prod.plan.empty_modules import build, only_makes
from nb2prod.plan.graph import Graph
from nb2prod.plan.model import ArtifactPlan
from nb2prod.plan.partition import Partition

BY_SKOPS = frozenset({"sklearn", "catboost", "numpy", "scipy", "imblearn", "category_encoders"})
"""Libraries whose objects skops takes, whether or not they are scikit-learn's."""

CONTAINERS = frozenset({"dict", "list", "tuple", "set", "OrderedDict", "defaultdict"})
"""Types that skops takes with what they hold."""

STATE_ONLY = frozenset({"torch"})
"""Kinds whose file holds a state and not the object, which the repository's code has to make first."""

WHOLE = "torch_whole"
"""Kind of the same objects where making them takes their training: the file holds all of the object."""

REMEDIES = {
    "statsmodels": "compute that column in the table before the formula, by a statement of its own",
    "statsmodels_series": "give the series a frequency, as `series.asfreq('D')` does, and fit it without `exog`",
}
HELD_REMEDY = (
    "keep what the class needs of it as an array, a number, a list or a dict, as `table.to_numpy()` gives it; make "
    "figures and connections where they are used"
)
OR_PICKLE = "; or, if whoever runs the service may run any code that is in its files, export with --allow-pickle"


@dataclass(frozen=True)
class Kind:
    """A way to save an object: a folder below ``templates/artifacts``."""

    name: str
    module: str
    extension: str
    requires: tuple[str, ...] = ()
    older: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Condition on an installed distribution, such as ``numpy<2``, to what is required in its presence instead."""

    def requirements(self, installed: Mapping[str, Distribution]) -> tuple[str, ...]:
        """Return what saving and loading needs beside what is installed in the notebook's kernel."""
        from packaging.requirements import Requirement

        for condition, requires in self.older.items():
            wanted = Requirement(condition)
            there = installed.get(wanted.name)
            if there is not None and wanted.specifier.contains(there.version, prereleases=True):
                return requires
        return self.requires


@dataclass(frozen=True)
class Artifacts:
    """What is saved, how, and which further values that takes."""

    plans: tuple[ArtifactPlan, ...]
    builds: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]] = field(default_factory=dict)
    """Artifact to the statements that make the empty object and the names of the values they need."""
    settings: tuple[str, ...] = ()
    """Further parameters whose values travel with the model."""
    values: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Further values (name to statements) that the builders need."""
    problems: tuple[Problem, ...] = ()


def known_kinds(templates: Path) -> Mapping[str, Kind]:
    """Return the kinds that there is a template for, by name."""
    found = {}
    for description in sorted((templates / "artifacts").glob("*/kind.toml")):
        data = tomllib.loads(description.read_text(encoding="utf-8"))
        name = description.parent.name
        requires = tuple(data.get("requirements", ()))
        older = {condition: tuple(values) for condition, values in data.get("older", {}).items()}
        found[name] = Kind(name, f"{name}_file", data["extension"], requires, older)
    return found


def plan_artifacts(
    graph: Graph, parts: Partition, evidence: Evidence, kinds: Mapping[str, Kind], *, allow_pickle: bool
) -> Artifacts:
    """Return how each artifact and each parameter that inference needs is saved, and the problems in the way."""
    problems: list[Problem] = []
    builds: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {}
    values: dict[str, frozenset[int]] = {}
    settings: list[str] = []
    whole: set[str] = set()
    for name, sources in parts.artifacts.items():
        info = evidence.values.get(name)
        if info is not None and info.kind in STATE_ONLY:
            statements, needs, problem = build(graph, name, sources, evidence)
            if not only_makes(graph, statements, evidence) and _can_be_whole(graph, info):
                whole.add(name)
                continue
            problems += problem
            builds[name] = (statements, tuple(needs))
            settings += [n for n, s in needs.items() if n in graph.parameters and n not in parts.settings]
            values.update({n: s for n, s in needs.items() if n not in graph.parameters and n not in parts.artifacts})
    plans = []
    for name in sorted({*parts.artifacts, *values}):
        sources = parts.artifacts.get(name) or values[name]
        kind = _kind_of(graph, name, sources, evidence.values.get(name), kinds, allow_pickle, problems)
        kind = kinds[WHOLE] if name in whole else kind
        if kind is not None:
            plans.append(_plan(name, kind, evidence.values.get(name), builds))
    plans += [
        _plan(name, kinds["json"], evidence.values.get(name), {}) for name in sorted({*parts.settings, *settings})
    ]
    return Artifacts(tuple(plans), builds, tuple(dict.fromkeys(settings)), values, tuple(problems))


def _plan(name: str, kind: Kind, info: ValueInfo | None, builds: Collection[str]) -> ArtifactPlan:
    dotted = f"{info.module}.{info.type}" if info is not None else ""
    return ArtifactPlan(name, kind.name, name + kind.extension, dotted, f"build_{name}" if name in builds else "")


def _kind_of(
    graph: Graph,
    name: str,
    sources: frozenset[int],
    info: ValueInfo | None,
    kinds: Mapping[str, Kind],
    allow_pickle: bool,
    problems: list[Problem],
) -> Kind | None:
    where = graph.place(max(sources))
    if info is None:
        problems.append(
            Problem(f"nothing is known of `{name}`, which inference needs", where, "define it in every run")
        )
        return None
    if info.obstacle and not allow_pickle:
        remedy = REMEDIES.get(info.kind, HELD_REMEDY)
        problems.append(Problem(f"`{name}` cannot be saved: {info.obstacle}", where, f"{remedy}{OR_PICKLE}"))
        return None
    fits = info.kind != WHOLE or _can_be_whole(graph, info)
    if info.kind in kinds and info.kind != "pickle" and not info.obstacle and fits:
        if info.kind == "sklearn":
            problems += _skops_problems(graph, name, sources, info, where)
        return kinds[info.kind]
    if _goes_through_skops(graph, info):
        problems += _skops_problems(graph, name, sources, info, where)
        return kinds["sklearn"]
    if allow_pickle:
        return kinds["pickle"]
    problems.append(
        Problem(
            f"`{name}` is a {info.module}.{info.type}, which inference needs and no safe file format takes",
            where,
            "keep what inference needs of it in a dict, a list, an array or a scikit-learn object; or, if whoever runs "
            "the service may run any code that is in its files, export with --allow-pickle",
        )
    )
    return None


def _goes_through_skops(graph: Graph, info: ValueInfo) -> bool:
    """Return whether an object that is no scikit-learn estimator can be saved as one: it is its attributes."""
    if info.kind != "object":
        return False
    if info.module in {"builtins", "collections"}:
        return info.type in CONTAINERS
    return info.module.split(".")[0] in BY_SKOPS or (info.module == "__main__" and _class_is_lifted(graph, info.type))


def _skops_problems(graph: Graph, name: str, sources: frozenset[int], info: ValueInfo, where: str) -> Iterator[Problem]:
    """Yield what keeps an object out of a ``.skops`` file: a class without a place, a lambda that it was given."""
    if info.module == "__main__" and not _class_is_lifted(graph, info.type):
        yield _class_problem(name, info, where)
    for index in sorted(graph.ancestors(sources)):
        for call in ast.walk(graph.flow.statements[index].node):
            if isinstance(call, ast.Call) and _constructs_tool(call):
                given = [*call.args, *(keyword.value for keyword in call.keywords)]
                yield from _function_problems(graph, name, index, call, given)
                if any(isinstance(argument, ast.Lambda) for argument in given):
                    yield Problem(
                        f"`{name}` holds a lambda, given to `{ast.unparse(call.func)}`, and a lambda cannot be saved",
                        graph.place(index),
                        "make it a function with a name: `def prepare(values): ...` in a cell above",
                    )


def _function_problems(graph: Graph, name: str, index: int, call: ast.Call, given: list[ast.expr]) -> Iterator[Problem]:
    """Yield the functions of the notebook that a tool was given and that cannot stand in a module."""
    for argument in given:
        for source in graph.flow.sources[index].get(getattr(argument, "id", ""), ()):
            statement = graph.flow.statements[source]
            if isinstance(statement.node, ast.FunctionDef) and source not in graph.lifted:
                read = ", ".join(f"`{n}`" for n in sorted(statement.facts.deferred) if not _is_code(graph, n))
                yield Problem(
                    f"`{name}` holds the function `{statement.node.name}`, given to `{ast.unparse(call.func)}`, which "
                    f"reads variables of the notebook ({read or 'or is defined twice'}), so it cannot be saved",
                    graph.place(index),
                    "give it what it reads as arguments, as in `FunctionTransformer(f, kw_args={...})`, or write a "
                    "class with `fit` and `transform`",
                )


def _is_code(graph: Graph, name: str) -> bool:
    return all(graph.is_import(i) or i in graph.lifted for i in graph.definers.get(name, ()))


def _constructs_tool(call: ast.Call) -> bool:
    called = called_name(call)
    return called[:1].isupper() and called not in {"DataFrame", "Series"}


def _class_is_lifted(graph: Graph, type_name: str) -> bool:
    return any(i in graph.lifted for i in graph.definers.get(type_name, ()))


def _class_problem(name: str, info: ValueInfo, where: str) -> Problem:
    return Problem(
        f"`{name}` is of the notebook's class {info.type}, which cannot stand in a module: it reads variables of the "
        "notebook, or is defined more than once",
        where,
        f"pass what {info.type} needs to its constructor, and define it once",
    )


def _can_be_whole(graph: Graph, info: ValueInfo) -> bool:
    """Return whether a file can hold all of a module, and the repository has the classes that it is made of."""
    return info.whole and all(any(i in graph.lifted for i in graph.definers.get(name, ())) for name in info.own_parts)
