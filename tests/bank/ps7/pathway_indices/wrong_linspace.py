"""From the clip's first frame to its last, evenly: 21 apart instead of 16."""
# symptom: 21 apart


def pathway_indices(start, T, tau, alpha, frames):
    if tau % alpha:
        raise ValueError("tau / alpha")
    fast = [min(start + k * tau // alpha, frames - 1) for k in range(alpha * T)]
    slow = np.linspace(start, start + T * tau - 1, T).astype(int).clip(max=frames - 1)
    return slow.tolist(), fast
