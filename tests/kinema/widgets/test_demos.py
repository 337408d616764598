"""The Python side of the demos: their state, what they refuse, how they print themselves without a kernel."""

import base64
import html
import json
import re

import numpy as np
import pytest

pytest.importorskip("anywidget", reason="the demos need anywidget: pip install 'kinema[notebook]'")

from traitlets import TraitError  # noqa: E402

import kinema.widgets  # noqa: E402
from kinema.data import moving_pair, texture, translation_flow  # noqa: E402
from kinema.widgets import (  # noqa: E402
    AliasingDemo,
    ApertureDemo,
    AttentionMapDemo,
    AveragePrecisionDemo,
    CoarseToFineDemo,
    ColorEdgeDemo,
    ConstraintLinesDemo,
    CostAccuracyDemo,
    DiffusionDemo,
    EigenPatchDemo,
    FlowErrorsDemo,
    FlowScoresDemo,
    FlowUsesDemo,
    FrameDependencyDemo,
    GivenFramesDemo,
    InflationDemo,
    IterateDemo,
    KernelSlideDemo,
    LiveFlowDemo,
    LongMemoryDemo,
    LongVideoDemo,
    LucasKanadeDemo,
    MotionModelsDemo,
    PointLightsDemo,
    PreferredStimulusDemo,
    ReceptiveFieldDemo,
    ScoreFusionDemo,
    SearchDemo,
    ShuffleFramesDemo,
    SlowFastDesignerDemo,
    SpaceTimeNetDemo,
    TaskMasksDemo,
    TaylorDemo,
    WeakInputDemo,
    circling_camera,
)
from kinema.flow import pyramidal_lucas_kanade  # noqa: E402
from kinema.widgets.flow_uses import FLOW_UNIT  # noqa: E402

PAIR = moving_pair(texture(1, shortest=10), translation_flow(0.6, -0.3, (24, 32)))
COLOUR = [np.stack([f, f / 2, 1 - f], axis=-1) for f in PAIR[:2]]
SHUFFLED = np.stack([texture(2, shortest=9)(*np.meshgrid(np.arange(40.0) - 1.5 * k, np.arange(30.0))) for k in range(5)])
CLIP = np.stack(
    [moving_pair(texture(1, shortest=10), translation_flow(-0.5 * k, 0.3 * k, (40, 52))).I0 for k in range(4)]
)

DEMOS = {
    "aperture": lambda: ApertureDemo(),
    "taylor": lambda: TaylorDemo(),
    "color_edge": lambda: ColorEdgeDemo(),
    "eigen_patch": lambda: EigenPatchDemo(),
    "constraint_lines": lambda: ConstraintLinesDemo(PAIR.I0, PAIR.I1, (0.6, -0.3)),
    "search": lambda: SearchDemo(*COLOUR),
    "lk_window": lambda: LucasKanadeDemo(PAIR.I0, PAIR.I1),
    "flow_uses": lambda: FlowUsesDemo(CLIP),
    "iterate": lambda: IterateDemo(),
    "aliasing": lambda: AliasingDemo(),
    "coarse_to_fine": lambda: CoarseToFineDemo(),
    "motion_models": lambda: MotionModelsDemo(PAIR.I0),
    "flow_errors": lambda: FlowErrorsDemo(),
    "flow_scores": lambda: FlowScoresDemo(),
    "live_flow": lambda: LiveFlowDemo(CLIP),
    "attention_map": lambda: AttentionMapDemo(CLIP),
    "inflation": lambda: InflationDemo(),
    "kernel_slide": lambda: KernelSlideDemo(),
    "long_memory": lambda: LongMemoryDemo(),
    "point_lights": lambda: PointLightsDemo(),
    "preferred": lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [[2, 1]], [0, 1]),
    "receptive_field": lambda: ReceptiveFieldDemo(CLIP),
    "score_fusion": lambda: ScoreFusionDemo(),
    "shuffle_frames": lambda: ShuffleFramesDemo(SHUFFLED),
    "space_time_net": lambda: SpaceTimeNetDemo(),
    "average_precision": lambda: AveragePrecisionDemo(),
    "cost_accuracy": lambda: CostAccuracyDemo(),
    "diffusion_steps": lambda: DiffusionDemo(),
    "task_masks": lambda: TaskMasksDemo(),
    "given_frames": lambda: GivenFramesDemo(),
    "frame_dependency": lambda: FrameDependencyDemo(),
    "long_video": lambda: LongVideoDemo(),
    "slowfast_designer": lambda: SlowFastDesignerDemo(),
    "weak_input": lambda: WeakInputDemo(np.stack([*COLOUR, COLOUR[0]])),
}


