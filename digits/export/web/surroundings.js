'use strict';
// What lies around a digit and is none of it: digits/data/handwriting/surroundings.py.
// A picture is {width, height, channels}.

/** The picture with what lies round a sheet of paper, such as a table, filled with the paper. */
function withoutRim(picture) {
  const { width, height, channels } = picture;
  const grey = greyOf(picture);
  if (Math.min(width, height) < BLOTS.SMALL || span(grey.data) < LEVELS.FAINTEST) return picture;
  const level = otsu(grey.data), beyond = median(middle(grey)) > level;
  const whole = makeSheet(width, height, Uint8Array);
  whole.data.fill(1);
  const light = above(grey, level), outside = beyond ? less(whole, light) : light;
  const around = maskOf(blots(outside).filter((blot) => touchesBorder(blot, outside)), outside);
  if (!surrounds(around) || !less(outside, around).data.includes(1)) return picture;
  const paper = less(whole, around), size = paper.data.reduce((sum, value) => sum + value, 0);
  if (size < Math.max(0.3 * grey.data.length, SURROUNDINGS.FULL * smallestBox(paper))) return picture;
  const wide = spread(around, 2), blank = [...grey.data.keys()].filter((k) => !outside.data[k] && !around.data[k]);
  return { width, height, channels: channels.map((channel) => {
    const level = median(blank.map((k) => channel[k]));
    return channel.map((value, k) => (wide.data[k] ? level : value));
  }) };
}

/** The area in pixels of the smallest box around a mask, upright or turned. */
function smallestBox({ width, height, data }) {
  const ends = [];
  for (let y = 0; y < height; y++) {
    const row = data.subarray(y * width, (y + 1) * width), left = row.indexOf(1);
    if (left >= 0) ends.push([left, y], [row.lastIndexOf(1), y]);
  }
  let smallest = Infinity;
  for (let degrees = 0; degrees < 90; degrees += SURROUNDINGS.TURN) {
    const cos = Math.cos(degrees * Math.PI / 180), sin = Math.sin(degrees * Math.PI / 180);
    const wide = span(ends.map(([x, y]) => x * cos + y * sin)), tall = span(ends.map(([x, y]) => y * cos - x * sin));
    smallest = Math.min(smallest, (wide + 1) * (tall + 1));
  }
  return smallest;
}

/** The mean of a picture's channels. */
function greyOf({ width, height, channels }) {
  if (channels.length === 1) return { width, height, data: channels[0] };
  const [red, green, blue] = channels, grey = makeSheet(width, height);
  for (let k = 0; k < red.length; k++) grey.data[k] = (red[k] + green[k] + blue[k]) / 3;
  return grey;
}

/** The values of a sheet's middle half, each way. */
function middle(sheet) {
  const left = Math.floor(sheet.width / 4), top = Math.floor(sheet.height / 4);
  return crop(sheet, { left, top, width: sheet.width - 2 * left, height: sheet.height - 2 * top }).data;
}

/** How much of the top, bottom, left and right edge a mask covers, 0 to 1. */
function edgeShares({ width, height, data }) {
  const shares = [0, 0, 0, 0], last = (height - 1) * width;
  for (let x = 0; x < width; x++) {
    shares[0] += data[x];
    shares[1] += data[last + x];
  }
  for (let k = 0; k <= last; k += width) {
    shares[2] += data[k];
    shares[3] += data[k + width - 1];
  }
  return shares.map((count, side) => count / (side < 2 ? width : height));
}

function surrounds(around) {
  const [top, bottom, left, right] = edgeShares(around), { RIM, WHOLE } = SURROUNDINGS;
  return top + bottom + left + right > 4 * RIM || Math.min(top, bottom) > WHOLE || Math.min(left, right) > WHOLE;
}

/** What no pen's digit is, where something else is left: frames, lines across the picture, a table's edge. */
function findRules(mask) {
  const { width, height } = mask, { ACROSS, FLAT, HALF } = SURROUNDINGS;
  if (Math.min(width, height) < BLOTS.SMALL) return maskOf([], mask);
  const found = blots(mask);
  const rules = found.filter((blot) => {
    const isLine = (blot.width > ACROSS * width && blot.height < FLAT * height)
      || (blot.height > ACROSS * height && blot.width < FLAT * width);
    const onEdges = touchesBorder(blot, mask) && Math.max(...edgeShares(maskOf([blot], mask)));
    return isLine || onEdges > HALF || (isRectangle(blot, mask) && holds(found, blot));
  });
  const blotted = maskOf(rules, mask), lines = findLines(less(mask, blotted));
  const gone = mapSheet(mask, Uint8Array, (k) => blotted.data[k] || lines.data[k]);
  if (!gone.data.includes(1)) return gone;
  const longest = Math.max(0, ...blots(less(mask, gone)).map(extent));
  return longest >= Math.max(BLOTS.SHORTEST, 2 * BLOTS.LEAST * Math.max(width, height)) ? gone : maskOf([], mask);
}

/** Whether a blot is the outline of a box: its sides are straight, unlike a nought's, and its middle is empty. */
function isRectangle(blot, mask) {
  const { width, height } = blot, sides = [new Set(), new Set(), new Set(), new Set()];
  if (height < 0.4 * mask.height || width < 0.4 * mask.width) return false;
  for (const place of blot.places) {
    const x = place % mask.width - blot.left, y = Math.floor(place / mask.width) - blot.top;
    if (Math.abs(y - height / 2) < 0.3 * height && Math.abs(x - width / 2) < 0.3 * width) return false;
    if (y < 0.08 * height) sides[0].add(x);
    if (y >= 0.92 * height) sides[1].add(x);
    if (x < 0.08 * width) sides[2].add(y);
    if (x >= 0.92 * width) sides[3].add(y);
  }
  return sides.every((side, k) => side.size / (k < 2 ? width : height) > 0.7);
}

/** A frame so dark that what it holds is no ink beside it, such as a pencil's digit in a printed box. */
function findFrame(mask, contrast) {
  const frame = maskOf(blots(mask).filter((blot) => isRectangle(blot, mask)), mask);
  if (frame.data.includes(1)) {
    const wide = spread(frame, 3);
    const rest = mapSheet(contrast, Float64Array, (k) => (wide.data[k] ? 0 : contrast.data[k]));
    if (span(rest.data) >= LEVELS.FAINTEST) {
      const faint = blotOf(largestBlots(above(rest, inkLevel(rest))));
      if (faint.places.length && faint.height - 1 > (blotOf(frame).height - 1) / 3) return frame;
    }
  }
  return maskOf([], mask);
}

/** Whether something of a third of the frame's height lies within it. */
function holds(found, frame) {
  return found.some((blot) => frame.top < blot.top && blot.bottom < frame.bottom && frame.left < blot.left
    && blot.right < frame.right && blot.height - 1 > (frame.height - 1) / 3);
}
