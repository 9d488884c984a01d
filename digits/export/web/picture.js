'use strict';
// A person's picture in the form of an MNIST image: digits/data/handwriting/picture.py.

const SIDE = 28;

/** A file's picture as the browser decodes it, upright. */
async function openPicture(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image', colorSpaceConversion: 'none' })
    .catch(() => { throw new NoDigit('not a picture that this browser reads'); });
  const { width, height } = bitmap;
  if (width * height > PICTURE.MAX_PIXELS) throw new NoDigit('more than 64 million pixels: make it smaller');
  const pen = new OffscreenCanvas(width, height).getContext('2d');
  pen.drawImage(bitmap, 0, 0);
  return pixelsOf(pen.getImageData(0, 0, width, height));
}

/** ImageData → a picture of 1 or 3 channels, LONGEST pixels a side at most; what is transparent becomes paper. */
function pixelsOf(image) {
  const back = isDark(image) ? 255 : 0, kinds = isGrey(image) ? [0] : [0, 1, 2];
  const colours = kinds.map((channel) => thumbnail(plain(image, channel, back), PICTURE.LONGEST));
  const { width, height } = colours[0];
  return { width, height, channels: colours.map((sheet) => new Float64Array(sheet.data)) };
}

/** Whether what is not transparent is dark. */
function isDark({ data }) {
  let light = 0, opaque = 0;
  for (let k = 0; k < data.length; k += 4) {
    light += (0.299 * data[k] + 0.587 * data[k + 1] + 0.114 * data[k + 2]) * data[k + 3];
    opaque += data[k + 3];
  }
  return light < 127.5 * opaque;
}

function isGrey({ data }) {
  for (let k = 0; k < data.length; k += 4) if (data[k] !== data[k + 1] || data[k] !== data[k + 2]) return false;
  return true;
}

/** One channel over a background of that level. */
function plain({ width, height, data }, channel, back) {
  const sheet = makeSheet(width, height, Uint8ClampedArray);
  for (let k = 0; k < sheet.data.length; k++) {
    const alpha = data[4 * k + 3] / 255;
    sheet.data[k] = data[4 * k + channel] * alpha + back * (1 - alpha);
  }
  return sheet;
}

/** The ink of one digit, 0 to 1, cropped to it → bytes [28, 28]. */
function formOf(ink) {
  const strokes = evenStrokes(ink), scale = STROKES.BOX / Math.max(strokes.width, strokes.height);
  const [width, height] = [strokes.width, strokes.height].map((side) => Math.max(1, roundEven(side * scale)));
  return centred(resize(mapSheet(strokes, Uint8Array, (k) => 255 * strokes.data[k]), width, height, BOX_FILTER));
}

/** Place a digit, [20, 20] at most, so that its centre of mass is the middle of [28, 28] to half a pixel. */
function centred(digit) {
  let mass = 0, right = 0, down = 0;
  digit.data.forEach((ink, k) => {
    mass += ink;
    right += ink * (k % digit.width);
    down += ink * Math.floor(k / digit.width);
  });
  const corner = (moment, length) => Math.min(Math.max(roundEven((SIDE - 1) / 2 - moment / mass), 0), SIDE - length);
  const left = corner(right, digit.width), top = corner(down, digit.height), image = new Uint8Array(SIDE * SIDE);
  for (let y = 0; y < digit.height; y++) {
    image.set(digit.data.subarray(y * digit.width, (y + 1) * digit.width), (top + y) * SIDE + left);
  }
  return image;
}
