"""Averages log-probabilities: a product of probabilities, which does not sum to one."""
# symptom: multiplied probabilities


def late_fusion(logits_a, logits_b, weight=0.5):
    def log_softmax(logits):
        logits = logits - logits.max(axis=-1, keepdims=True)
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))

    return np.exp((1 - weight) * log_softmax(logits_a) + weight * log_softmax(logits_b))
