# Needs python3 (3.11 or later, with venv), make and git; everything else is installed into .venv and .build/nox.

PYTHON ?= python3
NOX := .venv/bin/nox
QUICK := format lint types yamllint license changelog extra-checks
# They wait for files and packages while the tests wait for time, and do not depend on each other.
BESIDE := docs-check site artifact emulator ansible-lint sanity integration
LOG := .build/beside_the_tests.log

# The same messages and sort order everywhere.
export LC_ALL := C.UTF-8
export PYTHONDONTWRITEBYTECODE := 1

.DEFAULT_GOAL := help
.PHONY: help setup test demo bench interop matrix build fix clean beside units tests coverage resilience $(QUICK) $(BESIDE)

help:
	@echo 'make setup   create .venv with all that is needed (every other target does so first)'
	@echo 'make units   run the unit tests without the slow ones, in less than a minute'
	@echo 'make test    run every check and test; one alone: make STEP'
	@echo '             steps: $(QUICK) tests $(BESIDE)'
	@echo 'make demo    clone a managed image on the emulator, with progress'
	@echo 'make bench   run the benchmarks'
	@echo 'make site    build the documentation site into .build/site/html'
	@echo 'make coverage measure what the unit tests cover'
	@echo 'make resilience  run every fault and every kill; takes hours'
	@echo 'make interop run other clients of Azure on the emulator: az, azure.azcollection, the SDK (some: INTEROP="az sdk-39")'
	@echo 'make matrix  run the tests on every supported ansible-core and SDK (some: MATRIX="2.18-oldest 2.21-newest")'
	@echo 'make build   build the collection into .build/artifact'
	@echo 'make fix     format the code, and fix what the linter can'
	@echo 'make clean   remove .venv and .build'

setup:
	@$(PYTHON) tests/support/setup_venv.py

test: setup
	@$(NOX) -s $(QUICK)
	@mkdir -p .build
	@$(MAKE) --no-print-directory beside >$(LOG) 2>&1 & beside=$$!; \
	$(NOX) -s tests; tests=$$?; wait $$beside; beside=$$?; cat $(LOG); \
	test $$tests -eq 0 -a $$beside -eq 0

beside:
	@$(NOX) -s docs-check site artifact emulator ansible-lint 'sanity(current)'
	@$(NOX) -s 'integration(current)' -- gallery

units tests coverage resilience docs-check site artifact emulator ansible-lint $(QUICK): setup
	@$(NOX) -s $@

sanity integration: setup
	@$(NOX) -s '$@($(or $(CORE),current))'

demo:
	@$(PYTHON) tests/support/setup_venv.py demo
	@.venv/bin/python tests/demo/run.py

bench: setup
	@.venv/bin/python tests/bench/run.py

interop: setup
	@.venv/bin/python tests/interop/run.py $(INTEROP)

matrix: setup
	@$(NOX) -s $(if $(MATRIX),$(foreach row,$(MATRIX),'matrix($(row))'),matrix)

build: setup
	@$(NOX) -s artifact -- build

fix: setup
	@.venv/bin/ruff check --fix-only --quiet . && .venv/bin/ruff format .

clean:
	@rm -rf .venv .build .ansible .pytest_cache .mypy_cache .ruff_cache .hypothesis
