# Two commands do everything: `make demo` and `make test`. The others are their parts.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

export CARTERA_HOME ?= $(CURDIR)/home
export CARTERA_KEYS ?= $(CURDIR)/home.keys

.PHONY: help demo test check lint types contracts migrations translations bench lock clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/run  ## a believable bank, its night, served on this machine; ARGS="--no-serve --clients 200"
	@$(BIN)/cartera demo $(ARGS)

test: $(VENV)/test  ## every test; DATABASE_URL runs them on PostgreSQL, ARGS chooses some
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

check: lint types contracts migrations translations  ## what CI checks beside the tests

lint: $(VENV)/test
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/ruff format --check src tests benchmarks tools

types: $(VENV)/test
	CARTERA_HOME=$(CURDIR)/build/home CARTERA_KEYS=$(CURDIR)/build/keys $(BIN)/mypy src

contracts: $(VENV)/test
	$(BIN)/lint-imports

migrations: $(VENV)/test
	DJANGO_SETTINGS_MODULE=tests.settings PYTHONPATH=.:src $(BIN)/python -m django makemigrations --check --dry-run

translations: $(VENV)/test
	CARTERA_HOME=$(CURDIR)/build/home CARTERA_KEYS=$(CURDIR)/build/keys $(BIN)/python tools/translations.py check

bench: $(VENV)/test  ## measure, and write benchmarks/RESULTS.md
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(VENV)/test  ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml --group dev --group bench -c requirements/run.txt --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements/test.txt

clean:  ## remove the environment and the demo bank
	rm -rf $(VENV) home home.keys build

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what Cartera needs into $(VENV) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/test: $(VENV)/run requirements/test.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@
