"""The panel of plain ipywidgets, where it is meant to live: in JupyterLab, with a kernel behind it."""

import nbformat
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

MAKE = """\
import numpy as np
from kinema.data import moving_pair, texture, translation_flow
from kinema.flow import lucas_kanade
from kinema.widgets import explore

pair = moving_pair(texture(seed=5, shortest=9), translation_flow(0.75, -0.5, (60, 80)))
panel = explore(pair.I0, pair.I1)
panel
"""
WANT = "lucas_kanade(pair.I0, pair.I1, window={}, gradient_of='mean', min_eigenvalue=1e-4)"


def test_a_key_on_a_control_redraws_the_flow_and_reaches_python(lab, open_notebook):
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(MAKE)], metadata=kernel)
    nbformat.write(book, lab.folder / "explore.ipynb")
    notebook = open_notebook("explore.ipynb")
    notebook.run_all()
    same = "bool(np.array_equal(panel.flow, " + WANT + ", equal_nan=True))"
    notebook.becomes(same.format(9), True)
    cell = notebook.page.locator(".jp-Notebook .jp-CodeCell").first
    expect(cell.locator("img")).to_be_visible(timeout=20_000)
    before = cell.locator("img").get_attribute("src")
    handle = cell.locator(".noUi-handle").first
    handle.focus()
    handle.press("ArrowRight")
    notebook.becomes(same.format(11), True)
    expect(cell.locator("img")).not_to_have_attribute("src", before)
