'use strict';
// The sheet one draws on, with finger, pen or mouse, or puts a picture on. It calls `changed` at every change.

const part = (id) => document.getElementById(id);
const paperCanvas = part('paper'), pen = paperCanvas.getContext('2d', { willReadFrequently: true });
const PEN = 13; // pixels wide
let strokes = []; // each a list of points [x, y]
let given = null; // the picture that was put on the sheet, as `pixelsOf` makes it
let asked = 0; // pictures, so far
const down = new Map(); // the stroke of each pointer that is down

/** The picture to read, or null where the sheet is empty. */
function currentPicture() {
  if (given) return given;
  return strokes.length ? pixelsOf(pen.getImageData(0, 0, paperCanvas.width, paperCanvas.height)) : null;
}

function drawLine(from, to) {
  pen.lineWidth = PEN;
  pen.lineCap = pen.lineJoin = 'round';
  pen.strokeStyle = '#000';
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
}

/** Draw everything anew: the same lines in the same order, so the same pixels. */
function redraw() {
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, paperCanvas.width, paperCanvas.height);
  if (given) {
    const picture = canvasOf(given);
    const scale = Math.min(paperCanvas.width / picture.width, paperCanvas.height / picture.height);
    const width = picture.width * scale, height = picture.height * scale;
    pen.drawImage(picture, (paperCanvas.width - width) / 2, (paperCanvas.height - height) / 2, width, height);
  }
  for (const stroke of strokes) stroke.forEach((point, k) => drawLine(stroke[Math.max(k - 1, 0)], point));
  changed();
}

function clear() {
  strokes = [];
  given = null;
  down.clear();
  redraw();
}

function undo() {
  if (!strokes.pop()) given = null;
  down.clear();
  redraw();
}

/** Put a file's picture on the sheet; of several the last one asked for, whichever is ready first. */
async function putPicture(file) {
  if (!file) return;
  const number = ++asked;
  try {
    const picture = await openPicture(file);
    if (number !== asked) return;
    clear();
    given = picture;
    redraw();
  } catch (error) {
    if (number !== asked) return;
    if (!(error instanceof NoDigit)) throw error;
    clear();
    sayProblem(error.message);
  }
}

/** A canvas that shows a picture of 1 or 3 channels. */
function canvasOf({ width, height, channels }) {
  const image = new ImageData(width, height);
  for (let k = 0; k < width * height; k++) {
    for (let c = 0; c < 3; c++) image.data[4 * k + c] = channels[c % channels.length][k];
    image.data[4 * k + 3] = 255;
  }
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d').putImageData(image, 0, 0);
  return canvas;
}

function place(event) {
  const box = paperCanvas.getBoundingClientRect();
  const scale = paperCanvas.width / box.width;
  return [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale];
}

paperCanvas.addEventListener('pointerdown', (event) => {
  if (event.button) return;
  paperCanvas.setPointerCapture(event.pointerId);
  if (given) clear();
  const stroke = [place(event)];
  strokes.push(stroke);
  down.set(event.pointerId, stroke);
  drawLine(stroke[0], stroke[0]);
  changed();
});
paperCanvas.addEventListener('pointermove', (event) => {
  const stroke = down.get(event.pointerId);
  if (!stroke) return;
  const all = event.getCoalescedEvents?.() ?? [];
  for (const point of (all.length ? all : [event]).map(place)) {
    drawLine(stroke.at(-1), point);
    stroke.push(point);
  }
  changed();
});
for (const end of ['pointerup', 'pointercancel']) {
  paperCanvas.addEventListener(end, (event) => down.delete(event.pointerId));
}

part('undo').addEventListener('click', undo);
part('clear').addEventListener('click', clear);
part('choose').addEventListener('click', () => part('file').click());
part('file').addEventListener('change', ({ target }) => {
  putPicture(target.files[0]).finally(() => { target.value = ''; }); // so that the same file can be chosen again
});
addEventListener('paste', (event) => putPicture(event.clipboardData.files[0]));
addEventListener('keydown', (event) => {
  if (event.key === 'Escape') clear();
  if (event.key.toLowerCase() === 'z' && !event.shiftKey && (event.ctrlKey || event.metaKey)) undo();
});
addEventListener('dragover', (event) => {
  event.preventDefault(); // or the browser would open the file instead
  paperCanvas.classList.add('over');
});
for (const end of ['dragleave', 'drop']) addEventListener(end, () => paperCanvas.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  putPicture(event.dataTransfer.files[0]);
});
