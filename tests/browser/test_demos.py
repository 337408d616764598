"""The demos on their published pages: predicted first, driven by pointer and keyboard, heard and seen."""

import re

import numpy as np
import pytest
from kinema import flow
from kinema.metrics import epe
from playwright.sync_api import expect
from published import DEMOS, frames, published, slopes
from settings import equations, filmed, mean_errors, outliers, settings

pytestmark = pytest.mark.browser

PLAYERS = (
    "aliasing", "aperture", "diffusion_steps", "flow_errors", "flow_uses", "live_flow", "long_video", "motion_models",
    "point_lights", "preferred",
)  # fmt: skip


# ---- the prediction ----


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_is_locked_until_the_reader_commits(wake, name):
    live, state = wake(name), published(name)[1]
    body, outcome = live.node.locator(".kd-body"), live.node.locator(".kd-outcome")
    assert live.get("prediction") == ""
    assert body.evaluate("(b) => b.inert")
    control = body.locator("button, input").last
    control.evaluate("(c) => c.focus()")
    assert control.evaluate("(c) => c !== document.activeElement"), "a locked control takes the focus"
    option = state["options"][-1]
    live.node.get_by_role("button", name=option, exact=True).click()
    assert live.get("prediction") == option
    expect(outcome).to_contain_text(f"You said: {option}.")
    expect(outcome).to_contain_text(state["reveal"])
    assert not body.evaluate("(b) => b.inert")
    expect(live.node.locator(".kd-option[aria-pressed=true]")).to_have_text(option)


def test_a_reader_may_skip_the_guess_and_that_is_recorded(wake):
    live = wake("aperture")
    live.press("Skip the guess")
    assert live.get("prediction") == "(skipped)"
    expect(live.node.locator(".kd-outcome")).to_contain_text("You skipped the guess.")
    assert not live.node.locator(".kd-body").evaluate("(b) => b.inert")


def test_a_prediction_can_be_made_from_the_keyboard(wake):
    live = wake("taylor")
    live.keys(live.node.locator(".kd-option").first, "Tab", "Enter")
    assert live.get("prediction") == published("taylor")[1]["options"][1]


# ---- the pointer ----


def test_the_true_motion_follows_the_pointer(demo):
    live = demo("aperture")
    live.drag_handle_to(1, 0.7, 0.2)  # the plane shows -2.5 to 2.5 pixels both ways
    assert live.get("flow") == pytest.approx([1.0, -1.5])
    live.click(1, 0.3, 0.9)
    assert live.get("flow") == pytest.approx([-1.0, 2.0])
    assert live.get("normal_flow") == pytest.approx([0.5, 0.5])
    live.drag_handle_to(1, 1.4, 0.5)
    assert live.get("flow") == pytest.approx([2.5, 0]), "a motion beyond the plane stops at its rim"


def test_the_hues_follow_the_pointer_on_their_sliders(demo):
    live = demo("color_edge")
    slider = live.node.get_by_role("slider", name="Hue on the right", exact=True)
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    assert live.get("right") == pytest.approx(177.5, abs=5)  # a slider's step is 5 degrees
    assert live.get("eigenvalues")[0] > 0


def test_a_click_on_the_frame_adds_the_line_of_that_pixel(demo):
    live = demo("constraint_lines")
    live.click(0, *live.pixel(30, 20))
    live.click(0, *live.pixel(120, 70))
    assert live.get("points") == [[30, 20], [120, 70]]
    assert live.get("cursor") == [120, 70]
    live.drag_handle_to(0, *live.pixel(60, 40))
    assert live.get("cursor") == [60, 40]
    assert len(live.get("points")) == 2, "dragging the dot adds nothing"
    live.press("Add this pixel's line")
    assert live.get("points")[-1] == [60, 40]
    live.press("Clear")
    assert live.get("points") == []


def test_a_click_on_the_dot_itself_adds_its_pixel(demo):
    live = demo("constraint_lines")
    live.click(0, *live.pixel(30, 20))
    live.click(0, *live.pixel(30, 20))
    assert live.get("points") == [[30, 20], [30, 20]]


