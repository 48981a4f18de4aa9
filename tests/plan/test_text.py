"""Moving source about changes where it stands and nothing else."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.plan.write.text import comment, dedent, docstring, global_to_nonlocal, indent, plain, replace_nodes

SOURCES = [
    "x = 1",
    'query = """\n  SELECT *\n    FROM t\n"""',
    "def f():\n    '''doc\n  string'''\n    return f'''{1}\n  a'''",
    "if x:\n    y = (1 +\n  2)\n\n# a comment\nelse:\n    pass",
    "s = '''\\\n  a'''\nt = [\n1,\n]",
]


@pytest.mark.parametrize("source", SOURCES)
def test_indented_code_means_the_same(source: str) -> None:
    moved = ast.parse(f"def outer():\n{indent(source)}").body[0]
    assert isinstance(moved, ast.FunctionDef)
    assert ast.dump(ast.Module(moved.body, [])) == ast.dump(ast.Module(ast.parse(source).body, []))


@pytest.mark.parametrize("source", SOURCES)
def test_dedenting_undoes_indenting(source: str) -> None:
    assert ast.dump(ast.parse(dedent(indent(source)))) == ast.dump(ast.parse(source))


@given(st.text())
def test_a_docstring_is_one_string_whatever_it_says(text: str) -> None:
    tree = ast.parse(f"def f():\n{indent(docstring(text))}")
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    assert len(function.body) == 1
    assert ast.get_docstring(function)


@given(st.text())
def test_a_comment_is_only_a_comment(text: str) -> None:
    assert ast.parse(comment(plain(text)) + "\nx = 1").body[0].lineno >= 1
    assert len(ast.parse(comment(plain(text)) + "\nx = 1").body) == 1


def test_markdown_reads_as_prose() -> None:
    markdown = "## Load the *data*\n\nOne row a customer, see [the wiki](http://x).\n\nMore."
    assert plain(markdown) == "Load the data. One row a customer, see the wiki."


def test_a_heading_and_items_of_a_list_stand_apart() -> None:
    assert (
        plain("### Wrangling\n* Impute `age`\n* Drop a*b, **all** of it")
        == "Wrangling. Impute `age`; Drop a*b, all of it."
    )


def test_a_global_of_the_notebook_is_a_variable_of_the_function_around() -> None:
    source = "def f():\n    global counter\n    counter += 1  # global"
    assert global_to_nonlocal(source) == "def f():\n    nonlocal counter\n    counter += 1  # global"


def test_replacing_keeps_positions_right_behind_multibyte_text() -> None:
    source = "read('größe.csv', 'b.csv')"
    call = ast.parse(source).body[0].value  # type: ignore[attr-defined]
    assert replace_nodes(source, [(call.args[0], "A"), (call.args[1], "B")]) == "read(A, B)"
