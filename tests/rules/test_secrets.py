"""200 planted secrets and identifiers: nearly all are found, none is printed, none gets into an export; and what is
none is passed over."""

# ruff: noqa: E501  (tables)
from __future__ import annotations

import ast
import base64
import json
import random
import string
import uuid
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import draft_of
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings, fix_of
from nb2prod.rules.facts import Facts
from nb2prod.rules.json_texts import rewritten_json
from nb2prod.rules.model import Finding, Loaded, Outputs, Rule, Severity, Source
from nb2prod.rules.personal import _D5, _P8, is_luhn
from nb2prod.rules.secret_texts import find_secrets, redacted_source
from nb2prod.rules.shown_secrets import without_secrets
from nb2prod.workflows.refusing_secrets import refuse_secrets, without_shown

HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + string.digits
WORD = string.ascii_letters + string.digits
CODES = ("NB601", "NB602", "NB330")
PYTHON = {"name": "python", "version": "3.12.1"}
EACH = 4
"""Secrets of each kind."""


class Maker:
    """Secrets that look real and are nobody's; put together here, so that no scanner finds them in this file."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def text(self, alphabet: str, length: int) -> str:
        made = "".join(self.random.choices(alphabet, k=length - 2))
        return (
            made + self.random.choice(string.digits) + self.random.choice([each for each in alphabet if each.isalnum()])
        )

    def digits(self, length: int) -> str:
        return "".join(self.random.choices("123456789", k=length))

    def jwt(self) -> str:
        parts = [{"alg": "HS256", "typ": "JWT"}, {"sub": self.digits(8), "name": "x"}]
        encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
        return ".".join([*encoded, self.text(WORD, 44)[:43]])

    def private_key(self, kind: str) -> str:
        lines = "\n".join(self.text(WORD + "+/", 64) for _ in range(4))
        return f"-----BEGIN {kind}PRIVATE KEY-----\n{lines}\n-----END {kind}PRIVATE KEY-----"

    def card(self, start: str, length: int) -> str:
        body = start + self.digits(length - len(start) - 1)
        return next(body + str(last) for last in range(10) if is_luhn(body + str(last)))

    def iban(self, country: str, bban: str) -> str:
        number = int("".join(str(int(each, 36)) for each in f"{bban}{country}00"))
        return f"{country}{98 - number % 97:02d}{bban}"

    def dni(self) -> str:
        number = self.digits(8)
        return number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]

    def cpf(self) -> str:
        digits = [int(each) for each in self.digits(9)]
        for length in (9, 10):
            total = sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length]))
            digits.append(total * 10 % 11 % 10)
        text = "".join(map(str, digits))
        return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"

    def aadhaar(self) -> str:
        body, check = "4" + self.digits(10), 0
        for place, digit in enumerate(reversed(body), 1):
            check = int(_D5[check * 10 + int(_P8[place % 8 * 10 + int(digit)])])
        last = next(each for each in range(10) if int(_D5[check * 10 + each]) == 0)
        text = f"{body}{last}"
        return f"{text[:4]} {text[4:8]} {text[8:]}"

    def name(self) -> str:
        return (
            self.random.choice(["ada", "jiri", "mei", "omar", "zoe"])
            + "."
            + self.random.choice(["novak", "lindt", "okoye"])
        )


def kinds(make: Maker) -> dict[str, Callable[[], str]]:
    """Each kind with a text of code that holds one; the secret stands between ``«`` and ``»``."""
    text = make.text
    quoted = {
        "aws id": lambda: "AK" + "IA" + text(UPPER, 16),
        "github": lambda: "gh" + make.random.choice("pousr") + "_" + text(WORD, 36),
        "github fine": lambda: "github" + "_pat_" + text(WORD, 22) + "_" + text(WORD, 59),
        "gitlab": lambda: "gl" + "pat-" + text(WORD, 20),
        "slack": lambda: "xo" + "xb-" + make.digits(12) + "-" + make.digits(12) + "-" + text(WORD, 24),
        "slack hook": lambda: "https://hooks.slack" + ".com/services/T" + text(UPPER, 8) + "/B" + text(UPPER, 8) + "/" + text(WORD, 24),
        "stripe": lambda: "sk" + "_live_" + text(WORD, 24),
        "stripe test": lambda: "sk" + "_test_" + text(WORD, 24),
        "openai": lambda: "sk" + "-" + text(WORD, 48),
        "openai project": lambda: "sk" + "-proj-" + text(WORD + "-_", 64),
        "anthropic": lambda: "sk" + "-ant-api03-" + text(WORD + "-_", 93),
        "google": lambda: "AI" + "za" + text(WORD + "-_", 35),
        "google oauth": lambda: "GOC" + "SPX-" + text(WORD, 28),
        "hugging face": lambda: "hf" + "_" + text(WORD, 34),
        "azure connection": lambda: "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=«" + text(WORD + "+/", 86) + "==»;",
        "azure secret": lambda: text(WORD, 3) + "8Q" + "~" + text(WORD, 34),
        "databricks": lambda: "da" + "pi" + text(HEX, 32),
        "sendgrid": lambda: "SG" + "." + text(WORD, 22) + "." + text(WORD, 43),
        "twilio": lambda: "S" + "K" + text(HEX, 32),
        "telegram": lambda: make.digits(9) + ":A" + "A" + text(WORD, 33),
        "npm": lambda: "np" + "m_" + text(WORD, 36),
        "pypi": lambda: "py" + "pi-AgE" + text(WORD, 60),
        "mailgun": lambda: "ke" + "y-" + text(HEX, 32),
        "jwt": make.jwt,
        "database": lambda: "postgresql" + f"://shop:«{text(WORD, 12)}»@db.internal:5432/orders",
        "mongo": lambda: "mongodb+srv" + f"://app:«{text(WORD, 14)}»@cluster0.mongodb.net/x",
        "basic auth": lambda: "https" + f"://robot:«{text(WORD, 10)}»@files.internal/data.csv",
        "query": lambda: f"https://api.weather.io/v1?q=Paris&appid=«{text(HEX, 32)}»",
        "mail": lambda: f"{make.name()}@{text(string.ascii_lowercase, 6)[:4]}corp.com",
        "visa": lambda: make.card("4", 16),
        "mastercard": lambda: "-".join([(c := make.card("52", 16))[:4], c[4:8], c[8:12], c[12:]]),
        "amex": lambda: make.card("37", 15),
        "iban de": lambda: make.iban("DE", make.digits(18)),
        "iban gb": lambda: make.iban("GB", "WEST" + make.digits(14)),
        "phone": lambda: f"+49 30 {make.digits(7)}",
        "phone us": lambda: f"({make.random.randint(201, 209)}) {make.random.randint(300, 399)}-{make.digits(4)}",
        "ssn": lambda: f"{make.random.randint(101, 599)}-{make.random.randint(11, 99)}-{make.digits(4)}",
        "dni": make.dni,
        "cpf": make.cpf,
        "aadhaar": make.aadhaar,
    }  # fmt: skip
    named = {
        "password": lambda: f'password = "«{text(WORD, 10)}!»"',
        "weak password": lambda: f"connect(host='db', user='root', passwd='«{text(string.ascii_lowercase, 7)}»')",
        "api key": lambda: f'api_key = "«{text(WORD, 24)}»"',
        "aws secret": lambda: f'aws_secret_access_key="«{text(WORD + "+/", 40)}»"',
        "environment": lambda: f'os.environ["SERVICE_TOKEN"] = "«{text(WORD, 32)}»"',
        "default": lambda: f'os.getenv("DB_PASSWORD", "«{text(WORD, 12)}»")',
        "dictionary": lambda: f'config = {{"client_secret": "«{text(WORD, 30)}»", "id": 3}}',
        "bearer": lambda: f'headers = {{"Authorization": "Bearer «{text(WORD, 40)}»"}}',
        "auth": lambda: f'requests.get(url, auth=("robot", "«{text(WORD, 9)}»"))',
        "magic": lambda: f"%env API_KEY=«{text(WORD, 24)}»",
        "comment": lambda: f"# password: «{text(WORD, 11)}»",
        "private key": lambda: f'key = """«{make.private_key("RSA ")}»"""',
    }  # fmt: skip
    return {**{name: (lambda f=f: _value(f())) for name, f in quoted.items()}, **named}


def _value(secret: str) -> str:
    return f'value = "{secret}"' if "«" in secret else f'value = "«{secret}»"'


@cache
def planted() -> tuple[tuple[str, str, str], ...]:
    """Kind, code, and the secret in it."""
    found = []
    for number in range(EACH):
        for kind, made in kinds(Maker(number)).items():
            code = made()
            secret = code[code.index("«") + 1 : code.index("»")]
            found.append((kind, code.replace("«", "").replace("»", ""), secret))
    return tuple(found)


def document(sources: list[str], outputs: list[str]) -> dict[str, Any]:
    """A notebook with a cell for each source and for each text that is shown."""
    shown = [("", [{"output_type": "stream", "name": "stdout", "text": [f"shown: {text}\n"]}]) for text in outputs]
    pairs: list[tuple[str, list[dict[str, Any]]]] = [*((source, []) for source in sources), *shown]
    cells = [
        {
            "cell_type": "code",
            "id": f"c{n}",
            "metadata": {},
            "execution_count": None,
            "source": source or "x = 1",
            "outputs": out,
        }
        for n, (source, out) in enumerate(pairs)
    ]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"language_info": PYTHON}, "cells": cells}


def said(content: dict[str, Any]) -> list[tuple[int, str]]:
    facts = Facts(draft_of(content, Path("n.ipynb")), content)
    rules = [each for each in known_rules() if each.rule.code in CODES]
    return [(each.finding.cell or 0, f"{each.finding} {each.rule}") for each in findings(facts, rules)]


def test_there_are_two_hundred() -> None:
    assert len(planted()) >= 200
    assert len({secret for _, _, secret in planted()}) >= 200


def test_95_of_100_are_found_in_sources() -> None:
    found = {cell for cell, _ in said(document([code for _, code, _ in planted()], []))}
    missed = [kind for number, (kind, _, _) in enumerate(planted()) if number not in found]
    assert len(missed) <= 0.05 * len(planted()), missed


def test_95_of_100_are_found_in_outputs() -> None:
    found = {cell for cell, _ in said(document([], [code for _, code, _ in planted()]))}
    missed = [kind for number, (kind, _, _) in enumerate(planted()) if number not in found]
    assert len(missed) <= 0.05 * len(planted()), missed


def test_none_is_printed() -> None:
    codes = [code for _, code, _ in planted()]
    content = document(codes, codes)
    facts = Facts(draft_of(content, Path("n.ipynb")), content)
    everything = "\n".join(str(each) for each in findings(facts, known_rules()))
    assert [kind for kind, _, secret in planted() if secret in everything] == []


def test_pictures_show_none() -> None:
    token, mail = "xo" + "xb-" + Maker(1).text(WORD, 40), "jiri.novak@novakovi.cz"
    bars = [{"label": f"= {mail}", "value": 0.5}, {"label": "= 2", "value": 0.25, "note": token}]
    picture = {"kind": "bars", "title": f"by {mail}", "bars": bars, "line": 0.1, "labels": (token, "a")}

    def check() -> Iterator[Finding]:
        yield Finding(f"rows of {mail} are worse", picture=picture)

    content = document(["x = 1"], [])
    made = Loaded(Rule("NB999", "made", Severity.ADVICE), check, "", "")
    (found,) = findings(Facts(draft_of(content, Path("n.ipynb")), content), [made])
    assert found.finding.what == "rows of *** are worse"
    assert found.finding.picture == {
        "kind": "bars",
        "title": "by ***",
        "bars": [{"label": "= ***", "value": 0.5}, {"label": "= 2", "value": 0.25, "note": "***"}],
        "line": 0.1,
        "labels": ("***", "a"),
    }


def test_none_gets_into_an_export() -> None:
    passed = []
    for kind, code, secret in planted():
        content = document([code], [])
        try:
            refuse_secrets(draft_of(content, Path("n.ipynb")), content)
            passed.append(kind)
        except UnusableInput as error:
            assert secret not in str(error.problems)
            assert "cell [1]" in error.problems[0].where
    assert len(passed) <= 0.05 * len(planted()), passed


def test_what_is_given_as_a_parameter_is_refused_too() -> None:
    content = document(["api_key = None"], [])
    secret = Maker(1).text(WORD, 24)
    for name, given in [
        ("api_key", secret),
        ("config", {"api_key": secret}),
        ("hosts", [{"db": {"password": secret}}]),
    ]:
        with pytest.raises(UnusableInput) as refused:
            refuse_secrets(draft_of(content, Path("n.ipynb")), content, {name: given, "rate": "0.1", "depths": [1, 2]})
        assert secret not in str(refused.value.problems) and len(refused.value.problems) == 1
        assert f"`{name}`" in refused.value.problems[0].what


def test_what_its_author_lets_pass_travels() -> None:
    secret = Maker(1).text(WORD, 24)
    content = document([f'api_key = "{secret}"  # nb2prod: ignore[NB601] public'], [])
    refuse_secrets(draft_of(content, Path("n.ipynb")), content)


def test_the_whole_file_travels_and_is_looked_through() -> None:
    secret = "gh" + "p_" + Maker(1).text(WORD, 36)
    skipped = document([f'api_key = "{secret}"'], [])
    skipped["cells"][0]["metadata"] = {"tags": ["skip"]}
    raw, markdown, of_cell, of_notebook = (document(["x = 1"], []) for _ in range(4))
    raw["cells"].insert(0, {"cell_type": "raw", "id": "r", "metadata": {}, "source": [f"token {secret}"]})
    markdown["cells"].append({"cell_type": "markdown", "id": "m", "metadata": {}, "source": f"token {secret}"})
    of_cell["cells"][0]["metadata"]["run"] = {"with": [secret]}
    of_notebook["metadata"]["papermill"] = {"parameters": {"token": secret}}
    for content in (skipped, raw, markdown, of_cell, of_notebook):
        with pytest.raises(UnusableInput) as refused:
            refuse_secrets(draft_of(content, Path("n.ipynb")), content)
        assert secret not in str(refused.value.problems) and len(refused.value.problems) == 1


def test_what_outputs_show_is_masked_in_the_copy() -> None:
    codes = [code for kind, code, _ in planted() if kind not in {"phone", "name"}]
    content = document(["x = 1"], codes)
    before = json.dumps(content)
    masked = without_shown(draft_of(content, Path("n.ipynb")), content, before)
    assert json.dumps(content) == before
    assert len({kind for kind, _, secret in planted() if secret in masked}) <= 2
    assert [cell["source"] for cell in json.loads(masked)["cells"]] == [cell["source"] for cell in content["cells"]]
    clean = document(["x = 1"], ["accuracy 0.93"])
    assert without_shown(draft_of(clean, Path("n.ipynb")), clean, "as it is") == "as it is"


def test_outputs_are_stripped_and_nothing_else_changes() -> None:
    codes = [code for kind, code, _ in planted() if kind in {"github", "api key", "database", "private key"}]
    content = document([], codes)
    content["cells"][0]["outputs"].append(
        {"output_type": "display_data", "data": {"image/png": "aGk="}, "metadata": {}}
    )
    facts = Facts(draft_of(content, Path("n.ipynb")), content)
    rule = next(each for each in known_rules() if each.rule.code == "NB602")
    for each in findings(facts, [rule]):
        fix = fix_of(facts, rule, each.finding)
        assert fix is not None
        (change,) = fix.changes
        assert isinstance(change, Outputs)
        text = str(change.outputs)
        assert "***" in text and not [
            secret for _, _, secret in planted() if secret in text or secret in str(fix.title)
        ]
        assert change.outputs[0]["text"][0].startswith("shown: ")
    first = fix_of(facts, rule, findings(facts, [rule])[0].finding)
    assert first is not None and isinstance(first.changes[0], Outputs)
    assert first.changes[0].outputs[1] == content["cells"][0]["outputs"][1]


def shown_as(secret: str) -> list[dict[str, Any]]:
    """Outputs of the ways in which a notebook can show a text."""
    plotly = {"data": [{"x": [1, 2], "text": ["a", f"of {secret}"]}], "layout": {"title": {"text": "b"}}}
    vega = {"datasets": {"data-1": [{"owner": secret, "n": 1}]}}
    data: list[dict[str, Any]] = [
        {"application/json": {"settings": {"owner": secret}}},
        {"application/vnd.plotly.v1+json": plotly},
        {"application/vnd.vegalite.v5+json": vega},
        {"text/html": ["<div></div>\n", f"<script>show('{secret}', token)</script>"]},
        {"text/html": f"<script>show('{secret}')"},
        {"application/javascript": f"fetch('{secret}')"},
        {"image/svg+xml": f"<svg><text>{secret}</text></svg>"},
        {"text/plain": "row 1\n" * 100_000 + secret + "\nrow 2" * 10},
        {"text/plain": "x" * 89_990 + " " + secret},
    ]
    kinds = [{"output_type": "display_data", "data": each, "metadata": {}} for each in data]
    error = {"output_type": "error", "ename": "E", "evalue": "no", "traceback": ["at", f"  in {secret}"]}
    return [*kinds, {"output_type": "display_data", "data": {}, "metadata": {"made": {"by": secret}}}, error]


def test_every_form_of_an_output_is_looked_through_and_stripped() -> None:
    secret = "gh" + "p_" + Maker(1).text(WORD, 36)
    content = document(["x = 1"] * len(shown_as(secret)), [])
    for cell, output in zip(content["cells"], shown_as(secret), strict=True):
        cell["outputs"] = [output]
    facts = Facts(draft_of(content, Path("n.ipynb")), content)
    rule = next(each for each in known_rules() if each.rule.code == "NB602")
    found = findings(facts, [rule])
    assert [each.finding.cell for each in found] == list(range(len(content["cells"])))
    for each in found:
        fix = fix_of(facts, rule, each.finding)
        assert fix is not None and isinstance(fix.changes[0], Outputs)
        assert "***" in str(fix.changes[0].outputs) and secret[4:] not in str(fix.changes[0].outputs)
        assert fix.changes[0].outputs[0].keys() == content["cells"][each.finding.cell or 0]["outputs"][0].keys()
    masked = without_shown(facts.notebook, content, json.dumps(content))
    assert secret[4:] not in masked


def test_json_data_stays_as_it_is_beside_its_secrets() -> None:
    password = Maker(2).text(WORD, 12) + "!"
    data = {"db": {"password": password, "port": 5432, "tags": ["a", None, 1.5, True], "bdata": "Ab3d" * 60}}
    assert rewritten_json(data, without_secrets) == {"db": {**data["db"], "password": "***"}}
    clean = {"db": {**data["db"], "password": None}}
    assert rewritten_json(clean, without_secrets) is clean


def test_a_secret_in_code_is_read_from_the_environment() -> None:
    secret = Maker(1).text(WORD, 24)
    content = document([f'import os\nclient = connect(api_key="{secret}")  # mine'], [])
    facts = Facts(draft_of(content, Path("n.ipynb")), content)
    rule = next(each for each in known_rules() if each.rule.code == "NB601")
    (found,) = findings(facts, [rule])
    fix = fix_of(facts, rule, found.finding)
    assert fix is not None and fix.changes == (
        Source(0, 'import os\nclient = connect(api_key=os.environ["API_KEY"])  # mine'),
    )


INNOCENT = [
    *(f'commit = "{Maker(n).text(HEX, 40)}"' for n in range(5)),
    *(f"merged in {Maker(n).text(HEX, 40)}" for n in range(5)),
    *(f'identifier = "{uuid.UUID(int=Maker(n).random.getrandbits(128))}"' for n in range(5)),
    *(f"order {Maker(n).digits(11)}" for n in range(5)),
    *(f"{Maker(n).digits(18)} {Maker(n + 50).digits(19)}" for n in range(5)),
    *(f"0.{Maker(n).digits(16)}  -1.{Maker(n + 9).digits(15)}" for n in range(5)),
    *(f"1.{Maker(n).digits(8)}e+{Maker(n).digits(2)}" for n in range(5)),
    *(f'"sha256": "{Maker(n).text(HEX, 64)}"' for n in range(4)),
    "<img src='data:image/png;base64," + base64.b64encode(Maker(3).random.randbytes(600)).decode() + "'>",
    "data:image/png;base64," + base64.b64encode(Maker(4).random.randbytes(300)).decode(),
    'api_key = "YOUR_API_KEY"', "api_key = 'your-api-key-here'", 'token = "<token>"', 'password = "password"',
    'password = "********"', 'password = ""', "password = None", 'password = os.environ["PASSWORD"]', "password = getpass()",
    'api_key = os.getenv("API_KEY")', 'api_key = os.getenv("API_KEY", "")', 'secret = config["secret"]', 'password = "xxxxxx"',
    'API_KEY = "INSERT_API_KEY"', 'API_KEY = "REPLACE_ME"', 'key = "value"', 'key = "customer_id"', 'sort_key = "name_length"',
    'df.sort_values(key="population_density")', 'primary_key = ["id", "date"]', 'df = df.rename(columns={"password": "pw"})',
    'columns = ["username", "password", "email_address", "token"]', 'unk_token = "<unk>"', 'pad_token="[PAD]"',
    'tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")', "token_pattern=r'(?u)\\b\\w\\w+\\b'", 'token = "transformer"',
    'sep_token = "</s>"', "tokens = ['the', 'cat']", "max_tokens = 100", 'tokens = text.split(" ")', 'key="fare_per_person_2"',
    'author = "info@example.com"', "mail = 'user@example.com'", "noreply@github.com", "you@yourdomain.com", "test@test.com",
    "@property", "@tf.function", "x @ y.T", "model@epoch3", "logo@2x.png",
    "git@github.com:ada/notes.git", "https://github.com/ada/notes", "https://user.github.io:8080/path@v2", "http://localhost:8888/?token=abc",
    "postgresql://user:password@localhost/db", "postgresql://{user}:{password}@{host}/db", "redis://localhost:6379/0",
    "Name: Survived, dtype: int64", "Name: Sepal Length, dtype: float64", "Name: 0, Length: 891, dtype: object", "Mr. or Mrs.",
    '{"Mr.": 1, "Mrs.": 2, "Miss.": 3, "Dr.": 4}', "2024-06-01 12:30:00", "2024-06-01T12:30:00.123456+02:00", "127.0.0.1:8080", "10.0.0.1",
    "(891, 12)", "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14", "1234 1235 1236 1237 1238 1239", "100-200-3000", "1-800", "+1.23456789012", "+12.5 %",
    "version 1.2.3.4", "ISBN 978-3-16-148410-0", "978 0 306 40615 7", "1111 1111 1111 1111", "0000000000000000", "1234567812345678",
    "DE00 0000 0000 0000 0000 00", "AB12CDEF", "GSM1234567", "ENSG00000139618", "10.1038/s41586-020-2649-2", "arXiv:1706.03762",
    "555-0123", "(555) 123-4567", "+1 212 555 0147", "000-12-3456", "666-12-3456", "123-45-6789", "12345678A", "2.5e-10 3.1e+05",
    'random_state = 42', 'passed = "all tests 12"', 'compass = "north-1"', "bypass: layer12", 'monkey = "banana99"', "keyboard = 'qwerty99'",
    'hash_key = "column_1"', 'author = "j2ee"', 'weights = "resnet50-19c8e357.pth"', 'url = "https://example.com/a?key=name&x=1"',
    'secret = "https://example.com/vault"', 'private_key = "keys/id_rsa.pem"', 'access_key = "access_key"', 'auth = "basic"', 'auth=None',
    'sk-learn', "sk-estimator-html-representation-of-nested-objects", "hf_hub_download", "AKIA", "ghp_", "eyJ", 'class="sk-top-container"',
    '<div id="sk-container-id-1" class="sk-top-container"><pre>Pipeline(steps=[])</pre></div>',
    "<style>#sk-container-id-1 {color: black;} .sk-key{token: 12abcd34efgh56ijkl78mnop}</style>",
    '<script>var token = "a1b2c3d4e5f6g7h8i9j0k1l2m3n4";</script>',
]  # fmt: skip
"""What is no secret and no personal data, in sources and in outputs."""


def test_there_are_a_hundred_innocent_texts() -> None:
    assert len(set(INNOCENT)) >= 100


def as_code(text: str) -> str:
    """A text as it is where it is Python, else as a comment."""
    try:
        ast.parse(text)
    except SyntaxError:
        return f"# {text}"
    return text


@pytest.mark.parametrize("where", ["sources", "outputs"])
def test_nothing_is_found_in_what_is_innocent(where: str) -> None:
    texts = [each for each in INNOCENT if where == "outputs" or not each.startswith(("<style", "<script"))]
    content = document([*map(as_code, texts)], []) if where == "sources" else document([], texts)
    assert [(texts[cell], what) for cell, what in said(content)] == []


def test_an_author_may_say_whom_to_write_to() -> None:
    content = document(
        ["# Author: Ada Lovelace <ada@lovelace.org>", "# Jiri Novak <jiri@novak.cz>", "# mail ada@lovelace.org"], []
    )
    assert [cell for cell, _ in said(content)] == [2]


def test_what_is_shown_of_a_source_shows_none() -> None:
    shown = "\n".join(redacted_source(code) for _, code, _ in planted())
    assert len({kind for kind, _, secret in planted() if secret in shown}) <= 0.05 * len(
        {kind for kind, _, _ in planted()}
    )
    assert "q8w7e6r5" not in redacted_source("%env TOKEN=q8w7e6r5t4y3u2i1o0p9")


def test_what_is_a_secret_is_not_told_as_personal_data_again() -> None:
    codes = [
        f'engine = create_engine("postgresql://shop:{Maker(2).text(WORD, 12)}@mail.corp-data.net/orders")',
        f'url = "ftp://jiri:{Maker(3).text(WORD, 9)}@novakovi.cz/a"',
        f'url = "ftp://jiri:{Maker(3).text(WORD, 4)}$x9kQ@novakovi.cz/a"',
        f'token = "{Maker(5).text(WORD, 24)}"; owner = "jiri.novak@novakovi.cz"',
    ]
    found = said(document(codes, []))
    assert [cell for cell, what in found if "NB330" in what] == [3]
    assert {cell for cell, what in found if "NB601" in what} >= {0, 1, 3}


@pytest.mark.parametrize(
    "text",
    ["password" + " " * 30_000, "password" + "\n" * 30_000, "password :" + " " * 30_000,
     "-----BEGIN PRIVATE KEY-----!" * 15_000, "-----BEGIN PRIVATE KEY-----\n" * 15_000],
    ids=["blanks", "lines", "colon", "keys without end", "keys in lines"],
)  # fmt: skip
def test_what_only_begins_like_a_secret_is_read_once(text: str) -> None:
    """It takes some hundredths of a second; read again from each blank or beginning, it would take minutes."""
    assert len(find_secrets(text, code=True)) <= 15_000


@pytest.mark.parametrize("head", ["", "-----BEGIN PRIVATE KEY-----!\n"])
def test_a_private_key_with_headers_is_found_whole(head: str) -> None:
    key = (
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\n"
        + "MIIEow9x" * 8
        + "\n-----END RSA PRIVATE KEY-----"
    )
    (found,) = find_secrets(f"{head}{key}\nend")
    assert (found.kind, found.start, found.end) == ("private key", len(head), len(head + key))
