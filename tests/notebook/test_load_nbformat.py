"""Loading nbformat: fast, and nothing is different for others afterwards."""

from __future__ import annotations

import subprocess
import sys

CODE = """
import sys
from nb2prod.notebook.load_nbformat import IRI_GRAMMAR, load_nbformat
nbformat = load_nbformat()
nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 1")]))
print(nbformat.__name__, IRI_GRAMMAR in sys.modules, "lark" in sys.modules)
import rfc3987_syntax
print(rfc3987_syntax.is_valid_syntax_iri("http://example.org/ü"))
"""


def test_no_grammar_of_addresses_is_built_and_it_can_be_imported_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["nbformat", "False", "False", "True"]
