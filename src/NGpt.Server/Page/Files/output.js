import { shadeOf } from './words.js';

/**
 * The text as it is written: a span for each token. What arrives is added once a frame, so that a fast model does not make
 * the page lay itself out for every token. All text comes in as text nodes.
 */
export class Output {
  #box;
  #tokens = [];
  #spans = [];
  #waiting = [];
  #text = '';
  #bound = 0;
  #decoder;
  #current = -1;
  #frame = 0;
  #grown;
  #picked;

  /**
   * @param box the element of the text
   * @param grown is called after tokens were added to it
   * @param picked is called with a token's number when the reader chooses it
   */
  constructor(box, grown, picked) {
    this.#box = box;
    this.#grown = grown;
    this.#picked = picked;
    for (const kind of ['mouseover', 'click']) {
      box.addEventListener(kind, event => this.#pick(event));
    }

    box.addEventListener('focus', () => this.#current < 0 && this.#spans.length > 0 && picked(0));
    box.addEventListener('keydown', event => this.#move(event));
  }

  /** The text as far as it has arrived. */
  get text() {
    return this.#text;
  }

  /** The tokens that are shown. */
  get tokens() {
    return this.#tokens;
  }

  /** Starts a new text after a prompt. */
  begin(prompt) {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    [this.#tokens, this.#spans, this.#waiting] = [[], [], []];
    [this.#text, this.#bound, this.#current] = ['', 0, -1];
    this.#decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const given = document.createElement('span');
    given.className = 'given';
    given.textContent = prompt.length > 2000 ? `…${prompt.slice(-2000)}` : prompt;
    this.#box.replaceChildren(given);
  }

  /** Adds new text, and tokens whose text may still be held back. */
  add(text, tokens) {
    this.#text += text;
    for (const token of tokens) {
      this.#bound += this.#decoder.decode(Uint8Array.from(token.bytes), { stream: true }).length;
      this.#waiting.push({ ...token, end: this.#bound });
    }

    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  /** Ends the text: tokens that are not part of it, such as those of a stop string, are left out. */
  end() {
    cancelAnimationFrame(this.#frame);
    this.#show(true);
  }

  /** Marks a token as the chosen one. */
  mark(number, focused) {
    this.#spans[this.#current]?.classList.remove('current');
    this.#current = number;
    const span = this.#spans[number];
    span?.classList.add('current');
    if (focused) {
      span?.scrollIntoView({ block: 'nearest' });
    }
  }

  #show(last = false) {
    this.#frame = 0;
    const atEnd = this.#box.scrollHeight - this.#box.scrollTop - this.#box.clientHeight < 40;
    const added = document.createDocumentFragment();
    let count = 0;
    while (count < this.#waiting.length && (this.#waiting[count].end <= this.#text.length || last)) {
      const token = this.#waiting[count++];
      const start = this.#tokens.at(-1)?.end ?? 0;
      const isLast = last && token.end >= this.#text.length;
      if (last && start >= this.#text.length && token.end > start) {
        break;
      }

      token.end = isLast ? this.#text.length : token.end;
      added.append(this.#span(token, this.#text.slice(start, token.end)));
      this.#tokens.push(token);
    }

    this.#waiting.splice(0, last ? this.#waiting.length : count);
    this.#box.append(added);
    if (atEnd) {
      this.#box.scrollTop = this.#box.scrollHeight;
    }

    if (count > 0) {
      this.#grown();
    }
  }

  #span(token, text) {
    const span = document.createElement('span');
    span.className = `token p${shadeOf(token.probability)}`;
    span.textContent = text;
    span.dataset.number = this.#spans.push(span) - 1;

    // Invisible tokens get a mark that is not part of the text.
    if (text === '') {
      span.dataset.mark = token.bytes.length > 0 ? '▫' : token.text;
    } else if (/^\s*\n/.test(text)) {
      span.dataset.mark = '⏎';
    }

    return span;
  }

  #pick(event) {
    const number = event.target.closest?.('.token')?.dataset.number;
    if (number !== undefined) {
      this.#picked(Number(number));
    }
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
      this.#picked(target());
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
