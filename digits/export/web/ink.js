'use strict';
// The ink in a picture, on paper that is not lit evenly: digits/data/handwriting/ink.py.

/** How much ink covers each pixel, 0 to 1, and which pixels are a digit's. */
function findInk(picture) {
  let contrast = standOut(withoutRim(picture)), dark, rules;
  for (let round = 0; round < 2; round++) { // the level is another where a black frame no longer counts
    dark = above(contrast, inkLevel(contrast));
    rules = findRules(dark);
    if (!rules.data.includes(1)) rules = findFrame(dark, contrast);
    if (!rules.data.includes(1)) break;
    contrast = flatten(contrast, rules);
  }
  const digit = largestBlots(withFaintParts(less(dark, rules), contrast)), { places } = blotOf(digit);
  const full = places.length ? percentile(places.map((k) => contrast.data[k]), 0.9) : 0;
  if (full < LEVELS.FAINTEST) throw new NoDigit('no digit found');
  return { ink: coverage(contrast, full), digit };
}

/** Add what goes on from fine strokes: where they are finer than a pixel, they are fainter than the level of ink. */
function withFaintParts(dark, contrast) {
  if (strokeWidth(dark) >= INK.FINE_STROKE) return dark;
  const faint = blots(above(contrast, Math.max(LEVELS.FAINTEST, INK.FAINT * noise(contrast))));
  return maskOf(faint.filter(({ places }) => places.some((k) => dark.data[k])), dark);
}

/** Contrast as a share of that of full ink, 0 to 1. */
function coverage({ width, height, data }, full) {
  const ink = makeSheet(width, height);
  for (let k = 0; k < data.length; k++) ink.data[k] = data[k] <= 0 ? 0 : data[k] >= full ? 1 : data[k] / full;
  return ink;
}

/** Take away what is no ink: lines, and the darkness of a large part, such as a shadow, but not the ink in it. */
function flatten(contrast, rules) {
  const wide = spread(rules, 2), flat = mapSheet(contrast, Float64Array, (k) => (wide.data[k] ? 0 : contrast.data[k]));
  for (const { places } of blots(rules)) {
    if (places.length > INK.SHADOW * rules.data.length) {
      const shadow = median(places.map((k) => contrast.data[k]));
      for (const k of places) flat.data[k] = contrast.data[k] - shadow;
    }
  }
  return flat;
}

/** The ink of one digit, cropped to the box around it, with the half-covered pixels of its edge. */
function cutOut(ink, digit) {
  const box = blotOf(digit), wide = spread(crop(digit, box), 1), cut = crop(ink, box);
  return mapSheet(cut, Float64Array, (k) => (wide.data[k] ? cut.data[k] : 0));
}

/** How far each pixel is from the paper around it, ink positive, along the axis on which the colours differ most. */
function standOut({ width, height, channels }) {
  const away = channels.map((channel) => {
    const off = paper({ width, height, data: channel });
    for (let k = 0; k < off.length; k++) off[k] = channel[k] - off[k];
    return off;
  });
  const contrast = makeSheet(width, height), { data } = contrast;
  mainAxis(away).forEach((share, c) => {
    for (let k = 0; k < data.length; k++) data[k] += share * away[c][k];
  });
  let side = 0;
  for (let k = 0; k < data.length; k++) side += data[k] * data[k] * data[k];
  if (side < 0) for (let k = 0; k < data.length; k++) data[k] = -data[k]; // ink is the lesser part, and so the far end
  return contrast;
}

/** The unit vector along which channels differ most: a matrix's powers turn all others to it. */
function mainAxis(away) {
  if (away.length === 1) return [1];
  let matrix = away.map((a) => away.map((b) => dot(a, b)));
  for (let round = 0; round < 40; round++) {
    const size = Math.max(...matrix.flat().map(Math.abs)) || 1;
    matrix = matrix.map((row) => matrix.map((column) => dot(row, column) / size ** 2)); // it is symmetric
  }
  const axis = matrix.reduce((best, row) => (Math.hypot(...row) > Math.hypot(...best) ? row : best));
  return axis.map((value) => value / (Math.hypot(...axis) || 1));
}

function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** What an unmarked sheet would look like: a quadratic surface fitted to all but the ink. */
function paper(channel) {
  const { width, height, data } = channel, edge = border(channel);
  const fitted = new Float64Array(data.length).fill(edge);
  if (Math.min(width, height) < BLOTS.SMALL) return fitted;
  const [one, a, b, aa, ab, bb] = fitSurface(channel, edge);
  for (let row = 0, k = 0; row < height; row++) {
    const y = 2 * row / (height - 1) - 1;
    for (let column = 0; column < width; column++, k++) {
      const x = 2 * column / (width - 1) - 1;
      fitted[k] = one + a * x + b * y + aa * x * x + ab * x * y + bb * y * y;
    }
  }
  return fitted;
}

/** The surface's six factors; of the pixels, some 48 × 48 are enough. Ink leaves the fit round by round. */
function fitSurface({ width, height, data }, edge) {
  const step = Math.max(1, Math.floor(Math.max(height, width) / 48)), some = [], level = [];
  for (let row = 0; row < height; row += step) {
    for (let column = 0; column < width; column += step) {
      const x = 2 * column / (width - 1) - 1, y = 2 * row / (height - 1) - 1;
      some.push([1, x, y, x * x, x * y, y * y]);
      level.push(data[row * width + column]);
    }
  }
  const wide = span(level);
  let fits = level.map((value) => Math.abs(value - edge) <= wide / 2), surface;
  for (let round = 0; round < 8; round++) {
    surface = leastSquares(some.filter((_, k) => fits[k]), level.filter((_, k) => fits[k]), 1e-9 * some.length);
    const off = level.map((value, k) => Math.abs(value - dot(some[k], surface)));
    const most = Math.max(2.5 * 1.4826 * median(off.filter((_, k) => fits[k])), 0.04 * wide);
    const closer = off.map((value) => value <= most);
    if (closer.filter(Boolean).length < 0.15 * closer.length || closer.every((is, k) => is === fits[k])) break;
    fits = closer;
  }
  return surface;
}

/** The factors with which the rows' terms come nearest to the levels, by Gauss's elimination; a small ridge. */
function leastSquares(rows, level, ridge) {
  const size = 6, system = Array.from({ length: size }, () => new Float64Array(size + 1));
  rows.forEach((row, k) => {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) system[a][b] += row[a] * row[b];
      system[a][size] += row[a] * level[k];
    }
  });
  for (let a = 0; a < size; a++) system[a][a] += ridge;
  for (let a = 0; a < size; a++) { // no pivots are exchanged: the matrix is symmetric and positive
    for (let b = 0; b < size; b++) {
      if (b === a) continue;
      const share = system[b][a] / system[a][a];
      for (let c = a; c <= size; c++) system[b][c] -= share * system[a][c];
    }
  }
  return system.map((row, a) => row[size] / row[a]);
}

/** The level of most of the border, which may be crossed by ink. */
function border({ width, height, data }) {
  const last = (height - 1) * width, level = otsu(data);
  const edge = [...data.subarray(0, width), ...data.subarray(last)];
  for (const x of [0, width - 1]) for (let y = 0; y < height; y++) edge.push(data[y * width + x]);
  const most = edge.filter((value) => value > level).length / edge.length > 0.5;
  return median(edge.filter((value) => (value > level) === most));
}
