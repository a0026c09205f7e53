/** A submit button that starts, and stops while something runs. */
export class Switch {
  #button;
  #name;
  #keys;
  #start;
  #running = false;

  /**
   * @param button the button, in a form
   * @param start its name and its key while nothing runs
   * @param stop is called when it is used while something runs
   */
  constructor(button, start, stop) {
    [this.#button, this.#start] = [button, start];
    this.#name = document.createElement('span');
    this.#keys = document.createElement('kbd');
    button.replaceChildren(this.#name, this.#keys);
    button.addEventListener('click', event => {
      if (!this.#running) {
        return;
      }

      // Enter in a field of the form also clicks the button, and so does the second half of a double click.
      event.preventDefault();
      if (event.detail === 1 || (event.detail === 0 && document.activeElement === button)) {
        stop();
      }
    });
    this.running = false;
  }

  set running(value) {
    this.#running = value;
    const { name, keys, shortcut } = value ? { name: 'Stop', keys: 'Esc', shortcut: 'Escape' } : this.#start;
    [this.#name.textContent, this.#keys.textContent] = [name, keys];
    this.#button.setAttribute('aria-keyshortcuts', shortcut);
  }
}
