"""One softmax over all clips and classes."""
# symptom: the last axis is that of the classes


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
