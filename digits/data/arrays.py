"""The arrays that the stages pass on: types of images and labels."""

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]  # [N, 28, 28], 0 background to 255 ink
Labels = npt.NDArray[np.uint8]  # [N], numbers of classes from 0

SIDE = 28
