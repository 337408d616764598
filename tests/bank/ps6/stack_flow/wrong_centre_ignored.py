"""centre is not looked at: no mean is subtracted."""
# symptom: after centring each channel should have mean 0


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.clip(flows, -bound, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack
