import { counted, duration, whole } from './words.js';

const find = id => document.getElementById(id);

/** The numbers below the text: of a generation, or of a score. */
export class Figures {
  #begun = 0;
  #first = 0;
  #last = 0;
  #counted = 0;

  /** Tokens generated since the beginning. */
  get counted() {
    return this.#counted;
  }

  /** Begins to measure a generation. */
  begin(seed) {
    [this.#begun, this.#first, this.#last, this.#counted] = [performance.now(), 0, 0, 0];
    this.#kind('text');
    for (const id of ['count', 'speed', 'first', 'end']) {
      find(id).textContent = '–';
    }

    find('seed').textContent = seed;
  }

  /** Counts new tokens. */
  count(tokens) {
    if (tokens > 0) {
      this.#last = performance.now();
      this.#first ||= this.#last;
      this.#counted += tokens;
    }
  }

  /** Shows what was counted. */
  show() {
    find('count').textContent = whole(this.#counted);
    find('first').textContent = this.#first ? duration(this.#first - this.#begun) : '–';
    const seconds = (this.#last - this.#first) / 1000;
    find('speed').textContent = this.#counted > 1 && seconds > 0 ? `${((this.#counted - 1) / seconds).toFixed(1)} tokens/s` : '–';
  }

  /** Shows why the text ended. */
  end(reason) {
    find('end').textContent = reason;
  }

  /** Shows a generation of before the page was loaded. */
  restore(seed, tokens, reason) {
    this.begin(seed);
    this.#counted = tokens;
    find('count').textContent = whole(tokens);
    this.end(reason);
  }

  /** Shows the mean loss of tokens: bits per byte of those that were predicted, which is not the first. */
  score(tokens) {
    this.#kind('score');
    const scored = tokens.filter(token => typeof token.probability === 'number');
    const bytes = scored.reduce((sum, token) => sum + token.bytes.length, 0);
    const bits = scored.reduce((sum, token) => sum - token.logprob / Math.LN2, 0);
    find('count').textContent = whole(tokens.length);
    find('scored').textContent = `${counted(scored.length, 'token')}, ${counted(bytes, 'byte')}`;
    find('loss').textContent = bytes > 0 ? `${(bits / bytes).toFixed(3)} bits per byte` : '–';
  }

  #kind(kind) {
    for (const figure of find('figures').querySelectorAll('[data-of]')) {
      figure.hidden = figure.dataset.of !== kind;
    }
  }
}
