"""Runs that share cells: what they cost, what they leave, and that each is a run of its own."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from nb2prod.runs.forking.trunk import Trunk
from tests.runs.forking.conftest import CELLS, SHARED, notebook_in, printed


def test_many_at_once(trunk: Trunk, tmp_path: Path) -> None:
    def run(number: int) -> str:
        output = tmp_path / f"{number}.ipynb"
        used = trunk.branch({"code": f"time.sleep(1); print({number})"}, output=output).usage
        assert 0 < used.cpu_seconds < 20
        assert used.peak_memory > 400_000_000
        return printed(nbformat.read(output, as_version=4))

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(run, range(16)))
    assert found == [f"begun\n{number}\nwent on with 50000000\nended\n" for number in range(16)]


def test_memory_is_not_copied(trunk: Trunk) -> None:
    run = trunk.branch({"code": "import psutil; gc.collect(); print(psutil.Process().memory_full_info().uss)"})
    assert int(printed(run.notebook).splitlines()[1]) < 60_000_000


def test_cells_and_their_seconds_are_told_as_of_any_run(trunk: Trunk) -> None:
    heard: list[tuple[int, int]] = []
    run = trunk.branch({"code": ""}, on_cell=lambda index, total, seconds: heard.append((index, total)))
    assert heard == [(2, 5), (3, 5), (4, 5)]
    assert 0 < run.seconds < 60
    assert run.kernel == "python3"


def test_what_one_run_sets_no_other_sees(trunk: Trunk) -> None:
    code = "print('mine' in globals(), os.environ.get('MINE'), data[0]); mine = os.environ['MINE'] = '1'; data[0] = 5"
    for _ in range(2):
        assert printed(trunk.branch({"code": f"exec({code!r}, globals())"}).notebook).startswith(
            "begun\nFalse None 1.0\n"
        )


def test_generators_that_nobody_seeded_draw_anew_in_each_run(trunk: Trunk) -> None:
    code = "print(random.random()); print(np.random.rand(), np.random.default_rng().random())"
    first, second = (printed(trunk.branch({"code": code}).notebook).splitlines() for _ in range(2))
    assert first[1] == second[1], "random was seeded"
    assert first[2].split()[0] != second[2].split()[0]
    assert first[2].split()[1] != second[2].split()[1]


def test_what_is_meant_for_the_end_of_the_process_happens(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, SHARED.replace("50_000_000", "5"), *CELLS)
    own = 'atexit.register(lambda: open("ended.txt", "a").write("run\\n"))'
    code = f"{own}; globals()['kept'] = open('unflushed.txt', 'w'); kept.write('all of it')"
    with Trunk(notebook, shared=2, parameters={"code": ""}) as trunk:
        trunk.branch({"code": code})
        trunk.branch({"code": own})
        assert (tmp_path / "unflushed.txt").read_text() == "all of it"
        assert (tmp_path / "ended.txt").read_text() == "run\nrun\n"
    assert (tmp_path / "ended.txt").read_text() == "run\nrun\ntrunk\n"


def test_a_fork_can_be_a_trunk(tmp_path: Path) -> None:
    cells = (
        "import os; first = os.getpid()",
        "second = os.getpid()",
        "print(first == second, os.getpid() == second, code)",
    )
    notebook = notebook_in(tmp_path, *cells)
    with Trunk(notebook, shared=2, parameters={"code": "a"}) as trunk:
        for name in "bc":
            with Trunk(notebook, shared=3, parameters={"code": name}, parent=trunk) as fork:
                assert fork.obstacles == ()
                runs = [fork.branch({"code": code}) for code in (name + "1", name + "2")]
                assert [printed(run.notebook) for run in runs] == [f"False False {name}1\n", f"False False {name}2\n"]
                assert [cell.execution_count for cell in runs[0].notebook.cells] == [1, 2, 3, 4, 5]
        assert printed(trunk.branch({"code": "d"}).notebook) == "False True d\n"


def test_parameters_behind_the_shared_cells_are_injected_there(tmp_path: Path) -> None:
    notebook = notebook_in(tmp_path, "print(code)")
    with Trunk(notebook, shared=0, parameters={"code": "a"}) as trunk:
        assert trunk.obstacles == ()
        began = time.monotonic()
        run = trunk.branch({"code": "b"})
        assert time.monotonic() - began < 30
        assert [cell.execution_count for cell in run.notebook.cells] == [1, 2, 3]
        assert printed(run.notebook) == "b\n"


def test_a_run_without_parameters_beside_runs_with_some_is_made_in_the_plain_way(tmp_path: Path) -> None:
    ways: list[tuple[int, str]] = []
    with Trunk(notebook_in(tmp_path, "x = 1", "print(code, x)"), shared=2, parameters={"code": "a"}) as trunk:
        run = trunk.branch(on_shared=lambda *way: ways.append(way))
    assert printed(run.notebook) == " 1\n"
    assert ways[0][0] == 0
    assert "injected" in ways[0][1]
