"""Sets what is not known to 0 in the flows it was given."""
# symptom: changed what it was given


def stack_flow(flows, bound=20.0, centre=True):
    flows[np.isnan(flows)] = 0
    stack = np.clip(flows, -bound, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
