"""Which cells runs have in common: those above the first that may read a swept name, and why no more."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.sweeps.model import Branch, Sharing
from nb2prod.sweeps.sharing import branches_of, shared_cells
from tests.making import as_notebook

PARAMETERS = ("parameters", "lr = 0.1\ndepth = 3")


def sharing_of(*cells: str | tuple[str, str], swept: tuple[str, ...] = ("lr",)) -> Sharing:
    """Return what runs share of a notebook whose first cell has the parameters."""
    tagged = [each if isinstance(each, tuple) else (None, each) for each in cells]
    return shared_cells(draft_of(as_notebook([PARAMETERS, *tagged]), Path("notebook.ipynb")), swept)


def stages(sharing: Sharing) -> list[tuple[int, int, tuple[str, ...]]]:
    return [(each.start, each.stop, each.names) for each in sharing.stages]


LOAD = "import numpy as np, pandas as pd\ndf = pd.DataFrame({'x': [1, 2, 3], 'depth': [4, 5, 6]})"

SHARED = [
    pytest.param(["x = 1", "y = x + 1", "z = y * lr"], 3, id="what is above the first reader"),
    pytest.param(
        ["def f(x):\n    return x * lr", "y = 1", "z = f(y)"], 3, id="a function that reads it and is not called"
    ),
    pytest.param(
        ["def g():\n    return f()", "def f():\n    return lr", "q = 1", "g()"], 4, id="a function that calls it"
    ),
    pytest.param(
        ["class A:\n    def f(self):\n        return lr", "y = 1", "a = A()"], 3, id="a class whose method does"
    ),
    pytest.param([LOAD, "m = df['depth'].mean()", "lr"], 3, id="a column of the same name", marks=[]),
    pytest.param(
        ["np_seed = 1", "import numpy as np\nnp.random.seed(0)", "x = np.random.rand()", "lr"], 4, id="a seeded draw"
    ),
    pytest.param(
        ["import time", "start = time.time()", "print(time.time() - start)", "lr"], 4, id="a clock that only times"
    ),
    pytest.param(["import time\nstart = time.perf_counter()", "print(start)", "lr"], 3, id="a clock of no date"),
    pytest.param(["print('lr:', 1)", "'lr is a rate'", "lr"], 3, id="a text for people"),
    pytest.param(["d = {}\nd['lr'] = 3", "x = d.get('lr')", "lr"], 3, id="a key of the same name"),
    pytest.param(["def f(lr):\n    return lr", "x = f(lr=3)", "lr"], 3, id="an argument of the same name"),
    pytest.param(["%matplotlib inline\n!pip list", "%%time\nx = 1", "lr"], 3, id="magics that read nothing"),
    pytest.param(["open('a.csv', 'w').write('1')", "open('a.csv').read()", "lr"], 3, id="a file that is written first"),
    pytest.param(["x = open('a.csv').read()", "open('b.csv', 'w').write(str(lr))"], 2, id="another file"),
    pytest.param([LOAD, "df.copy().rename(columns={'x': 'z'})", "lr"], 3, id="copies and new names of columns"),
    pytest.param([("skip", "print(lr)"), "x = 1", "lr"], 3, id="a cell that is not run"),
    pytest.param(["if __name__ == '__main__':\n    x = 1", "lr"], 2, id="the usual guard of scripts"),
    pytest.param(["import time\ntime.sleep(0)", "lr"], 2, id="waiting"),
    pytest.param(["import numpy as np\ns = 3\nr = np.random.default_rng(seed=s)", "lr"], 2, id="a seed by a name"),
    pytest.param(["import pandas as pd\nt = pd.Timestamp('2024-01-01')", "lr"], 2, id="a date as a text"),
    pytest.param(["df = 0\ndf.to_csv('a.csv', mode='w')", "lr"], 2, id="a table that is written"),
    pytest.param(["print('insert into t values')", "lr"], 2, id="SQL for people"),
    pytest.param(["!ls -la data\n!cat dates.txt", "lr"], 2, id="a shell that looks"),
]


@pytest.mark.parametrize(("cells", "shared"), SHARED)
def test_shared(cells: list[str], shared: int) -> None:
    found = sharing_of(*cells)
    assert stages(found) == [(0, shared, ()), (shared, len(cells) + 1, ("lr",))], found.reasons


NOT_SHARED = [
    pytest.param("print(f'{lr}')", "reads `lr`", id="a text with its value"),
    pytest.param("lr = 3", "gives another value to `lr`", id="another value"),
    pytest.param("del lr", "gives another value to `lr`", id="none at all"),
    pytest.param("f = lambda x=lr: x", "reads `lr`", id="a default"),
    pytest.param("f = lambda: lr", "may read `lr` at once", id="a lambda, which may be called"),
    pytest.param("g = (lr for _ in [1])", "may read `lr` at once|reads `lr`", id="a generator"),
    pytest.param("@print\ndef f():\n    return lr", "may read `lr` at once", id="a decorator that may call"),
    pytest.param("globals()['l' + 'r']", "`globals`, which can read any", id="globals"),
    pytest.param("eval('l' + 'r')", "`eval`, which can read any", id="eval"),
    pytest.param("exec('x = 1')", "`exec`, which can read any", id="exec"),
    pytest.param("print(vars())", "`vars`, which can read any", id="vars of nothing"),
    pytest.param("import __main__", "`__main__`", id="the notebook as a module"),
    pytest.param("import sys\nsys.modules['__main__']", "`__main__`", id="the notebook among the modules"),
    pytest.param("import inspect\ninspect.currentframe()", "`inspect.currentframe`", id="frames"),
    pytest.param("print.__globals__", "`__globals__`", id="a function's variables"),
    pytest.param("from sys import _getframe as g\ng()", "`sys._getframe`", id="frames under another name"),
    pytest.param("get_ipython().user_ns", "can read any variable", id="IPython's own"),
    pytest.param("print(In[-1])", "`In`", id="the text of cells"),
    pytest.param("df = 0\ndf.query('x > @lr')", "a text that names `lr`", id="a query"),
    pytest.param(
        "import statsmodels.formula.api as s\ns.ols('y ~ x * lr', 0)", "a text that names `lr`", id="a formula"
    ),
    pytest.param("!echo {lr}", "a shell command that names `lr`", id="the shell"),
    pytest.param("%%bash\necho 1\necho lr", "a shell command that names `lr`", id="a cell of shell"),
    pytest.param("%whos", "magic `whos`", id="a magic that lists variables"),
    pytest.param("%unheard_of 3", "`%unheard_of` has no plain", id="a magic that nobody knows"),
    pytest.param("import random\nx = random.random()", "`random`, which nothing above has seeded", id="a draw"),
    pytest.param("import numpy as np\nr = np.random.default_rng()", "without a seed", id="a generator of its own"),
    pytest.param("import numpy as np\nr = np.random.default_rng(None)", "without a seed", id="a seed that is none"),
    pytest.param("import uuid\nx = uuid.uuid4()", "`uuid.uuid4`", id="a name of its own"),
    pytest.param("import tempfile\nx = tempfile.mkdtemp()", "`tempfile.mkdtemp`", id="a folder of its own"),
    pytest.param("from datetime import datetime\nx = datetime.now()", "reads the clock", id="the date"),
    pytest.param("import time\nt = time.time()\nprint(t)", "reads the clock", id="the time, printed"),
    pytest.param("import mlflow\nmlflow.start_run()", "tells others of each run", id="a tracker"),
    pytest.param("open('log.txt', 'a').write('x')", "appends to a file", id="a log"),
    pytest.param("import numpy as np\nnp.random.seed()", "without a seed", id="a seed that is not said"),
    pytest.param("import random\nrandom.seed(None)", "without a seed", id="a seed that is none, of Python's"),
    pytest.param("import numpy as np\ns = None\nr = np.random.default_rng(s)", "without a seed", id="none by a name"),
    pytest.param(
        "import numpy as np, time\nr = np.random.default_rng(time.perf_counter_ns())",
        "without a seed",
        id="a clock for a seed",
    ),
    pytest.param("from scipy.stats import qmc\nq = qmc.Sobol(d=2)", "without a seed", id="a sequence"),
    pytest.param("import pandas as pd\nt = pd.Timestamp('now')", "reads the clock", id="now, as a text"),
    pytest.param("import numpy as np\nt = np.datetime64('today')", "reads the clock", id="today, as a text"),
    pytest.param("import subprocess\nx = subprocess.check_output(['uuidgen'])", "runs a program", id="a program"),
    pytest.param("from pathlib import Path\nPath('l').open('a').write('x')", "appends to a file", id="a log by a path"),
    pytest.param("df = 0\ndf.to_csv('log.csv', mode='a')", "appends to a file", id="rows behind others"),
    pytest.param("db = 0\ndb.execute('insert into t values (1)')", "writes to a database", id="a row of a database"),
    pytest.param("!date >> log.txt", "may do something else each time", id="the shell's clock"),
    pytest.param("%%bash\necho 1\necho $RANDOM > r", "may do something else each time", id="the shell's chance"),
    pytest.param("from unheard_of import *", "cannot be read", id="all of a module that is not there"),
    pytest.param("x = (", "cannot be read as plain Python", id="what is no Python"),
    pytest.param(
        "def f():\n    import time\n    return time.time()\nf()", "reads the clock", id="a function with a clock"
    ),
    pytest.param("def f():\n    return globals()\nf()", "can read any variable", id="a function with globals"),
]


@pytest.mark.parametrize(("cell", "reason"), NOT_SHARED)
def test_not_shared(cell: str, reason: str) -> None:
    found = sharing_of("x = 1", cell, "y = 2", "lr")
    assert stages(found) == [(0, 2, ()), (2, 5, ("lr",))]
    assert found.reasons[0].startswith("cell [3]")
    assert re.search(reason, found.reasons[0]), found.reasons


def test_a_file_that_another_run_has_changed_is_not_shared() -> None:
    found = sharing_of("PATH = 'a.csv'", "x = open(PATH).read()", "y = lr", "open('a.csv', 'w').write('')")
    assert stages(found) == [(0, 2, ()), (2, 5, ("lr",))]
    assert found.reasons == ("cell [3] may read `a.csv` as another run has left it: cell [5] writes it",)


def test_a_file_that_is_emptied_for_each_run_is_not_emptied_once_for_all() -> None:
    empties = "import os\nif os.path.exists('out.txt'):\n    os.remove('out.txt')"
    found = sharing_of("where = 'out.txt'", empties, "y = lr", "with open(where, 'a') as f:\n    f.write(str(y))")
    assert stages(found) == [(0, 2, ()), (2, 5, ("lr",))]
    assert found.reasons == ("cell [3] may read `out.txt` as another run has left it: cell [5] writes it",)


def test_each_name_has_its_own_stage() -> None:
    found = sharing_of("x = 1", "y = x + depth", "z = 1", "w = z * lr", "v = depth", swept=("lr", "depth"))
    assert stages(found) == [(0, 2, ()), (2, 4, ("depth",)), (4, 6, ("depth", "lr"))]
    assert found.reasons == ("cell [3] reads `depth` (line 1)", "cell [5] reads `lr` (line 1)")
    assert found.shared == 2


def test_what_nobody_reads_leaves_all_shared() -> None:
    assert stages(sharing_of("x = 1", "y = 2")) == [(0, 3, ())]


def test_cells_above_the_parameters_read_what_they_are_by_default() -> None:
    cells = [(None, "lr = 3\nprint(lr, globals()['lr'])"), PARAMETERS, (None, "x = 1"), (None, "lr")]
    found = shared_cells(draft_of(as_notebook(cells), Path("notebook.ipynb")), ["lr"])
    assert stages(found) == [(0, 3, ()), (3, 4, ("lr",))]


def test_chance_above_the_parameters_leaves_nothing_shared() -> None:
    cells = [(None, "x = 1"), (None, "import uuid\nname = uuid.uuid4()"), PARAMETERS, (None, "lr")]
    found = shared_cells(draft_of(as_notebook(cells), Path("notebook.ipynb")), ["lr"])
    assert stages(found) == [(0, 0, ()), (0, 4, ("lr",))]


def test_without_parameters_values_are_set_at_the_top() -> None:
    cells = [(None, "x = 1"), (None, "lr = 2"), (None, "lr")]
    found = shared_cells(draft_of(as_notebook(cells), Path("notebook.ipynb")), ["lr"])
    assert stages(found) == [(0, 1, ()), (1, 3, ("lr",))]


def test_a_name_of_pythons_own_is_not_shared() -> None:
    found = sharing_of("max = 3", "x = 1", "print(max)", swept=("max",))
    assert stages(found)[0] == (0, 1, ())
    assert "name of Python's own" in found.reasons[0]


def test_runs_become_a_tree() -> None:
    found = sharing_of("x = 1", "y = depth", "w = lr", swept=("lr", "depth"))
    rows = [{"lr": lr, "depth": depth} for lr in (0.1, 0.2) for depth in (1, 2)]
    tree = branches_of(found, rows)
    assert (tree.start, tree.stop, tree.runs, tree.values) == (0, 2, (0, 1, 2, 3), {})
    assert [(each.start, each.stop, each.values, each.runs) for each in tree.branches] == [
        (2, 3, {"depth": 1}, (0, 2)),
        (2, 3, {"depth": 2}, (1, 3)),
    ]
    assert tree.branches[0].branches == (Branch(3, 4, rows[0], (0,)), Branch(3, 4, rows[2], (2,)))


def test_what_one_run_has_for_itself_is_one_branch_and_what_all_agree_on_is_shared() -> None:
    found = sharing_of("x = 1", "y = depth", "w = lr", swept=("lr", "depth"))
    tree = branches_of(found, [{"lr": 1, "depth": 3}, {"lr": 1.0, "depth": 3}])
    assert (tree.start, tree.stop, tree.values) == (0, 3, {"depth": 3})
    assert [(each.start, each.stop, each.runs) for each in tree.branches] == [(3, 4, (0,)), (3, 4, (1,))]
    assert branches_of(found, [{"lr": 1, "depth": 3}]) == Branch(0, 4, {"lr": 1, "depth": 3}, (0,))


def test_runs_that_nothing_tells_apart_still_end_by_themselves() -> None:
    tree = branches_of(sharing_of("x = 1"), [{"lr": 1}, {"lr": 2}])
    assert tree == Branch(0, 2, {}, (0, 1), (Branch(2, 2, {"lr": 1}, (0,)), Branch(2, 2, {"lr": 2}, (1,))))
