"""Notebooks: from an ``.ipynb`` file to cells of plain Python, each with its section."""
