"""Frames to work on: synthetic pairs with exact truth, real footage, benchmark folders, file formats."""

from kinema.data.benchmarks import FlowPair, fetch_middlebury, load_pair, pair_names
from kinema.data.clips import Clip, clip_names, load_clip
from kinema.data.formats import (
    picture_suffixes,
    read_flo,
    read_image,
    read_kitti_flow,
    write_flo,
    write_image,
    write_kitti_flow,
)
from kinema.data.records import load_record, record_names
from kinema.data.stills import shifted_still
from kinema.data.synthetic import (
    MovingPair,
    affine_flow,
    corner,
    disc,
    edge,
    grating,
    moving_pair,
    rotation_flow,
    texture,
    translation_flow,
)
from kinema.data.video import VideoReader, VideoWriter, video_suffixes

__all__ = [
    "Clip",
    "FlowPair",
    "MovingPair",
    "VideoReader",
    "VideoWriter",
    "affine_flow",
    "clip_names",
    "corner",
    "disc",
    "edge",
    "fetch_middlebury",
    "grating",
    "load_clip",
    "load_pair",
    "load_record",
    "moving_pair",
    "pair_names",
    "picture_suffixes",
    "read_flo",
    "read_image",
    "read_kitti_flow",
    "record_names",
    "rotation_flow",
    "shifted_still",
    "texture",
    "translation_flow",
    "video_suffixes",
    "write_flo",
    "write_image",
    "write_kitti_flow",
]
