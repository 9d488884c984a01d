"""A person's own picture, of any size, colour and format, as an image that the network reads.

Strokes get MNIST's form, after Yann LeCun, Corinna Cortes and Christopher Burges, The MNIST database of handwritten
digits: the digit fits a box of 20×20 pixels, its aspect ratio kept, and its centre of mass is the middle of the 28×28
image. All else is plain: digits/data/handwriting/plain.py.
"""

import struct
import warnings
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from digits.data.arrays import SIDE, Images
from digits.data.classes import Kind
from digits.data.handwriting.ink import cut_out, find_ink
from digits.data.handwriting.plain import plain_form
from digits.data.handwriting.strokes import BOX, HALF, even_strokes, stroke_width

LONGEST = 512  # pixels a side in which a digit is looked for
MAX_PIXELS = 64_000_000  # of a picture
HEIC = (".heic", ".heif")  # what telephones write
OUTSIDE = {"EPS"}  # formats that Pillow reads by starting another program
DAMAGED = (  # what Pillow's readers raise about bytes that are not what they seem
    ArithmeticError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


def image_of(picture: Image.Image, kind: Kind) -> Images:
    """A picture in mode L or RGB as training and prediction read it: uint8 [28, 28]. ValueError: nothing in it."""
    return plain_form(picture) if kind == "plain" else mnist_form(picture)


def open_picture(path: Path) -> Image.Image:
    """An upright picture in mode L or RGB.

    ValueError, without the file's name: no file, no picture, damaged or far too large.
    """
    if path.is_dir():
        raise ValueError("is a directory: name the pictures in it")
    if not path.exists():
        raise ValueError("no such file")
    if not path.is_file():
        raise ValueError("is not a file")
    Image.init()
    return decode(path, sorted(set(Image.OPEN) - OUTSIDE))


def decode(source: Path | BytesIO, formats: list[str], *, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """An upright picture in mode L or RGB, of LONGEST pixels a side at most, in one of Pillow's `formats`.

    ValueError: as above. A picture of more than `max_pixels` is refused before its pixels are read.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # oddities that do not keep the picture from being read
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=formats) as picture:
                if picture.width * picture.height > max_pixels:
                    raise Image.DecompressionBombError
                picture.draft(picture.mode, (2 * LONGEST, 2 * LONGEST))  # large JPEGs are read at a fraction
                return flatten(ImageOps.exif_transpose(shrink(picture)))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise ValueError(f"more than {max_pixels // 10**6} million pixels: make it smaller") from None
        except UnidentifiedImageError:
            heic = isinstance(source, Path) and source.suffix.lower() in HEIC
            raise ValueError(f"not a picture that Pillow reads{': convert it to JPEG first' * heic}") from None
        except DAMAGED as error:
            raise ValueError(
                f"damaged, or not a picture ({' '.join(str(error).split()) or 'no reason given'})"
            ) from None


def shrink(picture: Image.Image) -> Image.Image:
    """Make a picture LONGEST pixels a side at most, where its mode has levels to average; in place."""
    if picture.mode in ("L", "LA", "RGB", "RGBA"):
        picture.thumbnail((LONGEST, LONGEST), Image.Resampling.BOX)
    return picture


def flatten(picture: Image.Image) -> Image.Image:
    """Mode L or RGB, whatever the mode was; what is transparent becomes the paper that the ink stands out from."""
    if picture.mode in ("I", "F") or picture.mode.startswith("I;"):  # 16 bits and more, floats: convert() would clip
        values = np.nan_to_num(np.asarray(picture, dtype=np.float64), posinf=0, neginf=0)
        span = float(np.ptp(values)) or 1
        return Image.fromarray(((values - values.min()) / span * 255).astype(np.uint8))
    if picture.mode == "LAB":
        return picture.getchannel(0)  # the lightness
    if not picture.has_transparency_data:
        return picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    picture = picture.convert("RGBA")
    lightness, alpha = (np.asarray(picture.convert("LA").getchannel(name), dtype=np.float64) for name in "LA")
    dark = (lightness * alpha).sum() < 127.5 * alpha.sum()
    paper = Image.new("RGBA", picture.size, "white" if dark else "black")
    return Image.alpha_composite(paper, picture).convert("RGB")


def mnist_form(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """A picture in mode L or RGB of one digit → uint8 [28, 28]. ValueError: no digit in it."""
    return form_of(cut_out(*find_ink(pixels_of(picture))))


def pen_width(picture: Image.Image) -> float:
    """How wide the strokes are before any is thinned, in MNIST's pixels. ValueError: no digit in it."""
    ink = cut_out(*find_ink(pixels_of(picture)))
    width: float = stroke_width(ink > HALF) * BOX / max(ink.shape)
    return width


def pixels_of(picture: Image.Image) -> npt.NDArray[np.float64]:
    """A picture in mode L or RGB → [H, W, 1 or 3], LONGEST pixels a side at most; grey is one channel in both modes."""
    pixels = np.atleast_3d(np.asarray(shrink(picture.copy()), dtype=np.float64))
    return pixels[..., :1] if (pixels == pixels[..., :1]).all() else pixels


def form_of(ink: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    """The ink of one digit, 0 to 1, cropped to it → uint8 [28, 28]. ValueError: too little of it."""
    strokes = even_strokes(ink)
    height, width = strokes.shape
    scale = BOX / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return centred(np.asarray(Image.fromarray(strokes).convert("L").resize(size, Image.Resampling.BOX)))


def centred(digit: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Place a digit, [20, 20] at most, so that its centre of mass is the middle of [28, 28] to half a pixel."""
    image = np.zeros((SIDE, SIDE), np.uint8)
    corner = []
    for axis, length in enumerate(digit.shape):
        mass = digit.sum(axis=1 - axis, dtype=np.float64)
        middle = mass @ np.arange(length) / mass.sum()
        corner.append(int(np.clip(round((SIDE - 1) / 2 - middle), 0, SIDE - length)))
    y, x = corner
    image[y : y + digit.shape[0], x : x + digit.shape[1]] = digit
    return image
