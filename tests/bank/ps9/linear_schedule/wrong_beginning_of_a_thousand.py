"""The first T betas of a schedule of a thousand."""
# symptom: whatever T is


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(first, last, 1000)[:T]
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
