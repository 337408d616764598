"""Improved dense trajectories: the best features for video before networks learned them, as a readable pipeline.

Wang, Kläser, Schmid & Liu (2013) follow a dense grid of points by optical flow and describe what happens along each
path; Wang & Schmid (ICCV 2013) first take off what the camera did.
"""

from kinema.recognition.trajectories.camera import camera_homography, fit_homography, without_camera
from kinema.recognition.trajectories.descriptors import DESCRIPTORS, describe, orientation_maps, trajectory_shape
from kinema.recognition.trajectories.encoding import BagOfWords, FisherVectors
from kinema.recognition.trajectories.pipeline import Trajectories, dense_trajectories
from kinema.recognition.trajectories.tracking import dense_points, follow

__all__ = [
    "DESCRIPTORS",
    "BagOfWords",
    "FisherVectors",
    "Trajectories",
    "camera_homography",
    "dense_points",
    "dense_trajectories",
    "describe",
    "fit_homography",
    "follow",
    "orientation_maps",
    "trajectory_shape",
    "without_camera",
]
