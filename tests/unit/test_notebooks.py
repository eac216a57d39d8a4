"""The notebooks run from top to bottom and are kept without their outputs."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TEXTS = {
    "single_case": ["safe", "K_I_max", "K over fracture toughness"],
    "interlayer_map": ["fluoride", " nm"],
    "process_window": ["smallest radius (mm)", "Window of P_f"],
}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "src"))  # the kernel starts in another folder
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}})
    client.execute()
    shown = str([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])
    assert not [text for text in TEXTS[path.stem] if text not in shown]
