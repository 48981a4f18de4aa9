"""Every option of ``export``, what it prints and where, and that the documentation knows them all."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import click
import pytest

from nb2prod import cli
from nb2prod.workflows.export import export
from nb2prod.workflows.model import ExportOptions
from tests.making import PLAIN, READING, exported, nb2prod, nb2prod_here, with_tags, write_notebook, write_points

CLI = Path(__file__).parents[2] / "docs" / "cli.md"
WITH_PARAMETERS = [
    ("parameters", "C = 1.0  # inverse strength\nn_iter = 300\nname = 'iris'\nverbose = False\nclasses = [0, 1]"),
    *with_tags(
        PLAIN,
        training="weights = np.linalg.lstsq(X, y * C, rcond=None)[0] * (1 if verbose else n_iter)",
        evaluation="n = float(len(name) + len(classes))",
    ),
]
KEYS = {
    "schema_version", "repository", "package", "model_version", "sections", "parity", "batch", "http", "retrain",
    "tests", "seconds",
}  # fmt: skip


def test_parameters_from_the_command_line_and_a_file(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", WITH_PARAMETERS)
    (tmp_path / "p.yaml").write_text("C: 0.01\nname: no\nn_iter: 400\n")
    given = ["-p", "n_iter", "500", "-p", "C", "1e-1", "-p", "verbose", "true", "-p", "classes", "[0, 1, 2]"]
    done = nb2prod("export", "n.ipynb", "out", *given, "-f", "p.yaml", "--verify", "fast", "--json", cwd=tmp_path)
    result = exported(done)
    settings = (tmp_path / "out" / result["sections"]["parameters"]["file"]).read_text()
    for line in ("C: float = ", "0.1", "n_iter: int = 500", 'name: str = "no"', "verbose: bool = True",
                 "classes: list[int] = [0, 1, 2]"):  # fmt: skip
        assert line in settings
    record = json.loads((tmp_path / "out" / "artifacts" / "record.json").read_text())
    assert record["parameters"] == {"C": 0.1, "n_iter": 500, "name": "no", "verbose": True, "classes": [0, 1, 2]}
    assert record["metrics"]["n"] == 5.0


@pytest.mark.parametrize(
    ("text", "says"),
    [(None, "No such file"), ("- 1\n- 2\n", "mapping"), ("a: [1", "YAML"), ("1: 2\n", "mapping"), ("zzz: 1\n", "zzz"),
     ("C: !!python/object/apply:os.system ['touch hacked']\n", "YAML")],
)  # fmt: skip
def test_a_parameter_file_that_is_none(text: str | None, says: str, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", WITH_PARAMETERS)
    if text is not None:
        (tmp_path / "p.yaml").write_text(text)
    done = nb2prod_here("export", "n.ipynb", "out", "-f", "p.yaml", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert not (tmp_path / "hacked").exists() and not (tmp_path / "out").exists()


def test_a_number_that_is_none_reaches_the_notebook_whose_answers_are_refused(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", WITH_PARAMETERS)
    (tmp_path / "p.yaml").write_text("C: .nan\n")
    done = nb2prod("export", "n.ipynb", "out", "-f", "p.yaml", cwd=tmp_path)
    assert done.returncode in (3, 6)  # as scikit-learn has it: an error, or a model that answers nan
    assert "cell [" in done.stderr and not (tmp_path / "out").exists()


def test_a_dry_run_shows_the_plan_and_writes_nothing(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", READING)
    write_points(tmp_path / "points.csv")
    done = nb2prod("export", "n.ipynb", "deep/out", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "cell 5 of 5" in done.stderr
    for words in ("src/n/training.py", "data/points.csv", "Nothing was written", "[3]"):
        assert words in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.ipynb", "points.csv"]


def test_concerns_are_left_out_with_what_they_require(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "n.ipynb", PLAIN)
    whole = export(ExportOptions(notebook, tmp_path / "out", dry_run=True)).plan
    rest = export(ExportOptions(notebook, tmp_path / "out", dry_run=True, without=("log", "metrics"))).plan
    assert {*whole.templates} - {*rest.templates} == {"service_log", "service_metrics", "service_feedback"}, (
        "which needs the log"
    )
    gone = {each.split("=")[0].split(">")[0] for each in {*whole.requirements} - {*rest.requirements}}
    assert gone == {"prometheus-client", "sqlalchemy"}
    assert not {each["name"] for each in rest.context["concerns"]} & {"log", "metrics", "feedback"}


def test_a_dry_run_as_json_has_the_same_shape(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    result = exported(nb2prod("export", "n.ipynb", "--dry-run", "--json", "--name", "My.Name", cwd=tmp_path))
    assert set(result) >= KEYS
    assert result["package"] == "my_name" and result["parity"] is None and result["model_version"] is None


def test_without_a_destination_the_repository_is_named_for_the_notebook(tmp_path: Path) -> None:
    write_notebook(tmp_path / "My Notebook.ipynb", PLAIN)
    result = exported(nb2prod("export", "My Notebook.ipynb", "--verify", "none", "--json", "--quiet", cwd=tmp_path))
    assert Path(result["repository"]) == tmp_path / "my-notebook"
    assert result["parity"]["rows"] == 0 and result["http"] is None


def test_stdout_is_the_result_and_stderr_the_rest(plain_export: Path, tmp_path: Path) -> None:
    result = json.loads((plain_export / "stdout").read_text())
    assert set(result) >= KEYS
    assert {"rows", "equal", "max_abs_difference", "tolerance", "slice"} <= set(result["parity"])
    assert set(result["tests"]) == {"passed", "failed"}
    assert {"cells", "came_along"} <= set(result["sections"]["training"])
    assert all(seconds >= 0 for seconds in result["seconds"].values())
    assert {"analyse", "run", "plan", "render", "environment", "train", "deliver"} <= set(result["seconds"])
    assert re.search(r"running the notebook: cell 3 of 5, \d+ s", (plain_export / "stderr").read_text())

    shutil.copytree(plain_export, tmp_path, dirs_exist_ok=True, symlinks=True)
    again = nb2prod("export", "n.ipynb", "out", "--quiet", "--verify", "none", cwd=tmp_path)
    assert again.returncode == 0 and again.stderr == ""
    assert "what went where" in again.stdout


@pytest.mark.parametrize("arguments", [["--timeout", "0"], ["--timeout", "-1"], ["--timeout", "nan"],
                                       ["--timeout", "inf"], ["--verify", "most"], ["--nonsense"],
                                       ["--without", "nothing"], ["-p", "x"]])  # fmt: skip
def test_options_that_make_no_sense(arguments: list[str], tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    assert nb2prod_here("export", "n.ipynb", "out", *arguments, cwd=tmp_path).returncode == 2


def test_every_option_of_every_command_is_documented() -> None:
    text = CLI.read_text()
    context = click.Context(cli.main)
    for name in cli.main.list_commands(context):
        command = cli.main.get_command(context, name)
        assert command is not None
        part = re.search(rf"^## `nb2prod {name}\b.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
        assert part, f"docs/cli.md has no section for {name}"
        options = [o for p in command.params for o in p.opts if o.startswith("-") and p.name not in {"help", "quiet"}]
        assert not [option for option in options if f"`{option}" not in part.group()]


def test_every_exit_code_is_documented() -> None:
    from nb2prod.errors import ExitCode

    rows = {int(n) for n in re.findall(r"^\| (\d+) \|", CLI.read_text(), re.MULTILINE)}
    assert {int(code) for code in ExitCode} | {143} <= rows
