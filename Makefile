# Each target is one line over the tools below; `make help` lists them (docs: ../docs or README.md).
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3.11
PORT ?= 8000
LMS_PORT ?= 8001
BIN := .venv/bin
export PORT LMS_PORT

.PHONY: help setup demo demo-reset test lint fix soak bench pictures lock clean

help: ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

setup: .venv/ready ## make .venv with everything pinned; the others call it

.venv/ready: requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Sprig needs Python 3.11 or newer. Install it, or name yours: make PYTHON=python3.12 …"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## start the tool, one worker and the practice LMS; prints the addresses; Ctrl-C stops
	@exec $(BIN)/sprig demo --port $(PORT) --lms-port $(LMS_PORT)

demo-reset: setup ## start the demo afresh (its data are deleted)
	@exec $(BIN)/sprig demo --port $(PORT) --lms-port $(LMS_PORT) --reset

test: setup ## all tests, on SQLite and PostgreSQL, and in Chromium
	@tests/need-chromium
	$(BIN)/python -m pytest -n 2 -m "not soak" --ignore tests/e2e $(ARGS)
	$(BIN)/python -m pytest tests/e2e $(ARGS)

lint: setup ## ruff, mypy strict, import-linter, templates compile
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m tests.templates_compile

fix: setup ## apply what ruff can mend
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

soak: setup ## what takes long: workers are killed for minutes while the LMS fails
	$(BIN)/python -m pytest -m soak $(ARGS)

bench: setup ## the benchmarks, each printing a table with ratios
	$(BIN)/python -m bench $(ARGS)

pictures: setup ## take the README's pictures from a running demo of its own
	$(BIN)/python -m tests.e2e.pictures

lock: setup ## pin requirements anew (needs `uv`)
	uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements/main.txt
	uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pyproject.toml requirements/dev.in -o requirements/dev.txt

clean: ## remove what was made here
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache var build dist
