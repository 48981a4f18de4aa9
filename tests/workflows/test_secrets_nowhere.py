"""Planted secrets and personal data: none is in anything that is printed, answered, shown or stored of a notebook."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2prod.inline.as_html import as_html
from nb2prod.inline.as_text import as_text
from nb2prod.inline.model import View
from nb2prod.inline.shown import shown as drawn
from nb2prod.workflows.asked import Asked
from nb2prod.workflows.edited import fix_in, found_in
from nb2prod.workflows.looking import looked_at
from nb2prod.workflows.outline import outline
from nb2prod.workflows.scoring import score
from tests.making import as_notebook
from tests.rules.test_masked_secrets import PERSONAL, run
from tests.rules.test_secrets import planted

ONE_OF_EACH = planted()[: len({kind for kind, _, _ in planted()})]
MISSED = {"name"}
"""Names of people are looked for in outputs only."""
PIECE = 8
"""Characters of a secret that tell too much of it."""
TRAINING = [
    "from sklearn.linear_model import LogisticRegression\nimport pandas as pd",
    "frame = pd.read_csv('points.csv')\nmodel = LogisticRegression().fit(frame[['x']], frame['y'])",
    "print(model.predict(frame[['x']].head(1)))",
]


def left_in(text: str) -> list[str]:
    """The kinds of which a piece is left; of numbers and names of people, of which all of one is."""
    left = []
    for kind, _, secret in ONE_OF_EACH:
        own = secret.replace("https://hooks.slack.com/services/", "")
        own = own.replace("-----BEGIN RSA PRIVATE KEY-----", "").replace("-----END RSA PRIVATE KEY-----", "").strip()
        size = len(own) if kind in PERSONAL | MISSED else PIECE
        if any(own[at : at + size] in text for at in range(max(len(own) - size + 1, 1))):
            left.append(kind)
    return sorted(set(left) - MISSED)


def with_secrets(*, damaged: bool = False) -> dict[str, Any]:
    """A notebook that holds them in its code and shows them, as what it sets, reads, asks and answers."""
    codes = [code for _, code, _ in ONE_OF_EACH]
    forms = (
        "import os\nframe = os.path.join('/home/{}', 'a.csv')",
        "table.to_csv('C:\\\\data\\\\{}.csv')",
        "print({!r})",
        "open('/home/bob/{}/m.pkl').read()",
    )
    broken = ("!curl -H {!r} https://a.internal", "%unknown_magic {}", "this is no Python {!r}")
    used = broken if damaged else forms
    left_out = PERSONAL | MISSED | {"magic"}
    keys = [each for kind, _, each in ONE_OF_EACH if "\n" not in each and kind not in left_out]
    others = [used[n % len(used)].format(each) for n, each in enumerate(keys)]
    codes = [each for each in codes if damaged or not each.startswith("%")]  # which no export takes
    notebook = as_notebook([(None, each) for each in [*codes, *others, *TRAINING]])
    for cell, code in zip(notebook["cells"], codes, strict=False):
        cell["outputs"] = [
            {"output_type": "stream", "name": "stdout", "text": [code]},
            {"output_type": "error", "ename": "E", "evalue": code, "traceback": [f"E: {code}"]},
        ]
    return notebook


@pytest.fixture(params=["whole", "damaged"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where such a notebook lies; the caches of the user are beside it."""
    monkeypatch.setenv("NB2PROD_CACHE_DIR", str(tmp_path / "cache"))
    notebook = with_secrets(damaged=request.param == "damaged")
    path = tmp_path / "work" / "n.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


COMMANDS = [
    *(("check", "--format", form) for form in ("text", "json", "sarif", "github", "junit")),
    ("check", "--statistics"),
    *(("check", "--diff", "--unsafe-fixes", "--format", form) for form in ("text", "json")),
    ("check", "--baseline", "../baseline.json", "--write-baseline"),
    ("sections",),
    ("sections", "--json"),
    ("sections", "--suggest"),
    ("sections", "--suggest", "--json"),
    ("score",),
    ("score", "--json"),
    ("export", "../out"),
    ("export", "../out", "--json", "--progress=json"),
]


def stored(folder: Path) -> str:
    """What was written anywhere but the notebook itself."""
    files = [each for each in folder.rglob("*") if each.is_file() and each.name != "n.ipynb"]
    return "\n".join(f"{each.name}\n{each.read_text(encoding='utf-8', errors='replace')}" for each in sorted(files))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_prints_or_stores_one(
    place: Path, command: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place.parent)
    monkeypatch.setenv("COLUMNS", "400")
    said = run(capsys, command[0], "n.ipynb", *command[1:])
    is_said = len(said) > 20
    assert is_said
    left = left_in(said)
    assert left == []
    left = left_in(stored(place.parents[1]))
    assert left == []


def drawn_of(_: dict[str, Any], path: Path) -> dict[str, Any]:
    looked = looked_at(Asked(path))
    told = tuple(str(each) for each in looked.problems)
    return drawn(View(path.name, looked.found, looked.cells, score=looked.score, problems=told))


Answer = Callable[[dict[str, Any], Path], object]
ANSWERS: dict[str, Answer] = {
    "outline": lambda content, path: outline(content, str(path)),
    "outline with suggestions": lambda content, path: outline(content, str(path), suggesting=True),
    "found": lambda content, path: found_in(content, str(path)),
    "score": lambda content, path: score(path),
    "html": lambda content, path: as_html(drawn_of(content, path)),
    "text": lambda content, path: as_text(drawn_of(content, path)),
    "widget": drawn_of,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_none_is_in_what_editors_are_answered(place: Path, answer: Answer) -> None:
    content = json.loads(place.read_text(encoding="utf-8"))
    said = json.dumps(answer(content, place), ensure_ascii=False).replace("\\n", "\n")
    left = left_in(said)
    assert left == []


def test_none_is_in_the_preview_of_a_fix(place: Path) -> None:
    content = json.loads(place.read_text(encoding="utf-8"))
    found = found_in(content, str(place))
    told = [each for each in found.get("findings", ()) if each["fix"]]
    asked = [{name: each[name] for name in ("code", "cell", "what")} | {"cell": each["id"], "line": each["line"] or 0}
             for each in told]  # fmt: skip
    previews = [fix_in(content, str(place), one) for one in (None, *asked[::12])]
    shown = [
        (each.get("title"), each.get("problems"), [one["diff"] for one in each.get("changes", ())]) for each in previews
    ]
    left = left_in(json.dumps(shown, ensure_ascii=False).replace("\\n", "\n"))
    assert left == []


@pytest.mark.parametrize("more", [(), ("--json",)], ids=["text", "json"])
def test_a_suggested_parameter_is_not_shown_where_it_is_a_secret(
    tmp_path: Path, more: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    setting = "password = 'tr0ub4dor-9'\nalpha = 0.5"
    fitted = "from sklearn.linear_model import Ridge\nmodel = Ridge(alpha=alpha, solver=password).fit(x, y)"
    cells = [(None, "import numpy as np\nx, y = np.ones((9, 2)), np.ones(9)"), (None, setting), (None, fitted)]
    (tmp_path / "n.ipynb").write_text(json.dumps(as_notebook([*cells, (None, "model.predict(x[:1])")])))
    said = run(capsys, "sections", str(tmp_path / "n.ipynb"), "--suggest", *more)
    assert "alpha" in said
    assert "ub4dor" not in said
