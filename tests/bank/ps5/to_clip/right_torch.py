"""torch in single precision; tensors come back."""


def to_clip(film):
    import torch

    film = torch.as_tensor(film)
    values = film.float() if film.is_floating_point() else film.float().div(255)
    return values.permute(3, 0, 1, 2).unsqueeze(0)


def to_film(clip):
    import torch

    return torch.as_tensor(clip).squeeze(0).movedim(0, -1).mul(255).round().clamp(0, 255).to(torch.uint8)
