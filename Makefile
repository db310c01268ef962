# Two more than cores: half of the time a test waits, for a program, a page or a relay.
WORKERS := $(shell echo $$(($$(nproc) + 2 < 8 ? $$(nproc) + 2 : 8)))

.PHONY: demo test check lock bench

unexport PYTHONDONTWRITEBYTECODE  # tests start some hundred programs: each would compile all its modules again

demo: ## play the main job on this machine, then keep serving
	@bin/setup
	@.venv/bin/newsletter demo

test: ## every check and test
	@bin/setup --tests
	@$(MAKE) --no-print-directory check
	.venv/bin/python -m pytest -n $(WORKERS) --dist worksteal

check:
	.venv/bin/ruff check .
	.venv/bin/ruff format --check -q .
	.venv/bin/djlint --check --quiet templates
	.venv/bin/mypy
	.venv/bin/lint-imports

lock: ## after a change of dependencies in pyproject.toml
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --extra tests --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q -o requirements-tests.lock

bench: ## what is measured, side by side (bench/README.md)
	@bin/setup --tests
	.venv/bin/python -m bench --json bench.json
