"""Where this service comes from."""

TITLE = {{ cookiecutter.title|python }}
DESCRIPTION = {{ cookiecutter.description|python }}
NOTEBOOK = {{ cookiecutter.notebook|python }}
NOTEBOOK_SHA256 = {{ cookiecutter.notebook_sha256|python }}
