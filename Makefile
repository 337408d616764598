# Every command of the course. `make help` lists them; each needs only Python, git and make.
SHELL := /bin/sh
PORT ?= 8000
export PORT
# Threads that wait give their core away; see lib/coursekit/book.py.
export OMP_WAIT_POLICY ?= PASSIVE

BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup serve book test lab coverage notebooks release student-release check gpu-check bench-flow bench-features bench-networks constraints clean

help: ## list the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

$(READY): pyproject.toml constraints.txt tools/bootstrap.py tools/find_python.sh
	@python="$$(sh tools/find_python.sh)" && "$$python" tools/bootstrap.py

setup: $(READY) ## create .venv and install everything (the other commands do it when needed)

serve: $(READY) ## build the book where it changed and serve it on http://127.0.0.1:8000 (PORT=... for another)
	@$(BIN)/python -m coursekit.book serve --port $(PORT)

book: $(READY) ## execute and build the book into _build/html
	@$(BIN)/python -m coursekit.book build

PYTEST := $(BIN)/python -m pytest -p no:cacheprovider
NBVAL := $(PYTEST) --nbval-lax --no-header -q
# Building the book runs every page, and a test holds each page's notebook to the cells that were run; these run as notebooks too.
AGAIN := $(patsubst %,_build/notebooks/book/%.ipynb,welcome flow/aperture flow/motion_models)

test: $(READY) ## run all tests: library, book, notebooks, browser, grading
	@$(BIN)/python -m coursekit.browser --install
	@$(BIN)/python tools/side_by_side.py \
		'book: $(BIN)/python -m coursekit.book build && $(BIN)/python -m coursekit.notebooks' \
		'library: $(PYTEST) --ignore tests/browser --ignore tests/coursekit --ignore tests/jupyter' \
		'browser after book: $(PYTEST) tests/browser' \
		'bank: $(PYTEST) tests/coursekit/test_bank.py' \
		'course after book: $(PYTEST) tests/coursekit --ignore tests/coursekit/test_bank.py' \
		'pages after book: $(NBVAL) $(AGAIN)' \
		'lab: $(PYTEST) tests/jupyter' \
		'solutions: $(NBVAL) solutions'
	@$(BIN)/python -m coursekit.coverage

lab: $(READY) ## open JupyterLab with the exercises
	@$(BIN)/python -m coursekit.lab

coverage: $(READY) ## say which of the lecture's teaching points are covered
	@$(BIN)/python -m coursekit.coverage

notebooks: $(READY) ## make a runnable .ipynb of every page into _build/notebooks
	@$(BIN)/python -m coursekit.notebooks

release: $(READY) ## generate exercises/ from solutions/
	@$(BIN)/python -m coursekit.release

student-release: $(READY) ## build what students get, into _release/student
	@$(BIN)/python -m coursekit.student

check: $(READY) ## the quick tests only: library, bank, releases
	@$(BIN)/python -m pytest -m "not browser and not slow"

gpu-check: ## run the library's tests on CuPy and torch-CUDA with this machine's own python3
	@PYTHONPATH=lib python3 tools/gpu_check.py

bench-flow: $(READY) ## compare dense flow with OpenCV and scikit-image, and record it for chapter 6 (KINEMA_DATA names the pairs' folder)
	@$(BIN)/python -m benchmarks.flow --record

bench-features: $(READY) ## compare direct alignment with SIFT and RANSAC, and record it for chapter 5
	@$(BIN)/python -m benchmarks.direct_or_features --record

bench-networks: $(READY) ## time SlowFast and R(2+1)D beside pytorchvideo's and torchvision's, with the same weights
	@$(BIN)/python -m benchmarks.networks --json benchmarks/results/networks_cpu.json

constraints: $(READY) ## write constraints.txt from what is installed
	@$(BIN)/python tools/write_constraints.py

clean: ## remove what was built (.venv stays)
	rm -rf _build _release
