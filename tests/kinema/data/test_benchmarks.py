"""Benchmark folders, from tiny files laid out as their archives unpack."""

import numpy as np
import pytest

from kinema.data import load_pair, pair_names, write_flo, write_image, write_kitti_flow

SHAPE = (4, 6)


def picture(path, value, shape=(*SHAPE, 3)):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_image(path, np.full(shape, value, np.uint8))


def truth(path, u, v, write=write_flo, shape=SHAPE):
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, np.stack([np.full(shape, float(u)), np.full(shape, float(v))]))


@pytest.fixture
def folder(tmp_path):
    """A data folder with tiny pairs of all benchmarks."""
    for k, scene in enumerate(("Venus", "Army", "Grove")):
        picture(tmp_path / "middlebury" / "other-data" / scene / "frame10.png", 10 + k)
        picture(tmp_path / "middlebury" / "other-data" / scene / "frame11.png", 20 + k)
        if scene != "Army":  # hidden truth, as for the benchmark's evaluation pairs
            truth(tmp_path / "middlebury" / "other-gt-flow" / scene / "flow10.flo", k, -k)
    training = tmp_path / "sintel" / "training"
    for k, rendering in enumerate(("clean", "final")):
        for number in (1, 2, 3):
            picture(training / rendering / "alley_1" / f"frame_{number:04d}.png", 100 * k + number)
    for number in (1, 2):
        truth(training / "flow" / "alley_1" / f"frame_{number:04d}.flo", number, 0.5)
    for name in ("000000", "000007"):
        for frame in (10, 11):
            picture(tmp_path / "kitti" / "training" / "image_2" / f"{name}_{frame}.png", int(name) + frame)
        truth(tmp_path / "kitti" / "training" / "flow_occ" / f"{name}_10.png", 1.5, -2, write_kitti_flow)
    return tmp_path


def test_names_are_the_pairs_with_known_truth_in_order(folder):
    assert pair_names("middlebury", folder) == ("Grove", "Venus")
    assert pair_names("sintel-clean", folder) == ("alley_1/frame_0001", "alley_1/frame_0002")
    assert pair_names("sintel-final", folder) == ("alley_1/frame_0001", "alley_1/frame_0002")
    assert pair_names("kitti", str(folder)) == ("000000", "000007")


@pytest.mark.parametrize(
    "benchmark, name, first, second, u, v",
    [
        ("middlebury", "Venus", 10, 20, 0, 0),
        ("middlebury", "Grove", 12, 22, 2, -2),
        ("sintel-clean", "alley_1/frame_0002", 2, 3, 2, 0.5),
        ("sintel-final", "alley_1/frame_0001", 101, 102, 1, 0.5),
        ("kitti", "000007", 17, 18, 1.5, -2),
    ],
)
def test_a_pair_is_its_own_two_frames_and_truth(folder, benchmark, name, first, second, u, v):
    pair = load_pair(benchmark, name, folder)
    assert pair.I0.dtype == pair.I1.dtype == np.uint8
    assert pair.I0.shape == pair.I1.shape == (*SHAPE, 3)
    assert np.all(pair.I0 == first)
    assert np.all(pair.I1 == second)
    assert pair.flow.dtype == np.float32
    assert pair.flow.shape == (2, *SHAPE)
    assert np.all(pair.flow[0] == u)
    assert np.all(pair.flow[1] == v)


def test_middlebury_may_be_one_folder_a_pair(tmp_path):
    scene = tmp_path / "middlebury" / "Venus"
    picture(scene / "frame10.png", 10, SHAPE)
    picture(scene / "frame11.png", 20, SHAPE)
    truth(scene / "flow10.flo", 1, 2)
    (tmp_path / "middlebury" / "README.txt").write_text("a file beside the folders does no harm")
    assert pair_names("middlebury", tmp_path) == ("Venus",)
    pair = load_pair("middlebury", "Venus", tmp_path)
    assert pair.I0.shape == SHAPE  # gray stays gray
    assert np.all(pair.I1 == 20)
    assert np.all(pair.flow[1] == 2)


