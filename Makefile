# make run        the web chat with the demonstration town (or CONCIERGE_KNOWLEDGE) at http://127.0.0.1:8000/
# make test       lint, types and tests of the core
# make test-all   adds the extras and the browser
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
HOST ?= 127.0.0.1
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test test-extras test-all lint format bench model setup clean

run: $(VENV)/.core
	$(BIN)/concierge serve --host $(HOST) --port $(PORT)

test: $(VENV)/.dev lint
	$(BIN)/python -m pytest -m "not browser and not extra"

test-extras: $(VENV)/.all
	$(BIN)/python -m pytest -m "browser or extra"

test-all: test test-extras

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# The word vectors, from ja-ginza's. It wants an older SudachiPy than we do and is only read, hence --no-deps.
model:
	$(PYTHON) -m venv .venv-model
	.venv-model/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt spacy numpy sudachipy sudachidict_small
	.venv-model/bin/python -m pip install --quiet --disable-pip-version-check --no-deps ja-ginza==5.3.0
	.venv-model/bin/python models/build_vectors.py

setup: $(VENV)/.core

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.core
	$(PIP) --editable ".[dev]"
	@touch $@

# torch first and alone, so that its pinned build is taken and nothing chooses another one.
$(VENV)/.all: $(VENV)/.dev
	$(PIP) torch
	$(PIP) --editable ".[dev,browser,embedding,llm,speech,servers,telemetry]"
	@touch $@

clean:
	rm -rf $(VENV) .venv-model build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
