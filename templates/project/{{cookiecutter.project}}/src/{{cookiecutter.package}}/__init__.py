"""{{ cookiecutter.title|docstring }}: a service made from a notebook."""
