'use strict';
// Connected parts of a mask, and which of them are a digit: digits/data/handwriting/blots.py.

/** The 8-connected parts of a mask: the places of each, and the box around it; right and bottom lie outside. */
function blots(mask) {
  const { width, height } = mask, waiting = mask.data.slice(), found = [];
  for (let start = 0; start < waiting.length; start++) {
    if (!waiting[start]) continue;
    waiting[start] = 0;
    const places = [start];
    for (const place of places) { // which grows meanwhile
      const x = place % width, y = (place - x) / width;
      for (let row = Math.max(y - 1, 0); row <= Math.min(y + 1, height - 1); row++) {
        for (let column = Math.max(x - 1, 0); column <= Math.min(x + 1, width - 1); column++) {
          const next = row * width + column;
          if (waiting[next]) {
            waiting[next] = 0;
            places.push(next);
          }
        }
      }
    }
    found.push(makeBlot(places, width));
  }
  return found;
}

/** A blot of these places in a mask of that width. */
function makeBlot(places, width) {
  let left = Infinity, top = Infinity, right = 0, bottom = 0;
  for (const place of places) {
    const x = place % width, y = (place - x) / width;
    if (x < left) left = x;
    if (y < top) top = y;
    if (x >= right) right = x + 1;
    if (y >= bottom) bottom = y + 1;
  }
  return { places, left, top, right, bottom, width: right - left, height: bottom - top };
}

/** The blot of all that a mask holds, connected or not. */
function blotOf(mask) {
  const places = [];
  for (let place = 0; place < mask.data.length; place++) if (mask.data[place]) places.push(place);
  return makeBlot(places, mask.width);
}

/** The mask of these blots alone. */
function maskOf(found, like) {
  const mask = makeSheet(like.width, like.height, Uint8Array);
  for (const { places } of found) for (const place of places) mask.data[place] = 1;
  return mask;
}

function touchesBorder(blot, mask) {
  return !blot.left || !blot.top || blot.right === mask.width || blot.bottom === mask.height;
}

/** Whether a blot is a stroke that the picture's border cuts off: it reaches far in from one side, and is thin. */
function isCutOff(blot, mask) {
  const sides = [[!blot.top, blot.bottom / mask.height], [blot.bottom === mask.height, 1 - blot.top / mask.height],
    [!blot.left, blot.right / mask.width], [blot.right === mask.width, 1 - blot.left / mask.width]];
  const reached = sides.filter(([touched]) => touched);
  return reached.length === 1 && reached[0][1] > BLOTS.DEEP
    && blot.places.length < BLOTS.THIN * blot.width * blot.height;
}

/** The longer side of the box around a blot, in pixels. */
function extent(blot) {
  return Math.max(blot.width, blot.height);
}

/**
 * The largest part of a mask and what belongs to it, away from the border if there is any.
 * Nothing if none is as long as a digit is.
 */
function largestBlots(mask) {
  let found = blots(mask);
  if (Math.min(mask.width, mask.height) >= BLOTS.SMALL) {
    const within = inner(found, mask);
    found = withoutUnderline(within.length ? within : found, mask.width);
  }
  const most = Math.max(0, ...found.map((blot) => blot.places.length));
  const largest = found.find((blot) => blot.places.length === most);
  const shortest = Math.max(BLOTS.SHORTEST, BLOTS.LEAST * Math.max(mask.width, mask.height));
  if (!largest || extent(largest) < shortest) return maskOf([], mask);
  return maskOf(found.filter((blot) => blot.places.length >= BLOTS.PART * most && belongs(blot, largest)), mask);
}

/** Whether a blot is near the largest one, or not much shorter: else it is a mark beside the digit. */
function belongs(blot, largest) {
  const across = Math.max(blot.left - largest.right, largest.left - blot.right);
  const down = Math.max(blot.top - largest.bottom, largest.top - blot.bottom);
  return Math.max(across, down) + 1 <= BLOTS.NEAR * extent(largest) || extent(blot) > BLOTS.LONG * extent(largest);
}

/** The blots away from the border or cut off by it, if one is no speck; the rest is a table's edge, or a shadow. */
function inner(found, mask) {
  const within = found.filter((blot) => !touchesBorder(blot, mask) || isCutOff(blot, mask));
  const most = Math.max(0, ...found.map((blot) => blot.places.length));
  return within.some((blot) => blot.places.length >= BLOTS.PART * most) ? within : [];
}

/** The blots but flat ones that lie below the others, or well above them. */
function withoutUnderline(found, width) {
  const isFlat = (blot) => blot.width - 1 > BLOTS.UNDERLINE * Math.max(1, blot.height - 1);
  const others = found.filter((blot) => !isFlat(blot));
  if (!others.length) return found;
  const top = Math.min(...others.map((blot) => blot.top)), bottom = Math.max(...others.map((blot) => blot.bottom - 1));
  const below = bottom + 0.06 * (bottom - top), above = top - 0.15 * (bottom - top);
  return found.filter((blot) => {
    if (!isFlat(blot)) return true;
    const middle = blot.places.reduce((sum, place) => sum + Math.floor(place / width), 0) / blot.places.length;
    return above < middle && middle < below;
  });
}
