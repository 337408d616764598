"""Down first, then to the right: v1, u1, v2, u2."""
# symptom: channel 0 should be u of flow 0


def stack_flow(flows, bound=20.0, centre=True):
    flows = np.nan_to_num(np.asarray(flows, float))
    stack = np.clip(flows, -bound, bound) / bound
    stack = stack[:, ::-1].reshape(-1, *stack.shape[2:])
    return stack - stack.mean(axis=(1, 2), keepdims=True) if centre else stack
