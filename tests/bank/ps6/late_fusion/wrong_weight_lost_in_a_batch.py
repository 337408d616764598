"""Calls itself for each clip of a batch, and forgets to hand on the weight."""
# symptom: with the same weight


def late_fusion(logits_a, logits_b, weight=0.5):
    if np.ndim(logits_a) > 1:
        return np.stack([late_fusion(a, b) for a, b in zip(logits_a, logits_b)])

    def softmax(logits):
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
