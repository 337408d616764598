"""Takes the mean over the known components only."""
# symptom: counts in the mean as 0


def stack_flow(flows, bound=20.0, centre=True):
    stack = np.clip(np.asarray(flows, float), -bound, bound) / bound
    stack = stack.reshape(-1, *stack.shape[2:])
    mean = np.nanmean(stack, axis=(1, 2), keepdims=True)
    stack = np.nan_to_num(stack)
    return stack - mean if centre else stack
