# Needs Python 3.11 or newer, and make. Everything else is put into $(VENV), in steps: what the demo needs, the rest with
# PyTorch, which is big, and JupyterLab with our extension, for which Node comes from PyPI. PIP_INSTALL_OPTIONS goes to
# every pip install: point it at an index of CPU builds to keep PyTorch small.

PYTHON ?= python3
VENV ?= .venv
JOBS ?= 2
PIP_INSTALL_OPTIONS ?=

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet $(PIP_INSTALL_OPTIONS)
LAB_OPTIONS ?=
WALK ?=
NOTEBOOKS ?= 100000
LABEXTENSION := $(shell find labextension/src labextension/schema labextension/style -type f -not -path '*/__tests__/*') \
  labextension/package.json labextension/yarn.lock labextension/tsconfig.json
# An extension that is built already is installed too; it is never built on the way to something else.
PYTHON_ONLY = test -f labextension/built/package.json || export NB2PROD_PYTHON_ONLY=1;
OLDEST := "jupyterlab==4.2.*" "notebook==7.2.*"
DEMO_REQUIREMENTS := "numpy>=2,<2.5" "pandas>=2.2" "scikit-learn>=1.5" "matplotlib>=3.9"

# Tests and the demo run models of a few kilobytes: threads would only wait for each other.
export OMP_NUM_THREADS ?= 1
unexport PYTHONPATH
# Without it each of the many processes that a test starts would compile all of nb2prod anew.
unexport PYTHONDONTWRITEBYTECODE
export NB2PROD_COLLABORATION_PYTHON ?= $(wildcard $(abspath $(VENV))/collaboration/bin/python)
export NB2PROD_OLDEST_PYTHON ?= $(wildcard $(abspath $(VENV))/oldest/bin/python)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv demo lab labextension collaboration oldest screenshots test walk fuzz docs lint format types clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { echo "There is no '$(PYTHON)'. Say which Python: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "nb2prod needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V). Say which: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.made pyproject.toml
	$(PYTHON_ONLY) $(PIP) --editable . $(DEMO_REQUIREMENTS)
	@touch $@

$(VENV)/.all: $(VENV)/.made pyproject.toml
	$(PYTHON_ONLY) $(PIP) --editable ".[examples,test,lint]"
	@touch $(VENV)/.demo $@

$(VENV)/.node: $(VENV)/.demo
	$(PYTHON_ONLY) $(PIP) --editable ".[labextension]"
	@touch $@

# From the lock file, for production; see labextension/hatch_build.py.
labextension/built/sources.sha256: $(LABEXTENSION) | $(VENV)/.node
	@echo "building the JupyterLab extension; the first time takes some minutes"
	$(BIN)/python labextension/hatch_build.py

$(VENV)/.lab: $(VENV)/.demo labextension/built/sources.sha256
	$(PIP) --editable .
	@touch $@

# An environment of its own: jupyter-collaboration changes how every notebook is opened.
$(VENV)/collaboration/.made: $(VENV)/.made pyproject.toml
	$(BIN)/python -m venv $(VENV)/collaboration
	NB2PROD_PYTHON_ONLY=1 $(subst $(BIN),$(VENV)/collaboration/bin,$(PIP)) --editable . "jupyter-collaboration>=3"
	@touch $@

# The least that pyproject.toml asks for; the demo's libraries are for the kernel.
$(VENV)/oldest/.made: $(VENV)/.made pyproject.toml
	$(BIN)/python -m venv $(VENV)/oldest
	NB2PROD_PYTHON_ONLY=1 $(subst $(BIN),$(VENV)/oldest/bin,$(PIP)) --editable . $(OLDEST) $(DEMO_REQUIREMENTS)
	@touch $@

venv: $(VENV)/.all ## make .venv with everything that the tests need

demo: $(VENV)/.demo ## export a notebook, start its service, compare the answers
	$(BIN)/python example_notebooks/demo.py

lab: $(VENV)/.lab ## open JupyterLab, with the extension, on the example notebooks
	$(BIN)/python -m jupyterlab --notebook-dir=example_notebooks $(LAB_OPTIONS)

labextension: $(VENV)/.lab ## build the JupyterLab extension, for JupyterLab in .venv and for its tests

collaboration: $(VENV)/collaboration/.made ## an environment for the test of two people in one notebook

oldest: $(VENV)/oldest/.made ## an environment with the oldest JupyterLab and Notebook that are supported, for their tests

screenshots: venv labextension ## draw the pictures of the documents; needs chromium
	$(BIN)/python -m tests.browser.pictures docs/pictures

test: venv ## run all tests; what was skipped, and why, stands at the end
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=worksteal $(TESTS)

walk: venv ## go the whole way with every example, some minutes each; needs chromium and postgresql
	$(BIN)/python -m tests.examples.walk --folder out/walk $(WALK)

fuzz: venv ## check 100,000 broken notebooks, and keep those that nb2prod stumbles on
	$(BIN)/python -m tests.rules.mutating $(NOTEBOOKS)

docs: venv ## write the pages of the readiness rules
	$(BIN)/python -m tests.rules.pages docs/rules

lint: venv ## check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: venv ## put style right
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: venv ## check types
	$(BIN)/mypy

clean: ## remove .venv, caches and what the demo wrote
	rm -rf $(VENV) out build dist labextension/built labextension/lib labextension/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
