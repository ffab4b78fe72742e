# Two commands are all a new user needs: `make demo` and `make test`.
# Everything is installed into .venv from hash-pinned locks; nothing outside this folder is touched.
SHELL := /bin/bash
.DELETE_ON_ERROR:
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WEB := gateway/web
STATIC := gateway/http/static
PACKAGES := gateway controller frontdesk housekeeping maintenance hotel simulators benchmarks
WEB_SOURCES := $(shell find $(WEB) -type f -not -path '*/node_modules/*' 2>/dev/null)
# Four, because tests wait much: for brokers, browsers, databases. In their order, not by their number of tests:
# the slow files have few, and would be left to the end.
PYTEST_FLAGS ?= -n 4 --dist loadfile --no-loadscope-reorder -q
# Slow tests that stand for the others, a few minutes altogether; the longest first.
SAMPLE := \
  "tests/browser/test_offline.py::test_two_hours_without_network_lose_nothing_and_double_nothing[200]" \
  "tests/browser/test_accessibility.py::test_axe_finds_nothing_serious_in_any_place[zh-CN-dark]" \
  tests/browser/test_maintenance.py \
  --deselect "tests/browser/test_maintenance.py::test_axe_finds_nothing_serious_in_maintenance[desk]" \
  "tests/browser/test_comfort_page.py::test_axe_finds_nothing_serious_on_the_comfort_page[desk]" \
  "tests/browser/test_upkeep_pages.py::test_a_plan_is_made_edited_by_two_and_its_work_has_a_window_or_says_why_not" \
  "tests/browser/test_upkeep_pages.py::test_repair_or_replace_shows_its_sum_and_the_manager_sets_its_limits" \
  tests/browser/test_keyboard.py \
  tests/browser/test_work_changes_hands.py \
  "tests/integration/test_whole_house.py::test_a_room_is_made_ready_lived_in_and_set_back[amqtt-postgresql]" \
  "tests/integration/test_whole_house_privacy.py::test_no_canary_leaves_the_house[amqtt-postgresql]" \
  tests/integration/test_comfort_bench.py::test_the_same_seed_gives_the_same_figures_and_another_one_others \
  "tests/simulation/test_promised_weeks.py::test_nine_of_ten_promises_are_kept_on_simulated_weeks[4]" \
  tests/integration/test_bench_runs.py \
  tests/integration/test_demo.py

.PHONY: demo build test test-sample test-slow check check-python check-web bench wheel locks types format clean

demo: build
	@exec $(BIN)/innkeeper demo $(ARGS)

build: $(VENV)/.runtime $(STATIC)/index.html

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Innkeeper needs Python 3.11 or newer; '$(PYTHON)' is older. Name another: make PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --require-hashes -r requirements-build.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json | $(VENV)/.runtime
	cd $(WEB) && ../../scripts/with-node npm ci --no-audit --no-fund --loglevel=error

$(STATIC)/index.html: $(WEB_SOURCES) $(WEB)/node_modules/.package-lock.json
	cd $(WEB) && ../../scripts/with-node npm run --silent build
	@touch $@

test: $(VENV)/.dev $(STATIC)/index.html
	cd $(WEB) && ../../scripts/with-node npm run --silent test
	@# Where Python may not keep what it compiles, each of the services that tests start would compile it all.
	@$(BIN)/python -m compileall -q -x node_modules $(PACKAGES) tests
	$(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS) $(ARGS)

test-sample: $(VENV)/.dev $(STATIC)/index.html
	$(BIN)/python -m pytest -m slow -n 3 --dist loadfile --no-loadscope-reorder -q $(SAMPLE)

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow -q $(ARGS)

check: check-python check-web

check-python: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_locks.py
	$(BIN)/python -m gateway.http.openapi --check $(WEB)/openapi.json

check-web: $(STATIC)/index.html
	cd $(WEB) && ../../scripts/with-node npm run --silent check

bench: $(VENV)/.dev
	@for name in board comfort ingest coldstart tap fuzz; do $(BIN)/innkeeper bench $$name || exit $$?; done

wheel: $(VENV)/.dev $(STATIC)/index.html
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

# What follows changes files that are committed.
locks: $(VENV)/.dev
	$(BIN)/python scripts/check_locks.py --write

types: $(VENV)/.dev $(WEB)/node_modules/.package-lock.json
	$(BIN)/python -m gateway.http.openapi --write $(WEB)/openapi.json
	cd $(WEB) && ../../scripts/with-node npm run --silent types

format: $(VENV)/.dev
	$(BIN)/ruff check --fix -q . ; $(BIN)/ruff format -q .

clean:
	rm -rf $(VENV) $(STATIC) $(WEB)/node_modules dist
