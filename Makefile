# Every task of the project by its name; `make` lists them.  Tasks use the environment that is active.
.DEFAULT_GOAL := help
.PHONY: help run test test-fast lint format types check bench figures screenshots documents golden space lock web

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run:  ## serve the page on http://127.0.0.1:7860
	python app.py

test:  ## all tests; those in a browser need Chromium
	python -m pytest

test-fast:  ## all tests but those in a browser
	python -m pytest -q -m "not e2e"

lint:  ## format and style, nothing is changed
	ruff format --check . && ruff check .

format:  ## format and repair style
	ruff format . && ruff check --fix .

types:  ## type hints
	mypy

check: lint types test-fast  ## what a pull request must pass, but for the browser

bench:  ## speed of the methods, start of the app
	python -m benchmarks.speed && python -m benchmarks.start

figures:  ## the README's moving picture, and docs/differences.md from out/val500 (training.compose, README)
	python -m tools.moving_picture && python -m tools.figures out/val500

screenshots:  ## the README's pictures of the page (Chromium)
	python -m tools.screenshots

documents:  ## tables made from data: the README's tree, docs/experiments.md
	python -m tools.documents && python -m tools.experiments

golden:  ## what every method reads on sixty drawings, written anew
	python -m tools.golden make

space:  ## the tree of a Space, started in a fresh environment
	.ci/space

web:  ## the page without a server: constants anew, built, held to Python, visited (Node, Chromium)
	python -m tools.web_constants && .ci/web

LOCK = uv pip compile --quiet --upgrade --universal --generate-hashes --no-annotate --custom-compile-command "make lock"
lock:  ## exact versions with hashes: of the image, and of the tools in .github (pip install uv)
	$(LOCK) --python-version 3.11 requirements-run.txt --output-file requirements.lock
	echo huggingface_hub | $(LOCK) --python-version 3.12 - --output-file .github/deploy.lock
	echo pip-audit cyclonedx-bom | tr " " "\n" | $(LOCK) --python-version 3.12 - --output-file .github/audit.lock
