# Signpost: `make run` starts it, `make test` tests it. Everything is installed into .venv.

PYTHON ?= python3
PORT ?= 3978
TORCH := $(shell sed -n 's/^torch==//p' requirements.txt)
# A package index that offers torch's CPU builds, where the usual one does not (see README.md).
TORCH_INDEX_URL ?=

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
E2E := tests/e2e

.DEFAULT_GOAL := help
.PHONY: help install install-dev install-ocr run free-port playground test check format format-check lint types quality bench bench-smoke bench-peers shape mutants docs command-docs lock clips cards package index clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

install: $(VENV)/.installed ## install what the bot needs into .venv

install-dev: $(VENV)/.installed-dev ## install what tests and checks need, too

install-ocr: $(VENV)/.installed-ocr ## install text recognition for scanned pages, too

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Signpost needs Python 3.11 or newer, and $(PYTHON) is " + sys.version.split()[0] + ": make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)
	@touch $@

# torch first: asked for by another package, its newest build with gigabytes of GPU packages would
# come. The CPU build is taken wherever the index, or TORCH_INDEX_URL, offers one.
$(VENV)/.torch: $(VENV)/.python
	@$(BIN)/python -c 'import importlib.metadata as m, sys; sys.exit(m.version("torch").split("+")[0] != "$(TORCH)")' 2>/dev/null \
	|| $(PIP) install --progress-bar on $(if $(TORCH_INDEX_URL),--extra-index-url $(TORCH_INDEX_URL)) "torch==$(TORCH)+cpu" 2>/dev/null \
	|| { test "$$(uname -s)" != Linux || echo "No CPU build of torch is offered here: installing the usual one, which brings gigabytes of GPU packages. README.md (\"The size of torch\") tells how to avoid that."; \
	     $(PIP) install "torch==$(TORCH)"; }
	@touch $@

$(VENV)/.installed: $(VENV)/.torch requirements.txt constraints.txt
	$(PIP) install --quiet -r requirements.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	$(PIP) install --quiet -r requirements-dev.txt -c constraints.txt
	@touch $@

$(VENV)/.installed-ocr: $(VENV)/.installed requirements-ocr.txt
	$(PIP) install --quiet -r requirements-ocr.txt -c constraints.txt
	@touch $@

run: free-port $(VENV)/.installed ## start the bot and the search page on localhost
	@test -f index/snapshots/ACTIVE || $(BIN)/python -m index build content
	@SIGNPOST_DEVELOPMENT=1 PORT=$(PORT) exec $(BIN)/python app.py

free-port:
	@! command -v $(PYTHON) >/dev/null || $(PYTHON) operation/port.py "$${SIGNPOST_HOST:-127.0.0.1}" $(PORT)

index: $(VENV)/.installed ## build the index of the sample content
	@$(BIN)/python -m index build content

$(E2E)/node_modules/.installed: $(E2E)/package.json $(E2E)/package-lock.json
	npm ci --prefix $(E2E) --no-audit --no-fund --ignore-scripts
	@touch $@

playground: $(E2E)/node_modules/.installed ## chat with the running bot as in Teams
	@$(E2E)/playground.sh $(PORT)

test: $(VENV)/.installed-dev ## run all tests
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory $(E2E)/node_modules/.installed; \
	 else echo "npm is missing: the tests in a Teams-like client will be skipped"; fi
	$(BIN)/python -m pytest --ignore $(E2E)
	$(BIN)/python -m pytest $(E2E)

check: format-check lint types test ## everything that CI checks

format: $(VENV)/.installed-dev ## format the code
	$(BIN)/ruff format .

format-check: $(VENV)/.installed-dev ## see that the code is formatted
	$(BIN)/ruff format --check .

lint: $(VENV)/.installed-dev ## look for mistakes
	$(BIN)/ruff check .

types: $(VENV)/.installed-dev ## check the types
	$(BIN)/mypy

quality: $(VENV)/.installed ## measure ranking and honesty on ../shared/eval, write docs/quality.md
	@$(BIN)/python -m benchmarks.quality

BENCHMARKS := encode turn message_extension peers profile scale reading

bench: $(VENV)/.installed-dev ## measure speed and memory beside peers, write build/bench/index.html
	@for name in $(BENCHMARKS); do $(BIN)/python -m benchmarks.$$name || exit 1; done
	@$(BIN)/python -m benchmarks.page

bench-peers: $(VENV)/.installed-dev ## install the peers that `make bench` compares with
	@$(BIN)/python -m benchmarks.peers --install

bench-smoke: $(VENV)/.installed-dev ## see that the benchmarks run
	@for name in $(BENCHMARKS) durability; do $(BIN)/python -m benchmarks.$$name --smoke || exit 1; done
	@$(BIN)/python -m benchmarks.page build/bench/smoke

shape: $(VENV)/.installed ## measure the structure of the source, of REV if it is given
	@$(BIN)/python -m benchmarks.shape $(REV)

docs: $(VENV)/.installed-dev ## build a site of docs/ with a search, build/docs; a dead link stops it
	@$(BIN)/python -m zensical build --strict --clean
	@echo "Read it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory build/docs"

COMMANDS := index retrieval analytics identity manifest

command-docs: $(VENV)/.installed-dev ## write docs/commands.md from the commands' own help
	@{ printf '# Commands\n\nWritten by `make command-docs` from what `--help` says. Exit codes: 0 done, 1 failed, 2 misuse.\n\n'; \
	   for name in $(COMMANDS); do $(BIN)/python -m typer $$name.__main__ utils docs --name "python -m $$name" || exit 1; done | sed 's/^#/##/'; \
	 } > docs/commands.md.new && mv docs/commands.md.new docs/commands.md

mutants: $(VENV)/.installed-dev ## change the code in small ways, in MODULES if given, and see that tests notice
	@$(BIN)/python -m tests.mutants $(MODULES)

lock: $(VENV)/.installed-dev ## pin what is installed now in constraints.txt
	$(PIP) freeze | sed 's/+cpu$$//' > constraints.txt

clips: $(VENV)/.installed ## draw and speak the clips of the sample anew; takes ffmpeg and espeak-ng
	@$(BIN)/python content/_source/make_clips.py

cards: $(VENV)/.installed-dev $(E2E)/node_modules/.installed ## draw every card in every state, theme and language, build/cards/index.html
	@test -f index/snapshots/ACTIVE || $(BIN)/python -m index build content
	@$(BIN)/python -m tests.gallery

package: $(VENV)/.installed ## make the Teams app package build/signpost.zip
	@$(BIN)/python -m manifest package

clean: ## remove the environment, the index and what was built
	rm -rf $(VENV) build index/snapshots $(E2E)/node_modules
