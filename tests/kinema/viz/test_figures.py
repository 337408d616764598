"""Figures: what is drawn, where, and to which scale."""

import numpy as np
import pytest

matplotlib = pytest.importorskip("matplotlib", reason="Matplotlib, which draws the figures, is not installed")

import matplotlib.pyplot as plt
from matplotlib.quiver import Quiver

import kinema.viz
from kinema.viz import (
    draw_arrows,
    draw_constraint,
    draw_covariance,
    draw_wheel,
    error_map,
    flow_to_color,
    palette,
    show_error,
    show_flow,
    show_frames,
    show_signed,
    use_style,
    velocity_axes,
    wheel_picture,
)


@pytest.fixture(autouse=True)
def clean():
    """Figures closed and settings restored after each test."""
    with matplotlib.rc_context():
        yield
    plt.close("all")


def drawn(figure):
    """The figure rendered, as an RGB array."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba())[..., :3]


def test_every_public_name_exists_and_others_do_not():
    for name in kinema.viz.__all__:
        assert callable(getattr(kinema.viz, name))
    with pytest.raises(AttributeError, match="no attribute 'draw_everything'"):
        kinema.viz.draw_everything  # noqa: B018


def test_the_style_gives_figures_the_courses_paper_and_accents_with_their_own_dashes():
    use_style()
    figure, ax = plt.subplots()
    assert matplotlib.colors.to_hex(figure.get_facecolor()) == palette.PAPER
    lines = [ax.plot([0, 1])[0] for _ in range(4)]
    assert [line.get_color() for line in lines] == [palette.BLUE, palette.ORANGE, palette.GREEN, palette.PURPLE]
    assert len({line.get_linestyle() for line in lines}) == 4  # colour is never the only signal


def test_frames_stand_side_by_side_black_to_white_under_their_titles(put):
    gray, colour = put(np.full((5, 8), 0.5), "float32"), np.full((5, 8, 3), 200, np.uint8)
    figure = show_frames(gray, colour, titles=["first", "second"])
    assert [ax.get_title() for ax in figure.axes] == ["first", "second"]
    image = figure.axes[0].images[0]
    assert image.get_clim() == (0, 1)
    assert np.all(np.asarray(image.get_array()) == 0.5)
    assert np.all(np.asarray(figure.axes[1].images[0].get_array()) == 200)
    assert drawn(figure).std() > 0


def test_an_8_bit_gray_frame_is_white_at_255():
    assert show_frames(np.zeros((4, 5), np.uint8)).axes[0].images[0].get_clim() == (0, 255)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 3)])
def test_16_bit_and_boolean_frames_are_black_to_white_too(shape):
    deep, mask = np.zeros(shape, np.uint16), np.zeros(shape, bool)
    deep[0], deep[1], mask[0] = 65535, 32768, True
    figure = show_frames(deep, mask)
    for ax in figure.axes:
        assert ax.images[0].get_clim() == (0, 1)
    shown = [np.asarray(ax.images[0].get_array()) for ax in figure.axes]
    np.testing.assert_allclose(shown[0], deep / 65535, atol=1e-6)  # float32
    np.testing.assert_array_equal(shown[1], mask)
    pixels = drawn(figure)
    assert pixels.max() == 255 and pixels.min() == 0


def test_the_error_is_drawn_with_its_scale_in_pixels_beside_its_frame(put):
    truth = np.random.default_rng(0).normal(size=(2, 20, 30))
    flow = truth + np.stack([np.full((20, 30), 0.3), np.full((20, 30), -0.4)])
    flow[0, 3, 3], flow[1, 4, 5] = np.nan, 100.0
    figure = show_error(put(flow), put(truth), over=put(np.zeros((20, 30))), max_error=2.0)
    frame, field, bar = figure.axes
    assert np.all(np.asarray(frame.images[0].get_array()) == 0)
    np.testing.assert_array_equal(np.asarray(field.images[0].get_array()), error_map(flow, truth, max_error=2.0))
    assert field.get_title().startswith("EPE 0.6")  # 0.5 px, and one pixel of some 100 among 599
    assert bar.get_ylabel() == "end-point error (px); grey: unknown"
    assert bar.get_ylim() == (0, 2)
    drawn(figure)


def test_an_error_without_frame_or_knowledge_can_be_drawn():
    flow = np.zeros((2, 8, 9))
    field, bar = show_error(flow, flow, title="same").axes
    assert (field.get_title(), bar.get_ylabel()) == ("same", "end-point error (px)")
    figure = show_error(flow * np.nan, flow)
    assert figure.axes[0].get_title() == "nothing known"
    drawn(figure)


def test_flow_and_its_key_share_the_wheel_that_was_asked_for():
    flow = np.random.default_rng(0).normal(size=(2, 6, 9))
    field, key = show_flow(flow, max_speed=2.0, wheel="safe").axes
    np.testing.assert_array_equal(field.images[0].get_array(), flow_to_color(flow, max_speed=2.0, wheel="safe"))
    shown = np.asarray(key.images[0].get_array())[..., :3]
    np.testing.assert_allclose(shown, wheel_picture(wheel="safe") / 255)


def test_signed_fields_share_one_scale_that_is_symmetric_about_paper(put):
    figure = show_signed(put(np.array([[-3.0, 1.0]])), put(np.array([[0.0, 2.0]])), titles=["Ix", "It"])
    images = [ax.images[0] for ax in figure.axes[:2]]
    assert [image.get_clim() for image in images] == [(-3, 3), (-3, 3)]
    cmap = images[0].get_cmap()
    assert [matplotlib.colors.to_hex(cmap(x)) for x in (0.0, 1.0)] == [palette.BLUE, palette.ORANGE]
    assert np.abs(np.array(cmap(0.5)) - matplotlib.colors.to_rgba(palette.PAPER)).max() < 0.02  # of 256 steps


def test_signed_fields_of_zeros_or_with_a_limit_can_be_drawn():
    drawn(show_signed(np.zeros((3, 4))))
    assert show_signed(np.ones((3, 4)), limit=5).axes[0].images[0].get_clim() == (-5, 5)


def test_arrows_start_on_their_pixels_and_point_along_the_flow(put):
    flow = np.zeros((2, 12, 20))
    flow[0], flow[1] = 2.0, -1.0
    flow[1, :6] = 1.0  # upper half: down
    _, ax = plt.subplots()
    scale = draw_arrows(ax, put(flow), step=4, scale=1.5)
    assert scale == 1.5
    (quiver,) = (c for c in ax.collections if isinstance(c, Quiver))
    assert sorted(set(quiver.X)) == [2, 6, 10, 14, 18]
    assert sorted(set(quiver.Y)) == [2, 6, 10]
    assert np.all(quiver.U == 3)
    np.testing.assert_array_equal(quiver.V, np.where(quiver.Y < 6, 1.5, -1.5))
    assert (quiver.angles, quiver.scale_units, quiver.scale) == ("xy", "xy", 1)


def test_arrows_fit_their_grid_by_default_and_skip_unknown_pixels():
    flow = np.zeros((2, 28, 42))
    flow[0] = 5.0
    flow[:, 1, 1] = np.nan
    _, ax = plt.subplots()
    scale = draw_arrows(ax, flow)
    assert scale * 5.0 == pytest.approx(2)  # the grid's step is 28 // 14
    drawn(ax.figure)


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_field_without_motion_or_answer_can_be_drawn(value):
    flow = np.full((2, 20, 30), value)
    drawn(show_flow(flow))
    drawn(show_flow(flow, over=np.zeros((20, 30))))


def test_flow_is_drawn_as_colour_beside_its_wheel(put):
    flow = np.random.default_rng(0).normal(size=(2, 6, 9))
    figure = show_flow(put(flow), max_speed=2.0, title="flow")
    field, key = figure.axes
    np.testing.assert_array_equal(np.asarray(field.images[0].get_array()), flow_to_color(flow, max_speed=2.0))
    assert field.get_title() == "flow"
    assert "2 px/frame" in key.get_title()


def test_flow_over_a_frame_is_drawn_as_arrows(put):
    figure = show_flow(put(np.ones((2, 20, 30))), over=put(np.zeros((20, 30))))
    (ax,) = figure.axes
    assert any(isinstance(c, Quiver) for c in ax.collections)
    assert ax.yaxis_inverted()  # v points down, as in the image


def test_the_wheels_key_is_clear_outside_its_rim():
    _, ax = plt.subplots()
    draw_wheel(ax, 3.0)
    picture = np.asarray(ax.images[0].get_array())
    assert picture[0, 0, 3] == 0
    assert picture[75, 75, 3] == 1
    assert "3 px/frame" in ax.get_title()


def test_the_constraint_line_is_drawn_where_the_flow_equation_holds():
    ax = velocity_axes(reach=2)
    Ix, Iy, It = 3.0, 4.0, -10.0
    point = draw_constraint(ax, Ix, Iy, It, reach=2, label="pixel")
    np.testing.assert_allclose(point, [1.2, 1.6])
    line = ax.lines[-1]
    u, v = line.get_data()
    np.testing.assert_allclose(Ix * np.asarray(u) + Iy * np.asarray(v) + It, 0, atol=1e-12)
    assert np.hypot(np.ptp(u), np.ptp(v)) > 4 * np.sqrt(2)  # longer than the axes' diagonal
    assert line.get_label() == "pixel"


def test_velocity_axes_have_v_downwards_and_say_units():
    ax = velocity_axes(reach=3)
    assert ax.get_xlim() == (-3, 3)
    assert ax.get_ylim() == (3, -3)
    assert "right (pixels/frame)" in ax.get_xlabel()
    assert "down (pixels/frame)" in ax.get_ylabel()
    assert velocity_axes(ax) is ax


def test_the_covariance_ellipse_has_its_axes_and_angle():
    c, s = np.cos(np.radians(30)), np.sin(np.radians(30))
    turn = np.array([[c, -s], [s, c]])
    _, ax = plt.subplots()
    draw_covariance(ax, (1.0, 2.0), turn @ np.diag([0.09, 0.01]) @ turn.T, sigmas=2.0)
    (ellipse,) = ax.patches
    assert tuple(ellipse.center) == (1.0, 2.0)
    assert (ellipse.width, ellipse.height) == pytest.approx((4 * 0.3, 4 * 0.1))
    assert ellipse.angle % 180 == pytest.approx(30)