def test_the_pointer_paints_where_it_goes(demo):
    live = demo("eigen_patch")
    live.press("All mid")
    live.press("black")
    live.page.mouse.move(*live.at(0, 0.5 / 11, 2.5 / 11))
    live.page.mouse.down()
    live.page.mouse.move(*live.at(0, 3.5 / 11, 2.5 / 11), steps=12)
    live.page.mouse.up()
    live.page.mouse.move(*live.at(0, 8.5 / 11, 8.5 / 11), steps=4)
    patch = np.reshape(live.get("patch"), (11, 11))
    assert np.argwhere(patch == 0).tolist() == [[2, 0], [2, 1], [2, 2], [2, 3]]
    assert live.get("cursor") == [3, 2]


def test_the_pointer_paints_under_the_brush_mark_too(demo):
    live = demo("eigen_patch")
    live.press("All mid")
    column, row = live.get("cursor")
    live.click(0, (column + 0.5) / 11, (row + 0.5) / 11)
    assert live.get("patch")[row * 11 + column] == 255


def test_the_tracked_point_follows_the_pointer_and_the_uses_their_buttons(demo):
    live = demo("flow_uses")
    expect(live.handle()).to_be_hidden()
    live.press("track a point")
    assert live.get("use") == "track"
    height, width = live.get("shape")[1:]
    tall = 420 * height / width + 40  # canvas units: the clip, with 20 free above and below
    live.drag_handle_to(0, 60.5 / width, (30.5 * 420 / width + 20) / tall)
    assert live.get("point") == [60, 30]
    for name, use in (("mosaic", "mosaic"), ("shape", "shape"), ("slow motion", "effect"), ("feed a net", "features")):
        live.press(name)
        assert live.get("use") == use


def test_the_strength_counts_only_while_stabilising(demo):
    live = demo("flow_uses")
    strength = live.node.get_by_role("slider", name="Stabilise by", exact=True)
    expect(strength).to_be_disabled()
    live.press("stabilise")
    expect(strength).to_be_enabled()
    whole = live.get("screen_drift")
    live.slide("Stabilise by", 0.5)
    assert live.get("screen_drift") == pytest.approx(whole / 2)


def test_the_six_numbers_follow_the_three_dots(demo):
    live = demo("motion_models", still=True)
    live.set(a5=0)
    dots = live.handle()
    (height, width), frames = live.get("shape"), 3  # a dot shows three frames of motion

    def drag(k, x, y):
        start, end = dots.nth(k).bounding_box(), live.at(0, 0.5 + x / width, 0.5 + y / height)
        live.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        live.page.mouse.down()
        live.page.mouse.move(*end, steps=4)
        live.page.mouse.up()

    drag(0, frames * 2.0, -frames * 1.0)
    assert [live.get(f"a{k}") for k in range(1, 7)] == pytest.approx([2, 0, 0, -1, 0, 0])
    drag(1, width / 4 + frames * (2 + 0.05 * width / 4), frames * (-1 + 0.1 * width / 4))
    assert [live.get(f"a{k}") for k in range(1, 7)] == pytest.approx([2, 0.05, 0, -1, 0.1, 0], abs=0.006)
    live.keys(dots.nth(2), "ArrowLeft", "ArrowLeft", "ArrowDown")
    assert [live.get("a3"), live.get("a6")] == pytest.approx([-0.01, 0.005])
    live.keys(dots.nth(2), *["Shift+ArrowDown"] * 4)
    assert live.get("a6") == pytest.approx(0.1), "a dot stops where its slider ends"


def test_the_limits_follow_the_dots_on_their_lines(demo):
    live = demo("flow_scores")
    dot = live.handle().nth(0)
    box = dot.bounding_box()
    live.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    live.page.mouse.down()
    live.page.mouse.move(*live.at(0, 0.2, 0.3), steps=4)
    live.page.mouse.up()
    assert live.get("px") == 10, "it stops where its slider ends"
    live.keys(dot, "ArrowDown", "ArrowDown", "ArrowDown", "ArrowRight")
    assert 2 < live.get("px") < 5
    live.keys(live.handle().nth(1), *["ArrowUp"] * 9)
    assert live.get("pct") == 20
    live.keys(live.handle().nth(1), *["ArrowDown"] * 19)
    assert live.get("pct") == 1
    live.press("px alone")
    expect(live.handle().nth(1)).to_be_hidden()
    live.press("mean error")
    expect(dot).to_be_hidden()


