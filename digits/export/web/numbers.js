'use strict';
// Where the digits of a number lie in a picture, side by side, line by line: digits/reading/numbers.py.

/** The ink of a picture: `whole` is all of it as one part. */
class Ink {
  constructor(picture) {
    const { ink, digit } = findInk(picture);
    this.ink = ink;
    this.mask = digit;
    this.whole = this.part(digit);
  }

  /** What may be a digit: its mask, its image, bytes [28, 28], and how wide its ink is for its height. */
  part(mask) {
    const box = blotOf(mask);
    return { mask, box, image: formOf(cutOut(this.ink, mask)), aspect: box.width / box.height };
  }

  /** The lines from top to bottom, and the parts of each from left to right, but dots and dashes. */
  parts() {
    return joinLines(blots(this.mask)).map((line) => {
      const pieces = joinColumns(line, this.mask.width), tallest = Math.max(...pieces.map((piece) => piece.height));
      const tall = pieces.filter((piece) => piece.height > NUMBERS.SMALL * tallest);
      return tall.map((piece) => this.part(maskOf([piece], this.mask)));
    });
  }

  /** The ways to cut a part in two where the least ink is, upright and through its middle half. */
  cuts({ mask, box }) {
    const columns = [];
    for (let x = box.left; x < box.right; x++) {
      let amount = 0;
      for (let y = box.top; y < box.bottom; y++) amount += mask.data[y * mask.width + x];
      if (amount) columns.push({ x, amount });
    }
    const quarter = Math.floor(columns.length / 4), first = columns[0].x, chosen = [];
    const inner = columns.filter(({ x }) => x >= first + quarter && x < first + columns.length - quarter);
    for (const { x } of inner.sort((a, b) => a.amount - b.amount)) {
      if (chosen.every((other) => Math.abs(x - other) > columns.length / 12)) chosen.push(x);
    }
    return chosen.slice(0, NUMBERS.CUTS).map((place) => [true, false].map((isLeft) => this.part(
      mapSheet(mask, Uint8Array, (k) => mask.data[k] && (k % mask.width < place) === isLeft))));
  }
}

/** Sort blots into lines of writing, from top to bottom: tall ones first, which the others then belong to. */
function joinLines(found) {
  const lines = [], topOf = (line) => Math.min(...line.map((blot) => blot.top));
  for (const blot of found.toSorted((a, b) => b.height - a.height)) {
    const own = lines.find((line) => {
      const bottom = Math.max(...line.map((other) => other.bottom));
      const shared = Math.min(bottom, blot.bottom) - Math.max(topOf(line), blot.top);
      return shared > NUMBERS.LINE * blot.height;
    });
    if (own) own.push(blot);
    else lines.push([blot]);
  }
  return lines.sort((a, b) => topOf(a) - topOf(b));
}

/** Join blots that lie above one another, such as a five and its hat; from left to right. */
function joinColumns(line, width) {
  const joined = [];
  for (const blot of line.toSorted((a, b) => a.left - b.left)) {
    const last = joined.at(-1);
    const shared = last ? Math.min(last.right, blot.right) - Math.max(last.left, blot.left) : 0;
    const isOver = last && shared > NUMBERS.OVERLAP * Math.min(last.width, blot.width);
    if (isOver) joined[joined.length - 1] = makeBlot([...last.places, ...blot.places], width);
    else joined.push(blot);
  }
  return joined;
}
