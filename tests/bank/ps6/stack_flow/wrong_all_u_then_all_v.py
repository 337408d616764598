"""All u first, then all v."""
# symptom: all u came first


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.clip(flows, -bound, bound) / bound
    stack = np.concatenate([stack[:, 0], stack[:, 1]])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
