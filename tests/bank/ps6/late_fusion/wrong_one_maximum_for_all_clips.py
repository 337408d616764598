"""Subtracts one maximum from all clips: the powers of a low one are all 0."""
# symptom: gave nan or infinity


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max())
        return powers / powers.sum(axis=-1, keepdims=True)

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
