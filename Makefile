# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEMO := demo
# Tests start hundreds of processes, and `run` one: none of them should compile what another has compiled.
unexport PYTHONDONTWRITEBYTECODE
# One more worker than processors: the lab's tests wait for servers and phones.
WORKERS := $(shell echo $$(($$(getconf _NPROCESSORS_ONLN) + 1)))

.PHONY: run test check format docs bench clean

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

run: $(STAMP)  ## make a sample site on SQLite and open the console on it
	$(BIN)/aps-tui demo --devices 200 --into $(DEMO)

test: $(STAMP)  ## run every test
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

check: $(STAMP)  ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest --numprocesses $(WORKERS) --dist worksteal

format: $(STAMP)  ## write the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(STAMP)  ## write docs/vendors.md from the vendor packs
	$(BIN)/python -m aps_tui.services.vendordocs docs/vendors.md

bench: $(STAMP)  ## print the table of figures, measured here and now
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) $(DEMO) .mypy_cache .ruff_cache .pytest_cache
