"""The demos in JupyterLab: on the reader's own arrays, and every value they show is a Python value."""

import json

import nbformat
import numpy as np
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

# Small frames made on the spot, none of them shipped with the course.
MAKE = """\
import numpy as np
from kinema.data import moving_pair, texture, translation_flow
from kinema.flow import lucas_kanade_at
from kinema.widgets import *

pair = moving_pair(texture(seed=5, shortest=9), translation_flow(0.75, -0.5, (40, 60)))
levels = [np.rint(255 * f) / 255 for f in (pair.I0, pair.I1)]  # as a demo sees them
rng = np.random.default_rng(5)
colors = rng.integers(0, 256, (30, 40, 3), dtype=np.uint8)
clip = np.stack([np.roll(pair.I0, k, axis=1) for k in range(4)])
y, x = np.mgrid[:48, :64].astype(float)
spots = np.zeros((9, 9))
spots[3:6, 3:6] = 1

demos = {
    "aliasing": AliasingDemo(period=8),
    "aperture": ApertureDemo(flow=[0.5, 0.5]),
    "coarse_to_fine": CoarseToFineDemo(seed=5, shortest=8),
    "color_edge": ColorEdgeDemo(left=120.0),
    "constraint_lines": ConstraintLinesDemo(pair.I0, pair.I1, (0.75, -0.5)),
    "eigen_patch": EigenPatchDemo(spots),
    "flow_errors": FlowErrorsDemo(speed=1.0),
    "flow_scores": FlowScoresDemo(*rng.normal(0, 9, (3, 2, 12, 20))),
    "flow_uses": FlowUsesDemo(clip),
    "iterate": IterateDemo(seed=1),
    "attention_map": AttentionMapDemo(clip),
    "inflation": InflationDemo(depth=5),
    "long_memory": LongMemoryDemo(stride=6),
    "point_lights": PointLightsDemo(lamps=8),
    "preferred": PreferredStimulusDemo(rng.normal(0, 1, (2, 3, 4, 12, 16)), [[8, 6, 4], [9, 3, 1]], [0, 1, 10]),
    "receptive_field": ReceptiveFieldDemo(clip[:, :40, :40]),
    "score_fusion": ScoreFusionDemo(weight=0.6),
    "kernel_slide": KernelSlideDemo(layers=3),
    "live_flow": LiveFlowDemo(np.stack([texture(seed=5, shortest=9)(x - 0.9 * k, y + 0.5 * k) for k in range(6)])),
    "lk_window": LucasKanadeDemo(pair.I0, pair.I1, point=[30, 20]),
    "motion_models": MotionModelsDemo(pair.I0),
    "search": SearchDemo(colors, np.roll(colors, (1, 2), axis=(0, 1)), point=[20, 15]),
    "shuffle_frames": ShuffleFramesDemo(clip),
    "space_time_net": SpaceTimeNetDemo(frames=24),
    "average_precision": AveragePrecisionDemo(kept=3),
    "cost_accuracy": CostAccuracyDemo(first=2),
    "slowfast_designer": SlowFastDesignerDemo(alpha=4),
    "weak_input": WeakInputDemo(np.stack([np.roll(colors, k, axis=1) for k in range(4)])),
    "diffusion_steps": DiffusionDemo(t=60),
    "task_masks": TaskMasksDemo(rho=0.8),
    "given_frames": GivenFramesDemo(method="paste"),
    "frame_dependency": FrameDependencyDemo(frames=8),
    "long_video": LongVideoDemo(total=32),
    "taylor": TaylorDemo(ask=""),
}
"""
NAMES = (
    "aliasing",
    "aperture",
    "coarse_to_fine",
    "color_edge",
    "constraint_lines",
    "eigen_patch",
    "flow_errors",
    "flow_scores",
    "flow_uses",
    "iterate",
    "attention_map",
    "inflation",
    "long_memory",
    "point_lights",
    "preferred",
    "receptive_field",
    "score_fusion",
    "kernel_slide",
    "live_flow",
    "lk_window",
    "motion_models",
    "search",
    "shuffle_frames",
    "space_time_net",
    "taylor",
    "average_precision",
    "cost_accuracy",
    "slowfast_designer",
    "weak_input",
    "diffusion_steps",
    "long_video",
    "frame_dependency",
    "given_frames",
    "task_masks",
)


