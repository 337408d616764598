"""The live flow demo with a camera: its flow is kinema's, and the camera is the reader's to give and to take."""

import base64

import chromium
import numpy as np
import pytest
from kinema.flow import pyramidal_lucas_kanade
from kinema.flow.warping import warp
from playwright.sync_api import expect
from published import published

pytestmark = pytest.mark.browser

# Counts what is asked of the camera and keeps the streams that were given.
SPY = """() => {
  window.asked = 0; window.given = [];
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.realCamera ||= real;
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    window.asked++;
    window.wanted = wanted;
    const stream = await window.realCamera(wanted);
    window.given.push(stream);
    return stream;
  };
}"""
STATES = "() => window.given.flatMap((s) => s.getTracks().map((t) => t.readyState))"


def clip():
    """The frames that the page carries, in [0, 1]."""
    state = published("live_flow")[1]
    return np.frombuffer(base64.b64decode(state["frames"]["$bytes"]), np.uint8).reshape(state["shape"]) / 255


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """The shipped clip, four times as large, as the raw video that a fake camera plays again and again."""
    path = tmp_path_factory.mktemp("camera") / "camera.y4m"
    count, height, width = clip().shape
    colorless = bytes([128]) * (2 * (2 * width) * (2 * height))
    with path.open("wb") as out:
        out.write(b"YUV4MPEG2 W%d H%d F15:1 Ip A1:1 C420jpeg\n" % (4 * width, 4 * height))
        for frame in clip():
            luma = np.rint(16 + 219 * np.kron(frame, np.ones((4, 4)))).astype(np.uint8)
            out.write(b"FRAME\n" + luma.tobytes() + colorless)
    return path


@pytest.fixture(scope="module")
def browser(film):
    """A browser whose camera plays the film; a page without the permission is denied it."""
    camera = "--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"
    with chromium.launched(*camera, "--deny-permission-prompts", whole=True) as running:
        yield running


@pytest.fixture
def live(demo):
    """The demo, unlocked, on a page that may use the camera and is watched doing so."""
    live = demo("live_flow")
    live.page.context.grant_permissions(["camera"])
    live.page.evaluate(SPY)
    live.node.scroll_into_view_if_needed()
    return live


@pytest.fixture
def filming(live):
    """The same with the camera running."""
    live.press("Use my camera")
    expect(live.node.get_by_role("button", name="Stop the camera")).to_be_visible()
    until(live, "n.kinemaPair().ready")
    return live


def until(live, condition):
    """Wait until a condition on the demo's node `n` holds."""
    live.page.wait_for_function(f"(n) => {condition}", arg=live.node.element_handle())


def pair(live):
    """The pair on the screen: I0, I1 of shape (H, W), the flow of shape (2, H, W), and the options."""
    p = live.node.evaluate("(n) => n.kinemaPair()")
    I0, I1, u, v = (np.reshape(p[k], (p["height"], p["width"])) for k in ("I0", "I1", "u", "v"))
    return I0, I1, np.stack([u, v]), p["options"]


# ---- the flow ----


def test_the_flow_of_the_camera_is_kinemas_on_the_very_frames_it_used(filming):
    live = filming
    live.set(every=2)
    live.page.wait_for_timeout(1500)
    live.press("Pause")
    I0, I1, got, options = pair(live)
    want = pyramidal_lucas_kanade(I0, I1, **options)
    assert options == {"levels": 3, "iterations": 2, "window": 11}
    assert np.hypot(*want).mean() > 1, "the camera moves"
    off = np.hypot(*(got - want))
    print(f"camera: {np.hypot(*want).mean():.1f} px a frame; difference {off.mean():.1e} px, at most {off.max():.1e} px")
    # Frames and flow cross as float64: as in the tests of the arithmetic, only the order of additions differs.
    assert off.max() < 1e-9
    assert live.get("source") == "camera"
    np.testing.assert_allclose(live.get("flow_mean"), want.mean(axis=(1, 2)), rtol=1e-9)
    np.testing.assert_allclose(live.get("speed"), np.hypot(*want).mean(), rtol=1e-9)
    left = np.nanmean(abs(warp(I1, want) - I0)) / abs(I1 - I0).mean()
    np.testing.assert_allclose(live.get("unexplained"), left, rtol=1e-9)


