"""Learned v first, u second."""
# symptom: u and v are exchanged


import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(1)  # so small a network gains nothing from more
torch.manual_seed(0)


class FlowNet(nn.Module):
    """Two batches of frames (B, H, W), sides divisible by 4, to flow (B, 2, H/4, W/4) in pixels of that size."""

    def __init__(self, radius=2, width=16):
        super().__init__()
        self.radius = radius
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5, stride=2, padding=2), nn.LeakyReLU(0.1), nn.Conv2d(16, width, 3, stride=2, padding=1)
        )
        side = 2 * radius + 1
        self.read = nn.Sequential(nn.Conv2d(side**2 + 2, 24, 3, padding=1), nn.LeakyReLU(0.1), nn.Conv2d(24, 2, 3, padding=1))
        d = torch.arange(-radius, radius + 1.0)
        self.displacements = torch.stack([d.repeat(side), d.repeat_interleave(side)])
        self.sharpness = nn.Parameter(torch.tensor(10.0))

    def forward(self, I0, I1):
        f0, f1 = (F.normalize(self.features(2 * I[:, None] - 1), dim=1) for I in (I0, I1))
        B, C, H, W = f0.shape
        moved = F.unfold(f1, 2 * self.radius + 1, padding=self.radius).reshape(B, C, -1, H, W)
        costs = (f0[:, :, None] * moved).sum(dim=1)
        likely = torch.einsum("bdhw,cd->bchw", torch.softmax(self.sharpness * costs, dim=1), self.displacements)
        return likely + self.read(torch.cat([costs, likely], dim=1))


def train(net, steps=120, batch=16):
    I0, I1, flow = (torch.tensor(x, dtype=torch.float32) for x in sliding_textures(np.random.default_rng(1), 256))
    target = F.avg_pool2d(flow, 4).flip(1) / 4
    optimiser = torch.optim.Adam(net.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 0.01, total_steps=steps)
    for _ in range(steps):
        k = torch.randint(0, len(I0), (batch,))
        loss = ((net(I0[k], I1[k]) - target[k]) ** 2).sum(dim=1).add(1e-6).sqrt().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return net.eval()


net = train(FlowNet())


def predict(I0, I1):
    """Flow (2, H, W) from I0 to I1, in pixels of the frames, by the network trained above."""
    I0, I1 = (I / 255 if I.dtype == np.uint8 else I for I in (I0, I1))
    H, W = I0.shape
    I0, I1 = (torch.tensor(np.pad(I, ((0, -H % 4), (0, -W % 4)), mode="edge"), dtype=torch.float32)[None] for I in (I0, I1))
    with torch.no_grad():
        coarse = net(I0, I1)
    flow = 4 * F.interpolate(coarse, scale_factor=4, mode="bilinear")
    return flow[0, :, :H, :W].numpy().astype(float)
