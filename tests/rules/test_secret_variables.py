"""Secrets that are read from the environment: each has a variable of its own, with a name that is nobody else's."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.secret_variables import OTHERS
from nb2prod.workflows.fixing import mend
from tests.rules.test_secrets import WORD, Maker, document

RULE = next(each for each in known_rules() if each.rule.code == "NB601")
NAMED = re.compile(r"set the variable `(\w+)` to")
A, B, C = (Maker(number).text(WORD, 24) for number in range(3))
OPENAI, GITHUB = "sk-" + "proj-" + Maker(4).text(WORD, 44), "gh" + "p_" + Maker(5).text(WORD, 36)
AT = Path("churn.ipynb")


def told(*sources: str, path: Path = AT) -> list[str]:
    """The variables that the findings say to set, in order."""
    content = document(list(sources), [])
    found = findings(Facts(draft_of(content, path), content), [RULE])
    return [named[1] for each in found if (named := NAMED.search(each.finding.remedy))]


def fixed(*sources: str, path: Path = AT) -> list[str]:
    content = document(list(sources), [])
    return [each["source"] for each in mend(content, path, [RULE], unsafe=True).after.document["cells"]]


NAMES = [
    (f'api_key = "{A}"', "API_KEY"),
    (f'pwd = "{A}"', "CHURN_PASSWORD"),
    (f'password = "{A}"', "CHURN_PASSWORD"),
    (f'PATH = "{OPENAI}"', "OPENAI_API_KEY"),
    (f'home = "{GITHUB}"', "GITHUB_TOKEN"),
    (f'user = "{GITHUB}"', "GITHUB_TOKEN"),
    (f'key = "{OPENAI}"', "OPENAI_API_KEY"),
    (f'import openai\nopenai.api_key = "{OPENAI}"', "OPENAI_API_KEY"),
    (f'token = "{GITHUB}"', "GITHUB_TOKEN"),
    (f'x = "{GITHUB}"', "GITHUB_TOKEN"),
    (f'settings = {{"dbPassword": "{GITHUB}"}}', "DB_PASSWORD"),
    (f'contraseña = "{A}"', "CHURN_CONTRASENA"),
    (f'settings = {{"db": {{"password": "{A}"}}}}', "DB_PASSWORD"),
    (f'smtp.login("bob", "{A}")', "SMTP_PASSWORD"),
    (f'engine = create_engine("postgresql://shop:{A}@db.internal/orders")', "DATABASE_URL"),
    (f'url = "https://bob:{A}@api.internal/v1"', "SERVICE_URL"),
    (f'import os\nos.environ["SERVICE_TOKEN"] = "{A}"', "SERVICE_TOKEN"),
    (f'import os\npassword = os.getenv("GRAFANA_PASSWORD", "{A}")', "GRAFANA_PASSWORD"),
    (f'import os\npassword = os.environ.get("DB_PASSWORD", "{A}")', "DB_PASSWORD"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "variable"), NAMES, ids=[source.partition("=")[0] for source, _ in NAMES])
def test_a_variable_tells_what_it_is(source: str, variable: str) -> None:
    assert told(source) == [variable]


@pytest.mark.parametrize(
    "path", ["churn.ipynb", "2024 sales.ipynb", "PYTHON.ipynb", "日本.ipynb", "-.ipynb", "LC.ipynb"]
)
def test_no_variable_is_one_that_others_set(path: str) -> None:
    words = [
        "pwd",
        "user",
        "home",
        "path",
        "shell",
        "lang",
        "host",
        "port",
        "os",
        "mail",
        "term",
        "ps1",
        "key",
        "token",
        "secret",
        "password",
        "pass",
        "auth",
        "pw",
        "cookie",
        "debug",
        "2fa",
    ]
    sources = [
        f'settings = {{"{word}": "{prefix}{Maker(n).text(WORD, 40)}"}}'
        for n, word in enumerate(words)
        for prefix in ("gh" + "p_",)
    ]
    sources += [f'settings = {{"{word}_password": "{Maker(n + 50).text(WORD, 20)}"}}' for n, word in enumerate(words)]
    names = told(*sources, path=Path(path))
    assert len(names) == len(sources) and len(set(names)) == len(names)
    assert [each for each in names if OTHERS.fullmatch(each) or not re.fullmatch("[A-Z][A-Z0-9_]*", each)] == []
    here = [each for each in names if each in os.environ]
    assert here == []


def run(sources: list[str], path: Path = AT) -> dict[str, Any]:
    content = document(sources, [])
    names: dict[str, Any] = {}
    for cell in draft_of(content, path).cells:
        exec(compile(cell.code, "cell", "exec", dont_inherit=True), names)
    return {name: value for name, value in names.items() if isinstance(value, str | dict | tuple) and name[:2] != "__"}


RUNNING = [
    [f'api_key = "{A}"', f'other = dict(api_key="{B}")', f'third = dict(api_key="{C}")'],
    [f'a = {{"key": "{OPENAI}"}}; b = {{"key": "{GITHUB}"}}'],
    [f'passwords = dict(password="{A}"), dict(password="{B}"), dict(password="{A}")'],
    [f'password = "{A}"', f'again = dict(password="{A}")', f'password = "{B}"'],
    [f'from __future__ import annotations\npassword = "{A}"'],
    [f'password = "{A}"', "import os\nhere = os.sep", f'pwd = "{B}"'],
    [f'import os as system\npwd = "{A}"', f'def ask():\n    return dict(password="{B}")\nsaid = ask()'],
    [f'url = "postgresql://shop:{A}@db.internal/orders?token={B}"'],
    [f'import os\nos.environ["SERVICE_TOKEN"] = "{A}"\nfirst = os.environ["SERVICE_TOKEN"]',
     f'os.environ["SERVICE_TOKEN"] = "{B}"\nsecond = os.environ["SERVICE_TOKEN"]'],
    [f'import os\nos.environ["CHURN_PASSWORD"] = "x"\npassword = "{A}"\nold = os.environ["CHURN_PASSWORD"]'],
    [f'password = ("{GITHUB}"\n            "{B}")\npwd = dict(ä="ü", password="{C}")  # mine'],
    [f'key = """{Maker(7).private_key("RSA ")}"""\npassword = "a\\tb{A}"'],
    [f'password = "{A}"; token = r"{GITHUB}"; import os; here = os.sep'],
]  # fmt: skip


@pytest.mark.parametrize("sources", RUNNING, ids=range(len(RUNNING)))
def test_the_notebook_runs_the_same_with_the_variables_that_it_says(
    sources: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "environ", dict(os.environ))
    content = document(sources, [])
    facts = Facts(draft_of(content, AT), content)
    variables = {each.variable: each.placed[0].node.value for each in facts.secret_texts.values()}  # type: ignore[attr-defined]
    before = run(sources)
    mended = fixed(*sources)
    assert mended != sources and told(*mended) == []
    assert not [each for each in (A, B, C, OPENAI, GITHUB) if each in "\n".join(mended)]
    monkeypatch.setattr(os, "environ", {**os.environ, **variables})
    assert run(mended) == before
    assert set(told(*sources)) == set(variables)


def test_where_os_is_something_else_nothing_is_done() -> None:
    sources = ['os = "linux"', f'password = "{A}"']
    assert fixed(*sources) == sources


def test_of_a_text_with_more_in_it_all_is_to_be_set() -> None:
    content = document([f'headers = {{"Authorization": "Bearer {A}"}}'], [])
    (found,) = findings(Facts(draft_of(content, AT), content), [RULE])
    assert found.finding.remedy.startswith("set the variable `BEARER_TOKEN` to the whole text that it stands in")
