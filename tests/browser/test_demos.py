"""The eight demos on their published pages: predicted first, driven by pointer and keyboard, their tasks done.

What the page carries is read from its HTML; settings that meet a task, or just miss it, are found
there with kinema, never by trial in the browser.
"""

import base64
import html
import json
import re
from contextlib import ExitStack
from functools import lru_cache

import chromium
import numpy as np
import pytest
from coursekit.notebooks import pages
from coursekit.paths import HTML
from kinema import flow
from kinema.flow.structure_tensor import window_products
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

DEMOS = ("aperture", "color_edge", "constraint_lines", "eigen_patch", "flow_uses", "lk_window", "search", "taylor")
PLAYERS = ("aperture", "flow_uses")


@lru_cache(maxsize=None)
def published(name):
    """(page, state) of a demo as its page carries it."""
    for page in pages():
        text = (HTML / f"{page}.html").read_text(encoding="utf-8")
        if found := re.search(rf'data-demo="{name}" data-state="([^"]*)"', text):
            return page, json.loads(html.unescape(found[1]))
    pytest.fail(f"no page shows the demo {name}")


@lru_cache(maxsize=None)
def frames(name):
    """The two frames that a demo's page carries, grey levels (H, W) or (H, W, 3)."""
    state = published(name)[1]
    raw = (base64.b64decode(state[key]["$bytes"]) for key in ("frame0", "frame1"))
    shape = state["shape"] + ([3] if name == "search" else [])
    return tuple(np.frombuffer(r, np.uint8).reshape(shape) for r in raw)


@lru_cache(maxsize=None)
def slopes(name):
    """Ix, Iy, It of a demo's frames, as its JavaScript takes them."""
    I0, I1 = (f / 255 for f in frames(name))
    return flow.derivatives(I0, I1, gradient_of="mean")


class Live:
    """A demo that is awake on its page."""

    def __init__(self, page, node):
        self.page, self.node = page, node
        self.status = node.locator(".kd-status[role=status]")

    def get(self, name):
        return self.node.evaluate("(n, name) => n.kinemaModel.get(name)", name)

    def set(self, **values):
        """Change several traits at once, so that no mixture of old and new is ever met."""
        self.node.evaluate(
            """({ kinemaModel: model }, values) => {
              Object.assign(model.state, values);
              for (const name of Object.keys(values)) for (const f of model.heard.get(`change:${name}`) || []) f();
            }""",
            values,
        )

    def predict(self, k=0):
        self.node.locator(".kd-option").nth(k).click()

    def slide(self, label, value):
        self.node.get_by_role("slider", name=label, exact=True).fill(str(value))

    def press(self, name):
        self.node.get_by_role("button", name=name, exact=True).click()

    def handle(self):
        return self.node.locator(".kd-handle")

    def keys(self, target, *keys):
        target.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def at(self, view, x, y):
        """Screen position of the fraction (x, y) of the demo's canvas number `view`."""
        canvas = self.node.locator(".kd-canvas").nth(view)
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        return box["x"] + x * box["width"], box["y"] + y * box["height"]

    def click(self, view, x, y):
        self.page.mouse.click(*self.at(view, x, y))

    def drag_handle_to(self, view, x, y):
        start, end = self.handle().bounding_box(), self.at(view, x, y)
        start = self.handle().bounding_box()  # asking for the end may have scrolled the page
        self.page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=4)
        self.page.mouse.up()

    def picture(self, view=0):
        """What the demo's canvas number `view` shows, once it is drawn."""
        self.page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
        return self.node.locator("canvas").nth(view).evaluate("(c) => c.toDataURL()")

    def pixel(self, x, y):
        """Centre of a pixel of the demo's frame as a fraction of the frame."""
        height, width = self.get("shape")[:2]
        return (x + 0.5) / width, (y + 0.5) / height


