'use strict';
// Straight lines across a picture, also where they touch or cross the digit: digits/data/handwriting/lines.py.

/** The lines from left to right that go on beyond what else is there, and the upright ones that frame it. */
function findLines(mask) {
  const across = straightLines(mask), rows = blotOf(across);
  if (!rows.places.length) return across;
  const upright = turned(straightLines(turned(mask)));
  const both = mapSheet(mask, Uint8Array, (k) => across.data[k] || upright.data[k]);
  const [left, right] = columnRange(less(mask, spread(both, 1)));
  const columns = blotOf(upright).places.map((place) => place % mask.width);
  const framed = columns.some((x) => x < left) && columns.some((x) => x > right)
    && columns.every((x) => x < left || x > right);
  const lines = framed ? both : across, beyond = LINES.BEYOND * mask.width;
  const [first, last] = columnRange(less(mask, spread(lines, 1)));
  return rows.left < first - beyond && rows.right - 1 > last + beyond ? lines : maskOf([], mask);
}

/** What runs from left to right across most of the picture and is flat, but where a stroke crosses it. */
function straightLines(mask) {
  const { width, height } = mask, { RUN, SHORTEST_RUN, ACROSS, FLAT, CROSSING } = LINES;
  const lines = maskOf([], mask);
  for (const blot of blots(longRuns(mask, Math.max(SHORTEST_RUN, Math.floor(width / RUN))))) {
    if (blot.width <= ACROSS * width || blot.height >= FLAT * height) continue;
    const thickness = Math.ceil(blot.places.length / blot.width);
    const strokes = turned(longRuns(turned(mask), CROSSING * thickness));
    for (const place of blot.places) if (!strokes.data[place]) lines.data[place] = 1;
  }
  return lines;
}

/** The pixels that lie in a row of `length` pixels or more. */
function longRuns(mask, length) {
  const { width, data } = mask, runs = maskOf([], mask);
  for (let start = 0, end = 0; start < data.length; start = end + 1) {
    for (end = start; data[end] && Math.floor(end / width) === Math.floor(start / width);) end++;
    if (end - start >= length) runs.data.fill(1, start, end);
    if (data[end]) end--; // the next row begins with it
  }
  return runs;
}

/** The first and last column of all blots but specks; of all columns where there are none. */
function columnRange(mask) {
  const found = blots(mask), most = Math.max(0, ...found.map((blot) => blot.places.length));
  const kept = found.filter((blot) => blot.places.length >= BLOTS.PART * most);
  if (!kept.length) return [0, mask.width];
  return [Math.min(...kept.map((blot) => blot.left)), Math.max(...kept.map((blot) => blot.right - 1))];
}

/** A mask with its rows as columns. */
function turned({ width, height, data }) {
  const mask = makeSheet(height, width, Uint8Array);
  for (let k = 0; k < data.length; k++) mask.data[(k % width) * height + Math.floor(k / width)] = data[k];
  return mask;
}
