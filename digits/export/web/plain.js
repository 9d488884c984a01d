'use strict';
// Pictures of anything, in which nothing is thinned: digits/data/handwriting/plain.py.

/** A picture → one part that is all of it, with its image, bytes [28, 28]. */
function wholePicture(picture) {
  const mask = makeSheet(picture.width, picture.height, Uint8Array);
  mask.data.fill(1);
  const box = blotOf(mask);
  return { mask, box, image: plainForm(picture), aspect: box.width / box.height };
}

function plainForm(picture) {
  const [red, green = red, blue = red] = picture.channels;
  const levels = red.map((level, k) => (19595 * level + 38470 * green[k] + 7471 * blue[k] + 32768) >> 16); // Pillow's
  const grey = { ...makeSheet(picture.width, picture.height), data: levels };
  if (span(levels) < PLAIN.MIN_CONTRAST) throw new NoDigit('blank: nothing stands out from its background');
  const sheet = lightOnDark(grey);
  return resize(cutSquare(sheet, findSquare(above(sheet, PLAIN.FAINT))), SIDE, SIDE, BICUBIC).data;
}

/** Make the background, the level of most of the border, 0; and what is darker than a light one light. */
function lightOnDark(grey) {
  const level = border(grey), isLight = level > 127.5, background = isLight ? 255 - level : level;
  return mapSheet(grey, Uint8ClampedArray, (k) => { // which rounds halves to even and clips, as numpy does
    const light = isLight ? 255 - grey.data[k] : grey.data[k];
    return (light - background) * (255 / (255 - background));
  });
}

/** The square to cut out, centred on the content: all of the picture's longer side, or less of it. */
function findSquare(content) {
  const { width, height } = content, blot = blotOf(content);
  const box = blot.places.length ? blot : { left: 0, top: 0, right: width, bottom: height, width, height };
  const longest = Math.max(box.right - box.left, box.bottom - box.top);
  const side = Math.min(Math.max(width, height), Math.max(1, roundEven(longest / PLAIN.LEAST)));
  return { side, left: roundEven((box.left + box.right - side) / 2), top: roundEven((box.top + box.bottom - side) / 2) };
}

/** What lies outside the picture is 0. */
function cutSquare(sheet, { side, left, top }) {
  const square = makeSheet(side, side, Uint8ClampedArray);
  return mapSheet(square, Uint8ClampedArray, (k) => {
    const x = left + k % side, y = top + Math.floor(k / side);
    return x < 0 || y < 0 || x >= sheet.width || y >= sheet.height ? 0 : sheet.data[y * sheet.width + x];
  });
}
