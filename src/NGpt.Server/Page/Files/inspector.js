const interval = 150;

/**
 * Which token the panel shows. It is the newest one until the user chooses another: by pointing at it, which during
 * generation lasts until the pointer leaves the text; with the keys, the slider and its buttons; or with a click, which
 * holds the token until another click.
 */
export class Inspector {
  #details;
  #say;
  #output = null;
  #number = -1;
  #choice = 'newest';
  #running = false;
  #follows = true;
  #shown = 0;
  #announcement = 0;

  constructor(details, say) {
    [this.#details, this.#say] = [details, say];
    details.moved = step => this.#output && this.picked(this.#output, this.#number + step, 'key');
    details.placed = number => this.#output && this.picked(this.#output, number, 'key');
  }

  /** The text whose tokens are shown, and the number of the token. */
  get place() {
    return { output: this.#output, number: this.#number };
  }

  /** Shows the tokens of another text, or of one that begins anew. */
  begin(output, running) {
    this.#output?.mark(-1);
    [this.#output, this.#number, this.#choice, this.#running] = [output, -1, 'newest', running];
    this.#follows = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#details.clear();
    if (output && !running) {
      this.ended(output);
    }
  }

  /** A text has new tokens. */
  grown(output) {
    if (output !== this.#output) {
      return;
    }

    const now = performance.now();
    if (this.#choice === 'newest' && this.#follows && now - this.#shown > interval) {
      this.#shown = now;
      this.#show(output.tokens.length - 1);
    } else if (this.#number >= 0) {
      this.#details.range(this.#number, output.tokens.length, this.#choice === 'held');
    }
  }

  /** A text is complete. */
  ended(output) {
    if (output === this.#output) {
      this.#running = false;
      if (this.#choice === 'newest' && output.tokens.length > 0) {
        this.#show(output.tokens.length - 1);
      }
    }
  }

  /** The user chooses a token: `how` is 'point', 'key' or 'click'. */
  picked(output, number, how) {
    const isOther = output !== this.#output;
    const isHeld = this.#choice === 'held';
    if (how === 'point' && isHeld) {
      return;
    }

    if (isOther) {
      this.#output?.mark(-1);
      [this.#output, this.#running] = [output, false];
    }

    const releases = how === 'click' && isHeld && !isOther && number === this.#number;
    this.#choice = how === 'click' ? (releases ? 'chosen' : 'held') : isHeld ? 'held' : how === 'point' ? 'pointed' : 'chosen';
    this.#show(number, how === 'key');
  }

  /** The pointer has left a text. */
  left(output) {
    if (output === this.#output && this.#running && this.#choice === 'pointed') {
      this.#choice = 'newest';
    }
  }

  #show(number, byKey = false) {
    const isHeld = this.#choice === 'held';
    const token = this.#output.tokens[number];
    this.#number = number;
    this.#output.mark(number, byKey, isHeld);
    this.#details.range(number, this.#output.tokens.length, isHeld);
    this.#details.show(token, this.#output.branches);
    if (byKey && this.#output.hasFocus) {
      // Only the token at which the arrow keys stop is announced.
      clearTimeout(this.#announcement);
      this.#announcement = setTimeout(() => this.#say(this.#details.inWords(token)), 300);
    }
  }
}
