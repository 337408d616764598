"""The roots of the betas grow evenly, as in latent diffusion."""
# symptom: it is the betas that grow evenly, not their roots


def linear_schedule(T, first=1e-4, last=0.02):
    betas = np.linspace(np.sqrt(first), np.sqrt(last), T) ** 2
    return np.concatenate([[1.0], np.cumprod(1 - betas)])
