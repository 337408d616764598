"""A running product in plain Python; a list comes back."""


def linear_schedule(T, first=1e-4, last=0.02):
    left = [1.0]
    for t in range(T):
        beta = first + (last - first) * t / max(T - 1, 1)
        left.append(left[-1] * (1 - beta))
    return left
