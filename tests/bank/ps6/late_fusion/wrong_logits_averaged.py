"""Averages the raw scores, then one softmax."""
# symptom: raw scores were averaged


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    return softmax((1 - weight) * logits_a + weight * logits_b)