def likeness(frame):
    """Largest correlation of a frame with the film's frames, as they are and mirrored."""
    small = clip()
    rows = np.rint(np.linspace(0, frame.shape[0] - 1, small.shape[1])).astype(int)
    columns = np.rint(np.linspace(0, frame.shape[1] - 1, small.shape[2])).astype(int)
    seen = frame[np.ix_(rows, columns)]
    return [max(np.corrcoef(seen.ravel(), f.ravel())[0, 1] for f in film) for film in (small, small[..., ::-1])]


def test_the_camera_is_a_mirror_unless_told_and_the_flow_is_that_of_what_is_shown(filming):
    live = filming
    plain, mirrored = likeness(pair(live)[0])
    assert mirrored > 0.9 > plain + 0.2
    live.press("Mirror")
    live.page.wait_for_timeout(700)
    live.press("Pause")
    I0, I1, got, options = pair(live)
    plain, mirrored = likeness(I0)
    assert plain > 0.9 > mirrored + 0.2
    assert np.hypot(*(got - pyramidal_lucas_kanade(I0, I1, **options))).max() < 1e-9


@pytest.mark.parametrize(
    "traits", [{}, {"levels": 4, "every": 3, "time": 5}, {"window": 7, "iterations": 4, "time": 23}], ids=str
)
def test_the_flow_of_the_clip_is_kinemas(demo, traits):
    live = demo("live_flow", still=True)
    live.set(**traits)
    I0, I1, got, options = pair(live)
    first, frames = traits.get("time", 0), clip()
    np.testing.assert_allclose(I0, frames[first], atol=1e-15)
    np.testing.assert_allclose(I1, frames[(first + traits.get("every", 1)) % len(frames)], atol=1e-15)
    assert np.hypot(*(got - pyramidal_lucas_kanade(I0, I1, **options))).max() < 1e-9


def test_the_rate_is_shown_in_numbers(filming, record_property):
    live = filming
    live.page.wait_for_timeout(3000)
    rate, ms = live.get("pairs_per_second"), live.get("ms_per_pair")
    print(f"camera of 15 frames a second, 160 x 90 pixels: {rate:.1f} pairs a second, {ms:.1f} ms each")
    record_property("pairs_per_second", rate)
    expect(live.node.locator(".kd-body")).to_contain_text("pairs a second")
    expect(live.node.locator(".kd-body")).to_contain_text("ms for a pair of 160 × 90 pixels")
    assert rate > 0 and ms > 0


# ---- the camera is asked for, and given back ----


def test_no_camera_is_asked_for_before_the_click_and_sound_never(live):
    for view in ("arrows", "what moves", "colours"):
        live.press(view)
    live.slide("Levels", 4)
    live.press("Pause")
    live.press("Step")
    live.press("Play")
    live.page.wait_for_timeout(300)
    assert live.page.evaluate("window.asked") == 0
    live.press("Use my camera")
    until(live, "n.kinemaPair().width === 160")
    assert live.page.evaluate("window.asked") == 1
    assert live.page.evaluate("window.wanted.audio") is False


def test_nothing_of_the_camera_leaves_the_page(filming):
    filming.page.wait_for_timeout(1000)
    record = filming.page.record
    assert (record.foreign, record.asked, record.complaints()) == ([], [], [])


