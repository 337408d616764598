"""Readers of real data sets' folders: the bundled footage, arranged as each of them is."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
av = pytest.importorskip("av")

from kinema.data import VideoReader, load_clip
from kinema.recognition.film_clips import ClipSampler, FilmClips, read_frames
from kinema.recognition.video_sets import charades, hmdb51, kinetics, ucf101

FRAMES = load_clip("city").frames[:24]


def film(path, frames=FRAMES, rate=8):
    """Write `frames` as a film of the kind that the name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=rate)
        stream.height, stream.width = frames.shape[1] // 2 * 2, frames.shape[2] // 2 * 2
        stream.pix_fmt, stream.bit_rate = "yuv420p", 4_000_000
        for frame in frames:
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame[: stream.height, : stream.width]), format="rgb24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def ucf(tmp_path):
    lists = tmp_path / "ucfTrainTestlist"
    write(lists / "classInd.txt", "1 ApplyEyeMakeup\n2 Billiards\n")
    write(lists / "trainlist01.txt", "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\nBilliards/v_Billiards_g08_c01.avi 2\n")
    write(lists / "testlist01.txt", "Billiards/v_Billiards_g01_c01.avi\n")
    for name in ("ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01", "Billiards/v_Billiards_g08_c01", "Billiards/v_Billiards_g01_c01"):
        film(tmp_path / "UCF-101" / f"{name}.avi")
    return tmp_path


def test_ucf101(ucf):
    train, test = ucf101(ucf), ucf101(ucf, split="test")
    assert train.classes == ["ApplyEyeMakeup", "Billiards"]
    assert [(f.path.name, f.label) for f in train.films] == [("v_ApplyEyeMakeup_g08_c01.avi", 0), ("v_Billiards_g08_c01.avi", 1)]
    assert [f.label for f in test.films] == [1] and train.absent == []
    (ucf / "UCF-101").rename(ucf / "films")                                     # classes may lie beside the lists, too
    for folder in (ucf / "films").iterdir():
        folder.rename(ucf / folder.name)
    assert len(ucf101(ucf).films) == 2


