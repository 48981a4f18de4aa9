"""What is called by which path and with what goes in; whether it may give something else each time comes out."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Mapping, Sequence

from nb2prod.analysis.knowledge import nearest
from nb2prod.analysis.model import Statement
from nb2prod.analysis.nodes import path_of

CLOCKS = frozenset(
    (
        *("time.time", "time.time_ns", "time.ctime", "time.localtime", "time.gmtime", "time.strftime", "time.asctime"),
        *(f"datetime.datetime.{each}" for each in ("now", "today", "utcnow")),
        *(f"pandas.{kind}.{each}" for kind in ("Timestamp", "datetime") for each in ("now", "today", "utcnow")),
        "datetime.date.today",
    )
)
"""What tells the time; ``perf_counter`` and the like only tell how long something takes."""
DATES = frozenset(("pandas.Timestamp", "pandas.to_datetime", "pandas.date_range", "numpy.datetime64"))
"""What makes a date of a text, which may be one of these."""
NOW = frozenset(("now", "today"))
OWN = frozenset(
    (
        *("uuid.uuid1", "uuid.uuid4", "os.urandom", "os.getpid", "os.getppid", "secrets", "tempfile"),
        *("random.SystemRandom", "faker.Faker"),
    )
)
"""What each run has of its own: numbers that nobody else has, its process, its temporary files."""
PROGRAMS = frozenset(("subprocess", "os.system", "os.popen", "os.spawnl", "os.spawnv", "pty.spawn"))
SEEDS = frozenset(
    (
        *(f"numpy.random.{each}" for each in ("default_rng", "RandomState", "SeedSequence", "seed")),
        *(f"numpy.random.{each}" for each in ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")),
        *("random.Random", "random.seed"),
    )
)
"""What is seeded by its first argument, or by one of these names."""
SEQUENCES = frozenset(
    f"scipy.stats.qmc.{each}" for each in ("Sobol", "Halton", "LatinHypercube", "PoissonDisk", "MultinomialQMC")
)
"""What is seeded by one of these names alone."""
SEED_NAMES = frozenset(("seed", "rng", "random_state", "entropy", "x", "a"))
TRACKERS = frozenset(
    (
        *("mlflow", "wandb", "neptune", "comet_ml", "clearml", "aim", "dvclive", "torch.utils.tensorboard"),
        *("tensorboardX", "smtplib", "requests.post", "requests.put", "requests.patch", "requests.delete"),
        "nb2prod.report",
    )
)
"""What tells somebody else of each run."""
APPENDING = frozenset(("to_csv", "to_json", "to_hdf"))
_WRITING = re.compile(
    r"\s*(insert\s+into|update\s+\S+\s+set|delete\s+from|replace\s+into|merge\s+into)\b", re.IGNORECASE
)


def differing(path: str, call: ast.Call | None, nones: Collection[str], imports: Mapping[str, str]) -> str:
    """Return the rest of a sentence about what a path, called or not, gives else each time; nothing where it does not.

    ``nones`` are names that hold ``None`` somewhere: as a seed they are none.
    """
    if nearest(OWN, path) is not None:
        return f"uses `{path}`, which gives each run something of its own"
    if nearest(TRACKERS, path) is not None:
        return f"uses `{path}`, which tells others of each run"
    if nearest(PROGRAMS, path) is not None and call is not None:
        return f"runs a program with `{path}`, which may do something else each time"
    if path in SEEDS | SEQUENCES and not _is_seeded(path, call, nones, imports):
        return f"calls `{path}` without a seed, so each run draws other numbers"
    if path in DATES and call is not None and any(_is_now(each) for each in _given(call)):
        return f"reads the clock with `{path}`"
    if path == "open" and call is not None and _mode(call, 1):
        return "appends to a file, which each run would"
    return ""


def appends_by(method: str, call: ast.Call | None) -> bool:
    """Say whether a call of a method writes behind what a file has."""
    if call is None or method not in APPENDING | {"open"}:
        return False
    return _mode(call, 0 if method == "open" else None)


def writes_to_database(text: str) -> bool:
    """Say whether a text is a command of SQL that adds to a table or changes it."""
    return _WRITING.match(text) is not None


def none_names(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the names that are set to ``None`` anywhere, parameters of functions by default among them."""
    found: set[str] = set()
    for statement in statements:
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Assign | ast.AnnAssign) and _is_none(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found.update(each.id for each in targets if isinstance(each, ast.Name))
            elif isinstance(node, ast.arguments):
                taken = [*node.posonlyargs, *node.args]
                pairs = [*zip(taken[len(taken) - len(node.defaults) :], node.defaults, strict=True)]
                pairs += [(name, each) for name, each in zip(node.kwonlyargs, node.kw_defaults, strict=True) if each]
                found.update(name.arg for name, each in pairs if _is_none(each))
    return frozenset(found)


def _is_seeded(path: str, call: ast.Call | None, nones: Collection[str], imports: Mapping[str, str]) -> bool:
    """Say whether a seed is given: something that is not ``None``, and no clock."""
    if call is None:
        return False
    named = [each.value for each in call.keywords if each.arg in SEED_NAMES]
    unpacked = [each.value for each in call.keywords if each.arg is None]
    given = [*([] if path in SEQUENCES else call.args[:1]), *named, *unpacked]
    return bool(given) and not any(_is_no_seed(each, nones, imports) for each in given[:1])


def _is_no_seed(given: ast.expr, nones: Collection[str], imports: Mapping[str, str]) -> bool:
    if _is_none(given) or (isinstance(given, ast.Name) and given.id in nones):
        return True
    calls = [each for each in ast.walk(given) if isinstance(each, ast.Call)]
    return any(path_of(each.func, imports).startswith("time.") for each in calls)


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_now(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip().lower() in NOW


def _given(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(each.value for each in call.keywords)]


def _mode(call: ast.Call, place: int | None) -> bool:
    """Say whether the mode that a call opens a file in is one that appends."""
    named = next((each.value for each in call.keywords if each.arg == "mode"), None)
    mode = call.args[place] if place is not None and len(call.args) > place else named
    return isinstance(mode, ast.Constant) and isinstance(mode.value, str) and "a" in mode.value
