// Formats tokens and numbers.

const pictures = new Map([[' ', '␣'], ['\n', '⏎'], ['\t', '⇥'], ['\r', '␍'], ['\u007f', '␡']]);

/** A token's text with everything in it visible: spaces and control characters as pictures, the other unseen ones as numbers. */
export function visible(text) {
  return text.replace(/[\p{Cc}\p{Cf}\p{Z}]/gu, character => {
    const code = character.codePointAt(0);
    return pictures.get(character) ?? (code < 32 ? String.fromCodePoint(0x2400 + code) : `⟨${code.toString(16)}⟩`);
  });
}

/** A probability in percent, with enough digits. */
export function percent(probability) {
  if (typeof probability !== 'number') {
    return 'unknown';
  }

  const value = probability * 100;
  return value > 0 && value < 0.01 ? '<0.01%' : `${value.toFixed(value >= 99.995 ? 0 : value >= 9.995 ? 1 : 2)}%`;
}

/** Which of the five shades a probability has: 0 is the most probable. */
export function shadeOf(probability) {
  return typeof probability !== 'number' ? 0 : [0.5, 0.2, 0.05, 0.01].filter(bound => probability < bound).length;
}

/** An angle in radians, in degrees. */
export function degrees(radians, digits = 1) {
  return `${(radians * 180 / Math.PI).toFixed(digits)}°`;
}

/** An integer with separators. */
export function whole(number) {
  return number.toLocaleString('en');
}

/** A number of things: 1 token, 2 tokens. */
export function counted(number, thing) {
  return `${whole(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** A large number with a letter: 49.9M. */
export function short(number, unit = 1000) {
  const letters = ['', 'k', 'M', 'G', 'T'];
  let step = 0;
  for (; number >= unit && step < letters.length - 1; step++) {
    number /= unit;
  }

  return `${step === 0 || number >= 100 ? Math.round(number) : number.toFixed(1)}${unit === 1000 ? '' : ' '}${letters[step]}`;
}

/** A time in milliseconds. */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(milliseconds < 10000 ? 2 : 1)} s`;
}