# Puts a fresh copy of the demo in its place and lets the page's own host script find it, so that
# tests can share a page: loading one takes a second or two.
AGAIN = """async ([name, state, host]) => {
  document.querySelectorAll(".kinema-demo[data-state]").forEach((node) => node.remove());
  const fresh = document.createElement("div"), script = document.createElement("script");
  fresh.className = "kinema-demo";
  fresh.dataset.demo = name;
  fresh.dataset.state = state;
  document.querySelector(`.kinema-demo[data-demo=${name}]`).replaceWith(fresh);
  script.src = host;
  document.head.append(script);
}"""


@pytest.fixture(scope="module")
def its_page(browser, book):
    """its_page(name): the published page of a demo, opened once."""
    with ExitStack() as stack:

        @lru_cache(maxsize=None)
        def of(name):
            page = stack.enter_context(chromium.opened(browser, book))
            page.goto(f"{book}/{published(name)[0]}.html")
            page.locator(f".kinema-demo[data-demo={name}]").scroll_into_view_if_needed()
            expect(page.locator(f".kinema-demo[data-demo={name}]")).to_have_attribute("data-alive", "true")
            return page

        yield of


@pytest.fixture
def wake(its_page, book):
    """wake(name, still=False): the demo alive on its page, still asking for a prediction."""

    def start(name, *, still=False):
        page = its_page(name)
        page.emulate_media(reduced_motion="reduce" if still else "no-preference")
        page.evaluate(AGAIN, [name, json.dumps(published(name)[1]), f"{book}/_static/host.js"])
        node = page.locator(f".kinema-demo[data-demo={name}]")
        node.scroll_into_view_if_needed()
        expect(node).to_have_attribute("data-alive", "true")
        page.record.clear()
        return Live(page, node)

    return start


@pytest.fixture
def demo(wake):
    """demo(name, still=False): the demo alive and unlocked."""

    def start(name, *, still=False):
        live = wake(name, still=still)
        live.predict()
        return live

    return start


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
        ("color_edge", "Hue on the left", "left", 5),
        ("color_edge", "Stripes in blue alone", "extra", 0.1),
        ("flow_uses", "Time", "time", 0.1),
        ("lk_window", "Window", "window", 2),
        ("search", "Search within", "radius", 1),
        ("search", "Same means within", "tolerance", 1),
        ("taylor", "Moves right by", "displacement", 0.1),
        ("taylor", "Wavelength", "wavelength", 1),
        ("taylor", "Pixel", "position", 0.5),
    ],
)
def test_an_arrow_key_moves_a_slider_by_one_step(demo, name, label, trait, step):
    live = demo(name)
    before = live.get(trait)
    slider = live.node.get_by_role("slider", name=label, exact=True)
    live.keys(slider, "ArrowRight")
    assert live.get(trait) == pytest.approx(before + step)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"\d"))


@pytest.mark.parametrize("name", DEMOS)
def test_every_control_has_a_name_and_keeps_its_keys_from_jupyterlab(demo, name):
    live = demo(name)
    for control in live.node.locator("button, input").all():
        assert control.evaluate("(c) => (c.ariaLabel || c.textContent).trim()")
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"


# ---- what it says ----

