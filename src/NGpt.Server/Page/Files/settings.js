import { keep, kept } from './stored.js';

const storeName = 'ngpt.settings';

// Settings for which the server may have no default.
const fallbacks = { max_tokens: 256, seed: -1 };

/** The sampling settings: changed ones are sent and remembered; for the others the server's defaults apply. */
export class Settings {
  #panel;
  #fields;
  #defaults = fallbacks;

  constructor(panel) {
    this.#panel = panel;
    this.#fields = [...panel.querySelectorAll('[name]')];
    const values = kept('browser', storeName) ?? {};
    for (const field of this.#fields) {
      field.value = typeof values[field.name] === 'string' ? values[field.name] : '';
    }

    panel.addEventListener('input', () => this.#changed());
    panel.querySelector('#reset').addEventListener('click', () => {
      this.#fields.forEach(field => field.value = '');
      this.#changed();
    });
    this.#changed();
  }

  /** Shows the server's defaults in the empty fields. */
  set defaults(values) {
    this.#defaults = { ...fallbacks, ...values };
    for (const field of this.#fields.filter(field => field.name !== 'stop')) {
      const value = this.#defaults[field.name];
      field.placeholder = field.name === 'seed' && value < 0 ? 'random' : value ?? '';
    }
  }

  /**
   * The settings as fields of a request, or null where one is invalid, which is then shown. There is always a seed: one that
   * is drawn here can be shown and used again.
   */
  read() {
    const wrong = this.#fields.find(field => !field.checkValidity());
    if (wrong) {
      this.#panel.open = true;
      wrong.reportValidity();
      return null;
    }

    const request = { max_tokens: this.#defaults.max_tokens };
    for (const field of this.#fields.filter(field => field.value !== '')) {
      if (field.name === 'stop') {
        request.stop = field.value.split('\n').filter(line => line !== '').map(unescape);
      } else {
        request[field.name] = Number(field.value);
      }
    }

    const seed = request.seed ?? this.#defaults.seed;
    request.seed = seed >= 0 ? seed : crypto.getRandomValues(new Uint32Array(1))[0];
    return request;
  }

  #changed() {
    const set = this.#fields.filter(field => field.value !== '' || field.validity.badInput);
    for (const field of this.#fields) {
      field.classList.toggle('set', set.includes(field));
    }

    const names = set.map(field => field.name === 'stop' ? 'stop strings' : `${field.name.replaceAll('_', ' ')} ${field.value}`);
    this.#panel.querySelector('#changed').textContent = names.length > 0 ? `· ${names.join(' · ')}` : '';
    keep('browser', storeName, Object.fromEntries(set.map(field => [field.name, field.value])));
  }
}

// \n, \t, \r and \\ as in most languages; any other backslash is itself.
function unescape(line) {
  return line.replace(/\\([ntr\\])/g, (_, letter) => ({ n: '\n', t: '\t', r: '\r', '\\': '\\' })[letter]);
}
