# One entry for each thing one does here. `make help` lists them.

VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
TRANSLATIONS := $(shell find partage/locale -name '*.po' 2>/dev/null)
DATA ?=
PARTAGE_DATA ?= ../shared/data
NOT_SLOW := not slow and not data
# It compares how long things take: nothing may run beside it.
ALONE := tests/people
# The tests that must take every branch of the register.
COVERED := tests/register partage/calc/merkle.py partage/calc/tiles.py tests/calc/test_merkle.py \
	tests/calc/test_tiles.py tests/commands/test_verify.py tests/commands/test_verify_site.py \
	tests/contributions/test_retries.py tests/events/test_events.py tests/rights/test_retention.py tests/checks

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup demo test slow check data-check fix system system-slow

help:
	@echo "make demo         try Partage: fresh database, samples, server (DATA=DIR: a Polis export too)"
	@echo "make test         the tests, on SQLite then on PostgreSQL"
	@echo "make slow         the long tests: the wheel, volumes, power cuts"
	@echo "make check        style, types, layers, licences, documents"
	@echo "make data-check   the tests that need the folder PARTAGE_DATA"
	@echo "make fix          put code and templates in the house's form"
	@echo "make setup        only the environment, in $(VENV)"

# The environment. Each step leaves a stamp, so that nothing is done twice.

$(PY):
	scripts/make-venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(PY)
	$(PY) -m pip install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(PY)
	$(PY) -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@ $(VENV)/.base

# For the long tests alone: half a gigabyte.
$(VENV)/.spark: requirements/spark.txt | $(PY)
	$(PY) -m pip install --quiet --require-hashes -r requirements/spark.txt
	@touch $@

# The editable build compiles the translations.
$(VENV)/.package: pyproject.toml hatch_build.py partage/__init__.py $(TRANSLATIONS) | $(PY)
	$(PY) -m pip install --quiet --no-deps --editable .
	@touch $@

setup: $(VENV)/.dev $(VENV)/.package

# The demo does without the developers' tools, unless they are there already.
demo: $(if $(wildcard $(VENV)/.dev),$(VENV)/.dev,$(VENV)/.base) $(VENV)/.package
	$(BIN)/partage demo $(if $(DATA),--data "$(DATA)")

# Chromium and PostgreSQL, installed where this may be done.
system:
	@scripts/system-packages

system-slow:
	@scripts/system-packages slow

test: setup system
	$(BIN)/pytest -n 2 -m "$(NOT_SLOW)"
	PARTAGE_TEST_DB=postgres $(BIN)/pytest -n 2 -m "$(NOT_SLOW)" tests --ignore tests/calc

slow: setup system-slow $(VENV)/.spark
	$(BIN)/pytest -n 2 -m "slow and not data" $(ALONE:%=--ignore %)
	$(BIN)/pytest -m "slow and not data" $(ALONE)
	$(BIN)/coverage run -m pytest $(COVERED) -m "$(NOT_SLOW) and not browser"
	PARTAGE_TEST_DB=postgres $(BIN)/coverage run --append -m pytest tests/register -m "$(NOT_SLOW)"
	$(BIN)/coverage report

data-check: setup
	PARTAGE_NO_SKIP=1 PARTAGE_DATA="$(abspath $(PARTAGE_DATA))" $(BIN)/pytest -m data

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djangofmt check partage/templates
	$(BIN)/djangofmt --check partage/templates
	$(BIN)/mypy partage tests faults
	$(BIN)/lint-imports
	$(PY) manage.py check --fail-level WARNING
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) scripts/check_licences.py requirements/base.txt
	$(PY) -m partage.config.environment | diff docs/settings.md - || { echo "docs/settings.md is out of date: make fix"; exit 1; }
	scripts/check-addresses

fix: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djangofmt check --fix partage/templates
	$(BIN)/djangofmt partage/templates
	$(PY) -m partage.config.environment > docs/settings.md
