"""How far an estimate is from the truth.

Flow: by distance, by angle, and by the share of pixels that are wrong. Verdicts on films: by rank, per class, per box.
Generated films: by their distance from real ones in distribution, by likeness to one truth, by their motion.
"""

from kinema.metrics.angular import angular_error, mean_angular_error
from kinema.metrics.boxes import Boxes, frame_ap, iou
from kinema.metrics.crps import crps
from kinema.metrics.endpoint import endpoint_error, epe
from kinema.metrics.frechet import frechet_distance, frechet_of_gaussians
from kinema.metrics.outliers import fl_all, outlier_rate
from kinema.metrics.pareto import pareto_front
from kinema.metrics.ranking import average_precision, average_views, confusion, mean_average_precision, precision_recall, top_k
from kinema.metrics.similarity import psnr, ssim
from kinema.metrics.warp_error import warp_error

__all__ = [
    "Boxes",
    "angular_error",
    "average_precision",
    "average_views",
    "confusion",
    "crps",
    "endpoint_error",
    "epe",
    "fl_all",
    "frame_ap",
    "frechet_distance",
    "frechet_of_gaussians",
    "iou",
    "mean_angular_error",
    "mean_average_precision",
    "outlier_rate",
    "pareto_front",
    "precision_recall",
    "psnr",
    "ssim",
    "top_k",
    "warp_error",
]
