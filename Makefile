.PHONY: demo test docs lint clean setup

demo: setup
	@.venv/bin/rollmech run cases/etch_pit.toml

test: setup
	@.venv/bin/python -m pytest -n 2 --dist loadfile

docs: setup
	@NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --strict

lint: setup
	@.venv/bin/python -m ruff check .

# Keeps .venv and runs/: remove these by hand.
clean:
	@rm -rf build dist .pytest_cache .ruff_cache .hypothesis src/*.egg-info
	@find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@tools/bootstrap
