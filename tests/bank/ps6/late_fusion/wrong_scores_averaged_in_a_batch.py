"""One clip as it should be; many at once by one softmax of averaged scores."""
# symptom: should get the verdicts that each gets alone


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    if np.ndim(logits_a) == 1:
        return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
    return softmax((1 - weight) * logits_a + weight * logits_b)
