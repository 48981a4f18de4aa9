"""From statements to the text of modules: imports, functions, docstrings."""
