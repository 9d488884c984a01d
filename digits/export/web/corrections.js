'use strict';
// Pictures whose right class a person has tapped: kept in memory, saved as a .zip of class folders (docs/data.md).

const kept = []; // {sign, label, bytes}: the last of one sign counts

/** The sign cut out of the picture with paper round it; other signs' ink is painted over. */
function cropSign(picture, ink, sign) {
  const { left, top, right, bottom, width, height } = sign.box, margin = Math.ceil(Math.max(width, height) / 2);
  const x = Math.max(0, left - margin), y = Math.max(0, top - margin);
  const wide = Math.min(picture.width, right + margin) - x, tall = Math.min(picture.height, bottom + margin) - y;
  const frame = { left: x, top: y, width: wide, height: tall };
  const own = crop(sign.mask, frame), all = crop(ink, frame);
  const others = spread(mapSheet(all, Uint8Array, (k) => all.data[k] && !own.data[k]), 2);
  return { width: frame.width, height: frame.height, channels: picture.channels.map((data) => {
    const channel = crop({ width: picture.width, data }, frame).data;
    const blank = others.data.includes(1) && median(channel.filter((_, k) => !all.data[k]));
    return channel.map((level, k) => (others.data[k] && !own.data[k] ? blank : level));
  }) };
}

/** Keep a sign as one of class `label`. */
async function keep(picture, ink, sign, label) {
  const blob = await canvasOf(cropSign(picture, ink, sign)).convertToBlob({ type: 'image/png' });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const before = kept.findIndex((one) => one.sign === sign);
  if (before >= 0) kept.splice(before, 1); // another name for the same one
  kept.push({ sign, label, bytes });
}

/** The kept pictures as files, own-digits/<class>/001.png and so on. */
function listFiles() {
  return kept.map(({ label, bytes }, k) => {
    const folder = NETWORK.classes[label].replace(/[\\/:*?"<>|]|^\./g, '_'); // what no file system takes
    return { name: `own-digits/${folder}/${String(k + 1).padStart(3, '0')}.png`, bytes };
  });
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  return ~crc >>> 0;
}

/** Numbers, lowest byte first: pairs of a value and its bytes. */
function littleEndian(...pairs) {
  return Uint8Array.from(pairs.flatMap(([value, size]) => Array.from({ length: size }, (_, k) => value >>> (8 * k))));
}

/** A .zip file of files as they are: PNG is compressed already (PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). */
function makeZip(files) {
  const parts = [], directory = [];
  let offset = 0, listed = 0;
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name);
    // version 2.0, names in UTF-8, stored, 1 January 1980; checksum, sizes, length of the name, no extra field
    const sizes = [[bytes.length, 4], [bytes.length, 4], [path.length, 2], [0, 2]];
    const about = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [crc32(bytes), 4], ...sizes];
    parts.push(littleEndian([0x04034b50, 4], ...about), path, bytes);
    directory.push(littleEndian([0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]), path);
    offset += 30 + path.length + bytes.length;
    listed += 46 + path.length;
  }
  const count = [files.length, 2];
  const end = littleEndian([0x06054b50, 4], [0, 4], count, count, [listed, 4], [offset, 4], [0, 2]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}

/** Have the browser save a file. */
function download(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
