"""Masked pixels become nan, and nanmean skips them."""


def epe(flow, truth, valid=None):
    difference = np.moveaxis(np.array(flow) - truth, -3, 0)
    length = np.abs(difference[0] + 1j * difference[1])
    keep = ~np.isnan(truth).any(axis=-3) if valid is None else valid & ~np.isnan(truth).any(axis=-3)
    return np.nanmean(np.where(keep, length, np.nan)) if keep.any() else np.nan