def test_the_wheel_follows_pointer_and_keys_and_says_what_a_colour_means(demo):
    live = demo("flow_scores")
    live.click(2, 0.5, 0.95)
    u, v = live.get("direction")
    assert u == pytest.approx(0, abs=0.02) and v == pytest.approx(1, abs=1e-3), "a motion stops at the rim"
    expect(live.status).to_contain_text("means down")
    live.keys(live.handle().nth(2), *["ArrowLeft"] * 5)
    assert live.get("direction")[0] == pytest.approx(-0.25, abs=0.05)
    assert "read" not in live.get("done")


def test_the_scores_stay_hidden_until_the_guess_and_are_then_those_of_the_fields(wake):
    live = wake("flow_scores")
    cells = live.node.locator(".kd-second tbody tr td")
    assert cells.all_inner_texts()[2:] == ["?"] * 6
    live.predict()
    want = [f"{mean_errors()[n]:.2f} px" for n in "AB"]
    want += [f"{100 * outliers(n, rule, 3, 5):.1f} %" for rule in ("and", "or", "px") for n in "AB"]
    assert cells.all_inner_texts() == want
    assert mean_errors()["A"] < mean_errors()["B"] and outliers("A", "and", 3, 5) > outliers("B", "and", 3, 5)


def test_the_published_table_is_ranked_by_its_chosen_column_with_missing_figures_last(demo):
    live = demo("flow_scores")
    names = live.node.locator(".kd-quoted tbody th")
    assert names.first.inner_text() == "VCN"
    live.press("KITTI 2012")
    assert names.all_inner_texts()[:2] == ["HD3", "IRR-PWC"]
    assert set(names.all_inner_texts()[-2:]) == {"FlowNetC", "VCN"}
    assert live.node.locator(".kd-quoted tbody td:first-child").all_inner_texts() == [*"1234567", "–", "–"]


def test_a_model_counts_as_tried_until_the_true_motion_changes(demo):
    live = demo("motion_models", still=True)
    live.press("Fit a model")
    expect(live.handle().first).to_be_hidden()
    expect(live.node.get_by_role("slider", name="a1", exact=True)).to_be_hidden()
    live.press("perspective, 8")
    live.press("camera turns")
    assert live.get("mean_error") < 1e-9
    assert "curved" not in live.get("done"), "affine was tried on the turn only"
    live.press("affine, 6")
    assert "curved" in live.get("done")


def test_the_best_translation_of_a_turn_is_none(demo):
    live = demo("motion_models", still=True)
    live.set(part="fit", truth="turn", model="translation", noise=0, sees="all")
    assert live.get("fitted") == pytest.approx([0, 0], abs=1e-12)
    expect(live.status).to_contain_text("The best translation is (0.00, 0.00) px.")


def test_the_window_follows_the_pointer(demo):
    live = demo("lk_window")
    live.drag_handle_to(0, *live.pixel(100, 80))
    assert live.get("point") == [100, 80]
    live.click(0, *live.pixel(33, 12))
    assert live.get("point") == [33, 12]


def test_the_pixel_to_look_for_follows_the_pointer_with_its_patch_inside(demo):
    live = demo("search")
    live.click(0, *live.pixel(40, 20))
    assert live.get("point") == [40, 20]
    live.drag_handle_to(0, *live.pixel(70, 33))
    assert live.get("point") == [70, 33]
    live.click(0, *live.pixel(1, 1))
    live.slide("Patch", 9)
    assert live.get("point") == [4, 4], "the patch of 9 x 9 stays inside the frame"


def test_the_row_moves_with_the_pointer_on_its_sliders(demo):
    live = demo("taylor")
    slider = live.node.get_by_role("slider", name="Moves right by", exact=True)
    box = slider.bounding_box()
    slider.click(position={"x": box["width"] * 0.75, "y": box["height"] / 2})
    assert live.get("displacement") == pytest.approx(4, abs=1)  # the thumb's width shifts it


