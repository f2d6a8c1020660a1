# Copyright (c) 2026 the cloudimages.azure_gallery contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Needs python3 (3.11 or later, with venv), make and git; everything else is installed into .venv.

PYTHON ?= python3
VENV := .venv/bin/python
STEPS := format lint types yamllint leaks consistency changelog tests docs artifact importer ansible-lint sanity

# The same messages and sort order everywhere.
export LC_ALL := C.UTF-8
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup test demo bench interop matrix build fix clean $(STEPS)

help:
	@echo 'make setup   make .venv with all that is needed (every other target does so first)'
	@echo 'make test    run every check and test; one alone: make STEP'
	@echo '             steps: $(STEPS)'
	@echo 'make demo    clone a managed image on the emulator, with progress'
	@echo 'make bench   run the benchmarks'
	@echo 'make interop run other clients of Azure on the emulator: az, azure.azcollection, the SDK (some: INTEROP="az sdk-39")'
	@echo 'make matrix  run the tests on every supported ansible-core and SDK (some: MATRIX="2.18 2.21-newest")'
	@echo 'make build   build the collection into .build/artifact'
	@echo 'make fix     format the code, and fix what the linter can'
	@echo 'make clean   remove .venv and .build'

setup:
	@$(PYTHON) tests/checks/setup.py

test: setup
	@$(VENV) tests/checks/run.py

$(STEPS): setup
	@$(VENV) tests/checks/run.py $@

demo:
	@$(PYTHON) tests/checks/setup.py demo
	@$(VENV) tests/demo/run.py

bench: setup
	@$(VENV) tests/bench/run.py

interop: setup
	@$(VENV) tests/interop/run.py $(INTEROP)

matrix: setup
	@$(VENV) tests/checks/matrix.py

build: setup
	@$(VENV) tests/checks/artifact.py --only

fix: setup
	@$(VENV) -m ruff check --fix-only --quiet . && $(VENV) -m ruff format .

clean:
	@rm -rf .venv .build .ansible .pytest_cache .mypy_cache .ruff_cache .hypothesis