@pytest.fixture(scope="module")
def notebook(lab, open_notebook):
    """A notebook that has made all demos and shows each in a cell of its own."""
    cells = [nbformat.v4.new_code_cell(MAKE), *(nbformat.v4.new_code_cell(f'demos["{n}"]') for n in NAMES)]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.folder / "demos.ipynb")
    notebook = open_notebook("demos.ipynb")
    notebook.run_all()
    assert [o for outputs in notebook.outputs() for o in outputs if o["output_type"] == "error"] == []
    return notebook


class Cell:
    """One demo in its cell."""

    def __init__(self, notebook, name):
        self.notebook, self.name, self.page = notebook, name, notebook.page
        number = 1 + NAMES.index(name)
        self.page.evaluate("(k) => window.notebook.content.scrollToItem(k, 'center')", number)
        self.node = self.page.locator(".jp-Notebook .jp-CodeCell").nth(number).locator(".kinema-demo-live")
        expect(self.node).to_be_visible(timeout=20_000)
        self.status = self.node.locator(".kd-status[role=status]")

    def reset(self, **traits):
        """Set traits from Python; no prediction is asked for."""
        values = json.dumps({"prediction": "(skipped)", **traits})
        code = f"import json\nfor k, v in json.loads({values!r}).items(): setattr(demos['{self.name}'], k, v)"
        assert self.notebook.ask(code) == ""
        expect(self.node.locator(".kd-body")).not_to_have_class("kd-locked")

    def becomes(self, trait, wanted):
        self.notebook.becomes(f"demos['{self.name}'].{trait}", wanted)

    def value(self, trait):
        return self.notebook.value(f"demos['{self.name}'].{trait}")

    def at(self, view, x, y):
        canvas = self.node.locator(".kd-canvas").nth(view)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def click(self, view, x, y):
        self.page.mouse.click(*self.at(view, x, y))

    def keys(self, target, *keys):
        target.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def pictures(self):
        """What the demo's canvases show, once they are drawn."""
        self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        return [c.evaluate("(c) => c.toDataURL()") for c in self.node.locator("canvas").all()]

    def slider(self, label):
        return self.node.get_by_role("slider", name=label, exact=True)

    @property
    def handle(self):
        return self.node.locator(".kd-handle")


@pytest.fixture
def cell(notebook):
    """cell(name, **traits): a demo in its cell, unlocked, with traits as Python set them."""

    def of(name, **traits):
        cell = Cell(notebook, name)
        cell.reset(**traits)
        return cell

    return of


def test_all_render_on_arrays_of_the_readers_own(notebook):
    for name in NAMES:
        live = Cell(notebook, name)
        expect(live.node.locator("canvas").first).to_be_visible()
        expect(live.status).not_to_be_empty()
    assert notebook.complaints() == []


def test_a_prediction_reaches_python(notebook):
    live = Cell(notebook, "color_edge")
    assert live.value("prediction") == ""
    assert live.node.locator(".kd-body").evaluate("(b) => b.inert")
    live.node.get_by_role("button", name="it depends on the hues", exact=True).click()
    live.becomes("prediction", "it depends on the hues")
    expect(live.node.locator(".kd-outcome")).to_contain_text("You said: it depends on the hues.")


def test_a_demo_may_ask_nothing_and_is_open_at_once(notebook):
    live = Cell(notebook, "taylor")
    assert live.node.locator(".kd-predict").count() == 0
    assert not live.node.locator(".kd-body").evaluate("(b) => b.inert")


def test_the_true_motion_reaches_python_from_pointer_and_keys(cell):
    live = cell("aperture", flow=[0.5, 0.5], angle=45.0)
    live.click(1, 0.7, 0.2)
    live.becomes("flow", [1.0, -1.5])
    live.keys(live.handle, "ArrowRight", "ArrowDown")
    live.becomes("flow", [1.1, -1.4])
    np.testing.assert_allclose(live.value("normal_flow"), [-0.15, -0.15])


