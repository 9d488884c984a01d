'use strict';
// What Pillow does to sheets of bytes, bit for bit: resize, GaussianBlur, MaxFilter; within a level: reduce, thumbnail.

const BOX_FILTER = { reach: 0.5, weigh: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) };
const BICUBIC = { // Keys's, with a = -0.5
  reach: 2,
  weigh(x) {
    x = Math.abs(x);
    return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
  },
};
const ONE = 1 << 22; // weights are whole numbers, so many to 1

/** Python's and numpy's round: halves to the even number. */
function roundEven(value) {
  const down = Math.floor(value), over = value - down;
  return over === 0.5 ? down + down % 2 : over < 0.5 ? down : down + 1;
}

/** For each of `size` pixels: the first of the `length` old ones it is made of, and their weights. */
function weights(length, size, filter) {
  const scale = length / size, blur = Math.max(scale, 1), reach = filter.reach * blur;
  return Array.from({ length: Math.ceil(size) }, (_, place) => {
    const centre = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(Math.ceil(length), Math.trunc(centre + reach + 0.5));
    const shares = Array.from({ length: end - first }, (__, k) => filter.weigh((k + first - centre + 0.5) / blur));
    const sum = shares.reduce((a, b) => a + b, 0);
    return { first, shares: shares.map((share) => Math.trunc(share / sum * ONE + (share < 0 ? -0.5 : 0.5))) };
  });
}

/** The sheet at another size. length: how much of each old side counts, where it is less than the whole. */
function resize(sheet, width, height, filter, length = [sheet.width, sheet.height]) {
  if (sheet.height > height && sheet.height - height > 2 * (sheet.width - width)) { // so Pillow 13 does columns first
    return transpose(resizeRows(resizeRows(transpose(sheet), height, filter, length[1]), width, filter, length[0]));
  }
  return resizeRows(resizeRows(sheet, width, filter, length[0]), height, filter, length[1]);
}

/** Resize the rows, and turn the sheet: of what is done twice, columns are rows the second time. */
function resizeRows(sheet, size, filter, length) {
  const turned = makeSheet(sheet.height, size, Uint8ClampedArray);
  weights(length, size, filter).forEach(({ first, shares }, x) => {
    for (let y = 0; y < sheet.height; y++) {
      let sum = ONE / 2;
      shares.forEach((share, k) => { sum += share * sheet.data[y * sheet.width + first + k]; });
      turned.data[x * sheet.height + y] = Math.floor(sum / ONE); // clamped to 0 to 255
    }
  });
  return turned;
}

/** The mean of every fx × fy pixels; less remain at the right and lower edge. */
function reduce(sheet, fx, fy) {
  const small = makeSheet(Math.ceil(sheet.width / fx), Math.ceil(sheet.height / fy), Uint8ClampedArray);
  for (let y = 0, k = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++, k++) {
      const right = Math.min((x + 1) * fx, sheet.width), bottom = Math.min((y + 1) * fy, sheet.height);
      const count = (right - x * fx) * (bottom - y * fy);
      let sum = count >> 1;
      for (let row = y * fy; row < bottom; row++) {
        for (let column = x * fx; column < right; column++) sum += sheet.data[row * sheet.width + column];
      }
      small.data[k] = Math.floor(sum / count);
    }
  }
  return small;
}

/** The sheet as it is, or so that its longer side has `most` pixels. */
function thumbnail(sheet, most) {
  const longer = Math.max(sheet.width, sheet.height), shorter = Math.min(sheet.width, sheet.height);
  if (longer <= most) return sheet;
  const exact = most * shorter / longer, low = Math.floor(exact), high = Math.ceil(exact);
  // Of two whole sides, the one that keeps the ratio of width to height better.
  const isWide = sheet.width > sheet.height;
  const off = (side) => Math.abs(isWide ? longer / shorter - most / side : shorter / longer - side / most);
  const nearest = Math.max(1, low && off(high) < off(low) ? high : low);
  const [width, height] = sheet.width === longer ? [most, nearest] : [nearest, most];
  const fx = Math.max(1, Math.trunc(sheet.width / width / 2)), fy = Math.max(1, Math.trunc(sheet.height / height / 2));
  return resize(reduce(sheet, fx, fy), width, height, BOX_FILTER, [sheet.width / fx, sheet.height / fy]);
}

/** Blur by three means over a window, whose ends count in part: rows, then columns. */
function gaussianBlur(sheet, deviation) {
  const variance = deviation * deviation / 3, whole = Math.floor((Math.sqrt(12 * variance + 1) - 1) / 2);
  const part = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance) / (6 * (variance - (whole + 1) ** 2));
  for (let turn = 0; turn < 2; turn++) {
    for (let pass = 0; pass < 3; pass++) sheet = blurRows(sheet, whole, Math.fround(whole + part));
    sheet = transpose(sheet);
  }
  return sheet;
}

function blurRows({ width, height, data }, whole, radius) {
  const blurry = makeSheet(width, height, Uint8Array), full = 2 ** 24;
  const inner = Math.floor(full / (radius * 2 + 1)), outer = Math.floor((full - (2 * whole + 1) * inner) / 2);
  const row = new Uint8Array(width + 2 * whole + 2); // with the border's pixels again on both sides
  for (let y = 0; y < height; y++) {
    const line = data.subarray(y * width, (y + 1) * width);
    row.fill(line[0], 0, whole + 1).fill(line[width - 1], whole + 1 + width).set(line, whole + 1);
    let sum = 0;
    for (let x = 0; x <= 2 * whole; x++) sum += row[x];
    for (let x = 0; x < width; x++) {
      const first = row[x], last = row[x + 2 * whole + 2];
      sum += row[x + 2 * whole + 1] - first;
      blurry.data[y * width + x] = Math.floor((sum * inner + (first + last) * outer + full / 2) / full);
    }
  }
  return blurry;
}

function transpose({ width, height, data }) {
  const turned = { width: height, height: width };
  return mapSheet(turned, data.constructor, (k) => data[(k % height) * width + Math.floor(k / height)]);
}

/** Spread what is bright by so many pixels: MaxFilter(2 · pixels + 1). */
function spread(sheet, pixels) {
  const { width, height } = sheet, data = new Uint8Array(sheet.data), before = new Uint8Array(data.length);
  for (let round = 0; round < pixels; round++) {
    for (const step of [width, 1]) { // up and down, then left and right
      before.set(data);
      for (let k = 0; k < data.length; k++) {
        const last = step === 1 ? k - k % width + width - 1 : data.length - 1;
        const first = step === 1 ? last - width + 1 : 0;
        if (k - step >= first && before[k - step] > data[k]) data[k] = before[k - step];
        if (k + step <= last && before[k + step] > data[k]) data[k] = before[k + step];
      }
    }
  }
  return { width, height, data };
}
