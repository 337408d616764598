"""The softmax runs over the first axis, that of the clips."""
# symptom: the last axis is that of the classes


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=0))
        return powers / powers.sum(axis=0)

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