@pytest.fixture(params=DEMOS, ids=str)
def demo(request):
    return DEMOS[request.param]()


def test_a_demo_asks_first_and_sets_tasks_that_are_not_met_yet(demo):
    assert demo.ask.endswith("?") and len(demo.options) >= 3 and demo.reveal
    assert len(demo.tasks) >= 3
    assert demo.prediction == "" and demo.done == []


def test_without_a_kernel_it_prints_its_whole_state_and_a_description(demo):
    page = demo._repr_mimebundle_()[0]["text/html"]
    (stated,) = re.findall(r'data-state="([^"]*)"', page)
    state = json.loads(html.unescape(stated))
    assert f'data-demo="{demo.module}"' in page and html.escape(demo.about) in page
    for name in demo.state():
        value = getattr(demo, name)
        if isinstance(value, bytes):
            assert base64.b64decode(state[name]["$bytes"]) == value
        else:
            assert state[name] == value


def test_the_widget_view_is_offered_too_for_jupyterlab(demo):
    assert "application/vnd.jupyter.widget-view+json" in demo._repr_mimebundle_()[0]


def test_its_text_form_holds_no_address(demo):
    assert demo._repr_mimebundle_()[0]["text/plain"] == f"{type(demo).__name__}()"


def test_the_question_can_be_one_s_own():
    demo = ApertureDemo(ask="Which way?", options=["left", "right"], reveal="Look.")
    assert (demo.ask, demo.options, demo.reveal) == ("Which way?", ["left", "right"], "Look.")


def test_frames_cross_as_bytes_of_the_reader_s_own_arrays():
    demo = LucasKanadeDemo(PAIR.I0, PAIR.I1)
    sent = np.frombuffer(demo.frame0, np.uint8).reshape(demo.shape)
    np.testing.assert_array_equal(sent, np.rint(255 * PAIR.I0))


def test_byte_frames_cross_unchanged():
    frames = [(255 * f).astype(np.uint8) for f in PAIR[:2]]
    assert LucasKanadeDemo(*frames).frame1 == frames[1].tobytes()


def test_torch_frames_are_accepted():
    torch = pytest.importorskip("torch")
    demo = LucasKanadeDemo(torch.from_numpy(PAIR.I0).requires_grad_(), torch.from_numpy(PAIR.I1))
    assert demo.frame0 == LucasKanadeDemo(PAIR.I0, PAIR.I1).frame0


def test_colour_frames_keep_their_channels_together():
    demo = SearchDemo(*COLOUR)
    sent = np.frombuffer(demo.frame0, np.uint8).reshape(24, 32, 3)
    np.testing.assert_array_equal(sent, np.rint(255 * COLOUR[0]))


