'use strict';
// The network: digits/network/cnn.py, preprocessing.py and prediction.py. Batch norm is inside the kernels already.
// A tensor is {channels, side, data}: float32 [channels, side, side].

const FLOATS = new Float32Array(Uint8Array.from(atob(NETWORK.weights), (letter) => letter.charCodeAt(0)).buffer);

/** The probability of each class for an image, bytes [28, 28], and the feature maps that each block made of it. */
function makePrediction(image) {
  let place = 0, tensor = normalise(NETWORK.deskew ? deskew(toFloat(image)) : toFloat(image));
  const take = (count) => FLOATS.subarray(place, place += count), maps = [];
  for (const channels of NETWORK.channels) {
    for (let layer = 0; layer < 2; layer++) {
      const kernels = take(channels * tensor.channels * 9);
      tensor = convolve(tensor, kernels, take(channels));
    }
    tensor = pool(tensor);
    maps.push(tensor);
  }
  const count = NETWORK.classes.length, matrix = take(count * tensor.data.length), bias = take(count);
  const logits = Array.from(bias, (sum, k) => {
    const row = k * tensor.data.length;
    return tensor.data.reduce((total, value, j) => total + matrix[row + j] * value, sum);
  });
  return { probabilities: softmax(logits.map((logit) => logit / NETWORK.temperature)), maps };
}

function softmax(logits) {
  const most = Math.max(...logits), powers = logits.map((logit) => Math.exp(logit - most));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function toFloat(image) {
  return { channels: 1, side: SIDE, data: Float32Array.from(image, (ink) => ink / 255) };
}

function normalise({ data, ...form }) {
  return { ...form, data: data.map((ink) => (ink - PREPROCESSING.MEAN) / PREPROCESSING.STD) };
}

/** Shear an image along its rows until its ink's columns and rows are uncorrelated, its centre in the middle. */
function deskew({ data, ...form }) {
  let mass = 0, centreX = 0, centreY = 0, both = 0, down = 0;
  data.forEach((ink, k) => {
    mass += ink;
    centreX += ink * (k % SIDE);
    centreY += ink * Math.floor(k / SIDE);
  });
  mass = Math.max(mass, 1e-6);
  const middle = (SIDE - 1) / 2;
  [centreX, centreY] = mass > 1e-6 ? [centreX / mass, centreY / mass] : [middle, middle];
  data.forEach((ink, k) => {
    const y = Math.floor(k / SIDE) - centreY;
    both += ink / mass * (k % SIDE - centreX) * y;
    down += ink / mass * y * y;
  });
  const slant = both / Math.max(down, 1e-4 * (SIDE / 2) ** 2); // torch's axes run from -1 to 1
  const at = (x, y) => (x < 0 || y < 0 || x >= SIDE || y >= SIDE ? 0 : data[y * SIDE + x]);
  return { ...form, data: data.map((_, k) => {
    const y = Math.floor(k / SIDE) - middle, fromX = centreX + k % SIDE - middle + slant * y, fromY = centreY + y;
    const x0 = Math.floor(fromX), y0 = Math.floor(fromY), right = fromX - x0, low = fromY - y0;
    return (1 - low) * ((1 - right) * at(x0, y0) + right * at(x0 + 1, y0))
      + low * ((1 - right) * at(x0, y0 + 1) + right * at(x0 + 1, y0 + 1));
  }) };
}

/** Convolution 3×3 with zeros around as many pixels as the network wants, and ReLU. */
function convolve(input, kernels, bias) {
  const padded = pad(input, NETWORK.padding), out = padded.side - 2, size = out * out, count = bias.length;
  const result = new Float32Array((count + 1) * size); // with room for the partner of an odd last output
  for (let o = 0; o < count; o++) result.fill(bias[o], o * size, (o + 1) * size);
  for (let o = 0; o < count; o += 2) {
    for (let channel = 0; channel < input.channels; channel++) {
      const one = (o * input.channels + channel) * 9, two = o + 1 < count ? one + input.channels * 9 : one;
      addTwo(padded, channel, kernels, one, two, result, o * size);
    }
  }
  for (let k = 0; k < result.length; k++) if (result[k] < 0) result[k] = 0;
  return { channels: count, side: out, data: result.subarray(0, count * size) };
}

/** Add what two kernels make of one channel to two outputs, from `at` on: each pixel is fetched once for both. */
function addTwo({ side, data }, channel, kernels, one, two, result, at) {
  const out = side - 2, size = out * out, [a, b, c, d, e, f, g, h, i] = kernels.subarray(one, one + 9);
  const [A, B, C, D, E, F, G, H, I] = kernels.subarray(two, two + 9);
  for (let y = 0, k = at; y < out; y++) {
    let p = (channel * side + y) * side, q = p + side, r = q + side; // three rows; what two steps share is kept
    let p0 = data[p++], p1 = data[p++], q0 = data[q++], q1 = data[q++], r0 = data[r++], r1 = data[r++];
    for (let x = 0; x < out; x++, k++) {
      const p2 = data[p++], q2 = data[q++], r2 = data[r++];
      result[k] += a * p0 + b * p1 + c * p2 + d * q0 + e * q1 + f * q2 + g * r0 + h * r1 + i * r2;
      result[k + size] += A * p0 + B * p1 + C * p2 + D * q0 + E * q1 + F * q2 + G * r0 + H * r1 + I * r2;
      p0 = p1, p1 = p2, q0 = q1, q1 = q2, r0 = r1, r1 = r2;
    }
  }
}

function pad({ channels, side, data }, pixels) {
  const wide = side + 2 * pixels, padded = new Float32Array(channels * wide * wide);
  for (let row = 0; row < channels * side; row++) {
    const channel = Math.floor(row / side), y = row % side + pixels;
    padded.set(data.subarray(row * side, (row + 1) * side), (channel * wide + y) * wide + pixels);
  }
  return { side: wide, data: padded };
}

/** The largest of every 2×2 pixels. */
function pool({ channels, side, data }) {
  const half = side >> 1, small = new Float32Array(channels * half * half);
  for (let c = 0, k = 0; c < channels; c++) {
    for (let y = 0; y < half; y++) {
      for (let x = 0; x < half; x++, k++) {
        const at = (c * side + 2 * y) * side + 2 * x;
        small[k] = Math.max(data[at], data[at + 1], data[at + side], data[at + side + 1]);
      }
    }
  }
  return { channels, side: half, data: small };
}
