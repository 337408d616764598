"""What the tests of the recognition networks share: real footage, and clips whose label is in their motion."""

import pytest


@pytest.fixture(scope="session")
def city_clip():
    """city_clip(frames, size): real footage as a clip (1, 3, frames, size, size) in [-1, 1]."""
    torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")
    from kinema.data import load_clip
    from kinema.recognition import to_clip

    film = to_clip(load_clip("city").frames, normalize="signed")                   # (1, 3, T, H, W)

    def cut(frames, size):
        some = film[:, :, [k % film.shape[2] for k in range(frames)]]
        resized = torch.nn.functional.interpolate(some[0].transpose(0, 1), size=(size, size), mode="area")
        return resized.transpose(0, 1)[None]

    return cut


@pytest.fixture(scope="session")
def sixteen():
    """sixteen(frames, size): sixteen clips of moving texture and their labels, values in [-1, 1]."""
    pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")
    from kinema.recognition.micro import Directions, batch_of

    def make(frames, size):
        clips, labels = batch_of(Directions(16, frames=frames, size=size))
        return 2 * clips - 1, labels

    return make
