import { degrees } from './words.js';

const kinds = ['attention', 'mlp'];
const names = { attention: 'attention', mlp: 'MLP' };
const turn = 2 * Math.PI;

/** The length of the whole path in radians. */
export function total(angles) {
  return angles.reduce((sum, angle) => sum + (angle ?? 0), 0);
}

/** A text alternative of the path. */
export function summary(angles) {
  const largest = angles.reduce((best, angle, step) => ((angle ?? 0) > (angles[best] ?? 0) ? step : best), 0);
  return `${degrees(total(angles))} in ${angles.length / 2} blocks; the largest step is ${names[kinds[largest % 2]]} in block ${Math.floor(largest / 2) + 1} with ${degrees(angles[largest] ?? 0)}.`;
}

/** The path as consecutive arcs around the sphere; each full circle runs outside the one before. */
export function dial(angles) {
  const whole = total(angles);
  const turns = Math.max(whole / turn, 1);
  const step = Math.min(13, 42 / turns);
  const radius = angle => 66 + step * angle / turn;
  const outer = radius(Math.max(whole, turn)) + step / 2 + 4;
  const half = outer + 26;
  const picture = svg('svg', { viewBox: `${-half - 20} ${-half} ${2 * half + 40} ${2 * half}`, role: 'img', 'aria-label': `The path on the sphere: ${summary(angles)}` });

  picture.append(svg('circle', { r: 54, class: 'sphere' }));
  for (const squeeze of [18, 38]) {
    picture.append(svg('ellipse', { rx: 54, ry: squeeze, class: 'mesh' }), svg('ellipse', { rx: squeeze, ry: 54, class: 'mesh' }));
  }

  for (let mark = 0; mark < 360; mark += 15) {
    const [angle, long] = [mark / 360 * turn, mark % 45 === 0];
    const [x1, y1] = at(angle, outer);
    const [x2, y2] = at(angle, outer + (long ? 6 : 3));
    picture.append(svg('line', { x1, y1, x2, y2, class: 'tick' }));
    if (long) {
      const [x, y] = at(angle, outer + 17);
      picture.append(svg('text', { x, y, class: 'label', 'text-anchor': 'middle', 'dominant-baseline': 'central' }, `${mark}°`));
    }
  }

  let so = 0;
  angles.forEach((angle, number) => {
    const arc = svg('path', { d: spiral(so, so += angle ?? 0, radius), class: kinds[number % 2], 'stroke-width': step * 0.7 });
    arc.append(svg('title', {}, caption(number, angle)));
    picture.append(arc);
  });
  const [startX, startY] = at(0, radius(0));
  const [endX, endY] = at(so, radius(so));
  picture.append(
    svg('circle', { cx: startX, cy: startY, r: 4, class: 'start' }),
    svg('circle', { cx: endX, cy: endY, r: 5.5, class: 'finish' }),
    svg('text', { y: -3, class: 'sum', 'text-anchor': 'middle' }, degrees(whole, 0)),
    svg('text', { y: 15, class: 'label', 'text-anchor': 'middle' }, 'travelled'));
  return picture;
}

/** The angle of every step, as bars. */
export function bars(angles) {
  const [left, right, top, bottom, width, height] = [36, 4, 8, 34, 340, 165];
  const blocks = angles.length / 2;
  const largest = Math.max(...angles.map(inDegrees), 0.1);
  const rise = niceStep(largest);
  const most = Math.ceil(largest / rise) * rise;
  const y = value => height - bottom - value / most * (height - bottom - top);
  const group = (width - left - right) / blocks;
  const bar = Math.min(13, group * 0.4);
  const picture = svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': `The angle of each step in degrees: ${summary(angles)}` });

  for (let value = 0; value <= most * 1.001; value += rise) {
    picture.append(
      svg('line', { x1: left, x2: width - right, y1: y(value), y2: y(value), class: value === 0 ? 'axis' : 'grid' }),
      svg('text', { x: left - 6, y: y(value), class: 'label', 'text-anchor': 'end', 'dominant-baseline': 'central' }, `${Number(value.toPrecision(3))}°`));
  }

  const every = Math.max(1, Math.ceil(22 / group));
  for (let block = 0; block < blocks; block++) {
    const middle = left + group * (block + 0.5);
    kinds.forEach((kind, half) => {
      const angle = angles[2 * block + half];
      const end = y(inDegrees(angle));
      const mark = svg('rect', { x: middle + (half - 1) * bar, y: end, width: bar * 0.92, height: height - bottom - end, class: kind });
      mark.append(svg('title', {}, caption(2 * block + half, angle)));
      picture.append(mark);
    });
    if (block === 0 || (block + 1) % every === 0) {
      picture.append(svg('text', { x: middle, y: height - bottom + 14, class: 'label', 'text-anchor': 'middle' }, String(block + 1)));
    }
  }

  picture.append(svg('text', { x: (left + width - right) / 2, y: height - 4, class: 'label', 'text-anchor': 'middle' }, 'block'));
  return picture;
}

function inDegrees(angle) {
  return (angle ?? 0) * 360 / turn;
}

function caption(number, angle) {
  return `Block ${Math.floor(number / 2) + 1}, ${names[kinds[number % 2]]}: ${typeof angle === 'number' ? degrees(angle) : 'unknown'}`;
}

// Angles run clockwise from the top.
function at(angle, radius) {
  return [radius * Math.sin(angle), -radius * Math.cos(angle)].map(value => Number(value.toFixed(2)));
}

function spiral(from, to, radius) {
  const pieces = Math.max(1, Math.ceil((to - from) / 0.05));
  const points = Array.from({ length: pieces + 1 }, (_, i) => from + (to - from) * i / pieces);
  return `M${points.map(angle => at(angle, radius(angle)).join(' ')).join('L')}`;
}

function niceStep(most) {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 2.5, 5, 10].map(factor => factor * power).find(step => step >= rough * 0.999);
}

function svg(name, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }

  if (text !== undefined) {
    element.textContent = text;
  }

  return element;
}
