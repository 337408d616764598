"""The demo of motion models takes a gray picture of a size that a page can carry."""

import numpy as np
import pytest
from kinema.widgets import MotionModelsDemo


def test_a_picture_crosses_as_bytes():
    image = np.random.default_rng(2).random((20, 31))
    demo = MotionModelsDemo(image, a1=1.5)
    assert demo.shape == [20, 31] and demo.a1 == 1.5
    assert np.array_equal(np.frombuffer(demo.frame0, np.uint8).reshape(20, 31), np.rint(255 * image))


@pytest.mark.parametrize("shape", [(20, 31, 3), (15, 40), (40, 15), (401, 40), (40, 401)])
def test_a_picture_that_a_demo_cannot_carry_is_refused(shape):
    with pytest.raises(ValueError, match="16 to 400 pixels a side"):
        MotionModelsDemo(np.zeros(shape))
