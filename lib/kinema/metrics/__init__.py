"""How far an estimate is from the truth: by distance, by angle, and by the share of pixels that are wrong."""

from kinema.metrics.angular import angular_error, mean_angular_error
from kinema.metrics.endpoint import endpoint_error, epe
from kinema.metrics.outliers import fl_all, outlier_rate

__all__ = ["angular_error", "endpoint_error", "epe", "fl_all", "mean_angular_error", "outlier_rate"]