CHANGES = {
    "aperture": {"flow": [0.5, -1.0]},
    "color_edge": {"right": 240},
    "constraint_lines": {"points": [[30, 20]]},
    "eigen_patch": {"patch": [0, 255] * 60 + [0]},
    "flow_uses": {"use": "mosaic"},
    "lk_window": {"point": [20, 20]},
    "search": {"tolerance": 30},
    "taylor": {"displacement": 3},
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


def test_the_search_reports_what_kinema_finds(demo):
    live = demo("search")
    I0, I1 = (f.astype(float) for f in frames("search"))
    for point in ([50, 30], [12, 8], [80, 60]):
        live.set(point=point, patch=3, radius=6, tolerance=12)
        # Costs of whole grey levels: exact ties are real ones.
        want = flow.match_pixel(I0, I1, point, radius=6, patch=3, channel_axis=-1, tolerance=0)
        assert live.get("matches") == (want.cost <= 144).sum()
        assert live.get("flow") == list(want.flow)


def test_the_lines_meet_where_kinema_says(demo):
    live = demo("constraint_lines")
    points = hits("constraint_lines", "average")["points"]
    live.set(points=points)
    want, _ = flow.intersect_constraints(*equations(points))
    np.testing.assert_allclose(live.get("flow"), want, rtol=1e-9)


# ---- the players ----


def runs(live):
    """Whether the moving picture changes by itself."""
    before = live.picture()
    live.page.wait_for_timeout(150)
    return live.picture() != before


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


# ---- the tasks ----


def equations(points):
    """Ix, Iy, It at pixels (x, y) of the constraint demo's frame."""
    x, y = np.transpose(points)
    return tuple(D[y, x] for D in slopes("constraint_lines"))


def meeting(points):
    """Distance of the lines' meeting point from the truth, and of their average; None if they do not meet."""
    truth = published("constraint_lines")[1]["true_flow"]
    Ix, Iy, It = equations(points)
    average = flow.normal_flow(Ix[None], Iy[None], It[None]).mean(axis=(1, 2))
    try:
        meet, _ = flow.intersect_constraints(Ix, Iy, It, max_condition=200)
    except ValueError:
        return None, np.hypot(*(average - truth))
    return np.hypot(*(meet - truth)), np.hypot(*(average - truth))


@lru_cache(maxsize=None)
def sharp_pixels():
    """Pixels of the constraint demo's frame with a steep slope, and clear of its border."""
    slope = np.hypot(*slopes("constraint_lines")[:2])
    height, width = slope.shape
    y, x = np.unravel_index(np.argsort(-slope, axis=None)[:400], slope.shape)
    keep = (x > 2) & (y > 2) & (x < width - 3) & (y < height - 3)
    return [(int(a), int(b)) for a, b in zip(x[keep], y[keep], strict=True)]


def choose(count, wanted):
    """The first set of `count` steep pixels, in a fixed random order, of which `wanted(meet, average)` holds."""
    rng, pixels = np.random.default_rng(1981), sharp_pixels()
    for _ in range(4000):
        points = [list(pixels[k]) for k in rng.choice(len(pixels), count, replace=False)]
        if wanted(*meeting(points)):
            return {"points": points}
    pytest.fail(f"no {count} pixels were found that do this: is the task possible?")


@lru_cache(maxsize=None)
def windows(window):
    """l1, l2, two sigma and number of equations of every window of the Lucas-Kanade demo's frame."""
    Ix, Iy, It = slopes("lk_window")
    pairs = (Ix, Ix), (Ix, Iy), (Iy, Iy), (-Ix, It), (-Iy, It), (It, It), (np.ones_like(Ix),) * 2
    Jxx, Jxy, Jyy, bx, by, tt, n = window_products(*pairs, window=window, weights="box")
    n = np.rint(n)
    l1, l2 = flow.eigenvalues(Jxx, Jxy, Jyy)
    with np.errstate(all="ignore"):
        det = l1 * l2
        u, v = (Jyy * bx - Jxy * by) / det, (Jxx * by - Jxy * bx) / det
        variance = np.maximum(tt - u * bx - v * by, 0) / (n - 2)
        return l1, l2, 2 * np.sqrt(variance * l1 / det), n


def place(window, score):
    """The window whose score(l1, l2, two_sigma, n, noise) is highest."""
    l1, l2, off, n = windows(window)
    value = np.nan_to_num(score(l1, l2, off, n, published("lk_window")[1]["noise"] * n), nan=-np.inf)
    y, x = np.unravel_index(value.argmax(), value.shape)
    assert np.isfinite(value.max()), "no window does this: is the task possible?"
    return {"window": window, "point": [int(x), int(y)]}


def matching(patch, radius, tolerance, wanted):
    """The first pixel, on a coarse grid, of whose number of matches `wanted` holds."""
    I0, I1 = (f.astype(float) for f in frames("search"))
    height, width = I0.shape[:2]
    for y in range(radius + 5, height - radius - 5, 2):
        for x in range(radius + 5, width - radius - 5, 2):
            cost = flow.match_pixel(I0, I1, (x, y), radius=radius, patch=patch, channel_axis=-1).cost
            if wanted((cost <= tolerance**2).sum()):
                return {"patch": patch, "radius": radius, "tolerance": tolerance, "point": [x, y]}
    pytest.fail("no pixel does this: is the task possible?")


def profile(x, w):
    k = 2 * np.pi / w
    return 0.5 + 0.32 * np.sin(k * x) + 0.1 * np.sin(1.7 * k * x + 1)


def slope(x, w):
    k = 2 * np.pi / w
    return 0.32 * k * np.cos(k * x) + 0.17 * k * np.cos(1.7 * k * x + 1)


def row(displacement, wanted):
    """The first place of the sliders at which `wanted(estimate)` holds for a displacement."""
    for w in range(20, 7, -1):
        for x in np.arange(8, 32.5, 0.5):
            estimate = (profile(x, w) - profile(x - displacement, w)) / slope(x, w)
            if wanted(estimate):
                return {"wavelength": w, "position": float(x), "displacement": displacement}
    pytest.fail("no pixel of any row does this: is the task possible?")


@lru_cache(maxsize=None)
def still_points():
    """Lengths of the tracker's paths from a coarse grid of starting points: {(x, y): pixels}."""
    from kinema.sampling import sample_bilinear

    state = published("flow_uses")[1]
    count, height, width = state["shape"]
    fh, fw = state["flow_shape"]
    flows = np.frombuffer(base64.b64decode(state["flows"]["$bytes"]), np.int8).reshape(count - 1, 2, fh, fw) * state["flow_unit"]
    y, x = (g.astype(float).ravel() for g in np.mgrid[2 : height - 2 : 2, 2 : width - 2 : 2])
    gx, gy = fw / width, fh / height
    a, b = x * gx, y * gy
    for u, v in flows:
        a, b = a + sample_bilinear(u * gx, a, b), b + sample_bilinear(v * gy, a, b)
    length = np.hypot(a / gx - x, b / gy - y)
    return {(int(p), int(q)): float(d) for p, q, d in zip(x, y, length, strict=True)}


def paint(rule):
    """A patch of grey levels, rule(x, y) on 11 x 11 pixels."""
    y, x = np.mgrid[:11, :11]
    return {"patch": np.broadcast_to(rule(x, y), (11, 11)).astype(int).ravel().tolist()}


@lru_cache(maxsize=None)
def steps(name, task):
    """(misses, hit): settings that just fail a task, and a sequence of settings that meets it."""
    steep = lambda level: (lambda x, y: np.where(x < 5, 0, level))  # noqa: E731
    box = lambda level: (lambda x, y: np.where((x > 3) & (x < 7) & (y > 3) & (y < 7), level, 0))  # noqa: E731
    made = {
        # Across the stripes the window tells; a motion that is no motion hides nothing; the tall window tells the truth.
        ("aperture", "twins"): lambda: ([{"flow": [1.5, 0.9]}, {"flow": [1.2, 0.2]}], [{"angle": 45, "flow": [1.0, 0.4]}, {"flow": [0.3, 1.1]}]),
        ("aperture", "hidden"): lambda: ([{"flow": [0.0, 0.0]}, {"flow": [0.5, -0.5]}, {"flow": [1.0, 1.0]}], [{"angle": 45, "flow": [1.0, -1.0]}]),
        ("aperture", "pole"): lambda: ([{"shape": "tall", "flow": [0.0, 1.0]}, {"flow": [1.0, 0.0], "shape": "wide"}], [{"shape": "wide", "angle": 45, "flow": [0.0, 1.0]}]),
        # Two like hues make no edge; red and green are equally gray.
        ("color_edge", "invisible"): lambda: ([{"left": 0, "right": 0}, {"left": 0, "right": 60}], [{"left": 0, "right": 120, "extra": 0}]),
        ("color_edge", "best"): lambda: ([{"left": 200, "right": 215}, {"extra": 1, "left": 0, "right": 180}], [{"left": 0, "right": 180, "extra": 0}]),
        ("color_edge", "solve"): lambda: ([{"left": 0, "right": 180, "extra": 0.1}, {"left": 120, "right": 300, "extra": 0}], [{"left": 0, "right": 180, "extra": 1}]),
        ("constraint_lines", "pair"): lambda: (
            [choose(2, lambda m, a: m is not None and m > 0.3), choose(3, lambda m, a: m is not None and m < 0.1)],
            [choose(2, lambda m, a: m is not None and m < 0.1)],
        ),
        ("constraint_lines", "parallel"): lambda: (
            [choose(3, lambda m, a: m is not None), choose(2, lambda m, a: m is None)],
            [choose(3, lambda m, a: m is None)],
        ),
        ("constraint_lines", "average"): lambda: (
            [choose(4, lambda m, a: m is not None and m > 0.3 and a > 0.4), choose(3, lambda m, a: m is not None and m < 0.15 and a > 0.4)],
            [choose(4, lambda m, a: m is not None and m < 0.15 and a > 0.4)],
        ),
        # Faint steps are flat, corners are no edge; bright is no corner, one shade is no patch.
        ("eigen_patch", "edge"): lambda: ([paint(lambda x, y: 128), paint(steep(9)), paint(box(255))], [paint(steep(215))]),
        ("eigen_patch", "dark"): lambda: ([paint(steep(120)), paint(lambda x, y: 255 - box(255)(x, y))], [paint(box(200))]),
        ("eigen_patch", "bright"): lambda: ([paint(lambda x, y: 200), paint(lambda x, y: 90 + (x % 2)), paint(lambda x, y: np.where(x < 5, 150, 255))], [paint(lambda x, y: 200 + (x % 2))]),
        ("flow_uses", "all"): lambda: ([{"use": u} for u in ("track", "stabilise", "mosaic", "shape")], [{"use": "effect"}]),
        ("flow_uses", "still"): lambda: ([{"use": "stabilise", "strength": s} for s in (0, 0.5, 2)], [{"use": "stabilise", "strength": 1}]),
        ("flow_uses", "lost"): lambda: (
            [{"use": "track", "point": list(max(still_points(), key=still_points().get))}],
            [{"use": "track", "point": list(min(still_points(), key=still_points().get))}],
        ),
        ("lk_window", "sharp"): lambda: (
            [place(15, lambda l1, l2, off, n, noise: np.where(l2 > 2 * noise, off, -np.inf)), place(5, lambda l1, l2, off, n, noise: np.where((l2 < 0.5 * noise) & (off < 0.1), 1, -np.inf))],
            [place(31, lambda l1, l2, off, n, noise: np.where(l2 > 2 * noise, -off, -np.inf))],
        ),
        ("lk_window", "edge"): lambda: (
            [place(9, lambda l1, l2, off, n, noise: np.where(l1 < 8 * noise, l1 / l2, -np.inf)), place(9, lambda l1, l2, off, n, noise: np.where(l1 < 20 * l2, l1, -np.inf))],
            [place(9, lambda l1, l2, off, n, noise: np.where(l1 > 20 * noise, np.minimum(l1 / l2, 1e6), -np.inf))],
        ),
        ("lk_window", "many"): lambda: (
            [place(19, lambda l1, l2, off, n, noise: -l2), place(21, lambda l1, l2, off, n, noise: l2)],
            [place(21, lambda l1, l2, off, n, noise: np.where(n >= 441, -l2, -np.inf))],
        ),
        ("search", "many"): lambda: ([matching(1, 5, 10, lambda c: 0 < c < 9), matching(3, 5, 10, lambda c: c >= 12)], [matching(1, 5, 10, lambda c: c >= 12)]),
        ("search", "one"): lambda: ([matching(3, 3, 10, lambda c: c == 1), matching(3, 5, 10, lambda c: c > 1), matching(3, 5, 2, lambda c: c == 0)], [matching(5, 5, 10, lambda c: c == 1)]),
        ("search", "hopeless"): lambda: ([matching(9, 5, 30, lambda c: c >= 9), matching(9, 5, 10, lambda c: c < 8)], [matching(9, 8, 12, lambda c: c >= 9)]),
        ("taylor", "square"): lambda: ([{"displacement": 3}, {"displacement": 6}], [{"displacement": 0.5}, {"displacement": 1}]),
        ("taylor", "sign"): lambda: ([row(1.0, lambda e: 0.8 < e < 1.2), row(0.4, lambda e: e < -0.4)], [row(2.0, lambda e: e < -0.5)]),
        ("taylor", "explode"): lambda: ([row(2.0, lambda e: 1.5 < e < 2.5), row(0.9, lambda e: abs(e) > 5)], [row(1.5, lambda e: abs(e) > 9)]),
    }  # fmt: skip
    return made[name, task]()


def hits(name, task):
    return steps(name, task)[1][-1]


TASKS = [(name, task) for name in DEMOS for task in published(name)[1]["tasks"]] if (HTML / "index.html").exists() else []


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_a_task_can_be_failed_and_can_be_met(demo, name, task):
    misses, hit = steps(name, task)
    live = demo(name)
    assert live.get("done") == [], "met before the reader did anything"
    for settings in misses:
        live.set(**settings)
        assert task not in live.get("done"), f"met by {settings}, which should fail"
    for settings in hit:
        live.set(**settings)
    assert task in live.get("done"), f"not met by {hit}: {live.status.inner_text()}"
    item = live.node.locator(".kd-tasks li", has_text=live.get("tasks")[task])
    expect(item).to_have_class(re.compile("kd-done"))
    expect(item).to_contain_text("done:")


@pytest.mark.parametrize(("name", "task"), TASKS)
def test_a_tasks_settings_lie_within_the_controls(demo, name, task):
    live = demo(name)
    ranges = live.node.locator("input").evaluate_all("(all) => all.map((i) => [Number(i.min), Number(i.max), Number(i.step)])")
    sliders = dict(zip(SLIDERS[name], ranges, strict=True))
    for settings in steps(name, task)[1]:
        for trait, value in settings.items():
            if trait in sliders:
                low, high, step = sliders[trait]
                assert low <= value <= high
                assert (value - low) / step == pytest.approx(round((value - low) / step))


SLIDERS = {
    "aperture": ["angle"],
    "color_edge": ["left", "right", "extra"],
    "constraint_lines": [],
    "eigen_patch": [],
    "flow_uses": ["strength", "time"],
    "lk_window": ["window"],
    "search": ["patch", "radius", "tolerance"],
    "taylor": ["displacement", "wavelength", "position"],
}


def test_tasks_stay_met_and_are_reported_once(demo):
    live = demo("aperture")
    live.set(angle=45, flow=[1, -1])
    live.set(flow=[1, 0])
    live.set(flow=[1.2, -1.2])
    assert live.get("done").count("hidden") == 1


def test_the_button_slides_the_motion_to_its_twin(demo):
    live = demo("aperture")
    before = live.get("normal_flow")
    live.press("Slide the motion along the dotted line")
    assert live.get("normal_flow") == pytest.approx(before, abs=0.09)
    assert "twins" in live.get("done")