def test_the_iteration_steps_and_goes_back_by_its_buttons(demo):
    live = demo("iterate")
    live.press("two frames")
    for _ in range(2):
        live.press("Next step")
    assert (live.get("view"), live.get("steps")) == ("frames", 2)
    expect(live.status).to_contain_text("Step 2:")
    live.press("I0 along −d")
    live.press("nearest")
    assert (live.get("moved"), live.get("interpolation")) == ("I0", "nearest")
    live.press("Back to the start")
    assert live.get("estimate") == [0, 0]


def test_the_pyramid_is_walked_down_by_its_buttons(demo):
    live = demo("coarse_to_fine")
    for name in ("Next: run level 3", "Next: warp level 2", "Next: run level 2"):
        live.press(name)
    assert live.get("stage") == 3
    live.press("forget the × 2")
    live.press("To the end")
    assert (live.get("stage"), live.get("doubled")) == (7, False)
    expect(live.node.get_by_role("button", name="Done", exact=True)).to_be_visible()
    live.press("Back to the start")
    assert live.get("stage") == 0


def test_the_wheel_has_its_spoke_marked_by_a_button(demo):
    live = demo("aliasing", still=True)
    before = live.picture()
    live.press("one marked")
    assert live.get("marked") is True
    assert live.picture() != before


# ---- the keyboard ----


def test_arrow_keys_move_the_true_motion_by_tenths_right_and_down(demo):
    live = demo("aperture")
    live.keys(live.handle(), "ArrowRight", "ArrowDown", "ArrowDown")
    assert live.get("flow") == pytest.approx([1.1, 0.6])
    live.keys(live.handle(), "Shift+ArrowLeft")
    assert live.get("flow") == pytest.approx([0.1, 0.6])
    live.keys(live.node.get_by_role("slider", name="Stripes face", exact=True), "ArrowRight")
    assert live.get("angle") == 60


def test_arrow_keys_and_enter_add_pixels(demo):
    live = demo("constraint_lines")
    x, y = live.get("cursor")
    live.keys(live.handle(), "ArrowLeft", "ArrowUp", "Enter", "Shift+ArrowRight", "Space")
    assert live.get("points") == [[x - 1, y - 1], [x + 9, y - 1]]


def test_arrow_keys_and_enter_paint(demo):
    live = demo("eigen_patch")
    live.press("All mid")
    live.keys(live.handle(), "ArrowRight", "Enter", "ArrowUp", "Space", "Space")
    patch = np.reshape(live.get("patch"), (11, 11))
    assert np.argwhere(patch == 255).tolist() == [[4, 6], [5, 6]]
    live.keys(live.handle(), *["ArrowUp"] * 9)
    assert live.get("cursor") == [6, 0], "the brush stops at the rim"


@pytest.mark.parametrize("name", ["lk_window", "search"])
def test_arrow_keys_move_the_chosen_pixel_and_stop_at_the_border(demo, name):
    live = demo(name)
    x, y = live.get("point")
    live.keys(live.handle(), "ArrowRight", "ArrowDown", "Shift+ArrowRight")
    assert live.get("point") == [x + 11, y + 1]
    live.set(point=[1, 1], **({"patch": 1} if name == "search" else {}))
    live.keys(live.handle(), "ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowUp")
    assert live.get("point") == [0, 0]


def test_arrow_keys_move_the_tracked_point(demo):
    live = demo("flow_uses")
    live.press("track a point")
    x, y = live.get("point")
    live.keys(live.handle(), "ArrowLeft", "ArrowDown")
    assert live.get("point") == [x - 1, y + 1]


