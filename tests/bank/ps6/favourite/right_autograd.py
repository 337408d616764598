"""torch writes the derivative of J, in double precision; tensors come back."""


def favourite(unit, chi=0.0, decay=0.5, steps=300, rate=0.05, seed=0):
    import torch

    filters, weights = torch.tensor(FILTERS.reshape(12, -1)), torch.tensor(WEIGHTS[unit])
    x = torch.tensor(0.1 * np.random.default_rng(seed).standard_normal(CLIP), requires_grad=True)
    answers = []

    def answer():
        return weights @ torch.logaddexp(filters @ x.flatten(), torch.zeros(12, dtype=torch.float64))

    for _ in range(steps):
        J = answer() - decay * x.square().sum() - chi * x.diff(dim=0).square().sum()
        (slope,) = torch.autograd.grad(J, x)
        with torch.no_grad():
            x += rate * slope
            answers.append(answer().item())
    return x.detach(), torch.tensor(answers, dtype=torch.float64)
