import { copyText } from './clipboard.js';
import { offerExamples } from './examples.js';
import { Figures } from './figures.js';
import { alternatives, generate } from './generation.js';
import { Output } from './output.js';
import { score } from './server.js';
import { keep, kept } from './stored.js';
import { Switch } from './switch.js';
import { counted } from './words.js';

const promptName = 'ngpt.prompt';
const textName = 'ngpt.text';
const examples = ['Returns the', 'Once upon a time', 'public static void', 'The first of the'];

const find = id => document.getElementById(id);

/**
 * The view of one text: a prompt, and how the model continues it. A text that is shown comes from an origin:
 * `given` is the prompt as it is displayed, `prompt` what was sent (a text, or token ids), `ids` the ids of the prompt where
 * they are known, `kept` the number of tokens that were there before the generation, and `options` the settings with the seed.
 */
export class TextView {
  #settings;
  #inspector;
  #tell;
  #failed;
  #output;
  #figures = new Figures();
  #button;
  #origin = null;
  #end = '';
  #running = null;
  #ended = Promise.resolve();

  constructor({ settings, inspector, tell, failed }) {
    [this.#settings, this.#inspector, this.#tell, this.#failed] = [settings, inspector, tell, failed];
    const listener = {
      grown: output => {
        this.#figures.show();
        inspector.grown(output);
      },
      picked: (output, number, how) => inspector.picked(output, number, how),
      left: output => inspector.left(output),
    };
    this.#output = new Output(find('output'), listener, true);
    this.#button = new Switch(find('generate'), { name: 'Generate', keys: 'Ctrl Enter', shortcut: 'Control+Enter' }, () => this.stop());
    const prompt = find('prompt');
    prompt.value = kept('tab', promptName) ?? '';
    prompt.addEventListener('input', () => keep('tab', promptName, prompt.value));
    offerExamples(find('examples'), examples, prompt);
    find('request').addEventListener('submit', event => {
      event.preventDefault();
      this.start();
    });
    find('score').addEventListener('click', () => this.score());
    find('again').addEventListener('click', () => this.again());
    find('copy').addEventListener('click', () => this.#copy());
    find('reuse').addEventListener('click', () => this.#reuse());
    this.#restore();
  }

  get output() {
    return this.#output;
  }

  get isRunning() {
    return this.#running !== null;
  }

  /** Generates from the prompt. */
  start() {
    const options = this.isRunning ? null : this.#settings.read();
    if (options) {
      const prompt = find('prompt').value;
      this.#generate({ given: prompt, prompt, ids: null, kept: 0, options });
    }
  }

  stop() {
    this.#running?.abort();
  }

  /** Generates the text that is shown once more, with its seed. */
  again() {
    if (this.#origin?.options && !this.isRunning) {
      this.#generate(this.#origin, this.#output.tokens.slice(0, this.#origin.kept));
    }
  }

  /** Continues from an alternative of a token. Tokens may not be those of any text, so that the prompt is a list of ids. */
  async branch(number, choice) {
    const options = this.#settings.read();
    if (!options || !this.#origin) {
      return;
    }

    this.stop();
    await this.#ended;
    const origin = this.#origin;
    const tokens = this.#output.tokens.slice(0, number);
    const { id, text, bytes, probability } = choice;
    const { top, angles } = this.#output.tokens[number];
    tokens.push({ id, text, bytes, probability, top, angles, branch: true });
    await this.#run(async signal => {
      const ids = origin.ids ?? (await score(origin.prompt, 0, signal)).map(token => token.id);
      return { given: origin.given, prompt: [...ids, ...tokens.map(token => token.id)], ids, kept: tokens.length, options };
    }, origin => this.#continue(origin, tokens));
  }

  /** Shows how probable each token of the prompt is. */
  score() {
    const text = find('prompt').value;
    if (this.isRunning) {
      return;
    }

    if (text === '') {
      this.#problem('Type a text to score.');
      find('prompt').focus();
      return;
    }

    this.#run(signal => score(text, alternatives, signal), tokens => {
      this.#origin = { given: '', prompt: '', ids: [], kept: tokens.length, options: null };
      this.#output.begin('', tokens.map(token => ({ ...token, given: true })));
      this.#inspector.begin(this.#output, false);
      this.#figures.score(tokens);
      this.#tell(`${counted(tokens.length, 'token')} scored: ${find('loss').textContent}.`);
    });
  }

