"""Analysis: from cells of plain Python to statements and what flows between them. Nothing is executed."""
