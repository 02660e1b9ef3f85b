# make run    the demo: the real flow over seeds/articles, then what it found
# make test   the fast tests          make check  everything a change must pass
# make lock   renews requirements.lock from pyproject.toml          make readme  renews the output in README.md
# All of them set up .venv by themselves from requirements.lock; Python 3.11 or newer is all they need.

SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
PACKAGES := extractors store review flows
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export DO_NOT_TRACK := 1
export PREFECT_SERVER_ANALYTICS_ENABLED := false
export PYTHONDONTWRITEBYTECODE :=

.PHONY: help setup run test check slow lint types wheel lock readme clean serve

help:
	@sed -n '1,/^$$/s/^# //p' Makefile

setup: $(READY)

$(READY): requirements.lock pyproject.toml setup.sh
	@sh setup.sh $(VENV)
	@touch $(READY)

run: $(READY)
	@$(BIN)/claims demo

serve: $(READY)
	@$(BIN)/claims serve

test: $(READY)
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal

slow: $(READY)
	@$(BIN)/python -m pytest -m slow --durations=10

lint: $(READY)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(READY)
	@$(BIN)/mypy
	@$(BIN)/pyright

wheel: $(READY)
	@rm -rf dist && $(BIN)/hatchling build -t wheel

check: lint types test wheel
	@echo "all checks passed"

lock: $(READY)
	@$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --upgrade --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet --output-file requirements.lock
	@grep -c '==' requirements.lock | sed 's/$$/ packages locked/'

readme: $(READY)
	@$(BIN)/python docs/refresh_readme.py

clean:
	rm -rf dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .ledger
