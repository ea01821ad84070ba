PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are processors: many tests wait for processes and clocks.
WORKERS := $(shell python3 -c "import os; print((os.cpu_count() or 1) + 1)")

.PHONY: setup demo run test soak lint bench lock examples clean

setup: $(VENV)/ready

$(VENV)/ready: requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup
	$(BIN)/watcher demo

run: setup
	@test -f watcher.toml || $(BIN)/watcher init
	$(BIN)/watcher run

test: setup
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# The long variants: a thousand kills, ten thousand polls; prints its figures.
soak: setup
	$(BIN)/python -m pytest -m soak -s

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks

COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-trusted-host --no-emit-find-links

# After a change of the dependencies in pyproject.toml: pins every version with its hashes again. The image has all extras.
lock: setup
	$(COMPILE) --extra apprise --extra postgres --output-file requirements.lock pyproject.toml
	$(COMPILE) --only-build-deps --build-deps-for wheel --output-file requirements-build.lock pyproject.toml
	$(COMPILE) --extra apprise --extra postgres --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

# The examples in docs/ and the demo's report files, which tests compare with what would be made today; pictures of pages,
# where there is a browser.
examples: setup
	$(BIN)/python -m tests.examples docs
	$(BIN)/python -m tests.shapes.page docs/json.md
	$(BIN)/python -m tests.standins.reports.show_case
	$(BIN)/python -m tests.web.pictures docs

clean:
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
