"""Problem sets as a student meets them in JupyterLab: unanswered, solved, and under the Validate button."""

import re

import pytest
from coursekit.paths import problem_sets
from coursekit.problem_set import read_problem_set
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=problem_sets())
def name(request):
    return request.param


@pytest.fixture(scope="module")
def unanswered(open_notebook, name):
    return open_notebook(f"exercises/{name}/{name}.ipynb")


@pytest.fixture(scope="module")
def solved(open_notebook, name):
    return open_notebook(f"solutions/{name}/{name}.ipynb")


def cells(notebook):
    """Every cell's kind, source and nbgrader metadata."""
    return notebook.page.evaluate(
        """() => [...window.notebook.content.model.cells].map((c) =>
             ({ type: c.type, source: c.sharedModel.getSource(), nbgrader: c.getMetadata("nbgrader") || {} }))"""
    )


def errors(notebook):
    """{cell number: error in words} of what the cells show."""
    return {
        k: f"{o['ename']}: {o['evalue']}"
        for k, outputs in enumerate(notebook.outputs())
        for o in outputs
        if o["output_type"] == "error"
    }


def checks(notebook, hidden):
    """Numbers of the test cells, visible ones or hidden ones."""
    return [
        k for k, c in enumerate(cells(notebook))
        if c["nbgrader"].get("grade") and c["type"] == "code" and c["source"].startswith('"""Hidden:') == hidden
    ]  # fmt: skip


def validate(notebook):
    """Click Validate; returns what its dialog says."""
    page = notebook.page
    page.locator(".validate-button").get_by_text("Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog", has=page.locator("#validation-message, .nbgrader-ErrorDialog"))
    expect(dialog).to_be_visible(timeout=90_000)
    said = dialog.inner_text()
    dialog.locator("button.jp-mod-accept").click()
    expect(dialog).to_have_count(0)
    return said


def test_run_all_stops_at_the_first_task_and_says_kindly_what_is_missing(unanswered, name):
    unanswered.run_all()
    first = checks(unanswered, hidden=False)[0]
    assert list(errors(unanswered)) == [first]
    task = read_problem_set(name).tasks[0].name
    assert re.search(rf"\b{task}\b.* (returns nothing|is not there) yet: replace the dots", errors(unanswered)[first])


def test_run_cell_by_cell_only_tests_fail_each_with_a_message_of_its_own(unanswered):
    code = [k for k, c in enumerate(cells(unanswered)) if c["type"] == "code"]
    for k in code:
        unanswered.run(k)
    found = errors(unanswered)
    visible = checks(unanswered, hidden=False)
    assert set(found) <= set(visible), "something other than a visible test fails where nothing is answered"
    # A function without an answer returns None, which is the right answer to parallel lines.
    assert len(found) >= len(visible) - 1
    for k, words in found.items():
        assert re.match(r"AssertionError: .*(nothing yet|not there yet): replace the dots", words), f"cell {k}: {words}"
    assert unanswered.complaints() == []


def test_the_library_is_closed_to_a_student_who_would_call_it(unanswered, name):
    closes = re.search(r"closes=\[(.*?)\]", read_problem_set(name).setup)[1]
    calls = {
        "kinema.flow": ("import kinema.flow; kinema.flow.lucas_kanade(1, 2)", "lucas_kanade"),
        "kinema.recognition": ("from kinema.recognition.two_stream import stack_flow; stack_flow(1)", "kinema.recognition.two_stream"),
        "kinema.diffusion": ("from kinema.diffusion.samplers import ddim; ddim(1)", "kinema.diffusion.samplers"),
    }
    call, closed = next(calls[package] for package in calls if f'"{package}"' in closes)
    assert unanswered.ask(call).startswith(f"ClosedError: {closed} is closed in this problem set: writing it")


def test_validate_lists_the_failing_tests_of_an_unanswered_notebook(unanswered):
    said = validate(unanswered)
    assert "Validation Results" in said and "Success" not in said
    source = [c["source"] for c in cells(unanswered)]
    for k in errors(unanswered):  # as the cells before this test left them
        assert source[k].splitlines()[0] in said
    assert "replace the dots" in said
    assert "You did not provide a response." in said  # the task in words


def test_the_solved_notebook_runs_from_top_to_bottom(solved):
    solved.run_all()
    assert errors(solved) == {}
    said = "".join(o.get("text", "") for outputs in solved.outputs() for o in outputs if o["output_type"] == "stream")
    tasks = {c["nbgrader"]["grade_id"] for c in cells(solved) if c["nbgrader"].get("solution") and c["type"] == "code"}
    assert set(re.findall(r"(\w+): the last visible check passed", said)) == tasks


def test_validate_praises_the_solved_notebook(solved):
    assert "Success! Your notebook passes all the tests." in validate(solved)
    assert solved.complaints() == []
