# Two commands do everything on a fresh machine with Python 3.11 or 3.12, make and a C compiler: `make serve` and `make test`.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3)
BIN := .venv/bin

.PHONY: help serve test check lint types layers knowledge format bench soak lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.venv/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v in ((3, 11), (3, 12)) else f"Python 3.11 or 3.12 is needed, this is {v[0]}.{v[1]}: durable-rules does not build on later ones. Say which to use: make PYTHON=/path/to/python3.11 …")'
	$(PYTHON) -m venv .venv

.venv/.serve: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/.test: requirements-dev.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@ .venv/.serve

serve: .venv/.serve ## serve the chat on http://127.0.0.1:8080
	$(BIN)/iatros serve

test: .venv/.test ## install the test tools, check everything, run all tests
	$(MAKE) --no-print-directory check

check: .venv/.test lint types layers knowledge ## lint, types, floors, knowledge, tests: what CI runs
	$(BIN)/python -m pytest -n 2

lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/.test
	$(BIN)/mypy

layers: .venv/.test
	$(BIN)/lint-imports

knowledge: .venv/.test
	$(BIN)/iatros knowledge check
	$(BIN)/iatros knowledge test

format: .venv/.test ## lay out the code and the knowledge
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	$(BIN)/iatros knowledge format

bench: .venv/.serve ## measure start-up, reading, a turn, a plan and memory
	$(BIN)/iatros bench

soak: .venv/.test ## the property tests, long
	IATROS_SOAK=1 $(BIN)/python -m pytest -n 2 --dist loadfile -m soak --durations 40

lock: | .venv/bin/python ## renew the locks from pyproject.toml
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile --quiet --generate-hashes --no-strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-emit-options --extra dev --output-file requirements-dev.lock pyproject.toml

clean: ## remove what was built
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
