"""What is recorded of runs is shown, compared, ranked and drawn as it is."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from nb2prod.cli import main
from nb2prod.ledger.ledger import Ledger, open_ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Ended, NewRun, NewSweep, Status
from nb2prod.workflows.comparing_runs import compared
from tests.making import as_notebook, nb2prod
from tests.workflows.recorded import recorded, swept


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a ledger of many runs where a notebook's is by default."""
    folder = tmp_path_factory.mktemp("project")
    swept(folder / ".nb2prod" / "runs.sqlite").close()
    return folder


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "runs.sqlite", create=True) as opened:
        yield opened


def asked(folder: Path, *arguments: object) -> Result:
    """Ask in this process: another would load the database's library each time."""
    with contextlib.chdir(folder):
        return CliRunner().invoke(main, ["runs", *map(str, arguments)])


def said(folder: Path, *arguments: object) -> str:
    done = asked(folder, *arguments)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def told(folder: Path, *arguments: object) -> Any:
    return json.loads(said(folder, *arguments, "--json"))


def refused(folder: Path, *arguments: object) -> str:
    done = asked(folder, *arguments)
    assert done.exit_code in (2, 6) and not done.stdout
    assert "bug of nb2prod" not in done.stderr
    return done.stderr


def test_runs_are_listed_with_what_varies_and_what_was_measured(folder: Path) -> None:
    lines = said(folder, "--limit", 4).splitlines()
    assert lines[0].split() == ["run", "status", "started", "seconds", "lr", "depth", "accuracy", "loss"]
    assert [line.split()[1] for line in lines[1:]] == ["succeeded", "failed", "timed", "kernel"]
    assert len(said(folder).splitlines()) == 28
    assert len(told(folder, "list", "--status", "timed_out", "--status", "failed")["runs"]) == 2
    assert said(folder, "list", "--tag", "nobody's") == ""


def test_a_list_finds_its_ledger_from_below_and_by_the_notebook(folder: Path) -> None:
    below = folder / "below" / "deeper"
    below.mkdir(parents=True, exist_ok=True)
    assert len(told(below)["runs"]) == 27
    (folder / "other.ipynb").touch()
    assert told(folder.parent, folder / "other.ipynb")["runs"] == []
    assert "below/.nb2prod" not in refused(folder.parent, "list")
    assert f"{folder.name}/.nb2prod/runs.sqlite" in refused(folder.parent, "list")


def test_runs_of_several_notebooks_are_told_apart_and_not_ranked_together(ledger: Ledger, tmp_path: Path) -> None:
    for name, score in (("a.ipynb", 0.5), ("b/n.ipynb", 3.0)):
        recorded(ledger, {}, {"score": score}, notebook=str(tmp_path / "notebooks" / name))
    where = ("--ledger", tmp_path / "runs.sqlite")
    heads, *rows = said(tmp_path, "list", *where).splitlines()
    assert "notebook" in heads.split()
    assert [each for row in rows for each in ("a.ipynb", "b/n.ipynb") if f" {each} " in row] == ["a.ipynb", "b/n.ipynb"]
    for asks in (["best", "--metric", "score"], ["plot", "--metric", "score", "--output", "p.png"]):
        assert "runs of 2 notebooks" in refused(tmp_path, *asks, *where)
    one = str(tmp_path / "notebooks" / "a.ipynb")
    assert "score = 0.5" in said(tmp_path, "best", one, "--metric", "score", *where)


def test_all_that_is_known_of_a_run_is_shown(folder: Path) -> None:
    shown = told(folder, "show", "last")
    assert shown["schema_version"] == 1
    assert shown["run"]["status"] == "kernel_died"
    assert [(each["number"], each["status"]) for each in shown["attempts"]] == [(1, "kernel_died")]
    words = said(folder, "show", shown["run"]["id"])
    assert words.startswith(f"{shown['run']['id']}  kernel died")
    assert "    lr = 1\n" in words


