import { bars, dial } from './path.js';
import { degrees, percent, visible, whole } from './words.js';

const find = id => document.getElementById(id);

/** Shows one token: its probability, the alternatives, and the path of the hidden state that predicted it. */
export class Details {
  #token = null;
  #normalized = true;

  /** Called with 1 or -1 for the next or the previous token. */
  moved = () => {};

  /** Called with the number of a token. */
  placed = () => {};

  /** Called with an alternative of the token from which the text is to continue. */
  branched = () => {};

  constructor() {
    find('numbers').addEventListener('toggle', () => this.#table());
    find('previous').addEventListener('click', () => this.moved(-1));
    find('next').addEventListener('click', () => this.moved(1));
    find('slider').addEventListener('input', event => this.placed(event.target.valueAsNumber - 1));
  }

  /** Whether the model keeps its hidden state on the sphere. */
  set normalized(value) {
    this.#normalized = value;
  }

  /** Clears the panel. */
  clear() {
    this.#token = null;
    find('chosen').hidden = true;
    find('hint').hidden = false;
    find('place').textContent = '';
    [find('slider').max, find('slider').value] = [1, 1];
    for (const id of ['previous', 'next', 'slider']) {
      find(id).disabled = true;
    }
  }

  /** Shows the position among the tokens, and whether a click holds the token. */
  range(number, count, isHeld = false) {
    const slider = find('slider');
    find('place').textContent = `${whole(number + 1)} of ${whole(count)}${isHeld ? ', held' : ''}`;
    [slider.max, slider.value] = [count, number + 1];
    slider.disabled = false;
    find('previous').disabled = number <= 0;
    find('next').disabled = number >= count - 1;
  }

  /** Shows a token; `branches` says whether the text can continue from an alternative. */
  show(token, branches) {
    this.#token = token;
    find('hint').hidden = true;
    find('chosen').hidden = false;
    find('name').textContent = visible(token.text);
    find('likely').textContent = percent(token.probability);
    find('facts').textContent = [`Token ${token.id}`, bytesOf(token), rankOf(token), token.branch && 'chosen by you'].filter(Boolean).join(', ');
    find('slider').setAttribute('aria-valuetext', describe(token));
    find('alternatives').replaceChildren(...this.#alternatives(token, branches));
    find('others').hidden = token.top.length === 0;
    find('branching').hidden = !branches;

    const angles = token.angles ?? [];
    find('path').hidden = angles.length === 0;
    if (angles.length > 0) {
      find('path-text').textContent = 'The angle by which each step of the model rotated the hidden state that predicted this token.';
      find('path-note').textContent = this.#normalized
        ? 'Drawn along one great circle; the real path also changes direction.'
        : 'This model does not normalize its hidden state: the angle is that of its direction.';
      find('dial').replaceChildren(dial(angles));
      find('steps').replaceChildren(bars(angles));
      this.#table();
    }
  }

  /** A token in words, for screen readers. */
  inWords(token) {
    return describe(token);
  }

  #alternatives(token, branches) {
    const isListed = token.top.some(other => other.id === token.id);
    const rows = token.top.map(other => this.#alternative(other, other.id === token.id, branches));
    if (!isListed) {
      rows.push(this.#alternative(token, true, branches));
      rows.at(-1).classList.add('apart');
    }

    return rows;
  }

  #alternative(choice, isChosen, branches) {
    const row = document.createElement('li');
    const line = document.createElement(branches ? 'button' : 'div');
    const name = document.createElement('code');
    const track = document.createElement('span');
    const bar = document.createElement('span');
    const number = document.createElement('span');
    [name.textContent, name.title] = [visible(choice.text), visible(choice.text)];
    [line.className, track.className, number.className] = ['line', 'track', 'number'];
    bar.style.width = `${Math.max((choice.probability ?? 0) * 100, 0.5)}%`;
    track.append(bar);
    number.textContent = percent(choice.probability);
    line.append(name, track, number);
    row.append(line);
    row.classList.toggle('taken', isChosen);
    const words = `${name.textContent} ${number.textContent}${isChosen ? ', chosen' : ''}`;
    if (branches) {
      line.type = 'button';
      line.setAttribute('aria-label', `Continue with ${words}`);
      line.addEventListener('click', () => this.branched(choice));
    } else if (isChosen) {
      row.setAttribute('aria-label', words);
    }

    return row;
  }

  #table() {
    const angles = this.#token?.angles;
    if (!angles || !find('numbers').open) {
      return;
    }

    const rows = [];
    for (let step = 0, sum = 0; step < angles.length; step += 2) {
      sum += (angles[step] ?? 0) + (angles[step + 1] ?? 0);
      const row = document.createElement('tr');
      for (const value of [String(step / 2 + 1), written(angles[step]), written(angles[step + 1]), degrees(sum)]) {
        row.insertCell().textContent = value;
      }

      rows.push(row);
    }

    find('numbers').querySelector('tbody').replaceChildren(...rows);
  }
}

function describe(token) {
  return `${visible(token.text)}: ${percent(token.probability)}, ${rankOf(token)}`;
}

function written(angle) {
  return typeof angle === 'number' ? degrees(angle) : '–';
}

function bytesOf(token) {
  if (token.bytes.length === 0) {
    return 'no bytes';
  }

  const shown = token.bytes.slice(0, 16).map(value => value.toString(16).padStart(2, '0')).join(' ');
  return `${token.bytes.length === 1 ? 'byte' : 'bytes'} ${shown}${token.bytes.length > 16 ? ' …' : ''}`;
}

function rankOf(token) {
  if (token.top.length === 0) {
    return 'not predicted';
  }

  const rank = token.top.findIndex(other => other.id === token.id);
  return rank === 0 ? 'the most probable' : rank > 0 ? `rank ${rank + 1}` : `not among the ${token.top.length} most probable`;
}
