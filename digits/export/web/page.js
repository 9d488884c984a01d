'use strict';
// What the page shows: the answer, the bars, what the network sees and makes of it, and the pictures kept.

let version = 0; // of the drawing
let shown = null; // {picture, ink, lines, sign}: what is on the page; `sign` is the one whose bars these are

/** An element in another, with a class and a text. */
function addTo(parent, tag, name = '', text = '') {
  const element = parent.appendChild(document.createElement(tag));
  element.className = name;
  element.textContent = text;
  return element;
}

const rows = NETWORK.classes.map((name, label) => {
  const row = addTo(part('bars'), 'li'), button = addTo(row, 'button', '', name);
  button.type = 'button';
  button.setAttribute('aria-label', `${name}: keep the picture as this`);
  button.addEventListener('click', () => correct(label));
  return { row, button, bar: addTo(addTo(row, 'span', 'track'), 'span', 'bar'), share: addTo(row, 'span', 'share') };
});

/** Read the sheet once before the next frame, however many points came. */
function changed() {
  version++;
  if (version - 1 === Number(document.body.dataset.answered ?? 0)) requestAnimationFrame(update);
}

function update() {
  const picture = currentPicture();
  shown = null;
  try {
    if (!picture) throw new NoDigit('Nothing drawn yet');
    const { ink, lines } = read(picture), sign = lines.at(-1).at(-1);
    shown = { picture, ink, lines, sign };
    part('said').textContent = summarise(lines);
  } catch (error) {
    if (!(error instanceof NoDigit)) throw error;
    part('said').textContent = error.message;
  }
  showSigns();
  showSign();
  document.body.dataset.answered = version;
}

/** Say what is wrong with a file, once the empty sheet has been shown. */
function sayProblem(text) {
  requestAnimationFrame(() => { part('said').textContent = text; });
}

/** A button for each digit of a number: it chooses whose bars are shown. */
function showSigns() {
  part('signs').replaceChildren();
  const signs = shown?.lines.flat() ?? [];
  if (signs.length < 2) return;
  signs.forEach((sign, k) => {
    const button = addTo(part('signs'), 'button', '', sign.label === null ? '?' : sign.says);
    button.type = 'button';
    button.setAttribute('aria-label', `digit ${k + 1}: ${sign.says}`);
    button.setAttribute('aria-pressed', sign === shown.sign);
    button.addEventListener('click', () => {
      shown.sign = sign;
      [...part('signs').children].forEach((other) => other.setAttribute('aria-pressed', other === button));
      showSign();
    });
  });
}

/** The bars of the chosen sign, its image and its feature maps. */
function showSign() {
  const sign = shown?.sign;
  rows.forEach(({ row, button, bar, share }, k) => {
    row.className = k === sign?.best ? 'best' : '';
    bar.style.width = sign ? `${100 * sign.probabilities[k]}%` : '0';
    share.textContent = sign ? percent(sign.probabilities[k]) : '';
    button.disabled = !sign;
  });
  showMaps(sign);
}

/** Canvases of what the network sees and of each block's feature maps; dark is much. */
function showMaps(sign) {
  part('views').replaceChildren();
  if (!sign) return;
  showPicture('what the network sees', 4, [{ side: SIDE, data: sign.image }], 1, 255);
  sign.maps.forEach(({ channels, side, data }, block) => {
    const size = side * side;
    const maps = Array.from({ length: channels }, (_, k) => ({ side, data: data.subarray(k * size, (k + 1) * size) }));
    const columns = 2 ** Math.round(Math.log2(2 * channels) / 2), most = data.reduce((a, b) => Math.max(a, b), 1e-9);
    const scale = Math.max(1, Math.round(300 / columns / (side + 1)));
    showPicture(`block ${block + 1}: ${channels} maps of ${side}×${side}`, scale, maps, columns, most);
  });
}

/** Square maps side by side, `scale` pixels of the page to one of theirs. */
function showPicture(caption, scale, maps, columns, most) {
  const { side } = maps[0], step = side + (maps.length > 1), figure = document.createElement('figure');
  const canvas = addTo(figure, 'canvas'), gap = step - side;
  canvas.width = columns * step - gap;
  canvas.height = Math.ceil(maps.length / columns) * step - gap;
  canvas.style.width = `${canvas.width * scale}px`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', caption);
  addTo(figure, 'figcaption', '', caption);
  const image = new ImageData(canvas.width, canvas.height); // between the maps it stays transparent
  maps.forEach(({ data }, k) => {
    for (let place = 0; place < data.length; place++) {
      const x = k % columns * step + place % side, y = Math.floor(k / columns) * step + Math.floor(place / side);
      const grey = 255 * (1 - data[place] / most), at = 4 * (y * canvas.width + x);
      image.data[at] = image.data[at + 1] = image.data[at + 2] = grey;
      image.data[at + 3] = 255;
    }
  });
  canvas.getContext('2d').putImageData(image, 0, 0);
  part('views').append(figure);
}

/** Keep what is shown under the name that was tapped. */
async function correct(label) {
  await keep(shown.picture, shown.ink, shown.sign, label);
  showKept();
}

function showKept() {
  const names = kept.map(({ label }) => NETWORK.classes[label]).join(', ');
  part('kept').textContent = `${kept.length === 1 ? '1 picture' : `${kept.length} pictures`} kept: ${names}`;
  part('corrections').hidden = !kept.length;
}

part('save').addEventListener('click', () => download(makeZip(listFiles()), 'own-digits.zip'));
part('forget').addEventListener('click', () => {
  kept.pop();
  showKept();
});
redraw();
