"""What rows and tables an export takes along: no keys and no numbers of people, and what is no such number passes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from nb2prod.capture.model import Answers, Evidence, FileRead
from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.workflows import refusing_rows
from nb2prod.workflows.refusing_rows import notes_on_rows, refuse_in_rows, refuse_in_tables
from tests.making import write_notebook
from tests.rules.test_secrets import WORD, Maker

CARDS, SOCIAL = [Maker(n).card("4", 16) for n in range(4)], [f"{n}51-2{n}-48{n}1" for n in range(1, 5)]
IBANS = [Maker(n).iban("DE", Maker(n).digits(18)) for n in range(4)]
TOKEN = "gh" + "p_" + Maker(5).text(WORD, 36)
MAILS = ["ada.novak@vbotcorp.com", "jiri.lindt@novakovi.cz"]


def look(folder: Path, values: list[Any], table: str = "", **metadata: Any) -> tuple[str, ...]:
    """Ask for an export of a notebook that is asked with these values, and has read a table."""
    rows = tuple({"age": 3, "seen": each} for each in values)
    (folder / "a.csv").write_text(table, encoding="utf-8")
    notebook = read_notebook(write_notebook(folder / "n.ipynb", [(None, "x = 1")], **metadata))
    answers = Answers({}, {}, rows, tuple(0 for _ in rows), 1)
    evidence = Evidence("", {}, files_read=(FileRead("a.csv", "", len(table), True),), answers=answers)
    refuse_in_rows(notebook, evidence)
    refuse_in_tables(notebook, evidence)
    return notes_on_rows(notebook, evidence)


REFUSED: list[tuple[str, list[Any], str]] = [
    ("cards", CARDS, "card numbers"), ("cards as numbers", [int(each) for each in CARDS], "card numbers"),
    ("a card in a text", [f"paid with {CARDS[0]} today", "cash"], "card numbers"),
    ("accounts", IBANS, "bank account numbers"),
    ("social security in a text", [f"her SSN is {SOCIAL[0]}.", "none"], "national numbers"),
    ("a key", ["nothing", f"token {TOKEN}"], "GitHub token"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "kind"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_rows_with_such_a_value_are_refused(values: list[Any], kind: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as refused:
        look(tmp_path, values)
    (problem,) = refused.value.problems
    assert kind in problem.what and "`seen`" in problem.what and problem.where == "tests/parity"
    shown = [each for each in map(str, values) if each in str(problem)]
    assert shown == [] and TOKEN not in str(problem)
    code = "NB601" if kind == "GitHub token" else "NB330"
    assert f"{code} tests/parity" in problem.remedy
    assert look(tmp_path, values, nb2prod={"ignore": [f"{code} tests/parity"]}) == ()


@pytest.mark.parametrize(
    ("name", "values"),
    [("number", CARDS), ("number", IBANS), ("ssn", SOCIAL), ("customerSsn", SOCIAL), ("Social Security No", SOCIAL)],
)
def test_tables_with_such_a_column_are_refused(name: str, values: list[str], tmp_path: Path) -> None:
    table = f"age,{name}\n" + "".join(f"3,{each}\n" for each in values)
    with pytest.raises(UnusableInput) as refused:
        look(tmp_path, [1], table)
    (problem,) = refused.value.problems
    assert f"`{name}`" in problem.what and problem.where == "a.csv"
    assert look(tmp_path, [1], table, nb2prod={"ignore": ["NB330 a.csv"]}) == ()


@pytest.mark.parametrize("said", ["nb330  a.csv", " NB330 a.csv ", "NB3 a.csv", "personal-data a.csv", "NB330"])
def test_what_may_travel_is_named_as_any_rule_is(said: str, tmp_path: Path) -> None:
    look(tmp_path, [1], f"age,number\n3,{IBANS[0]}\n", nb2prod={"ignore": [said]})


@pytest.mark.parametrize("said", ["NB330 A.csv", "NB330 b.csv", "NB601 a.csv", "a.csv"])
def test_what_names_another_place_lets_nothing_travel(said: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as refused:
        look(tmp_path, [1], f"age,number\n3,{IBANS[0]}\n", nb2prod={"ignore": [said]})
    (problem,) = refused.value.problems
    remedy = problem.remedy.split('"ignore": ["')[1].split('"')[0]
    look(tmp_path, [1], f"age,number\n3,{IBANS[0]}\n", nb2prod={"ignore": [remedy]})


def drawn(make: Any, count: int = 300) -> list[Any]:
    source = random.Random(7)
    return [make(source) for _ in range(count)]


def numbered(source: random.Random) -> str:
    return f"4{source.randrange(10**15):015}"


def at(source: random.Random) -> str:
    month, day, hour, minute = (source.randrange(*each) for each in ((1, 13), (1, 29), (24,), (60,)))
    return f"2024{month:02}{day:02}-{hour:02}{minute:02}"


def part(source: random.Random) -> str:
    return f"{source.randrange(1, 900):03}-{source.randrange(1, 100):02}-{source.randrange(1, 10000):04}"


def pixels(source: random.Random) -> str:
    return " ".join(str(source.randrange(256)) for _ in range(2304))


@pytest.mark.parametrize("planted", [CARDS[:1], IBANS[:1], CARDS, IBANS], ids=["card", "account", "cards", "accounts"])
def test_few_real_ones_among_texts_are_found(planted: list[str], tmp_path: Path) -> None:
    others = drawn(lambda source: f"order of {at(source)} came late, {source.randrange(99)} days")
    with pytest.raises(UnusableInput):
        look(tmp_path, [*others, *(f"please pay to {each} soon" for each in planted)])


def test_many_real_ones_among_identifiers_are_found(tmp_path: Path) -> None:
    cards = [f"card {Maker(n).card('4', 16)}" for n in range(60)]
    with pytest.raises(UnusableInput, match="card numbers"):
        look(tmp_path, [*drawn(lambda source: f"order {numbered(source)}", 100), *cards])


PASSED: dict[str, list[Any]] = {
    "names": ["Braund, Mr. Owen Harris", "Heikkinen, Miss. Laina", "Allen, Mr. William Henry", "Moran, Mr. James"],
    "tickets": ["A/5 21171", "PC 17599", "STON/O2. 3101282", "113803"],
    "fractions": drawn(lambda source: source.random()),
    "fractions as text": drawn(lambda source: repr(source.random() * 1e6)),
    "identifiers": drawn(lambda source: source.randrange(10**15, 10**16)),
    "one identifier": [4539578763621486],
    "codes": drawn(lambda source: f"{source.randrange(10**7, 10**8)}{source.choice('ABCDEFGHJKLMNPQRSTVWXYZ')}"),
    "times": drawn(lambda source: f"2024-06-{source.randrange(1, 29):02d}T12:30:00.{source.randrange(10**6):06d}"),
    "since 1970": drawn(lambda source: source.randrange(16 * 10**17, 17 * 10**17)),
    "texts with identifiers": drawn(lambda source: f"order {numbered(source)} came late"),
    "texts with times": drawn(lambda source: f"job {at(source)} failed after {source.randrange(90)} s"),
    "times of runs": drawn(at),
    "pictures": drawn(pixels, 60),
    "part numbers": drawn(part),
    "lots": drawn(
        lambda source: f"AB {source.randrange(10, 99)} {source.randrange(10, 99)} {source.randrange(10, 99)} C"
    ),
    "phones": ["call 08712300220 now", "555-0123", "+49 30 1234567"],
    "nothing": [None, True, "", 0],
}


@pytest.mark.parametrize("values", PASSED.values(), ids=PASSED)
def test_what_may_be_what_the_model_is_about_travels(values: list[Any], tmp_path: Path) -> None:
    table = "age,number\n" + "".join(f'3,"{each}"\n' for each in values)
    assert look(tmp_path, values, table) == ()


def test_mail_addresses_are_told_and_travel(tmp_path: Path) -> None:
    table = "age,mail\n" + "".join(f"3,{each}\n" for each in MAILS)
    rows, file = look(tmp_path, MAILS, table)
    assert rows == "tests/parity carries mail addresses of people along (`seen`)"
    assert file == "a.csv carries mail addresses of people along (`mail`)"


def test_a_table_is_looked_through_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    look_through = refusing_rows.kinds_in_column
    monkeypatch.setattr(
        refusing_rows, "kinds_in_column", lambda name, values: seen.append(name) or look_through(name, values)
    )
    path = write_notebook(tmp_path / "n.ipynb", [(None, "x = 1")])
    table = tmp_path / "a.csv"
    table.write_text("age,note\n3,nothing at all\n", encoding="utf-8")
    evidence = Evidence("", {}, files_read=(FileRead("a.csv", "", 100, True),))
    for _ in range(3):
        refuse_in_tables(read_notebook(path), evidence)
        assert notes_on_rows(read_notebook(path), evidence) == ()
    assert seen == ["age", "note"]
    table.write_text(f"age,note\n3,card {CARDS[0]}\n", encoding="utf-8")
    with pytest.raises(UnusableInput):
        refuse_in_tables(read_notebook(path), evidence)


def test_what_is_no_text_is_said_not_to_be_looked_through(tmp_path: Path) -> None:
    (note,) = look(tmp_path, [1], "PAR1\0\0")
    assert note == "not looked through for secrets and personal data, since they are no text: a.csv"
