"""Walks along the film frame by frame; tuples come back."""


def pathway_indices(start, T, tau, alpha, frames):
    if tau / alpha != tau // alpha:
        raise ValueError("the Fast pathway would read between frames")
    slow, fast = [], []
    for n in range(T * tau):
        frame = start + n if start + n < frames else frames - 1
        if n % tau == 0:
            slow.append(frame)
        if n % (tau // alpha) == 0:
            fast.append(frame)
    return tuple(slow), tuple(fast)
