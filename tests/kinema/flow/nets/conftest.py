"""What the tests of the flow networks share: pairs whose flow is known, and real frames."""

import pytest


@pytest.fixture
def moved_pair():
    """moved_pair(height, width, u, v): (I0, I1, flow), a smooth random texture and its exact shift."""
    torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")

    def make(height, width, u, v, seed=0):
        generator = torch.Generator().manual_seed(seed)
        rim = max(abs(u), abs(v))
        noise = torch.rand(1, 3, height + 2 * rim + 4, width + 2 * rim + 4, generator=generator)
        texture = torch.nn.functional.avg_pool2d(noise, 5, stride=1)  # a stride of 2 or 4 still sees it
        texture = (texture - texture.min()) / (texture.max() - texture.min())
        I0 = texture[..., rim : rim + height, rim : rim + width]
        I1 = texture[..., rim - v : rim - v + height, rim - u : rim - u + width]  # I1(x + flow) = I0(x)
        flow = torch.tensor([u, v], dtype=I0.dtype).reshape(1, 2, 1, 1).expand(1, 2, height, width)
        return I0, I1, flow

    return make


@pytest.fixture(scope="session")
def city_pair():
    """A crop of two frames of the bundled clip, each (1, 3, 90, 139) in [0, 1]."""
    torch = pytest.importorskip("torch", reason="torch is not installed: there are no networks to test")
    from kinema.data import load_clip

    frames = torch.as_tensor(load_clip("city", stop=4, step=3).frames).movedim(-1, 1) / 255  # (2, 3, H, W)
    crop = frames[:, :, 20:110, 30:169]  # odd sides: no net's multiple
    return crop[:1], crop[1:]
