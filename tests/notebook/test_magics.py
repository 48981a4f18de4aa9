"""Magics to plain Python, line by line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from nb2prod.notebook.magics import to_python

PLAIN = [
    pytest.param("%matplotlib inline\na = 1", "\na = 1", id="%matplotlib goes"),
    pytest.param("%load_ext autoreload\n%autoreload 2", "\n", id="%autoreload goes"),
    pytest.param("%config InlineBackend.x = 'retina'", "", id="%config goes"),
    pytest.param("df.head?\n?df\ndf??", "\n\n", id="help goes"),
    pytest.param("%time x = f(1)", "x = f(1)", id="%time keeps its statement"),
    pytest.param("if a:\n  %time x = f(1)", "if a:\n  x = f(1)", id="%time keeps its indent"),
    pytest.param("%timeit -n 10 -r3 f(1)", "f(1)", id="%timeit keeps its statement and drops its options"),
    pytest.param("%%time\nx = 1", "\nx = 1", id="%%time keeps its body"),
    pytest.param("\n%%capture out\nx = 1", "\n\nx = 1", id="%%capture keeps its body"),
    pytest.param("%%timeit\nx = 1", "\nx = 1", id="%%timeit keeps its body"),
    pytest.param("%load_ext nb_black\n%load a.py", "\n", id="magics for the keyboard go"),
    pytest.param("%%html\n<b>\n</b>", "\n\n", id="%%html goes"),
    pytest.param("%%latex\nx", "\n", id="%%latex goes"),
    pytest.param("!ls -l\n!nvidia-smi\n!head a.csv", "\n\n", id="displaying commands go"),
    pytest.param("if a:\n    !ls\nb", "if a:\n    pass\nb", id="a magic that is a block's only statement"),
    pytest.param("!pip install a \\\n  b\nc = 1", "\n\nc = 1", id="a continued magic"),
    pytest.param("x = '''\n%matplotlib\n!rm\n'''", "x = '''\n%matplotlib\n!rm\n'''", id="lines of a string"),
    pytest.param("x = f(\n%y\n)", "x = f(\n%y\n)", id="lines in brackets"),
    pytest.param("x = 7 \\\n% 4", "x = 7 \\\n% 4", id="a continuation that starts with %"),
    pytest.param("x = '%d' % y", "x = '%d' % y", id="the operator %"),
    pytest.param("x != y", "x != y", id="the operator !="),
    pytest.param("print('a?')", "print('a?')", id="a question mark in a string"),
    pytest.param("# %magic in a comment\na = 1", "# %magic in a comment\na = 1", id="comments"),
    pytest.param("d = {'a':\n  '''\n  ''' % b}", "d = {'a':\n  '''\n  ''' % b}", id="strings in brackets"),
    pytest.param('x = "it\'s"\n%time y = 1', 'x = "it\'s"\ny = 1', id="a quote in a string"),
    pytest.param(r"x = '\'' " + "\n%time y = 1", r"x = '\'' " + "\ny = 1", id="an escaped quote"),
]


@pytest.mark.parametrize(("source", "code"), PLAIN)
def test_plain_python(source: str, code: str) -> None:
    found = to_python(source)
    assert found.code == code
    assert not found.refused


INSTALLS = [
    pytest.param("!pip install a", ["a"], id="!pip"),
    pytest.param("%pip install -q --upgrade a>=1 'b[c]<2'", ["a>=1", "b[c]<2"], id="%pip with options"),
    pytest.param("!pip3 install -r requirements.txt a", ["a"], id="an option that takes a value"),
    pytest.param("!{sys.executable} -m pip install a", ["a"], id="sys.executable"),
    pytest.param("!python3 -m pip install a", ["a"], id="python -m pip"),
    pytest.param("%conda install -c conda-forge -y a=1.2", ["a==1.2"], id="%conda"),
    pytest.param("!pip install git+https://x/y.git", ["git+https://x/y.git"], id="an address"),
    pytest.param("!pip install a && ls", ["a"], id="what comes behind"),
    pytest.param("!pip list", [], id="other commands of pip"),
    pytest.param("!pip uninstall -y a", [], id="uninstalling"),
]


@pytest.mark.parametrize(("source", "requirements"), INSTALLS)
def test_installs_become_requirements(source: str, requirements: list[str]) -> None:
    found = to_python(source)
    assert found.requirements == requirements
    assert found.code == ""
    assert not found.refused


REFUSED = [
    pytest.param("%cd data", id="%cd"),
    pytest.param("%env A=1", id="%env that sets"),
    pytest.param("%set_env A 1", id="%set_env"),
    pytest.param("%%bash -e\n./train.sh && ls", id="%%bash"),
    pytest.param("%%writefile ../m.py\nx = 1", id="%%writefile that climbs out"),
    pytest.param("%%writefile /tmp/m.csv\nx", id="%%writefile somewhere else"),
    pytest.param("!python train.py", id="a command that matters"),
    pytest.param("!wget $(cat address)", id="a command inside a command"),
    pytest.param("!ls; ./train.sh", id="a second command"),
    pytest.param("%env A=$B", id="%env that a shell would expand"),
    pytest.param("%sql\nselect 1", id="another language, as Databricks says it"),
    pytest.param("%%R\nx <- 1", id="%%R"),
    pytest.param("x = !ls", id="an assigned command"),
    pytest.param("x = %who_ls", id="an assigned magic"),
    pytest.param("%run -i ../x.py", id="%run of a file that cannot be had"),
    pytest.param("%nonsense", id="an unknown magic"),
]


@pytest.mark.parametrize("source", REFUSED)
def test_refused_with_a_remedy(source: str) -> None:
    found = to_python(source)
    assert [line for line, _, _ in found.refused] == [2 if source.startswith("%%bash") else 1]
    assert all(remedy for _, _, remedy in found.refused)
    assert found.code.count("\n") == source.count("\n")


ASIDE = [
    pytest.param("%%writefile data.csv\na,b", "`%%writefile data.csv`", id="%%writefile of something else"),
    pytest.param("!wget https://x/y.zip", "the shell command `wget https://x/y.zip`", id="a download"),
    pytest.param("!cat a > b", "the shell command `cat a > b`", id="a display that is redirected"),
    pytest.param("!ls; rm b", "the shell command `ls; rm b`", id="a second command"),
]


@pytest.mark.parametrize(("source", "what"), ASIDE)
def test_what_acts_outside_python_stays_in_the_notebook(source: str, what: str) -> None:
    found = to_python(source)
    assert (found.aside, found.refused) == ([(1, what)], [])
    assert found.code == "\n" * source.count("\n")


def test_a_shell_cell_is_looked_at_line_by_line() -> None:
    found = to_python("%%bash\nls -l  # look\nmkdir -p data && unzip -q a.zip -d data")
    assert (found.aside, found.refused) == ([(3, "the shell command `mkdir -p data && unzip -q a.zip -d data`")], [])


def test_a_cell_that_is_switched_off_goes() -> None:
    found = to_python("%%script false --no-raise-error\nx = 1")
    assert (found.aside, found.refused, found.code) == ([], [], "\n")


def test_cells_of_databricks_in_python_stay_and_text_goes() -> None:
    assert to_python("%python\nx = 1").code == "\nx = 1"
    assert to_python("%spark.pyspark\nx = 1").refused
    text = to_python("%md\n# Title")
    assert not text.refused and not text.code.strip()


def test_a_written_module_leaves_the_cell_empty() -> None:
    found = to_python("%%writefile m.py\ndef f():\n    pass")
    assert found.modules == {"m.py": "def f():\n    pass\n"}
    assert found.code == "\n\n"


@given(st.text(alphabet=st.sampled_from("%!?=#\\\n \"'()ab:"), max_size=60))
def test_the_number_of_lines_never_changes(source: str) -> None:
    assert to_python(source).code.count("\n") == source.count("\n")


@pytest.mark.parametrize(
    "source",
    [
        " x = 1\n print(x)",
        "\n\t# said\n\tif x:\n\t    y = 1\nz = 2",
        "    x = '''\n    a\n  b'''",
        "  x = 1\n y = 2",
        "  # said\nx = 1\n",
        "x = 1\n y = 2",
    ],
)
def test_a_cell_that_is_indented_as_a_whole_is_what_ipython_makes_of_it(source: str) -> None:
    code = to_python(source).code
    assert code.count("\n") == source.count("\n")
    assert code.strip("\n") == TransformerManager().transform_cell(source).strip("\n")
