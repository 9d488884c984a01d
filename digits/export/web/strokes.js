'use strict';
// Strokes of the width that MNIST's have, whatever the pen was: digits/data/handwriting/strokes.py.

/** The digit, FINE·20 pixels long, cropped; its strokes as strong as their middle and about as wide as MNIST's. */
function evenStrokes(ink) {
  const { BOX, FINE, HALF, THIN, THICK, WIDE } = STROKES;
  const scale = FINE * BOX / Math.max(ink.width, ink.height), margin = 2 * FINE;
  const [width, height] = [ink.width, ink.height].map((side) => Math.max(FINE, roundEven(side * scale)));
  let digit = mapSheet(ink, Uint8Array, (k) => roundEven(ink.data[k] * 255));
  const hair = FINE / scale - strokeWidth(mapSheet(ink, Uint8Array, (k) => ink.data[k] > HALF));
  if (scale < 1 && hair > 0) digit = spread(digit, Math.ceil(hair / 2)); // a stroke finer than a pixel would vanish
  const sheet = gaussianBlur(paste(resize(digit, width, height, BICUBIC), margin), FINE / 2);
  // Against the strongest ink nearby: a stroke that is faint or finer than a pixel stays whole beside a bold one.
  const strongest = gaussianBlur(spread(sheet, 3 * FINE / 2), 3 * FINE / 4);
  let strokes = mapSheet(sheet, Uint8Array, (k) => sheet.data[k] > 0.5 * Math.max(strongest.data[k], 40));
  const found = strokeWidth(strokes) / FINE;
  if (found > THICK) strokes = thinned(strokes, roundEven((found - WIDE) / 2 * FINE));
  else if (found < THIN) strokes = spread(strokes, Math.max(1, roundEven((THIN - found) / 2 * FINE)));
  const box = blotOf(strokes);
  if (!box.places.length) throw new NoDigit('no digit found');
  return crop(strokes, box);
}

/** A sheet in the middle of an empty one. */
function paste({ width, height, data }, margin) {
  const sheet = makeSheet(width + 2 * margin, height + 2 * margin, Uint8Array);
  for (let y = 0; y < height; y++) {
    sheet.data.set(data.subarray(y * width, (y + 1) * width), (y + margin) * sheet.width + margin);
  }
  return sheet;
}

function crop(sheet, { left, top, width, height }) {
  const cut = makeSheet(width, height, sheet.data.constructor);
  for (let y = 0; y < height; y++) {
    const start = (top + y) * sheet.width + left;
    cut.data.set(sheet.data.subarray(start, start + width), y * width);
  }
  return cut;
}

/** The mean width of strokes in pixels: twice their area over the length of their outline. */
function strokeWidth(mask) {
  const { width, data } = paste(mask, 1);
  let area = 0, outline = 0;
  for (let k = 0; k < data.length; k++) {
    if (!data[k]) continue;
    area++;
    if (!(data[k - width] && data[k + width] && data[k - 1] && data[k + 1])) outline++;
  }
  return 2 * area / Math.max(1, outline);
}

/** Take pixels off all round, several times, but break no stroke and open no hole (Zhang & Suen 1984). */
function thinned(mask, rounds) {
  const sheet = paste(mask, 1), { width, data } = sheet;
  const around = [-width, 1 - width, 1, width + 1, width, width - 1, -1, -width - 1]; // from north, clockwise
  for (let turn = 0; turn < 2 * rounds; turn++) {
    const gone = [];
    data.forEach((there, k) => {
      if (!there) return;
      const ring = around.map((step) => data[k + step]), [north, , east, , south, , west] = ring;
      const neighbours = ring.reduce((sum, value) => sum + value, 0);
      const starts = ring.filter((value, n) => !value && ring[(n + 1) % 8]).length;
      const side = turn % 2 ? !(north && east && west) && !(north && south && west)
        : !(north && east && south) && !(east && south && west);
      if (neighbours >= 2 && neighbours <= 6 && starts === 1 && side) gone.push(k);
    });
    for (const k of gone) data[k] = 0;
  }
  return crop(sheet, { left: 1, top: 1, width: mask.width, height: mask.height });
}
