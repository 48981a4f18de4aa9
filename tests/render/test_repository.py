"""A plan is written as it says, and nowhere else."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import UnusableInput, UsageError
from nb2prod.plan.model import ProjectPlan
from nb2prod.render import render, templates
from nb2prod.render.templates import in_order, template_folder
from nb2prod.render.tree import tree
from tests.templates.sample import context

HOSTILE_TEXTS = [
    '"; import os; os.system("true") #',
    "'''\"\"\"",
    "{{ 7 * 7 }} {% raw %} {# gone #}",
    "$(shell touch owned) `touch owned` ${HOME}",
    "a\nb = 1\r\n[tool.evil]",
    "<script>alert(1)</script> | cell | [link](javascript:x)",
    "back\\slash \\u0041 \x00 \x1b[31m \x7f",
    "größer 🎉 \u2028 \ud800",
    "```\n# heading",
]


def plan(**changes: Any) -> ProjectPlan:
    empty = ProjectPlan(project="a", package="a", slice="tidy", templates=("project",), context=context("a"))
    return replace(empty, **changes)


def test_the_plans_files_win_over_templates(tmp_path: Path) -> None:
    folder = render(plan(files={"README.md": "mine\n", "deep/er/x.txt": "x\r\ny"}), tmp_path)
    assert folder == tmp_path / "a"
    assert (folder / "README.md").read_text() == "mine\n"
    assert (folder / "deep/er/x.txt").read_bytes() == b"x\r\ny"


def test_notebook_code_never_passes_through_a_template(tmp_path: Path) -> None:
    source = 'TEXT = "{{ cookiecutter.project }} {% raw %}"\n'
    folder = render(plan(files={"src/a/data.py": source}), tmp_path)
    assert (folder / "src/a/data.py").read_text() == source


def test_generated_code_is_formatted_and_imports_are_sorted(tmp_path: Path) -> None:
    folder = render(plan(files={"src/a/data.py": "import os,sys\nimport json\nx=json.dumps({'a':sys.path})"}), tmp_path)
    assert (folder / "src/a/data.py").read_text() == ('import json\nimport sys\n\nx = json.dumps({"a": sys.path})\n')


def test_notebooks_and_data_are_left_as_they_are(tmp_path: Path) -> None:
    notebook = tmp_path / "n.ipynb"
    notebook.write_text(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    script = tmp_path / "x.py"
    script.write_text("x=1")
    copies = {"notebooks/n.ipynb": str(notebook), "data/x.py": str(script)}
    folder = render(plan(copies=copies), tmp_path / "out")
    assert (folder / "notebooks/n.ipynb").read_bytes() == notebook.read_bytes()
    assert (folder / "data/x.py").read_text() == "x=1"


def test_the_same_plan_is_the_same_bytes(tmp_path: Path) -> None:
    one, two = render(plan(), tmp_path / "1"), render(plan(), tmp_path / "2")
    contents = [
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (one, two)
    ]
    assert contents[0] == contents[1]


@pytest.mark.parametrize(
    "path", ["../x", "/x", "a/../../x", "", ".", "a\\..\\x", ".git/hooks/pre-commit", "a/.GIT/x", "C:/x", "a\0b"]
)
def test_a_path_that_climbs_out_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnusableInput):
        render(plan(files={path: "x"}), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_all_bad_paths_are_listed_at_once(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as caught:
        render(plan(files={"../x": "", "/y": ""}, copies={"z": "/nowhere", "../w": __file__}), tmp_path)
    assert len(caught.value.problems) == 4


def test_a_symbolic_link_is_not_copied(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(UnusableInput, match="not an ordinary file"):
        render(plan(copies={"data/link": str(tmp_path / "link")}), tmp_path / "out")


@pytest.mark.parametrize("name", ["../a", "a/b", "a b", "", ".", "..", "a\n", "$(x)", "-a", "ä", "a" * 200])
def test_an_odd_project_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        render(plan(project=name, context=context("a", project=name)), tmp_path)


@pytest.mark.parametrize("name", ["a-b", "class", "1a", "a.b", "../a", "", "a\nimport os", "A"])
def test_an_odd_package_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        render(plan(package=name, context=context("a", package=name)), tmp_path)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_texts_from_the_notebook_stay_data(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [{"cell": 1, "section": text, "file": text, "note": text}]
    parameters = [{"name": text, "env": text, "type": text, "default": text, "help": text}]
    values = dict.fromkeys(("title", "description", "notebook", "readme_response"), text)
    request = json.dumps({"records": [text]})
    made = context("a", cells=cells, parameters=parameters, readme_request=request, **values)
    folder = render(plan(context=made), tmp_path)
    about: dict[str, Any] = {}
    exec((folder / "src/a/about.py").read_text(), about)
    assert (about["TITLE"], about["NOTEBOOK"]) == (text, text)
    project = tomllib.loads((folder / "pyproject.toml").read_text())
    assert set(project["tool"]) == {"budget", "hatch", "pytest", "ruff"}
    assert set(project["project"]["description"]) <= set(text.replace("\ud800", "?"))
    readme = (folder / "README.md").read_text()
    assert "<script" not in re.sub(r"```.*?\n```|`[^`\n]*`", "", readme, flags=re.DOTALL)
    assert "49" not in readme
    compile((folder / "src/a/__init__.py").read_text(), "x", "exec")
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [("Fish & chips", "# Fish & chips"), ("Fish &amp; chips", "# Fish &amp;amp; chips"), ("a < b", "# a &lt; b")],
    ids=["a lone ampersand is no entity", "an entity stays text", "HTML stays text"],
)
def test_a_title_reads_as_it_was_written(tmp_path: Path, text: str, line: str) -> None:
    folder = render(plan(context=context("a", title=text)), tmp_path)
    assert (folder / "README.md").read_text().splitlines()[0] == line


def test_an_unknown_template_is_an_error() -> None:
    for name in ("nowhere", "../tests", "artifacts"):
        with pytest.raises(FileNotFoundError):
            template_folder(name)


def test_a_template_brings_those_that_it_needs() -> None:
    assert in_order(["project", "artifacts/lightgbm", "artifacts/sklearn"]) == (
        "project",
        "artifacts/sklearn",
        "artifacts/lightgbm",
    )


def test_the_readme_shows_the_real_tree(tmp_path: Path) -> None:
    folder = render(plan(files={"src/a/data.py": '"""Load the data."""\n'}), tmp_path)
    drawn = (folder / "README.md").read_text().split("```text\n")[1].split("```")[0]
    assert re.search(r"^ +data\.py +Load the data$", drawn, re.MULTILINE)
    names = {line.split()[0].rstrip("/") for line in drawn.splitlines()}
    written = {path.name for path in folder.rglob("*")}
    assert names <= written | {"a"}
    concerns = (folder / "src/a/service").glob("*/__init__.py")
    folded = {path.name for concern in concerns for path in concern.parent.glob("*")}
    assert written - names - folded <= {"__init__.py", "py.typed", ".gitignore", ".editorconfig"}


def test_of_a_concern_and_of_what_is_compiled_the_tree_shows_a_sentence() -> None:
    package = {"__init__.py": '"""Watch it."""\n', "inner.py": '"""Look."""\n', "below/deeper.py": ""}
    drift = {f"src/a/service/drift/{name}": text for name, text in package.items()}
    compiled = {f"src/a/compiled/{name}": text for name, text in package.items()}
    drawn = tree("a", {"src/a/service/app.py": '"""Put it together."""\n', **drift, **compiled})
    assert [line.split() for line in drawn.splitlines()] == [
        ["a/"],
        ["src/"],
        ["a/"],
        ["compiled/", "Watch", "it"],
        ["service/"],
        ["drift/", "Watch", "it"],
        ["app.py", "Put", "it", "together"],
    ]


def test_the_tree_shows_one_sentence_a_file(tmp_path: Path) -> None:
    long = '"""Read the artifacts, each only after its sha256 was found to be the one that is recorded."""\n'
    folder = render(plan(files={"src/a/data.py": '"""Load. Then clean."""\n', "src/a/x.py": long}), tmp_path)
    readme = (folder / "README.md").read_text()
    assert re.search(r"^ +data\.py +Load$", readme, re.MULTILINE)
    assert re.search(r"^ +x\.py +Read the artifacts$", readme, re.MULTILINE)


def test_a_notebook_without_parameters_has_none_in_the_readme(tmp_path: Path) -> None:
    readme = (render(plan(context=context("a", parameters=[])), tmp_path) / "README.md").read_text()
    assert "|---|---|---|---|---|\n| none | | | | |\n" in readme


def test_what_the_service_does_not_answer_stands_in_the_readme(tmp_path: Path) -> None:
    note = "cell [7] shows `mean(folds)`, which the service does not answer"
    readme = (render(plan(context=context("a", notes=[note])), tmp_path) / "README.md").read_text()
    assert "Worth knowing:\n\n- cell" in readme
    assert "which the service does not answer\n\n## Start" in readme
    assert "\n\n\n" not in readme


def test_what_pip_compiles_of_a_template_gets_into_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(template_folder("project"), tmp_path / "templates/project")
    monkeypatch.setattr(templates, "PLACES", (tmp_path / "templates",))
    inside = tmp_path / "templates/project/{{cookiecutter.project}}/src/{{cookiecutter.package}}/__pycache__"
    inside.mkdir()
    (inside / "gate.cpython-311.pyc").write_bytes(b"\xa7\r\r\n")
    folder = render(plan(), tmp_path / "made")
    assert not list(folder.rglob("*__pycache__*"))
    assert "pycache" not in (folder / "README.md").read_text()