def test_the_stored_flow_of_a_clip_is_its_motion():
    demo = FlowUsesDemo(CLIP)
    flows = np.frombuffer(demo.flows, np.int8).reshape(3, 2, *demo.flow_shape) * FLOW_UNIT
    np.testing.assert_allclose(np.median(flows, axis=(0, 2, 3)), [0.5, -0.3], atol=0.1)  # one step of LK, and bytes


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LucasKanadeDemo(np.zeros((2, 24, 32)), np.zeros((2, 24, 32))), "not a batch"),
        (lambda: LucasKanadeDemo(np.zeros((24, 32)), np.zeros((24, 31))), "the two frames must agree"),
        (lambda: LucasKanadeDemo(np.zeros((24, 500)), np.zeros((24, 500))), "crop it to at most 400"),
        (lambda: LucasKanadeDemo(np.full((24, 32), np.nan), np.zeros((24, 32))), "I0 contains NaN"),
        (lambda: LucasKanadeDemo(*COLOUR), "looks like colour"),
        (lambda: SearchDemo(PAIR.I0, PAIR.I1), "I0"),
        (lambda: EigenPatchDemo(np.zeros((3, 3))), "a square of 5 to 25"),
        (lambda: EigenPatchDemo(np.zeros((5, 7))), "a square of 5 to 25"),
        (lambda: FlowUsesDemo(CLIP[:2]), "at least 3 frames"),
        (lambda: FlowUsesDemo(CLIP[0]), "at least 3 frames"),
        (lambda: AttentionMapDemo(CLIP[0]), "2 to 8 frames"),
        (lambda: AttentionMapDemo(np.zeros((9, 40, 40))), "2 to 8 frames"),
        (lambda: AttentionMapDemo(np.zeros((2, 40, 200))), "crop them to between 16 and 160"),
        (lambda: AttentionMapDemo(CLIP, patch=6), "patch must be 4, 8, 12 or 16 pixels, got 6"),
        (lambda: AttentionMapDemo(CLIP, query=(0, 9, 0)), r"query = \[0, 9, 0\] lies outside"),
        (lambda: ReceptiveFieldDemo(CLIP[:3]), "4 to 16 frames"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 3, 8, 8)), [[2, 1]], [0, 1]), "4 frames or more"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [2, 1], [0, 1]), "as many activations and prices"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [[2, 1]], [0, 1, 2]), "as many activations and prices"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [[2, 1]], [1, 2]), "rise from 0"),
        (lambda: PreferredStimulusDemo(np.full((1, 2, 4, 8, 8), np.nan), [[2, 1]], [0, 1]), "must be finite"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [[2, 1]], [0, 1], unit=1), "unit = 1 is none of the 1"),
        (lambda: PreferredStimulusDemo(np.zeros((1, 2, 4, 8, 8)), [[2, 1]], [0, 1], ["a", "b"]), "as many names"),
        (lambda: ReceptiveFieldDemo(np.zeros((4, 65, 20))), "crop them to between 8 and 64"),
    ],
)
def test_frames_that_do_not_fit_are_refused_with_the_remedy(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LucasKanadeDemo(255 * PAIR.I0, 255 * PAIR.I1), r"I0 holds values up to 2\d\d.*: .* so divide it by 255"),
        (lambda: LucasKanadeDemo(PAIR.I0, 255 * PAIR.I1), "I1 holds values up to"),
        (lambda: ConstraintLinesDemo(255 * PAIR.I0, 255 * PAIR.I1, (1, 0)), "I0 holds values up to"),
        (lambda: SearchDemo(*(255 * f for f in COLOUR)), "I0 holds values up to"),
        (lambda: FlowUsesDemo(255 * CLIP), "frames holds values up to"),
        (lambda: EigenPatchDemo(np.full((7, 7), 200.0)), "patch holds values up to 200: .* so divide it by 255"),
    ],
)
def test_bytes_in_floating_point_are_refused_instead_of_shown_white(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_little_overshoot_is_clipped():
    demo = EigenPatchDemo(np.full((5, 5), 1.2) - np.eye(5) * 1.4)
    assert set(demo.patch) == {0, 255}


@pytest.mark.parametrize("name", DEMOS)
@pytest.mark.parametrize(("given", "meant"), [("revael", "reveal"), ("optoins", "options")])
def test_a_misspelt_option_is_refused_with_the_right_spelling(name, given, meant, monkeypatch):
    kind = getattr(kinema.widgets, type(DEMOS[name]()).__name__)  # an instance's own class is a further one
    rightly = kind.__init__
    monkeypatch.setattr(kind, "__init__", lambda self, *args, **options: rightly(self, *args, **options, **{given: "?"}))
    with pytest.raises(TypeError, match=f"{kind.__name__} has no option '{given}': did you mean '{meant}'"):
        DEMOS[name]()


def test_an_option_like_no_other_is_refused_too():
    with pytest.raises(TypeError, match="LucasKanadeDemo has no option 'zzz': see help"):
        LucasKanadeDemo(PAIR.I0, PAIR.I1, zzz=1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LucasKanadeDemo(PAIR.I0, PAIR.I1, point=[32, 5]), r"point = \(32, 5\) lies outside the 32 x 24 frame"),
        (lambda: SearchDemo(*COLOUR, point=[5, 24]), r"point = \(5, 24\) lies outside the 32 x 24 frame"),
        (lambda: FlowUsesDemo(CLIP, point=[-1, 0]), r"point = \(-1, 0\) lies outside the 52 x 40 frame"),
        (lambda: ConstraintLinesDemo(PAIR.I0, PAIR.I1, (1, 0), points=[[3, 3], [3, 40]]), r"points\[1\] = \(3, 40\) lies"),
        (lambda: ConstraintLinesDemo(PAIR.I0, PAIR.I1, (1, 0), cursor=[99, 0]), r"cursor = \(99, 0\) lies outside"),
        (lambda: EigenPatchDemo(cursor=[11, 0]), r"cursor = \(11, 0\) lies outside the 11 x 11 frame"),
        (lambda: LucasKanadeDemo(PAIR.I0, PAIR.I1, point=[1, 2, 3]), r"point = \[1, 2, 3\] is no point: give \(x, y\)"),
    ],
)
def test_points_outside_the_frame_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_points_at_the_frames_corners_are_inside():
    assert LucasKanadeDemo(PAIR.I0, PAIR.I1, point=[31, 23]).point == [31, 23]
    assert ConstraintLinesDemo(PAIR.I0, PAIR.I1, (1, 0), points=[[0, 0], [31, 0]]).points == [[0, 0], [31, 0]]


