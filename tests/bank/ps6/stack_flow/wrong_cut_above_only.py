"""Cuts what is too large, not what is too small."""
# symptom: in both directions


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.minimum(flows, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
