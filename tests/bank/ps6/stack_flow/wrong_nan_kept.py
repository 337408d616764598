"""What is not known stays nan."""
# symptom: should become 0, not nan


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.asarray(flows, float)
    stack = np.clip(flows, -bound, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
