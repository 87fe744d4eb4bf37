# Two commands matter: `make demo` and `make test`. Everything they need is set up by themselves.
PYTHON ?= python3
PORT   ?= 8000
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test check bench benchmark-books screenshots lock clean

demo: $(VENV)/runtime.stamp  ## set up, load the demo marketplace, serve it on PORT; COURSE=path also runs the main job on that course
	@$(BIN)/stoa demo run --port $(PORT) $(if $(COURSE),--course "$(COURSE)")

test: $(VENV)/development.stamp  ## set up, a browser included, and run the whole suite
	@$(BIN)/python tests/install_browser.py
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest $(PYTEST)

check: $(VENV)/development.stamp  ## formatting, lint, types, import contracts, migrations
	@$(BIN)/ruff format --check -q . && $(BIN)/ruff check -q .
	@$(BIN)/mypy
	@PYTHONPATH=src $(BIN)/lint-imports >$(VENV)/contracts.log || { cat $(VENV)/contracts.log; exit 1; }

bench: $(VENV)/development.stamp  ## measure pages, import and close; prints the README's tables
	@for each in benchmarks/[a-z]*.py; do echo "== $$each"; $(BIN)/python $$each || exit 1; done

benchmark-books: $(VENV)-bench/benchmark.stamp  ## measure the books beside pandas, polars, Spark and hordak; ROWS=1000000 for a short run
	@$(VENV)-bench/bin/python -m pytest -q -p no:cacheprovider --noconftest -o addopts= -o filterwarnings= -o pythonpath="src ." tests/spark
	@$(VENV)-bench/bin/python benchmarks/books.py $(if $(ROWS),--rows $(ROWS))
	@$(VENV)-bench/bin/python benchmarks/close_a_quarter.py

screenshots: $(VENV)/development.stamp  ## draw the README's screenshots from the demo
	@$(BIN)/python docs/make_screenshots.py

lock:  ## resolve the locks anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group dev -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --group bench -o requirements-bench.lock

clean:  ## forget the environment and all data of this folder
	rm -rf $(VENV) $(VENV)-bench var

$(VENV)/runtime.stamp: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "stoa: Python 3.11 or newer is needed; try make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "stoa: python3 -m venv failed; on Debian install python3-venv"; exit 1; }
	@echo "Installing Stoa's packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock 2>&1 | { grep -v '^WARNING: Location' || true; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . 2>&1 | { grep -v '^WARNING: Location' || true; }
	@test -x $(BIN)/stoa && touch $@

$(VENV)/development.stamp: $(VENV)/runtime.stamp requirements-dev.lock
	@echo "Installing the tools for tests …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock 2>&1 | { grep -v '^WARNING: Location' || true; }
	@test -x $(BIN)/pytest && touch $@

$(VENV)-bench/benchmark.stamp: requirements-bench.lock pyproject.toml
	@test -x $(VENV)-bench/bin/python || $(PYTHON) -m venv $(VENV)-bench
	@echo "Installing what the benchmark compares with (about 900 MB) …"
	@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bench.lock 2>&1 | { grep -v '^WARNING: Location' || true; }
	@$(VENV)-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable . 2>&1 | { grep -v '^WARNING: Location' || true; }
	@test -x $(VENV)-bench/bin/stoa && touch $@