  #generate(origin, tokens = []) {
    return this.#run(async () => origin, () => this.#continue(origin, tokens));
  }

  // Does one thing that can be stopped: `prepare` asks the server, `show` uses its answer.
  #run(prepare, show) {
    const running = new AbortController();
    const work = async () => {
      this.#problem('');
      this.#working(running);
      try {
        await show(await prepare(running.signal));
      } catch (error) {
        if (error.name !== 'AbortError') {
          this.#problem(error.message);
          this.#failed();
        }
      } finally {
        this.#working(null);
        this.#save();
      }
    };
    return this.#ended = work();
  }

  async #continue(origin, tokens) {
    [this.#origin, this.#end] = [origin, ''];
    this.#output.begin(origin.given, tokens);
    this.#inspector.begin(this.#output, true);
    this.#figures.begin(this.#seed);
    this.#tell('Generating.');
    const { prompt, options } = origin;
    const { end, problem } = await generate('v1/completions', { prompt, ...options }, this.#output, count => this.#figures.count(count), this.#running.signal);
    this.#end = end;
    this.#figures.show();
    this.#figures.end(end);
    this.#inspector.ended(this.#output);
    this.#tell(`${counted(this.#figures.counted, 'token')}, ended: ${end}.`);
    if (problem) {
      this.#problem(problem);
      this.#failed();
    }
  }

  get #seed() {
    return this.#origin.options.temperature === 0 ? 'not used' : String(this.#origin.options.seed);
  }

  #working(running) {
    this.#running = running;
    this.#button.running = running !== null;
    document.body.classList.toggle('working', running !== null);
    find('score').disabled = running !== null;
    find('again').disabled = running !== null || !this.#origin?.options;
    find('copy').disabled = running !== null || this.#output.whole === '';
    find('reuse').disabled = running !== null || this.#output.text === '';
  }

  #problem(text) {
    find('problem').textContent = text;
  }

  // The text until the tab is closed. One that is too long for the browser's storage is left out.
  #save() {
    const value = { origin: this.#origin, end: this.#end, counted: this.#figures.counted, tokens: this.#output.tokens };
    if (!keep('tab', textName, value)) {
      keep('tab', textName, null);
    }
  }

  #restore() {
    const { origin, end, counted: count, tokens } = kept('tab', textName) ?? {};
    if (!origin || !tokens) {
      return;
    }

    [this.#origin, this.#end] = [origin, end];
    this.#output.begin(origin.given, tokens);
    this.#inspector.begin(this.#output, false);
    if (origin.options) {
      this.#figures.restore(this.#seed, count, end);
    } else {
      this.#figures.score(tokens);
    }

    this.#working(null);
  }

  async #copy() {
    try {
      await copyText(this.#output.text || this.#output.whole);
      this.#tell('Copied.');
      find('copy').textContent = 'Copied';
      setTimeout(() => find('copy').textContent = 'Copy', 1500);
    } catch {
      this.#problem('The browser does not let this page copy: select the text and copy it.');
    }
  }

  #reuse() {
    const prompt = find('prompt');
    prompt.value = this.#origin.given + this.#output.whole;
    prompt.dispatchEvent(new Event('input', { bubbles: true }));
    prompt.focus();
    prompt.setSelectionRange(prompt.value.length, prompt.value.length);
    prompt.scrollTop = prompt.scrollHeight;
    this.#tell('The whole text is the prompt now.');
  }
}
