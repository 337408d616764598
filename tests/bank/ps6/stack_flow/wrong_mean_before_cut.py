"""Subtracts the mean first and cuts afterwards."""
# symptom: cut first and subtract the mean afterwards


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = flows.reshape(-1, *flows.shape[2:])
    if centre:
        stack = stack - stack.mean(axis=(1, 2), keepdims=True)
    return np.clip(stack, -bound, bound) / bound