@pytest.mark.parametrize(
    ("name", "label", "trait", "step"),
    [
        ("aliasing", "Stripes every", "period", 1),
        ("aliasing", "They move", "shift", 0.5),
        ("aliasing", "Levels", "levels", 1),
        ("average_precision", "Keep the first", "kept", 1),
        ("coarse_to_fine", "True motion u", "motion", 0.5),
        ("coarse_to_fine", "Iterations per level", "rounds", 1),
        ("color_edge", "Hue on the left", "left", 5),
        ("color_edge", "Stripes in blue alone", "extra", 0.1),
        ("cost_accuracy", "Budget for a video", "budget", 0.025),
        ("flow_errors", "Motion", "speed", 0.25),
        ("flow_errors", "Light changes", "light", 0.05),
        ("flow_errors", "Noise", "noise", 0.01),
        ("flow_errors", "Window", "window", 2),
        ("flow_scores", "px", "px", 0.25),
        ("flow_scores", "%", "pct", 0.5),
        ("flow_uses", "Time", "time", 0.1),
        ("iterate", "Steps", "steps", 1),
        ("iterate", "True motion", "motion", 0.5),
        ("iterate", "Blur first", "blur", 0.5),
        ("attention_map", "Channels C", "channels", -1),
        ("inflation", "Depth", "depth", 2),
        ("inflation", "Speed", "speed", 0.5),
        ("kernel_slide", "Layers", "layers", 1),
        ("kernel_slide", "Output", "place", 1),
        ("long_memory", "Stride", "stride", 1),
        ("long_memory", "Flashes apart", "spacing", 1),
        ("long_memory", "A flash lasts", "flash", 0.25),
        ("lk_window", "Window", "window", 2),
        ("motion_models", "a1", "a1", 0.25),
        ("motion_models", "a3", "a3", 0.005),
        ("search", "Search within", "radius", 1),
        ("search", "Same means within", "tolerance", 1),
        ("point_lights", "Lamps on", "lamps", -1),
        ("preferred", "Price of change", "price", 1),
        ("preferred", "Place", "place", 1),
        ("receptive_field", "Layers", "layers", 1),
        ("receptive_field", "Kernel, time", "depth", 2),
        ("receptive_field", "Probe, x", "probe_x", 1),
        ("score_fusion", "Motion: clap", "b3", 0.1),
        ("score_fusion", "Weight of motion", "weight", 0.05),
        ("space_time_net", "Depth of conv1", "depth1", 2),
        ("space_time_net", "Clip", "frames", 8),
        ("taylor", "Moves right by", "displacement", 0.1),
        ("taylor", "Wavelength", "wavelength", 1),
        ("taylor", "Pixel", "position", 0.5),
        ("weak_input", "From frame", "first", 1),
        ("diffusion_steps", "Step t", "t", -1),
        ("frame_dependency", "Layers", "layers", 1),
        ("frame_dependency", "Output frame", "place", 1),
        ("frame_dependency", "Frames", "frames", 1),
        ("frame_dependency", "Pixels", "side", 4),
        ("given_frames", "Memory ρ", "rho", 0.05),
        ("long_video", "Call", "stage", 1),
        ("long_video", "Film N", "total", 4),
        ("long_video", "Window K", "window", 1),
        ("long_video", "Made in a call", "step", 1),
        ("long_video", "Real at the start", "observed", 1),
        ("task_masks", "Memory ρ", "rho", 0.05),
    ],
)
def test_an_arrow_key_moves_a_slider_by_one_step(demo, name, label, trait, step):
    live = demo(name, still=True)  # playing moves the time too
    before = live.get(trait)
    slider = live.node.get_by_role("slider", name=label, exact=True)
    live.keys(slider, "ArrowRight" if step > 0 else "ArrowLeft")
    assert live.get(trait) == pytest.approx(before + step)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"\d"))


@pytest.mark.parametrize("name", DEMOS)
def test_every_control_has_a_name_and_keeps_its_keys_from_jupyterlab(demo, name):
    live = demo(name)
    for control in live.node.locator("button, input").all():
        assert control.evaluate("(c) => (c.ariaLabel || c.textContent).trim()")
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"


# ---- what it says ----

def test_the_noised_number_follows_pointer_and_keys(demo):
    live = demo("diffusion_steps", still=True)
    live.slide("Step t", 8)
    live.drag_handle_to(0, (300 + 0.9 / 3.3 * 286) / 600, 232 / 476)
    assert live.get("x") == pytest.approx(0.9, abs=0.05)
    live.keys(live.handle(), "ArrowRight", "ArrowRight")
    assert live.get("x") == pytest.approx(1.0, abs=0.05)
    assert "torn" in live.get("done")


def test_a_walk_is_stepped_and_pauses_when_its_slider_moves(demo):
    live = demo("diffusion_steps")
    live.slide("Step t", 50)
    assert live.get("t") == 50 and live.node.get_by_role("button", name="Play", exact=True).is_visible()
    live.press("Step")
    assert live.get("t") == 49


