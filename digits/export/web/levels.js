'use strict';
// The level between paper and ink: digits/data/handwriting/levels.py.
// A sheet is {width, height, data}: levels, or a mask of 0 and 1. LEVELS and its like hold Python's constants.

class NoDigit extends Error {}

function makeSheet(width, height, type = Float64Array) {
  return { width, height, data: new type(width * height) };
}

/** A sheet or mask of the same size, whose pixels are f(place). */
function mapSheet(like, type, f) {
  const sheet = makeSheet(like.width, like.height, type);
  for (let k = 0; k < sheet.data.length; k++) sheet.data[k] = f(k);
  return sheet;
}

/** The smallest value, and how far the largest is above it. */
function range(values) {
  let low = Infinity, high = -Infinity;
  for (let k = 0; k < values.length; k++) {
    if (values[k] < low) low = values[k];
    if (values[k] > high) high = values[k];
  }
  return [low, high - low];
}

function span(values) {
  return range(values)[1];
}

/** A mask of the pixels above a level. */
function above(sheet, level) {
  const mask = makeSheet(sheet.width, sheet.height, Uint8Array);
  for (let k = 0; k < mask.data.length; k++) mask.data[k] = sheet.data[k] > level;
  return mask;
}

/** The pixels of one mask that are not in another. */
function less(mask, other) {
  const rest = makeSheet(mask.width, mask.height, Uint8Array);
  for (let k = 0; k < rest.data.length; k++) rest.data[k] = mask.data[k] & ~other.data[k];
  return rest;
}

/** What lies at `share` of the sorted values, as numpy.percentile; by Hoare's selection, which doesn't sort them all. */
function percentile(values, share) {
  const some = new Float64Array(values), place = share * (some.length - 1), k = Math.floor(place);
  for (let low = 0, high = some.length - 1; low < high;) {
    const pivot = some[(low + high) >> 1];
    let i = low, j = high;
    while (i <= j) {
      while (some[i] < pivot) i++;
      while (some[j] > pivot) j--;
      if (i <= j) {
        const swapped = some[i];
        some[i++] = some[j];
        some[j--] = swapped;
      }
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  if (place === k) return some[k];
  const [next] = range(some.subarray(k + 1));
  return some[k] + (next - some[k]) * (place - k);
}

function median(values) {
  return percentile(values, 0.5);
}

/** The contrast above which a pixel is ink. */
function inkLevel(contrast) {
  if (span(contrast.data) < LEVELS.FAINTEST) throw new NoDigit('no digit found');
  return Math.max(otsu(contrast.data), 3 * noise(contrast));
}

/** The standard deviation of the paper's noise, if that is normal and most of the picture is paper. */
function noise(sheet) {
  const fine = blurred(sheet).data;
  for (let k = 0; k < fine.length; k++) fine[k] = Math.abs(sheet.data[k] - fine[k]);
  return 1.4826 * median(fine);
}

/** The mean over 3×3 pixels; the border's count again outside. */
function blurred({ width, height, data }) {
  const rows = makeSheet(width, height), mean = makeSheet(width, height);
  for (let y = 0, k = 0; y < height; y++) {
    const up = y ? width : 0, down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, k++) rows.data[k] = data[k - up] + data[k] + data[k + down];
  }
  for (let y = 0, k = 0; y < height; y++) {
    for (let x = 0; x < width; x++, k++) {
      mean.data[k] = (rows.data[x ? k - 1 : k] + rows.data[k] + rows.data[x < width - 1 ? k + 1 : k]) / 9;
    }
  }
  return mean;
}

const otsuLevels = new WeakMap(); // of arrays that are asked about twice and never change

/** The level between two groups of values that differ most (Otsu 1979). */
function otsu(values) {
  if (!otsuLevels.has(values)) otsuLevels.set(values, findOtsu(values));
  return otsuLevels.get(values);
}

function findOtsu(values) {
  const { counts, edges } = histogram(values, 256);
  const level = counts.map((_, bin) => (edges[bin + 1] + edges[bin]) / 2), count = values.length;
  const whole = counts.reduce((sum, n, bin) => sum + n * level[bin], 0) / count;
  let weight = 0, part = 0, most = -1, best = 0;
  for (let bin = 0; bin < 255; bin++) {
    weight += counts[bin] / count;
    part += counts[bin] * level[bin] / count;
    const between = (whole * weight - part) ** 2 / Math.max(weight * (1 - weight), 1e-12);
    if (between > most) [most, best] = [between, bin];
  }
  return edges[best + 1];
}

/** How many values lie in each of so many bins of equal width, and the bins' edges, as numpy.histogram. */
function histogram(values, bins) {
  let [low, wide] = range(values);
  if (!wide) [low, wide] = [low - 0.5, 1];
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => (k < bins ? low + k * (wide / bins) : low + wide));
  const counts = new Float64Array(bins), scale = bins / wide;
  for (let k = 0; k < values.length; k++) {
    let bin = Math.min(Math.floor((values[k] - low) * scale), bins - 1);
    if (values[k] < edges[bin]) bin--;
    else if (bin < bins - 1 && values[k] >= edges[bin + 1]) bin++;
    counts[bin]++;
  }
  return { counts, edges };
}
