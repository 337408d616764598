"""Subtracts each clip's maximum from the rows of the batch it was given."""
# symptom: changed what it was given


def late_fusion(logits_a, logits_b, weight=0.5):
    def softmax(logits):
        if logits.ndim > 1:
            for row in logits.reshape(-1, logits.shape[-1]):
                row -= row.max()
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    return (1 - weight) * softmax(logits_a) + weight * softmax(logits_b)
