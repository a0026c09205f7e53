import { shadeOf } from './words.js';

/**
 * A text with a span for each token. What arrives is added once a frame, so that a fast model does not make the page lay
 * itself out for every token. All text comes in as text nodes.
 */
export class Output {
  #box;
  #listener;
  #tokens = [];
  #spans = [];
  #waiting = [];
  #received = '';
  #bound = 0;
  #bounds;
  #texts;
  #current = -1;
  #frame = 0;
  #pointer = '';

  /**
   * @param box the element of the text
   * @param listener is told what happens: `grown(output)` after tokens were added, `picked(output, number, how)` when the
   * user chooses a token, `left(output)` when the pointer leaves the text
   * @param branches whether the text can be continued from an alternative of a token
   */
  constructor(box, listener, branches) {
    [this.#box, this.#listener, this.branches] = [box, listener, branches];
    box.addEventListener('mousemove', event => this.#point(event));
    box.addEventListener('mouseleave', () => listener.left(this));
    box.addEventListener('click', event => this.#pick(event, 'click'));
    box.addEventListener('focus', () => this.#current < 0 && this.#spans.length > 0 && this.#follow(0));
    box.addEventListener('keydown', event => this.#move(event));
  }

  /** The text without what was given. */
  get text() {
    return this.#tokens.filter(token => !token.given).map(token => token.shown).join('');
  }

  /** The text of all tokens. */
  get whole() {
    return this.#tokens.map(token => token.shown).join('');
  }

  /** The tokens that are shown. */
  get tokens() {
    return this.#tokens;
  }

  get hasFocus() {
    return document.activeElement === this.#box;
  }

  /** Starts a new text after a prompt, with tokens that are there already. */
  begin(prompt, tokens = []) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    [this.#tokens, this.#spans, this.#waiting] = [[], [], []];
    [this.#received, this.#bound, this.#current] = ['', 0, -1];

    // A character may begin in one token and end in the next. What the server sends begins after the tokens of before.
    [this.#texts, this.#bounds] = [decoder(), decoder()];
    const given = document.createElement('span');
    given.className = 'given';
    given.textContent = prompt.length > 2000 ? `…${prompt.slice(-2000)}` : prompt;
    this.#box.replaceChildren(given, ...tokens.map(token => {
      const text = decode(this.#texts, token);
      return this.#append({ ...token, shown: token.shown ?? text });
    }));
  }

  /** Adds new text, and tokens whose text may still be held back. */
  add(text, tokens) {
    this.#received += text;
    for (const token of tokens) {
      const start = this.#bound;
      this.#bound += decode(this.#bounds, token).length;
      this.#waiting.push({ token, start, end: this.#bound });
    }

    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  /** Ends the text: tokens that are not part of it, such as those of a stop string, are left out. */
  end() {
    cancelAnimationFrame(this.#frame);
    this.#show(true);
  }

  /** Marks a token as the chosen one, which may be held; -1 for none. */
  mark(number, focused = false, held = false) {
    this.#spans[this.#current]?.classList.remove('current', 'held');
    this.#current = number;
    const span = this.#spans[number];
    span?.classList.add('current');
    span?.classList.toggle('held', held);
    if (focused) {
      span?.scrollIntoView({ block: 'nearest' });
    }
  }

  #show(last = false) {
    this.#frame = 0;
    const atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < 40;
    const length = this.#received.length;
    const added = document.createDocumentFragment();
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count].end <= length || last)) {
      const { token, start, end } = this.#waiting[count++];
      if (last && start >= length && end > start) {
        break;
      }

      const text = decode(this.#texts, token);
      added.append(this.#append({ ...token, shown: end > length ? this.#received.slice(start) : text }));
    }

    this.#waiting.splice(0, last ? this.#waiting.length : count);
    this.#box.append(added);
    if (atEnd) {
      this.#box.scrollTop = this.#box.scrollHeight;
    }

    if (count > 0) {
      this.#listener.grown(this);
    }
  }

  // Adds a token and returns its span.
  #append(token) {
    const span = document.createElement('span');
    span.className = `token p${shadeOf(token.probability)}`;
    span.classList.toggle('given', token.given === true);
    span.classList.toggle('branch', token.branch === true);
    span.textContent = token.shown;
    span.dataset.number = this.#spans.push(span) - 1;
    this.#tokens.push(token);

    // Invisible tokens get a mark that is not part of the text.
    if (token.shown === '') {
      span.dataset.mark = token.bytes.length > 0 ? '▫' : token.text;
    } else if (/^\s*\n/.test(token.shown)) {
      span.dataset.mark = '⏎';
    }

    return span;
  }

  // Browsers also report a pointer that rests while the text moves below it: that is no choice.
  #point(event) {
    const pointer = `${event.screenX},${event.screenY}`;
    if (pointer !== this.#pointer) {
      this.#pointer = pointer;
      this.#pick(event, 'point');
    }
  }

  #pick(event, how) {
    const number = event.target.closest?.('.token')?.dataset.number;
    if (number !== undefined && (how === 'click' || Number(number) !== this.#current)) {
      this.#listener.picked(this, Number(number), how);
    }
  }

  #follow(number) {
    this.#listener.picked(this, number, 'key');
  }

  #move(event) {
    const last = this.#spans.length - 1;
    if (last < 0 || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) {
      return;
    }

    const at = Math.max(this.#current, 0);
    const target = {
      ArrowLeft: () => Math.max(at - 1, 0),
      ArrowRight: () => Math.min(at + 1, last),
      ArrowUp: () => this.#lineFrom(at, -1),
      ArrowDown: () => this.#lineFrom(at, 1),
      Home: () => 0,
      End: () => last,
    }[event.key];
    if (target) {
      event.preventDefault();
      this.#follow(target());
    }
  }

  // The token of the next or previous line that is nearest to a token.
  #lineFrom(number, direction) {
    const from = placeOf(this.#spans[number]);
    let best = number;
    let line;
    for (let i = number + direction; i >= 0 && i < this.#spans.length; i += direction) {
      const place = placeOf(this.#spans[i]);
      if (Math.abs(place.y - from.y) < 4) {
        continue;
      }

      line ??= place.y;
      if (Math.abs(place.y - line) >= 4) {
        break;
      }

      best = best === number || Math.abs(place.x - from.x) < Math.abs(placeOf(this.#spans[best]).x - from.x) ? i : best;
    }

    return best;
  }
}

// The middle of the first line of a span.
function placeOf(span) {
  const box = span.getClientRects()[0] ?? span.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

function decoder() {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}

function decode(decoder, token) {
  return decoder.decode(Uint8Array.from(token.bytes), { stream: true });
}
