"""torch's layers, without memory, count their own parameters; a tensor is returned."""


def cost(layers, clip):
    import torch

    channels, *axes = clip
    modules, macs, flat = [], 0, None
    for layer in layers:
        if layer["kind"] == "linear":
            flat = channels * axes[0] * axes[1] * axes[2] if flat is None else flat
            modules.append(torch.nn.Linear(flat, layer["out"], device="meta"))
            macs += modules[-1].weight.numel()
            flat = layer["out"]
            continue
        axes = [(n + 2 * p - k + s) // s for n, k, s, p in zip(axes, layer["kernel"], layer["stride"], layer["padding"])]
        if layer["kind"] == "conv":
            modules.append(torch.nn.Conv3d(channels, layer["out"], layer["kernel"], device="meta"))
            macs += modules[-1].weight.numel() * axes[0] * axes[1] * axes[2]
            channels = layer["out"]
    return torch.tensor([sum(p.numel() for m in modules for p in m.parameters()), macs])
