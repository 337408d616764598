"""Subtracts the mean score, not the largest."""
# symptom: gave nan or infinity


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.mean(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
