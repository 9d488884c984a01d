"""Run docs/tour.ipynb and write its outputs into it: `make tour`."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[1] / "docs/tour.ipynb"


def main(path: Path = NOTEBOOK) -> None:
    notebook = nbformat.read(path, as_version=4)
    run(notebook, path.parent)
    nbformat.write(notebook, path)


def run(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Run all cells in `folder`, as an editor does, and keep no times. CellExecutionError: a cell failed."""
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=600, record_timing=False, resources=resources).execute()
    notebook.metadata["language_info"] = {"name": "python"}  # the kernel adds the version of Python


if __name__ == "__main__":
    main()