def test_an_unknown_run_names_the_nearest(folder: Path) -> None:
    name = told(folder, "show", "last")["run"]["id"]
    assert "did you mean" in refused(folder, "show", name[:-1] + "zz")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [(["--metric", "accuracy"], 0.92875), (["--metric", "loss"], 0.63), (["--metric", "loss", "--minimize"], 0.07125)],
)
def test_the_best_run_is_one_that_succeeded(folder: Path, arguments: list[str], expected: float) -> None:
    found = told(folder, "best", *arguments)
    assert found["runs"][0]["metrics"][found["metric"]] == pytest.approx(expected)
    assert found["runs"][0]["status"] == "succeeded"


def test_a_metric_has_to_be_named_where_there_are_several(folder: Path) -> None:
    assert "name one of accuracy, loss" in refused(folder, "best")
    assert "did you mean 'accuracy'" in refused(folder, "best", "--metric", "acuracy")


def test_of_a_sweep_it_is_known_what_is_better(ledger: Ledger, tmp_path: Path) -> None:
    new = NewRun("/work/a.ipynb", "0" * 64)
    sweep = ledger.add_sweep(NewSweep("/work/a.ipynb", "0" * 64, "", metric="loss", direction="minimize"), [new, new])
    for loss in (0.5, 0.25):
        claim = ledger.claim(this_process())
        assert claim is not None
        ledger.end(claim, Ended(Status.SUCCEEDED, metrics={"loss": loss, "other": 1}))
    found = told(tmp_path, "best", "--sweep", sweep, "--ledger", "runs.sqlite")
    assert (found["metric"], found["minimize"], found["runs"][0]["id"]) == ("loss", True, f"{sweep}-2")


def with_notebook(ledger: Ledger, folder: Path, name: str, outputs: list[Any], **ended: Any) -> str:
    """Record a run that has written a notebook whose only cell shows these outputs."""
    claim = ledger.begin(NewRun("/work/a.ipynb", "0" * 64, {"lr": 0.1, "day": date(2024, 1, 1)}), this_process())
    file = folder / f"{name}.ipynb"
    document = as_notebook([(None, "show()")])
    document["cells"][0]["outputs"] = outputs
    file.write_text(json.dumps(document))
    ledger.end(claim, Ended(Status.SUCCEEDED, output=str(file), **ended))
    return claim.run.id


def stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def picture(data: str) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": data, "text/plain": ["<Figure>"]}}


def test_what_differs_between_two_runs_is_told(ledger: Ledger, tmp_path: Path) -> None:
    versions = {"python": "3.11.7", "numpy": "2.1"}
    one = with_notebook(ledger, tmp_path, "one", [stream("a\nb\n"), picture("AAAA")], metrics={"f1": 0.5, "r2": 1})
    other = with_notebook(
        ledger, tmp_path, "other", [stream(["a\n", "c\n"]), picture("BBBB")], metrics={"f1": 0.75}, versions=versions
    )
    found = told(tmp_path, "compare", one, other, "--ledger", "runs.sqlite")
    assert found["parameters"] == {} and found["same"]["parameters"] == 2
    assert found["metrics"] == {"f1": [0.5, 0.75, 0.25], "r2": [1, None, None]}
    assert found["versions"] == {"python": [None, "3.11.7"], "numpy": [None, "2.1"]}
    (cell,) = found["outputs"]["cells"]
    assert cell["cell"] == 0
    assert "-b" in cell["difference"] and "+c" in cell["difference"]
    assert sum("image/png" in line for line in cell["difference"]) == 2, "pictures are compared by their data"
    words = said(tmp_path, "compare", one, other, "--ledger", "runs.sqlite")
    assert "f1: 0.5 -> 0.75 (+0.25)" in words and "outputs: 1 cells differ" in words


def test_runs_that_show_the_same_do_not_differ(ledger: Ledger, tmp_path: Path) -> None:
    names = [with_notebook(ledger, tmp_path, name, [stream("a\n")]) for name in ("one", "other")]
    one, other = map(ledger.run, names)
    assert compared(one, other)["outputs"] == {"cells": [], "problems": []}


