"""Networks of one picture, on which the video networks of the lecture stand. Frames are ``(B, C, H, W)``."""

from kinema.recognition.image.bn_inception import BNInception, bn_inception
from kinema.recognition.image.cnn_m import CNNM, cnn_m_2048
from kinema.recognition.image.resnet import ResNet, resnet18, resnet50, resnet101, resnet152
from kinema.recognition.image.vgg import VGG, vgg16

__all__ = [
    "CNNM",
    "VGG",
    "BNInception",
    "ResNet",
    "bn_inception",
    "cnn_m_2048",
    "resnet18",
    "resnet50",
    "resnet101",
    "resnet152",
    "vgg16",
]