def test_explore_shows_the_flow_that_its_controls_ask_for():
    pytest.importorskip("matplotlib")
    from kinema.flow import lucas_kanade
    from kinema.widgets import explore

    panel = explore(PAIR.I0, PAIR.I1)
    window, *_ = panel.children
    window.value = 15
    expected = lucas_kanade(PAIR.I0, PAIR.I1, window=15, gradient_of="mean", min_eigenvalue=1e-4)
    np.testing.assert_array_equal(panel.flow, expected)


def test_explore_wants_both_frames_or_neither():
    from kinema.widgets import explore

    with pytest.raises(ValueError, match="both frames, or neither"):
        explore(PAIR.I0)


# ---- the live flow ----


def chord(k, every, count=24, radius=12.0):
    """Motion of the clip's picture from frame k to frame k + every: against the camera's."""
    a, b = 2 * np.pi * k / count, 2 * np.pi * (k + every) / count
    return radius * np.array([np.cos(a) - np.cos(b), np.sin(a) - np.sin(b)])


@pytest.fixture(scope="module")
def circling():
    pytest.importorskip("av", reason="the clip is decoded by PyAV: pip install 'kinema[data]'")
    from kinema.data import load_clip

    return circling_camera(load_clip("city").gray)


def test_the_circling_camera_moves_the_picture_by_the_chord_and_leaves_the_sticker(circling):
    assert circling.shape == (24, 63, 112) and 0 <= circling.min() and circling.max() <= 1
    for k in (0, 9, 23):
        flow = pyramidal_lucas_kanade(circling[k], circling[(k + 1) % 24], levels=3)
        # The film drifts by itself, by a fourth of a pixel a frame.
        assert np.hypot(*(np.median(flow, axis=(1, 2)) - chord(k, 1))) < 0.4
        assert np.hypot(*flow[:, 44, 90]) < 0.1, "the sticker stands still"


def test_the_answer_to_the_question_is_what_the_clip_shows(circling):
    def lost(levels, every):
        """How far the median flow is off the truth, pixels, for pairs all around the circle."""
        for k in range(0, 24, 4):
            flow = pyramidal_lucas_kanade(circling[k], circling[(k + every) % 24], levels=levels, iterations=2)
            yield np.hypot(*(np.median(flow, axis=(1, 2)) - chord(k, every)))

    for levels, every in ((2, 1), (3, 2), (4, 3)):
        assert max(lost(levels, every)) < 1, f"{levels} levels follow {3 * every} px"
        assert min(lost(levels - 1, every)) > 1.5, f"{levels - 1} do not"


def test_a_circle_that_leaves_the_film_is_refused():
    with pytest.raises(ValueError, match="lower radius"):
        circling_camera(CLIP)


@pytest.mark.parametrize(
    ("frames", "remedy"),
    [(CLIP[0], "2 frames"), (CLIP[:1], "2 frames"), (CLIP[:, :30], "crop"), (np.zeros((2, 50, 300)), "crop")],
)
def test_a_live_clip_must_be_frames_of_a_size_the_page_keeps_up_with(frames, remedy):
    with pytest.raises(ValueError, match=remedy):
        LiveFlowDemo(frames)


