"""Subtracts one mean of u and v together from each flow."""
# symptom: subtract from each its own mean


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.clip(flows, -bound, bound) / bound
    if centre:
        stack = stack - stack.mean(axis=(1, 2, 3), keepdims=True)
    return stack.reshape(-1, *stack.shape[2:])