HIDE = """() => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
  document.dispatchEvent(new Event("visibilitychange"));
  delete document.hidden;
}"""
ENDINGS = {
    "stop": lambda live: live.press("Stop the camera"),
    "hidden page": lambda live: live.page.evaluate(HIDE),
    "scrolled away": lambda live: live.page.evaluate("() => scrollTo({ top: 1e6, behavior: 'instant' })"),
    "left": lambda live: live.node.evaluate("(n) => n.kinemaLeave()"),
    "removed": lambda live: live.node.evaluate("(n) => n.firstElementChild.remove()"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_camera_is_released(filming, ending):
    live = filming
    assert live.page.evaluate(STATES) == ["live"]
    if ending == "scrolled away":
        live.page.evaluate("() => { document.body.style.paddingBottom = '3000px'; }")
    ENDINGS[ending](live)
    live.page.wait_for_function("() => window.given.every((s) => s.getTracks().every((t) => t.readyState === 'ended'))")
    if ending in ("hidden page", "scrolled away"):
        expect(live.status).to_contain_text("The camera was released when the demo left the screen.")
    if ending in ("stop", "hidden page"):
        expect(live.node.get_by_role("button", name="Use my camera")).to_be_visible()
        assert live.node.evaluate("(n) => n.kinemaPair().width") == clip().shape[2], "the clip is back"
    assert live.page.record.errors == []


def test_a_camera_that_comes_after_the_reader_has_cancelled_is_released_at_once(live):
    live.page.evaluate("""() => {
      const give = navigator.mediaDevices.getUserMedia;
      const later = (wanted) => new Promise((go) => { window.answer = async () => go(await give(wanted)); });
      navigator.mediaDevices.getUserMedia = later;
    }""")
    live.press("Use my camera")
    live.press("Waiting for your permission (cancel)")
    live.page.evaluate("window.answer()")
    live.page.wait_for_function("() => window.given.length && window.given[0].getTracks()[0].readyState === 'ended'")
    expect(live.node.get_by_role("button", name="Use my camera")).to_be_visible()


def test_a_denied_camera_is_said_in_words_and_the_clip_goes_on(live):
    live.page.context.clear_permissions()
    live.press("Use my camera")
    expect(live.status).to_contain_text("The camera was not allowed.")
    expect(live.node.get_by_role("button", name="Use my camera")).to_be_visible()
    before = live.picture()
    live.page.wait_for_timeout(300)
    assert live.picture() != before
    assert live.page.record.complaints() == []


FAILURES = {
    "no camera": ("NotFoundError", "No camera was found."),
    "busy": ("NotReadableError", "another program may be using it"),
    "other": ("AbortError", "The camera did not start (AbortError)."),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_camera_that_fails_is_said_in_words(live, failure):
    name, words = FAILURES[failure]
    live.page.evaluate(
        "(name) => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', name); }; }", name
    )
    live.press("Use my camera")
    expect(live.status).to_contain_text(words)
    assert live.page.record.complaints() == []


def test_a_camera_that_sends_no_picture_is_given_back_and_said_in_words(live):
    live.page.evaluate("""() => {
      navigator.mediaDevices.getUserMedia = async () => {
        const stream = document.createElement("canvas").captureStream(0);
        window.given.push(stream);
        return stream;
      };
    }""")
    live.press("Use my camera")
    expect(live.node.get_by_role("button", name="The camera starts (cancel)")).to_be_visible()
    expect(live.status).to_contain_text("another program may be using it", timeout=12_000)
    assert live.page.evaluate(STATES) == ["ended"]
    assert live.page.record.errors == []


def test_a_page_without_https_says_why_it_has_no_camera(live):
    nothing = "{ configurable: true, value: undefined }"
    live.page.evaluate(f"() => {{ Object.defineProperty(navigator, 'mediaDevices', {nothing}); }}")
    live.press("Use my camera")
    expect(live.status).to_contain_text("only to pages on https or on this computer")
    live.page.evaluate("() => { delete navigator.mediaDevices; }")
    assert live.page.record.complaints() == []


def test_readers_who_ask_for_reduced_motion_step_through_the_camera_too(demo):
    live = demo("live_flow", still=True)
    live.page.context.grant_permissions(["camera"])
    live.press("Use my camera")
    expect(live.status).to_contain_text("Press Play, or Step")
    before = live.picture()
    live.page.wait_for_timeout(300)
    assert live.picture() == before
    live.press("Step")
    assert live.node.evaluate("(n) => n.kinemaPair().ready")
    assert live.picture() != before
    live.press("Stop the camera")
