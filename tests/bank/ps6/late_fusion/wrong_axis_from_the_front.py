"""Takes the second axis for that of the classes: right for one axis of clips, not for two."""
# symptom: the last axis is that of the classes


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max(axis=min(1, logits.ndim - 1), keepdims=True))
        return powers / powers.sum(axis=min(1, logits.ndim - 1), keepdims=True)

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
