# Every target does its own set-up; the second time that costs a moment and no network.
#   make run      the demo: a window, or without a display the tour (build/tour/)
#   make test     everything            make check   format, lint, types, quick tests
#   make bench    build/bench.json      make soak    the long run of the sync machine
#   make drill    a county put back from its backup, tried out
#   make format   rewrite the format    make setup   the set-up once more
#   make clean    back to a fresh clone
# ARGS goes to the program behind it: make test ARGS="-k roster"

SHELL := /bin/bash
PYTHON_BIN := .venv/bin/python
JOBS ?= 2
ARGS ?=
OFFSCREEN := env QT_QPA_PLATFORM=offscreen
PYTEST := $(OFFSCREEN) $(PYTHON_BIN) -m pytest -n $(JOBS)
QUICK := not county and not slow and not gui
export PYTHONUTF8 := 1
unexport PYTHONHOME PYTHONPATH

.DEFAULT_GOAL := run
.NOTPARALLEL:
.PHONY: run test check soak bench drill setup ready format clean

run: ready
	@.venv/bin/gulou demo $(ARGS)

test: ready
	@$(PYTEST) $(ARGS)

check: ready
	@$(PYTHON_BIN) -m ruff format --check .
	@$(PYTHON_BIN) -m ruff check .
	@$(PYTHON_BIN) -m mypy
	@$(PYTEST) -m "$(QUICK)" $(ARGS)

soak: ready
	@$(PYTHON_BIN) -m tests.soak $(ARGS)

bench: ready
	@$(OFFSCREEN) $(PYTHON_BIN) -m tests.benchmarks $(ARGS)

drill: ready
	@$(PYTHON_BIN) -m app.demo.drill $(ARGS)

setup:
	@packaging/setup.sh --again

ready:
	@packaging/setup.sh

format: ready
	@$(PYTHON_BIN) -m ruff format .
	@$(PYTHON_BIN) -m ruff check --fix .

clean:
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
