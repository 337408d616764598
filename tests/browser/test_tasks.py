"""Each task of each published demo can be failed and can be met, with what its controls can do."""

import re

import pytest
from coursekit.paths import HTML
from playwright.sync_api import expect
from published import DEMOS, published
from settings import settings

pytestmark = pytest.mark.browser

# Traits that sliders set, in the order in which the sliders stand.
SLIDERS = {
    "aliasing": ["period", "shift", "levels"],
    "aperture": ["angle"],
    "attention_map": ["channels"],
    "average_precision": ["kept"],
    "coarse_to_fine": ["motion", "levels", "rounds"],
    "color_edge": ["left", "right", "extra"],
    "cost_accuracy": ["budget"],
    "diffusion_steps": ["t"],
    "flow_errors": ["speed", "light", "noise", "window"],
    "flow_scores": ["px", "pct"],
    "flow_uses": ["strength", "time"],
    "frame_dependency": ["layers", "place", "frames", "side"],
    "given_frames": ["strength", "returns", "rho"],
    "inflation": ["depth", "speed"],
    "iterate": ["steps", "motion", "blur"],
    "kernel_slide": ["depth", "layers", "place"],
    "live_flow": ["levels", "iterations", "window", "every", "top_speed"],
    "lk_window": ["window"],
    "long_memory": ["stride", "phase", "window", "spacing", "flash"],
    "long_video": ["stage", "window", "step", "total", "observed"],
    "motion_models": ["a1", "a2", "a3", "a4", "a5", "a6", "amount", "focal", "noise"],
    "point_lights": ["lamps"],
    "preferred": ["price", "place"],
    "receptive_field": ["layers", "depth", "side", "probe_t", "probe_y", "probe_x"],
    "score_fusion": ["a1", "a2", "a3", "b1", "b2", "b3", "weight"],
    "search": ["patch", "radius", "tolerance"],
    "space_time_net": ["depth1", "depth2", "depth3", "depth4", "depth5", "frames"],
    "task_masks": ["rho"],
    "taylor": ["displacement", "wavelength", "position"],
    "weak_input": ["first"],
}
BUILT = (HTML / "index.html").exists()
TASKS = [(name, task) for name in DEMOS for task in published(name)[1]["tasks"]] if BUILT else [("aperture", "twins")]


def within_reach(live, name, traits):
    """Assert that the demo's sliders can be put to these values."""
    ranges = live.node.locator("input").evaluate_all("(all) => all.map((i) => [i.min, i.max, i.step].map(Number))")
    for trait, (low, high, step) in zip(SLIDERS.get(name, []), ranges, strict=True):
        if trait in traits:
            assert low <= traits[trait] <= high
            steps = (traits[trait] - low) / step
            assert steps == pytest.approx(round(steps)), f"{trait} cannot be {traits[trait]}"


@pytest.mark.parametrize("name", DEMOS)
def test_no_task_is_met_before_the_reader_has_done_anything(demo, name):
    assert demo(name).get("done") == []


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_a_task_can_be_failed_and_can_be_met(demo, name, task):
    live = demo(name)
    missed, met = settings(name)[task]
    live.set(done=[])
    for traits in missed:
        live.set(**traits)
        assert task not in live.get("done"), f"met by {traits}, which should fail"
    for traits in met:
        within_reach(live, name, traits)
        live.set(**traits)
    assert task in live.get("done"), f"not met by {met}: {live.status.inner_text()}"
    item = live.node.locator(".kd-tasks li", has_text=live.get("tasks")[task])
    expect(item).to_have_class(re.compile("kd-done"))
    expect(item).to_contain_text("done:")


@pytest.mark.parametrize("name", DEMOS)
def test_no_task_is_met_before_the_prediction(wake, name):
    live = wake(name)
    for _, met in settings(name).values():
        for traits in met:
            live.set(**traits)
    assert live.get("done") == []


def test_a_met_task_stays_met_and_is_reported_once(demo):
    live = demo("aperture")
    live.set(angle=45, flow=[1, -1])
    live.set(flow=[1, 0])
    live.set(flow=[1.2, -1.2])
    assert live.get("done").count("hidden") == 1


def test_the_button_slides_the_motion_to_its_twin(demo):
    live = demo("aperture")
    before = live.get("normal_flow")
    live.press("Slide the motion along the dotted line")
    assert live.get("normal_flow") == pytest.approx(before, abs=0.09)  # motions lie on a grid of 0.1 px
    assert "twins" in live.get("done")
