"""What cells show behind a fork is what they show in a kernel of their own, to the letter."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.notebook.read import draft_of, read_document
from nb2prod.runs.forking.trunk import Trunk
from tests.making import as_notebook
from tests.runs.forking.twice import forked, plainly, shown, widgets

PARAMETERS = "a = 1\nname = 'none'"
SHARED = {
    "imports": """
        import asyncio, contextvars, ctypes, inspect, logging, os, random, signal, subprocess, sys, threading, warnings
        import matplotlib.pyplot as plt
        import numpy as np
        import pandas as pd
        import torch
        from IPython.display import HTML, Image, Markdown, clear_output, display, update_display
        import ipywidgets as widgets
        from tqdm.auto import tqdm
    """,
    "generators": """
        random.seed(3); np.random.seed(4); rng = np.random.default_rng(5); torch.manual_seed(6)
        random.random()
    """,
    "options": """
        pd.set_option('display.precision', 2); plt.rcParams['figure.figsize'] = (2, 1)
        np.set_printoptions(precision=3)
        frame = pd.DataFrame({'x': rng.random(4), 'y': list('abcd')})
        frame
    """,
    "logging": """
        log = logging.getLogger('of the notebook'); log.setLevel('INFO')
        log.addHandler(logging.StreamHandler(sys.stdout)); log.addHandler(logging.StreamHandler(sys.stderr))
        log.info('begun')
    """,
    "warned once": "def warn():\n    warnings.warn('only once', UserWarning)\nwarn()",
    "displayed": """
        handle = display('first', display_id='of mine')
        other = display(Markdown('*second*'), display_id=True)
    """,
    "bars": "for _ in tqdm(range(3)): pass\nslider = widgets.IntSlider(value=3, description='n'); slider",
    "output widget": "out = widgets.Output()\ndisplay(out)\nwith out: print('inside')",
    "bash": "%%bash\necho shared",
    "functions": """
        def divide(x):
            return x / 0
        def deep(n):
            try: return deep(n + 1)
            except RecursionError: return n
        async def later(x):
            await asyncio.sleep(0.01)
            return x
    """,
    "variable": """
        where = contextvars.ContextVar('where'); where.set('shared')
        handler = signal.signal(signal.SIGUSR1, lambda *_: print('signalled'))
    """,
    "reading": "file = open('lines.txt'); file.readline()",
    "last value": "6 * 7",
}
REST = {
    "parameters": "print(a, name); a",
    "printing": "print('out'); print('err', file=sys.stderr); print('a\\rb'); sys.stdout.write('no end')",
    "flood": "for i in range(20_000): print('line', i)",
    "flushed": "for i in range(300): print(i, flush=True)",
    "shell": "!echo of a shell; echo and its errors >&2\nfiles = !ls *.txt\nfiles",
    "system": "os.system('echo of the system'); subprocess.run(['echo', 'of a process'])",
    "c": "ctypes.CDLL(None).puts(b'of C'); ctypes.CDLL(None).fflush(None); os.write(2, b'to the file')",
    "rich": "display(HTML('<b>bold</b>'), Markdown('*m*')); display({'text/plain': 'raw'}, raw=True); frame",
    "cleared": "print('gone'); clear_output(); print('there'); clear_output(wait=True); print('last')",
    "figure": "plt.plot([1, a]); plt.title(name); plt.show()\nplt.figure(); plt.bar([1, 2], [a, 3]);",
    "updated": "handle.update('changed'); update_display('changed too', display_id=other.display_id)",
    "widgets": "slider.value = 5\nbox = widgets.VBox([slider, widgets.Text(name)]); box",
    "to a shared output widget": "with out: print('later')",
    "to an output widget": "mine = widgets.Output()\ndisplay(mine)\nwith mine: print('mine')",
    "bar": "for _ in tqdm(range(4), desc=name): pass",
    "bar in text": "import tqdm as t\nfor _ in t.tqdm(range(2), file=sys.stdout, bar_format='{n}/{total}'): pass",
    "raises": "divide(a)",
    "chained": "try:\n    divide(a)\nexcept ZeroDivisionError as error:\n    raise KeyError(name) from error",
    "syntax": "x = = 1",
    "exit": "sys.exit(3)",
    "input": "input('who? ')",
    "await": "print(await later(a)); await asyncio.gather(later(1), later(2))",
    "asyncio": "work = later(1)\ntry: asyncio.run(work)\nfinally: work.close()",
    "asyncio process": "p = await asyncio.create_subprocess_exec('echo', stdout=-1)\nprint(await p.communicate())",
    "time": "%time sum(range(10))",
    "captured": "%%capture kept\nprint('captured'); 3",
    "was captured": "kept.show(); kept.stdout",
    "bash": "%%bash\necho $((6 * 7)); echo bad >&2",
    "fails": "%%bash\nexit 3",
    "history": "print(_, _i, _ii, sep='|'); print(len(In), sorted(Out), In[-1], In[2], _i2); Out[4]",
    "magics": "%history -n -l 3\n%who int\n%precision 3\n3.14159265",
    "names": "print(__name__, get_ipython().execution_count, sorted(n for n in globals() if n[:2] == '_i')[:4])",
    "warned": "warn(); warnings.warn('another')",
    "deprecated": "warnings.warn('old', DeprecationWarning)",
    "drawn": "random.random(), np.random.rand(3), rng.random(), torch.rand(2), np.random.default_rng(7).random()",
    "shuffled": "random.sample(range(100), 5), frame.sample(2, random_state=a), np.random.permutation(5)",
    "logged": "log.info('logged'); log.warning('warned %s', a)",
    "logged to root": "logging.getLogger().warning('root')",
    "settings": "pd.get_option('display.precision'), plt.rcParams['figure.figsize'], where.get()",
    "limit": "sys.getrecursionlimit(), deep(0)",
    "array": "np.array([1 / 3, a / 3])",
    "thread": "t = threading.Thread(target=lambda: print('of a thread')); t.start(); t.join()",
    "processes": "import multiprocessing\nwith multiprocessing.Pool(2) as pool: print(pool.map(abs, [-1, -a]))",
    "signal": "os.kill(os.getpid(), signal.SIGUSR1)",
    "interrupted": "try: os.kill(os.getpid(), signal.SIGINT); signal.pause()\nexcept KeyboardInterrupt: print('ended')",
    "awaiting interrupted": "os.kill(os.getpid(), signal.SIGINT); await asyncio.sleep(5)",
    "read on": "file.readline(), file.read()",
    "stack": "len(inspect.stack()), inspect.stack()[0].function, sys._getframe().f_back.f_code.co_name",
    "source": "print(inspect.getsource(divide)); divide?",
    # but for the thread of pyzmq's that sends what is long, and comes when the machine is slow
    "threads": "sorted({type(t).__name__ for t in threading.enumerate()} - {'GarbageCollectorThread'})",
    "environment": "os.environ['MPLBACKEND'], os.path.basename(os.getcwd()), len(sys.argv), sorted(os.environ)",
    "groups": "os.getpgid(0) == os.getsid(0) == os.getpid()",
    "streams": "sys.stdout is get_ipython().kernel._stdout, type(sys.stdout).__name__, sys.stdout.isatty(), sys.stdin",
    "torch": "m = torch.nn.Linear(3, 1); loss = m(torch.ones(2, 3)).sum(); loss.backward(); m.weight.grad, loss",
    "linear algebra": "b = np.random.rand(300, 300); np.linalg.svd(b)[1][:3], (b @ b).sum()",
    "last of all": "_, a, name",
}  # fmt: skip


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    folder = tmp_path_factory.mktemp("twice")
    folder.joinpath("lines.txt").write_text("one\ntwo\nthree\n")
    first = nbformat.v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source).strip()) for source in SHARED.values()]
    tags = {"tags": ["raises-exception"]}
    cells += [nbformat.v4.new_code_cell(source, metadata=tags) for source in REST.values()]
    path = folder / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, *cells]), path)
    notebook = draft_of(read_document(path), path)
    runs = [{"a": 2, "name": "one's"}, {"a": 3, "name": "other"}]
    both = forked(notebook, 1 + len(SHARED), runs)
    return plainly(notebook, runs[1]), both[1]


@pytest.mark.parametrize("number", range(len(SHARED) + 2), ids=["defaults", "injected", *SHARED])
def test_what_the_shared_cells_show(documents: tuple[Any, Any], number: int) -> None:
    plain, fork = map(shown, documents)
    assert fork[number] == plain[number]


@pytest.mark.parametrize("number", range(len(REST)), ids=REST)
def test_what_the_cells_behind_a_fork_show(documents: tuple[Any, Any], number: int) -> None:
    plain, fork = map(shown, documents)
    assert len(plain) == len(fork) == 2 + len(SHARED) + len(REST)
    assert fork[2 + len(SHARED) + number] == plain[2 + len(SHARED) + number]


def test_what_is_kept_of_widgets(documents: tuple[Any, Any]) -> None:
    plain, fork = map(widgets, documents)
    assert len(plain) > 10
    assert fork == plain


def test_the_documents_besides(documents: tuple[Any, Any]) -> None:
    plain, fork = documents
    assert fork.metadata.language_info == plain.metadata.language_info
    assert fork.metadata.papermill.status == plain.metadata.papermill.status == "succeeded"
    assert [cell.id for cell in fork.cells if "injected-parameters" not in cell.metadata.tags] == [
        cell.id for cell in plain.cells if "injected-parameters" not in cell.metadata.tags
    ]


CHANGED = """
columns.append('target'); depth = depth * 100; rows = min(rows, 5)
del unused
name = name.upper()
"""


def test_what_shared_cells_make_of_parameters_is_not_undone(tmp_path: Path) -> None:
    defaults = "depth = 1\nlr = 0.5\nrows = 9\ncolumns = ['a']\nunused = None\nname = 'n'"
    show = "lr, depth, rows, columns, name, 'unused' in globals()"
    cells = [("parameters", defaults), (None, CHANGED), ("training", "seen = lr"), ("evaluation", show)]
    notebook = draft_of(as_notebook(cells), tmp_path / "notebook.ipynb")
    given = {"depth": 2, "rows": 1000, "columns": ["a", "b"], "unused": 1, "name": "m"}
    runs = [{**given, "lr": lr} for lr in (0.1, 0.2)]
    assert [shown(each) for each in forked(notebook, 2, runs)] == [shown(plainly(notebook, run)) for run in runs]


def test_a_fork_of_a_fork_does_not_undo_it_either(tmp_path: Path) -> None:
    cells = [
        ("parameters", "depth = 1\nlr = 0.5"),
        (None, "rows = [1]"),
        (None, "depth = depth * 100; rows.append(depth)"),
        ("evaluation", "lr, depth, rows"),
    ]
    notebook = draft_of(as_notebook(cells), tmp_path / "notebook.ipynb")
    with Trunk(notebook, shared=2, parameters={"depth": 1, "lr": 0.1}) as trunk:
        for depth in (1, 2):
            with Trunk(notebook, shared=3, parameters={"depth": depth, "lr": 0.1}, parent=trunk) as fork:
                assert fork.obstacles == ()
                for lr in (0.1, 0.2):
                    run = {"depth": depth, "lr": lr}
                    assert shown(fork.branch(run).notebook) == shown(plainly(notebook, run))