def test_frames_are_given_by_their_buttons_and_dragged_to_their_values(demo):
    live = demo("task_masks")
    live.press("a gap")
    assert live.get("named") == "interpolation"
    live.node.get_by_role("button", name="Frame 4: to be made", exact=True).click()
    assert live.get("observed") == [True, False, False, True, False, False, False, True] and live.get("named") == ""
    live.keys(live.node.get_by_role("button", name="Value of frame 4", exact=True), "ArrowUp", "Shift+ArrowUp")
    assert live.get("values")[3] == pytest.approx(1.4)


def test_the_ends_of_the_film_follow_pointer_and_keys(demo):
    live = demo("given_frames")
    last = live.node.get_by_role("button", name="Last frame", exact=True)
    live.keys(last, "ArrowUp", "Shift+ArrowUp")
    assert live.get("ends") == pytest.approx([1, 0.1])
    live.press("guidance")
    expect(live.node.get_by_role("slider", name="Each step walked", exact=True)).to_be_disabled()
    live.slide("Push of guidance", 12)
    assert "burst" in live.get("done")


def test_a_click_on_the_matrix_chooses_an_output_frame(demo):
    live = demo("frame_dependency")
    live.click(0, 100 / 600, (30 + 150) / 462)
    assert live.get("place") == 10
    live.press("attention over time")
    expect(live.status).to_contain_text("depends on frames 1 to 16")


def test_a_plan_is_stepped_call_by_call_and_its_step_fits_the_window(demo):
    live = demo("long_video", still=True)
    live.press("Step")
    assert live.get("stage") == 2
    live.slide("Window K", 4)
    assert live.get("step") == 3
    live.press("hierarchy, 2 levels")
    assert live.get("drift")[-1] == 1


CHANGES = {
    "diffusion_steps": {"t": 40},
    "frame_dependency": {"mode": "3d"},
    "given_frames": {"method": "conditional"},
    "long_video": {"scheme": "hierarchy-2"},
    "task_masks": {"rho": 0.5},
    "aliasing": {"shift": 7},
    "aperture": {"flow": [0.5, -1.0]},
    "attention_map": {"scale": "raw"},
    "average_precision": {"chosen": 0},
    "coarse_to_fine": {"stage": 3},
    "color_edge": {"right": 240},
    "constraint_lines": {"points": [[30, 20]]},
    "cost_accuracy": {"price": "video"},
    "eigen_patch": {"patch": [0, 255] * 60 + [0]},
    "flow_errors": {"speed": 3},
    "flow_scores": {"rule": "or"},
    "flow_uses": {"use": "mosaic"},
    "inflation": {"mode": "undivided"},
    "iterate": {"steps": 2},
    "kernel_slide": {"mode": "stacked"},
    "live_flow": {"levels": 1},
    "lk_window": {"point": [20, 20]},
    "long_memory": {"stride": 8},
    "motion_models": {"a3": 0.05},
    "point_lights": {"kind": "inverted"},
    "preferred": {"price": 1},
    "receptive_field": {"stride_t": 2},
    "score_fusion": {"b2": 4.0},
    "search": {"tolerance": 30},
    "shuffle_frames": {"order": [8, 7, 6, 5, 4, 3, 2, 1, 0]},
    "slowfast_designer": {"ratio": 4},
    "space_time_net": {"depth3": 7},
    "taylor": {"displacement": 3},
    "weak_input": {"kind": "gray"},
}


@pytest.mark.parametrize("name", DEMOS)
def test_a_change_is_drawn_and_announced(demo, name):
    live = demo(name, still=True)
    expect(live.status).to_have_attribute("aria-live", "polite")
    before, said = live.picture(), live.status.inner_text()
    assert said
    last = live.node.locator("canvas").count() - 1
    drawn = before, live.picture(last)
    live.set(**CHANGES[name])
    expect(live.status).not_to_have_text(said)
    assert (live.picture(), live.picture(last)) != drawn
    assert live.page.record.complaints() == []