def test_hues_reach_python_from_pointer_and_keys(cell):
    live = cell("color_edge", left=120.0, right=60.0)
    box = live.slider("Hue on the right").bounding_box()
    live.slider("Hue on the right").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    live.keys(live.slider("Hue on the left"), "ArrowRight", "ArrowRight")
    live.becomes("left", 130.0)
    assert 160 <= live.value("right") <= 195  # the middle, give or take the thumb and a step
    assert live.value("eigenvalues")[0] > 0


def test_chosen_pixels_reach_python_from_pointer_and_keys_and_meet_at_the_motion(cell):
    live = cell("constraint_lines", points=[], cursor=[10, 10])
    live.click(0, 20.5 / 60, 12.5 / 40)
    live.becomes("points", [[20, 12]])
    live.keys(live.handle, "ArrowRight", "ArrowRight", "ArrowDown", "Enter")
    live.becomes("points", [[20, 12], [22, 13]])
    rows = [[x, y] for x in (8, 25, 40, 52) for y in (8, 20, 32)]
    live.reset(points=rows)
    np.testing.assert_allclose(live.value("true_flow"), [0.75, -0.5])
    live.notebook.becomes(f"len(demos['{live.name}'].flow)", 2)
    # The texture is smooth and moves by less than a pixel: first order is good to some hundredths.
    np.testing.assert_allclose(live.value("flow"), [0.75, -0.5], atol=0.1)


def test_paint_reaches_python_from_pointer_and_keys(cell):
    live = cell("eigen_patch", patch=[128] * 81, cursor=[4, 4], brush=255)
    live.click(0, 2.5 / 9, 1.5 / 9)
    live.becomes("patch[9 + 2]", 255)
    live.becomes("cursor", [2, 1])
    live.keys(live.handle, "ArrowDown", "Enter")
    live.becomes("patch[18 + 2]", 255)
    assert sum(p != 128 for p in live.value("patch")) == 2
    assert live.value("label") in ("flat", "edge", "corner")


def test_the_use_the_point_and_the_time_reach_python(cell):
    live = cell("flow_uses", use="features", point=[30, 20])
    live.node.get_by_role("button", name="track a point", exact=True).click()
    live.becomes("use", "track")
    live.keys(live.handle, "ArrowLeft", "ArrowUp")
    live.becomes("point", [29, 19])
    if live.node.get_by_role("button", name="Pause", exact=True).count():  # playing moves the time too
        live.node.get_by_role("button", name="Pause", exact=True).click()
    live.reset(time=1.0)
    live.keys(live.slider("Time"), "ArrowRight")
    live.becomes("time", 1.1)


def test_the_flow_of_the_readers_own_clip_reaches_python(cell):
    live = cell("live_flow", levels=2, iterations=2, window=11, every=1)
    live.node.get_by_role("button", name="Pause", exact=True).click()
    live.reset(time=2)
    live.keys(live.slider("Levels"), "ArrowRight")
    live.becomes("levels", 3)
    live.reset(time=3)
    live.notebook.becomes(f"len(demos['{live.name}'].flow_mean)", 2)
    # The clip moves by (0.9, -0.5) at every pixel; what enters at the border was not there before.
    np.testing.assert_allclose(live.value("flow_mean"), [0.9, -0.5], atol=0.1)
    np.testing.assert_allclose(live.value("speed"), np.hypot(0.9, 0.5), atol=0.1)
    assert live.value("unexplained") < 0.1
    assert live.value("source") == "clip"


def test_the_window_and_its_estimate_reach_python_from_pointer_and_keys(cell):
    live = cell("lk_window", point=[30, 20], window=9)
    live.click(0, 40.5 / 60, 25.5 / 40)
    live.becomes("point", [40, 25])
    live.keys(live.handle, "ArrowLeft")
    live.becomes("point", [39, 25])
    live.keys(live.slider("Window"), "ArrowRight")
    live.becomes("window", 11)
    want = "lucas_kanade_at(*levels, np.array([[39.0, 25.0]]), window=11, gradient_of='mean')[0]"
    # Both sides compute in float64 from whole grey levels: they agree to rounding.
    live.notebook.becomes(f"bool(np.allclose(demos['lk_window'].flow, {want}, rtol=0, atol=1e-9))", True)