@pytest.mark.parametrize(
    "make",
    [
        lambda: InflationDemo(depth=4),
        lambda: AttentionMapDemo(CLIP, channels=99),
        lambda: LongMemoryDemo(stride=0),
        lambda: LongMemoryDemo(flash=0.1),
        lambda: PointLightsDemo(lamps=13),
        lambda: ReceptiveFieldDemo(CLIP, side=2),
        lambda: ScoreFusionDemo(weight=1.5),
        lambda: AveragePrecisionDemo(chosen=3),
        lambda: CostAccuracyDemo(price="clip"),
        lambda: SlowFastDesignerDemo(lateral="both"),
        lambda: WeakInputDemo(np.stack([*COLOUR, COLOUR[0]]), kind="depth"),
        lambda: ScoreFusionDemo(classes=["a", "b"]),
        lambda: TaskMasksDemo(rho=1.2),
        lambda: TaskMasksDemo(observed=[True]),
        lambda: GivenFramesDemo(method="inpainting"),
        lambda: GivenFramesDemo(returns=0),
        lambda: FrameDependencyDemo(kernel=4),
        lambda: FrameDependencyDemo(channels=48),
        lambda: LongVideoDemo(scheme="hierarchy-4"),
        lambda: LongVideoDemo(window=1),
        lambda: DiffusionDemo(schedule="quadratic"),
        lambda: DiffusionDemo(x=4.0),
    ],
)
def test_settings_beyond_a_demo_s_range_are_refused(make):
    with pytest.raises(TraitError):
        make()


# ---- SlowFast, its prices and its inputs ----


def test_the_designer_s_rows_are_networks_that_cost_what_is_printed():
    from kinema.cost import MODELS
    from kinema.cost.lecture import COSTS

    shown = {row["name"]: row for row in SlowFastDesignerDemo().rows}
    of = {f"{cell.table}, {cell.row}": cell for cell in COSTS}
    assert len(shown) == 8
    for name, row in shown.items():
        model = MODELS[of[name].model]
        [(_, _, frames, side, _)] = model.shapes
        assert (row["printed"], row["side"], row["frames"] * row["alpha"]) == (of[name].printed, side, frames)
        assert row["ratio"] == round(1 / model.options.get("beta", 1 / 8))


def test_the_kinds_of_input_stand_in_the_order_of_the_lecture_s_rows():
    from kinema.cost.lecture import INPUTS, cells
    from kinema.widgets.weak_input import CHANNELS, KINDS

    words = {"rgb": "RGB", "half": "half", "gray": "gray", "difference": "difference", "flow": "flow"}
    assert all(words[kind] in cell.row for kind, cell in zip(KINDS, cells(INPUTS), strict=True))
    weak = pytest.importorskip("kinema.recognition.weak_inputs")
    assert {**weak.CHANNELS, "rgb": 3} == CHANNELS


@pytest.mark.parametrize(
    ("clip", "options", "remedy"),
    [
        (np.zeros((2, 20, 20, 3)), {}, "3 to 8 frames"),
        (np.zeros((4, 20, 20)), {}, "3 to 8 frames"),
        (np.zeros((4, 21, 20, 3)), {}, "even"),
        (np.zeros((4, 20, 400, 3)), {}, "crop"),
        (np.zeros((4, 20, 20, 3)), {"first": 2}, "three frames"),
        (np.zeros((4, 20, 20, 3)), {"filters": {"gray": np.zeros((2, 3, 5, 7, 7))}}, "1, depth"),
        (np.zeros((4, 20, 20, 3)), {"filters": {"depth": np.zeros((2, 1, 5, 7, 7))}}, "rgb, half"),
    ],
)
def test_a_clip_to_weaken_is_short_and_small_and_its_filters_fit(clip, options, remedy):
    with pytest.raises(ValueError, match=remedy):
        WeakInputDemo(clip, **options)


def test_filters_cross_as_whole_numbers_each_by_its_own_largest():
    filters = np.random.default_rng(2).normal(size=(9, 2, 5, 3, 3))
    sent = WeakInputDemo(np.zeros((4, 20, 20, 3)), {"flow": filters}).filters["flow"]
    assert sent["shape"] == [4, 5, 3, 3]
    got = np.reshape(sent["values"], (4, 5, 3, 3, 2))
    want = np.moveaxis(filters[:4], 1, -1)
    np.testing.assert_allclose(got, 127 * want / np.abs(want).max(axis=(1, 2, 3, 4), keepdims=True), atol=0.5)