def test_a_film_that_is_missing_is_an_error_or_is_listed(ucf):
    gone = ucf / "UCF-101" / "Billiards" / "v_Billiards_g08_c01.avi"
    gone.unlink()
    with pytest.raises(FileNotFoundError, match="1 of 2 films are missing, the first is .*g08_c01.avi"):
        ucf101(ucf)
    some = ucf101(ucf, missing="skip")
    assert len(some.films) == 1 and some.absent == [gone]


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("classInd.txt", "1 ApplyEyeMakeup\ntwo Billiards\n", r"classInd.txt, line 2: 'two Billiards' is not 'NUMBER CLASS'"),
        ("trainlist01.txt", "ApplyEyeMakeup/a.avi 1\n\nSwimming/b.avi 3\n", r"trainlist01.txt, line 3: 'Swimming/b.avi 3'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(ucf, name, text, message):
    write(ucf / "ucfTrainTestlist" / name, text)
    with pytest.raises(ValueError, match=message):
        ucf101(ucf)


def test_hmdb51(tmp_path):
    lists = tmp_path / "testTrainMulti_7030_splits"
    write(lists / "brush_hair_test_split1.txt", "a b.avi 1 \nc.avi 2 \nd.avi 0 \n")
    write(lists / "wave_test_split1.txt", "e.avi 1 \nf.avi 2 \n")
    for name in ("brush_hair/a b", "brush_hair/c", "brush_hair/d", "wave/e", "wave/f"):
        film(tmp_path / f"{name}.avi", FRAMES[:4])
    train, test = hmdb51(tmp_path), hmdb51(tmp_path, split="test")
    assert train.classes == ["brush_hair", "wave"]
    assert [(f.path.name, f.label) for f in train.films] == [("a b.avi", 0), ("e.avi", 1)]
    assert [(f.path.name, f.label) for f in test.films] == [("c.avi", 0), ("f.avi", 1)]
    write(lists / "wave_test_split1.txt", "e.avi 3\n")
    with pytest.raises(ValueError, match=r"wave_test_split1.txt, line 1: 'e.avi 3' is not 'FILM.avi 0\|1\|2'"):
        hmdb51(tmp_path)
    with pytest.raises(FileNotFoundError, match="holds no list"):
        hmdb51(tmp_path, fold=2)


def test_kinetics(tmp_path):
    write(
        tmp_path / "train.csv",
        "label,youtube_id,time_start,time_end,split\nriding a bike,-abc,3,13,train\nair drumming,xyz,0,10,train\n"
        '"clean, and jerk",gone,1,11,train\n',
    )
    film(tmp_path / "train" / "riding a bike" / "-abc_000003_000013.mp4")
    film(tmp_path / "train" / "air_drumming" / "xyz_000000_000010.mp4")
    films = kinetics(tmp_path, missing="skip")
    assert films.classes == ["air drumming", "clean, and jerk", "riding a bike"]
    assert [f.label for f in films.films] == [2, 0] and [p.name for p in films.absent] == ["gone_000001_000011.mp4"]
    # Another split numbers its classes as the training list does, and knows no others.
    write(tmp_path / "val.csv", "label,youtube_id,time_start,time_end\nriding a bike,q,0,10\n")
    film(tmp_path / "val" / "riding a bike" / "q_000000_000010.mp4")
    assert [f.label for f in kinetics(tmp_path, split="val").films] == [2]
    write(tmp_path / "val.csv", "label,youtube_id,time_start,time_end\nflying,q,0,10\n")
    with pytest.raises(ValueError, match="'flying' is not a class of train.csv"):
        kinetics(tmp_path, split="val")
    write(tmp_path / "train.csv", "label,youtube_id,time_start\na,b,3\n")
    with pytest.raises(ValueError, match="no column time_end; it has label, youtube_id, time_start"):
        kinetics(tmp_path)
    write(tmp_path / "train.csv", "label,youtube_id,time_start,time_end\na,b,soon,13\n")
    with pytest.raises(ValueError, match="line 2: 'soon' is not a time"):
        kinetics(tmp_path)
    write(tmp_path / "train.csv", "label,youtube_id,time_start,time_end\na,b,3,13\nc\n")
    with pytest.raises(ValueError, match="line 3: 'c' is not a row"):
        kinetics(tmp_path)


def test_charades_shows_several_actions_at_their_times(tmp_path):
    write(
        tmp_path / "Charades_v1_train.csv",
        'id,subject,script,actions,length\n46GP8,HR43,"A person, sitting.",c092 0.00 1.00;c147 2.60 3.00,3.00\nN11GT,0KZ7,Nothing.,,3.00\n',
    )
    for name in ("46GP8", "N11GT"):
        film(tmp_path / "Charades_v1_480" / f"{name}.mp4", rate=8)
    films = charades(tmp_path)
    assert films.films[0].label == ((92, 0.0, 1.0), (147, 2.6, 3.0)) and films.films[1].label == ()
    data = FilmClips(films, ClipSampler(frames=4, step=1, side=32, random=False))
    clip, label = data[0]                                                        # frames 10 to 13 of 24: 1.25 to 1.625 s
    assert clip.shape == (3, 4, 32, 32) and label.shape == (157,) and label.sum() == 0
    early = FilmClips(films, ClipSampler(frames=12, step=2, side=32, random=False))[0][1]
    assert early.nonzero().flatten().tolist() == [92, 147]                       # 0 to 2.75 s
    write(tmp_path / "Charades_v1_train.csv", "id,actions\na,c092 0.00\n")
    with pytest.raises(ValueError, match="line 2: 'c092 0.00' is not 'cNNN START END'"):
        charades(tmp_path)
    write(tmp_path / "Charades_v1_train.csv", "id,actions\na,c192 0.00 1.00\n")
    with pytest.raises(ValueError, match="one of 157 classes"):
        charades(tmp_path)


def test_a_clip_is_cut_from_where_the_sampler_says(ucf):
    films = ucf101(ucf)
    sampler = ClipSampler(frames=4, step=3, side=64, random=False)
    assert sampler.indices(24) == [7, 10, 13, 16]
    clip, label = FilmClips(films, sampler)[1]
    assert clip.shape == (3, 4, 64, 64) and label == 1
    frames = np.stack(list(VideoReader(films.films[1].path)))
    assert torch.equal(clip, torch.as_tensor(sampler.crop(frames[[7, 10, 13, 16]])).permute(3, 0, 1, 2))
    assert np.array_equal(read_frames(VideoReader(films.films[1].path), [0, 5, 23]), frames[[0, 5, 23]])
    # The middle of the frame, seen through the codec: close to the original's.
    middle = torch.nn.functional.interpolate(torch.as_tensor(FRAMES[7]).permute(2, 0, 1)[None] / 255.0, size=(73, 130), mode="area")
    assert (clip[:, 0] - middle[0, :, 4:68, 33:97]).abs().mean() < 0.03


def test_a_random_sampler_draws_anew_at_every_visit_and_repeats_with_torch_s_seed(ucf):
    data = FilmClips(ucf101(ucf), ClipSampler(frames=4, side=32))
    torch.manual_seed(3)
    first, second = data[0][0], data[0][0]
    torch.manual_seed(3)
    assert torch.equal(first, data[0][0]) and torch.equal(second, data[0][0])
    assert not torch.equal(first, second)


def test_workers_draw_differently_in_every_epoch(ucf):
    loader = torch.utils.data.DataLoader(FilmClips(ucf101(ucf), ClipSampler(frames=4, side=32)), num_workers=1)
    first, second = ([clip for clip, _ in loader] for _ in range(2))
    assert not any(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_film_shorter_than_the_clip_stands_still_at_its_end(tmp_path):
    assert ClipSampler(frames=6).indices(4) == [0, 1, 2, 3, 3, 3]
    reader = VideoReader(film(tmp_path / "short.mp4", FRAMES[:4]))
    frames = read_frames(reader, [0, 1, 2, 3, 9, 9])                             # a header may promise too many
    assert np.array_equal(frames[3], frames[5])


def test_a_network_trains_on_films(ucf):
    from kinema.recognition.train import main

    arguments = ["mc3_18", f"ucf101:{ucf}", "--frames", "4", "--side", "32", "--width", "4", "--epochs", "1", "--batch", "2"]
    assert main(arguments) == 0