def test_the_pixel_and_its_match_reach_python_from_pointer_and_keys(cell):
    live = cell("search", point=[20, 15], patch=1, tolerance=10)
    live.click(0, 12.5 / 40, 10.5 / 30)
    live.becomes("point", [12, 10])
    live.keys(live.handle, "ArrowRight", "ArrowDown")
    live.becomes("point", [13, 11])
    live.keys(live.slider("Patch"), "ArrowRight")
    live.becomes("patch", 3)
    live.becomes("flow", [2, 1])
    live.becomes("matches", 1)


def test_the_stripes_and_their_nearest_match_reach_python_from_pointer_and_keys(cell):
    live = cell("aliasing", period=8.0, shift=3.0, levels=1)
    live.keys(live.slider("They move"), *["ArrowRight"] * 6)
    live.becomes("shift", 6)
    live.becomes("apparent", -2)
    live.becomes("found", -2)
    live.node.get_by_role("button", name="one marked", exact=True).click()
    live.becomes("marked", True)


def test_the_way_down_the_pyramid_reaches_python_from_pointer_and_keys(cell):
    live = cell("coarse_to_fine", stage=0, motion=10.0, levels=4)
    live.node.get_by_role("button", name="Next: run level 3", exact=True).click()
    live.becomes("stage", 1)
    live.node.get_by_role("button", name="forget the blur", exact=True).click()
    live.becomes("blurred", False)
    live.keys(live.slider("Levels"), "ArrowLeft")
    live.becomes("levels", 3)
    live.notebook.becomes(f"len(demos['{live.name}'].estimate)", 3)


def test_the_iteration_and_its_estimate_reach_python_from_pointer_and_keys(cell):
    live = cell("iterate", view="row", motion=3.0, steps=0)
    live.node.get_by_role("button", name="two frames", exact=True).click()
    live.becomes("view", "frames")
    live.keys(live.slider("Steps"), *["ArrowRight"] * 8)
    live.becomes("steps", 8)
    # The texture is the reader's own; on all of them eight steps bring 3 px home to some hundredths.
    live.notebook.becomes(f"bool(np.allclose(demos['{live.name}'].estimate, [2.4, -1.8], atol=0.05))", True)


def test_the_six_numbers_reach_python_from_pointer_and_keys_and_a_fit_comes_back(cell):
    live = cell("motion_models", a5=0.0)
    live.keys(live.handle.nth(0), "ArrowRight", "ArrowUp")
    live.becomes("a1", 0.25)
    live.becomes("a4", -0.25)
    live.keys(live.slider("a6"), "ArrowRight")
    live.becomes("a6", 0.005)
    live.reset(part="fit", truth="turn", model="translation")
    live.notebook.becomes("len(demos['motion_models'].fitted)", 2)
    np.testing.assert_allclose(live.value("fitted"), [0, 0], atol=1e-12)
    live.reset(part="build")


def test_what_goes_wrong_reaches_python_with_its_error(cell):
    live = cell("flow_errors", motions="one", light=0.0)
    before = live.value("mean_error")
    live.node.get_by_role("button", name="a disc in front", exact=True).click()
    live.becomes("motions", "two")
    live.keys(live.slider("Window"), "ArrowRight")
    live.becomes("window", 13)
    assert live.value("mean_error") > 2 * before


def test_limits_and_scores_reach_python(cell):
    live = cell("flow_scores", rule="and", px=3.0)
    live.keys(live.slider("px"), "ArrowRight")
    live.becomes("px", 3.25)
    assert all(0 < s < 1 for s in live.value("scores"))
    live.node.get_by_role("button", name="mean error", exact=True).click()
    live.becomes("rule", "epe")
    live.notebook.becomes("min(demos['flow_scores'].scores) > 5", True)


