"""Shortens vectors longer than the bound, and keeps their direction."""
# symptom: components beyond the bound should be cut to it


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    length = np.hypot(flows[:, 0], flows[:, 1])[:, None]
    stack = flows / np.maximum(length, bound)
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