def test_kitti_2012_keeps_its_frames_in_colored_0(tmp_path):
    training = tmp_path / "kitti" / "training"
    for frame in (10, 11):
        picture(training / "colored_0" / f"000003_{frame}.png", frame)
    truth(training / "flow_occ" / "000003_10.png", 1, 2, write_kitti_flow)
    assert np.all(load_pair("kitti", "000003", tmp_path).I1 == 11)


def test_the_folder_may_come_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("KINEMA_DATA", str(folder))
    assert pair_names("kitti") == ("000000", "000007")
    assert np.all(load_pair("middlebury", "Venus").I0 == 10)


def test_root_goes_before_the_environment(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("KINEMA_DATA", str(tmp_path / "elsewhere"))
    assert pair_names("middlebury", folder) == ("Grove", "Venus")


def test_an_empty_folder_has_no_pairs(tmp_path):
    for benchmark in ("middlebury", "sintel-clean", "sintel-final", "kitti"):
        assert pair_names(benchmark, tmp_path) == ()


def test_no_folder_is_refused_with_the_remedy(monkeypatch, tmp_path):
    monkeypatch.delenv("KINEMA_DATA", raising=False)
    with pytest.raises(ValueError, match="no data folder: pass root=, or set the environment variable KINEMA_DATA"):
        pair_names("middlebury")
    with pytest.raises(FileNotFoundError, match="the data folder .*nowhere does not exist"):
        pair_names("middlebury", tmp_path / "nowhere")


def test_unknown_benchmarks_and_pairs_are_refused_with_what_there_is(folder):
    with pytest.raises(
        ValueError, match="no benchmark called 'kitty'; there are: middlebury, sintel-clean, sintel-final, kitti"
    ):
        load_pair("kitty", "000000", folder)
    with pytest.raises(ValueError, match="middlebury has no pair called 'Army' in .*; found: Grove, Venus"):
        load_pair("middlebury", "Army", folder)
    (folder / "kitti").rename(folder / "other")
    with pytest.raises(ValueError, match="found: none"):
        load_pair("kitti", "000000", folder)


def test_frames_and_truth_of_two_sizes_are_refused(folder):
    truth(folder / "middlebury" / "other-gt-flow" / "Venus" / "flow10.flo", 1, 2, shape=(5, 6))
    with pytest.raises(ValueError, match=r"Venus: frames of \(4, 6\) and \(4, 6\), but flow of \(5, 6\) pixels"):
        load_pair("middlebury", "Venus", folder)
    picture(folder / "middlebury" / "other-data" / "Grove" / "frame11.png", 1, (4, 7, 3))
    with pytest.raises(ValueError, match=r"Grove: frames of \(4, 6\) and \(4, 7\)"):
        load_pair("middlebury", "Grove", folder)


def test_a_missing_frame_is_named(folder):
    (folder / "sintel" / "training" / "clean" / "alley_1" / "frame_0003.png").unlink()
    with pytest.raises(FileNotFoundError, match="frame_0003.png"):
        load_pair("sintel-clean", "alley_1/frame_0002", folder)


@pytest.mark.parametrize("name", ["RubberWhale", "Dimetrodon", "Hydrangea"])
def test_the_real_truth_moves_the_second_frame_onto_the_first(middlebury, name):
    if name not in pair_names("middlebury", middlebury):
        pytest.skip(f"KINEMA_DATA does not hold {name}")
    pair = load_pair("middlebury", name, middlebury)
    assert pair.I0.shape[:2] == pair.flow.shape[1:]
    assert 0 < np.isnan(pair.flow).mean() < 0.2  # the truth has holes
    # Rounded to whole pixels, the true flow must already explain more than no motion does; its mirror images less.
    height, width = pair.I0.shape[:2]
    y, x = np.mgrid[:height, :width]
    I0, I1 = pair.I0.astype(float).mean(axis=2), pair.I1.astype(float).mean(axis=2)
    known = np.isfinite(pair.flow).all(axis=0)

    def difference(flow):
        u, v = np.rint(np.where(known, flow, 0)).astype(int)
        moved = I1[np.clip(y + v, 0, height - 1), np.clip(x + u, 0, width - 1)]
        return np.abs(moved - I0)[known].mean()

    right = difference(pair.flow)
    for wrong in (0 * pair.flow, -pair.flow, pair.flow[::-1]):
        assert right < difference(wrong)
