"""Subtracts one mean of all channels."""
# symptom: its own mean, not one mean of all


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.clip(flows, -bound, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack - stack.mean() if centre else stack
