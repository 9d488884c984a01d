'use strict';
// What a picture says: a digit, a number, not sure, or no digit: digits/reading/answers.py.

/**
 * The mask of all ink, and lines of signs, one line of one sign where there is one.
 * Only a network that knows what no digit is reads numbers. One of plain pictures takes each as a whole.
 */
function read(picture) {
  if (NETWORK.pictures === 'plain') {
    const whole = wholePicture(picture);
    return { ink: whole.mask, lines: [classify([whole])] };
  }
  const ink = new Ink(picture), [whole] = classify([ink.whole]);
  const isCertain = whole.label !== null && whole.confidence > ANSWERS.CERTAIN;
  if (isCertain || !NETWORK.classes.includes(ANSWERS.NO_DIGIT)) return { ink: ink.mask, lines: [[whole]] };
  const lines = ink.parts().map((line) => splitTouching(ink, line));
  return { ink: ink.mask, lines: isNumber(lines.flat(), whole) ? lines : [[whole]] };
}

/** Whether the parts are digits, and likelier so than the whole is one, such as a 1 and a 0 that might be a 6. */
function isNumber(signs, whole) {
  if (whole.label === null) return signs.length > 1 && signs.every((sign) => sign.says !== ANSWERS.NO_DIGIT);
  return signs.every((sign) => sign.label !== null) && productOf(signs) > whole.confidence;
}

/** Read a line, and cut in two what is read with more confidence so. */
function splitTouching(ink, line) {
  return classify(line).flatMap((reading, k) => {
    if (reading.label !== null || line[k].aspect <= ANSWERS.WIDE) return [reading];
    const cuts = ink.cuts(line[k]).filter((pair) => pair.every((half) => half.aspect > ANSWERS.NARROW));
    const lesser = (pair) => Math.min(...pair.map((half) => half.confidence));
    const best = cuts.map(classify).reduce((a, b) => (a && lesser(a) >= lesser(b) ? a : b), null);
    return best?.every((half) => half.label !== null && half.confidence > ANSWERS.HALVES_SURE) ? best : [reading];
  });
}

/** Read each part for itself. */
function classify(parts) {
  return parts.map((part) => decide(makePrediction(part.image), part));
}

/** Choose what to say of one sign. */
function decide({ probabilities, maps }, part) {
  const { classes } = NETWORK, likeliest = [...classes.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  const best = likeliest[0], confidence = probabilities[best];
  const sign = { ...part, confidence, probabilities, maps, best };
  if (classes[best] === ANSWERS.NO_DIGIT) return { ...sign, label: null, says: ANSWERS.NO_DIGIT };
  if (confidence >= ANSWERS.SURE) return { ...sign, label: best, says: classes[best] };
  const likely = likeliest.map((k) => classes[k]).filter((name) => name !== ANSWERS.NO_DIGIT).slice(0, 2);
  return { ...sign, label: null, says: `${ANSWERS.NOT_SURE}: ${likely.join(' or ')}` };
}

/** All of it in one line, and how probable it is where every sign is known. */
function summarise(lines) {
  const signs = lines.flat(), known = signs.every((sign) => sign.label !== null);
  const confidence = productOf(signs);
  if (signs.length === 1) return known ? `${signs[0].says} (${percent(confidence)})` : signs[0].says;
  const text = lines.map((line) => line.map((sign) => (sign.label === null ? '?' : sign.says)).join('')).join(' / ');
  return known ? `${text} (${percent(confidence)})` : `${ANSWERS.NOT_SURE}: ${text}`;
}

function productOf(signs) {
  return signs.reduce((product, sign) => product * sign.confidence, 1);
}

function percent(share) {
  return share > 0.999 ? '> 99.9 %' : `${(100 * share).toFixed(1)} %`; // a network is never 100 % sure
}