def test_a_notebook_that_is_gone_or_changed_since_is_told_of(ledger: Ledger, tmp_path: Path) -> None:
    one = ledger.run(with_notebook(ledger, tmp_path, "one", [], output_sha256="1" * 64))
    other = ledger.run(with_notebook(ledger, tmp_path, "other", []))
    assert "was changed since" in compared(one, other)["outputs"]["problems"][0]
    for content in ("", "[]", "{", "[" * 100_000, None):
        if content is None:
            Path(other.output).unlink()
        else:
            Path(other.output).write_text(content)
        found = compared(one, other)["outputs"]
        assert found["cells"] is None and "cannot be read any more" in found["problems"][1]


@pytest.mark.parametrize("name", ["plot.png", "plot.svg", "plot.pdf"])
def test_a_metric_is_drawn_against_a_parameter(folder: Path, tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    drawn = told(folder, "plot", "--metric", "accuracy", "--parameter", "lr", "--output", file)
    assert drawn["runs"] == 24, "those that succeeded"
    assert file.stat().st_size > 5000
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_a_drawing_has_a_point_for_each_run_and_a_line_for_each_value_of_another_parameter(folder: Path) -> None:
    from nb2prod.workflows.drawing_runs import _figure

    with open_ledger(folder / ".nb2prod" / "runs.sqlite") as ledger:
        runs = ledger.runs(statuses=[Status.SUCCEEDED])
    (axes,) = _figure(runs, "accuracy", "lr").axes
    assert sum(len(each.get_offsets()) for each in axes.collections) == 24
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["2", "4", "8"]
    assert (axes.get_xscale(), axes.get_yscale(), axes.get_xlabel()) == ("log", "linear", "lr")


@pytest.mark.parametrize("values", [["a", "b", "$x_"], [None, 1, "x"], [[1], {"a": 1}, True], [0, -1, 10**400]])
def test_values_that_are_no_numbers_are_drawn_by_name(ledger: Ledger, tmp_path: Path, values: list[Any]) -> None:
    from nb2prod.workflows.drawing_runs import draw

    for value in values:
        recorded(ledger, {"name": value}, {"f1": 0.5})
    assert draw(ledger.runs(), None, None, tmp_path / "a.png")["runs"] == 3


def test_what_cannot_be_drawn_is_told(folder: Path, tmp_path: Path) -> None:
    plot = ["plot", "--output", str(tmp_path / "a.png")]
    assert "name one of accuracy, loss" in refused(folder, *plot)
    assert "name one of lr, depth" in refused(folder, *plot, "--metric", "loss")
    assert "there are lr, depth, name" in refused(folder, *plot, "--metric", "loss", "--parameter", "x")
    several = ["--metric", "loss", "--parameter", "lr"]
    assert "is no name of a picture" in refused(folder, "plot", *several, "--output", tmp_path / "a.doc")
    assert "cannot be written" in refused(folder, "plot", *several, "--output", tmp_path / "no" / "a.png")
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_it_is_told_what_to_install(folder: Path, tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\nfrom nb2prod.cli import main\n"
        f"main(['runs', 'plot', '--metric', 'loss', '--parameter', 'lr', '--output', {str(tmp_path / 'a.png')!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 6
    assert "pip install matplotlib" in done.stderr


def test_what_others_have_recorded_cannot_reach_the_terminal(ledger: Ledger, tmp_path: Path) -> None:
    nasty = "\x1b[31m\x07\nforged  succeeded"
    claim = ledger.begin(NewRun(f"/{nasty}.ipynb", "0" * 64, {nasty: nasty}, tags=(nasty,)), this_process())
    ended = Ended(Status.FAILED, 1, metrics={nasty: 1}, error_name=nasty, message=nasty, notes=(nasty,), shared=nasty)
    ledger.end(claim, ended)
    recorded(ledger, {nasty: 2}, {nasty: 2})
    for arguments in (["list"], ["show", claim.run.id], ["compare", claim.run.id, "last"], ["best"]):
        words = said(tmp_path, *arguments, "--ledger", "runs.sqlite")
        assert "\x1b" not in words and "\x07" not in words
        assert not [line for line in words.splitlines() if line.startswith("forged")]


def test_secrets_that_others_have_recorded_are_not_printed(ledger: Ledger, tmp_path: Path) -> None:
    secret = "hV7kQ2mZ9xLp4RtW"
    new = NewRun("/work/a.ipynb", "0" * 64, {"api_key": secret, "nested": {"password": secret}})
    claim = ledger.begin(new, this_process())
    ledger.end(
        claim, Ended(Status.FAILED, error_name="E", message=f"api_key='{secret}'", traceback=f"password = '{secret}'")
    )
    recorded(ledger, {"api_key": 1}, {"f1": 1})
    for arguments in (["list"], ["show", claim.run.id], ["compare", claim.run.id, "last"]):
        for form in ([], ["--json"]):
            assert secret not in said(tmp_path, *arguments, *form, "--ledger", "runs.sqlite")


def test_where_the_ledger_is_can_be_set(tmp_path: Path) -> None:
    for name in ("said", "environment", "project"):
        swept(tmp_path / f"{name}.sqlite").close()
    project = tmp_path / "notebooks"
    project.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.nb2prod]\nledger = "project.sqlite"\n')

    def where(*arguments: str, **env: str) -> str:
        done = nb2prod("runs", "--json", *arguments, cwd=project, env=env)
        return Path(json.loads(done.stdout)["ledger"]).name

    assert where() == "project.sqlite"
    assert where(NB2PROD_LEDGER="../environment.sqlite") == "environment.sqlite"
    assert where("--ledger", "../said.sqlite", NB2PROD_LEDGER="../environment.sqlite") == "said.sqlite"
    (tmp_path / "pyproject.toml").write_text("[tool.nb2prod]\nledger = 3\n")
    assert "`ledger` has to be a text" in refused(project)
    (tmp_path / "pyproject.toml").write_text('[tool.nb2prod]\nleger = "x"\n')
    (project / "a.ipynb").write_text(json.dumps(as_notebook([(None, "x = 1")])))
    assert "did you mean `ledger`" in nb2prod("check", "a.ipynb", cwd=project).stderr


@pytest.mark.parametrize(
    ("said", "size"), [("2GB", 2 * 10**9), ("512mb", 512 * 10**6), ("1.5GiB", 3 * 2**29), ("7", 7)]
)
def test_memory_is_typed_as_people_write_it(said: str, size: int) -> None:
    import click

    from nb2prod.cli._sizes import size as read

    option = click.Option(["--memory"])
    assert read(click.Context(click.Command("run")), option, said) == size
    for bad in ("", "0", "2XB", "-1GB", "1e3", "9" * 400, "GB"):
        with pytest.raises(click.BadParameter, match="no amount of memory"):
            read(click.Context(click.Command("run")), option, bad)


def test_a_value_is_set_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps(as_notebook([("parameters", "x = 'a'\ny = 2"), (None, "print(x)")])))
    (tmp_path / "p.yaml").write_text("x: 5\ny: 6\n")
    done = nb2prod("run", file, "-f", "p.yaml", "--set", "x=a=b", "--json", "--output", "out-{id}.ipynb", cwd=tmp_path)
    found = json.loads(done.stdout)["run"]
    assert found["parameters"] == {"x": "a=b", "y": 6}
    assert found["output"] == str(tmp_path / f"out-{found['id']}.ipynb")
    assert Path(found["output"]).exists()
    done = nb2prod("run", file, "--set", "x", cwd=tmp_path)
    assert (done.returncode, "has no `=`" in done.stderr) == (2, True)


def test_what_is_neither_a_command_nor_a_notebook_names_the_nearest(folder: Path) -> None:
    assert "Did you mean 'show'?" in refused(folder, "shw", "last")
    assert told(folder, "gone.ipynb")["runs"] == [], "its runs may outlive a notebook"
