"""One over the sum of the exponentials of all differences to the others."""


def late_fusion(logits_a, logits_b, weight=0.5):
    both = np.stack([logits_a, logits_b])
    with np.errstate(over="ignore"):
        probabilities = 1 / np.exp(both[..., None, :] - both[..., :, None]).sum(axis=-1)
    return np.einsum("s,s...->...", [1 - weight, weight], probabilities)