def test_the_window_reports_what_kinema_computes(demo):
    live = demo("lk_window")
    I0, I1 = (f / 255 for f in frames("lk_window"))
    live.set(point=[100, 80], window=15)
    want = flow.lucas_kanade_at(I0, I1, np.array([[100.0, 80.0]]), window=15, gradient_of="mean")[0]
    np.testing.assert_allclose(live.get("flow"), want, rtol=1e-9)
    J = [S[80, 100] for S in flow.structure_tensor(*slopes("lk_window")[:2], window=15)]
    np.testing.assert_allclose(live.get("sums")[:3], J, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("light", "noise", "motions"), [(0, 0, "one"), (0.15, 0, "two"), (-0.1, 0.04, "two")])
def test_the_error_reports_what_kinemas_lucas_kanade_gets_wrong(demo, light, noise, motions):
    live = demo("flow_errors")
    live.set(speed=1.5, light=light, noise=noise, motions=motions, window=9)
    I0, I1, truth = filmed(speed=1.5, light=light, noise=noise, motions=motions)
    flow_ = flow.lucas_kanade(I0, I1, window=9, gradient_of="mean")
    assert live.get("mean_error") == pytest.approx(epe(flow_, truth), rel=1e-9)
    assert live.get("solved") == np.isfinite(flow_[0]).mean()
    J = flow.structure_tensor(*flow.derivatives(I0, I1, gradient_of="mean")[:2], window=9)
    assert live.get("condition") == pytest.approx(np.median(flow.condition_number(*flow.eigenvalues(*J))), rel=1e-9)


def test_the_search_reports_what_kinema_finds(demo):
    live = demo("search")
    I0, I1 = (f.astype(float) for f in frames("search"))
    for point in ([50, 30], [12, 8], [80, 60]):
        live.set(point=point, patch=3, radius=6, tolerance=12)
        # Costs of whole grey levels: exact ties are real ones.
        want = flow.match_pixel(I0, I1, point, radius=6, patch=3, channel_axis=-1, tolerance=0)
        assert live.get("matches") == (want.cost <= 144).sum()
        assert live.get("flow") == list(want.flow)


def test_the_nearest_match_reported_is_kinemas(demo):
    live = demo("aliasing", still=True)
    for period, shift in ((8, 6), (8, -4), (13, 14), (12, 6)):
        live.set(period=period, shift=shift)
        assert live.get("apparent") == pytest.approx(flow.nearest_match_shift(period, shift))


def test_the_pyramid_reports_the_lectures_halved_motions(demo):
    live = demo("coarse_to_fine")
    # The lecture's 1.25, 2.5, 5 and 10 px, as measured: the coarsest level has 12 x 9 pixels to go by.
    assert [u for u, _ in live.get("estimate")] == pytest.approx([1.25, 2.5, 5, 10], rel=0.03)
    assert live.get("error") < 0.01


def test_the_lines_meet_where_kinema_says(demo):
    live = demo("constraint_lines")
    points = settings("constraint_lines")["average"].met[-1]["points"]
    live.set(points=points)
    want, _ = flow.intersect_constraints(*equations(points))
    np.testing.assert_allclose(live.get("flow"), want, rtol=1e-9)


# ---- the players ----


def runs(live):
    """Whether the moving picture changes by itself."""
    before = live.picture()
    for _ in range(12 if live.get("motions") else 1):  # the demo of errors shows each frame for half a second
        live.page.wait_for_timeout(150)
        if live.picture() != before:
            return True
    return False


@pytest.mark.parametrize("name", PLAYERS)
def test_a_player_starts_after_the_prediction_pauses_and_steps(wake, name):
    live = wake(name)
    button = live.node.locator(".kd-button", has_text=re.compile("^(Play|Pause)$"))
    expect(button).to_have_text("Play")
    assert not runs(live), "it moves before the reader has committed"
    live.predict()
    expect(button).to_have_text("Pause")
    live.node.locator("canvas").first.scroll_into_view_if_needed()
    assert runs(live)
    button.click()
    expect(button).to_have_text("Play")
    assert not runs(live)
    before = live.picture()
    live.press("Step")
    assert live.picture() != before
    assert not runs(live)
    button.click()
    live.node.locator("canvas").first.scroll_into_view_if_needed()
    assert runs(live)


@pytest.mark.parametrize("name", PLAYERS)
def test_a_player_starts_paused_for_readers_who_ask_for_reduced_motion(demo, name):
    live = demo(name, still=True)
    expect(live.node.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert not runs(live)
    before = live.picture()
    live.press("Step")
    assert live.picture() != before
