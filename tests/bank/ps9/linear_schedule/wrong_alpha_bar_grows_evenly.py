"""What is left falls evenly."""
# symptom: the first step leaves 1 - first


def linear_schedule(T, first=1e-4, last=0.02):
    return 1 - np.linspace(0, last, T + 1)
