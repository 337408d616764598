"""Interactive demos: anywidgets that also live in the built book, where there is no kernel."""

from kinema.widgets.aliasing import AliasingDemo
from kinema.widgets.aperture import ApertureDemo
from kinema.widgets.attention_map import AttentionMapDemo
from kinema.widgets.average_precision import AveragePrecisionDemo
from kinema.widgets.coarse_to_fine import CoarseToFineDemo
from kinema.widgets.color_edge import ColorEdgeDemo
from kinema.widgets.constraint_lines import ConstraintLinesDemo
from kinema.widgets.cost_accuracy import CostAccuracyDemo
from kinema.widgets.demo import Demo
from kinema.widgets.diffusion_steps import DiffusionDemo
from kinema.widgets.eigen_patch import EigenPatchDemo
from kinema.widgets.explore import explore
from kinema.widgets.flow_errors import FlowErrorsDemo
from kinema.widgets.flow_scores import FlowScoresDemo
from kinema.widgets.flow_uses import FlowUsesDemo
from kinema.widgets.frame_dependency import FrameDependencyDemo
from kinema.widgets.given_frames import GivenFramesDemo
from kinema.widgets.inflation import InflationDemo
from kinema.widgets.iterate import IterateDemo
from kinema.widgets.kernel_slide import KernelSlideDemo
from kinema.widgets.live_flow import LiveFlowDemo, circling_camera
from kinema.widgets.lk_window import LucasKanadeDemo
from kinema.widgets.long_memory import LongMemoryDemo
from kinema.widgets.long_video import LongVideoDemo
from kinema.widgets.motion_models import MotionModelsDemo
from kinema.widgets.point_lights import PointLightsDemo
from kinema.widgets.preferred import PreferredStimulusDemo
from kinema.widgets.receptive_field import ReceptiveFieldDemo
from kinema.widgets.score_fusion import ScoreFusionDemo
from kinema.widgets.search import SearchDemo
from kinema.widgets.shuffle_frames import ShuffleFramesDemo
from kinema.widgets.slowfast_designer import SlowFastDesignerDemo
from kinema.widgets.space_time_net import SpaceTimeNetDemo
from kinema.widgets.task_masks import TaskMasksDemo
from kinema.widgets.taylor import TaylorDemo
from kinema.widgets.weak_input import WeakInputDemo

__all__ = [
    "AliasingDemo",
    "ApertureDemo",
    "AttentionMapDemo",
    "AveragePrecisionDemo",
    "CoarseToFineDemo",
    "ColorEdgeDemo",
    "ConstraintLinesDemo",
    "CostAccuracyDemo",
    "Demo",
    "DiffusionDemo",
    "EigenPatchDemo",
    "FlowErrorsDemo",
    "FlowScoresDemo",
    "FlowUsesDemo",
    "FrameDependencyDemo",
    "GivenFramesDemo",
    "InflationDemo",
    "IterateDemo",
    "KernelSlideDemo",
    "LiveFlowDemo",
    "LongMemoryDemo",
    "LongVideoDemo",
    "LucasKanadeDemo",
    "MotionModelsDemo",
    "PointLightsDemo",
    "PreferredStimulusDemo",
    "ReceptiveFieldDemo",
    "ScoreFusionDemo",
    "SearchDemo",
    "ShuffleFramesDemo",
    "SlowFastDesignerDemo",
    "SpaceTimeNetDemo",
    "TaskMasksDemo",
    "TaylorDemo",
    "WeakInputDemo",
    "circling_camera",
    "explore",
]