def test_the_displacement_reaches_python_from_pointer_and_keys(cell):
    live = cell("taylor", displacement=1.0)
    box = live.slider("Wavelength").bounding_box()
    live.slider("Wavelength").click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    live.keys(live.slider("Moves right by"), "ArrowRight", "ArrowRight")
    live.becomes("displacement", 1.2)
    assert 22 <= live.value("wavelength") <= 26
    assert live.value("estimate") != 0


SET = {
    "aliasing": ("period", 5.0, "Stripes every 5 px"),
    "aperture": ("flow", [-1.0, 0.5], "(-1.0, 0.5) px/frame"),
    "coarse_to_fine": ("motion", 6.0, "True motion (6.00, -3.60) px"),
    "color_edge": ("extra", 0.7, "Colour: 1587 equations"),
    "constraint_lines": ("points", [[7, 9], [30, 20]], "2 lines"),
    "eigen_patch": ("patch", [0] * 81, "Mean brightness 0 of 255"),
    "flow_errors": ("light", 0.2, "Violated: brightness is not constant"),
    "flow_scores": ("rule", "or", "By outliers, px or %"),
    "flow_uses": ("use", "mosaic", "Lay each frame where the camera looked"),
    "iterate": ("steps", 1, "Step 1:"),
    "attention_map": ("scale", "raw", "places answer"),
    "inflation": ("mode", "undivided", "answers 5.00 times"),
    "long_memory": ("method", "bank", "With its bank"),
    "preferred": ("unit", 1, "the unit answers 9.0"),
    "point_lights": ("kind", "scrambled", "8 lamps, scrambled, moving"),
    "receptive_field": ("stride_t", 2, "is 1 ×"),
    "score_fusion": ("b2", 5.0, "Averaged probabilities choose wave"),
    "kernel_slide": ("mode", "3d", "depends on 7 frames"),
    "live_flow": ("window", 7, "window 7"),
    "lk_window": ("window", 5, "25 equations"),
    "motion_models": ("a1", 3.0, "This is a shift"),
    "search": ("radius", 2, "of 25 candidates"),
    "shuffle_frames": ("order", [3, 2, 1, 0], "Edges: the same bars as in order"),
    "space_time_net": ("depth5", 7, "has seen 72 frames"),
    "taylor": ("displacement", -2.5, "true -2.5 px"),
    "average_precision": ("kept", 6, "of the 6 surest"),
    "cost_accuracy": ("price", "video", "price not given"),
    "slowfast_designer": ("ratio", 32, "M parameters"),
    "weak_input": ("kind", "half", "half resolution, of a film"),
    "task_masks": ("rho", 0.5, "0.01 ± 2.00"),
    "given_frames": ("method", "conditional", "Conditional model: a mean is off"),
    "frame_dependency": ("mode", "3d", "output frame 8 depends on frames 7 to 8"),
    "long_video": ("scheme", "hierarchy-2", "At most 2 calls"),
    "diffusion_steps": ("schedule", "cosine", "the cosine schedule"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_trait_set_in_python_moves_the_front_end(cell, name):
    live = cell(name)
    trait, value, words = SET[name]
    before = live.pictures()
    live.reset(**{trait: value})
    expect(live.status).to_contain_text(words)
    assert live.pictures() != before


def test_a_task_that_is_met_is_reported_to_python(cell):
    live = cell("aperture", angle=45.0, done=[])
    live.reset(flow=[1.0, -1.0])
    live.becomes("done", ["hidden"])


def test_arrow_keys_stay_with_the_demo_and_select_no_other_cell(cell):
    live = cell("lk_window", point=[30, 20])
    before = live.page.evaluate("() => window.notebook.content.activeCellIndex")
    live.keys(live.handle, "ArrowDown", "ArrowUp", "ArrowDown")
    live.keys(live.slider("Window"), "ArrowDown", "ArrowUp")
    live.becomes("point", [30, 21])
    after = live.page.evaluate("() => window.notebook.content.activeCellIndex")
    assert after in (before, 1 + NAMES.index("lk_window")), "the keys wandered to another cell"


def test_nothing_complained_along_the_way(notebook):
    assert notebook.complaints() == []
