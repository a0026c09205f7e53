import { offerExamples } from './examples.js';
import { generate } from './generation.js';
import { Output } from './output.js';
import { keep, kept } from './stored.js';
import { Switch } from './switch.js';

const conversationName = 'ngpt.conversation';
const messageName = 'ngpt.message';
const names = { user: 'User', assistant: 'Assistant' };
const examples = ['What is a stream?', 'How do I read a file?'];

const find = id => document.getElementById(id);

/** The view of a conversation: messages of the user, and the model's answers. */
export class ChatView {
  #settings;
  #inspector;
  #tell;
  #failed;
  #button;
  #updateExamples;
  #messages = [];
  #output = null;
  #running = null;

  constructor({ settings, inspector, tell, failed }) {
    [this.#settings, this.#inspector, this.#tell, this.#failed] = [settings, inspector, tell, failed];
    this.#button = new Switch(find('send'), { name: 'Send', keys: 'Enter', shortcut: 'Enter' }, () => this.stop());
    const field = find('message');
    field.value = kept('tab', messageName) ?? '';
    field.addEventListener('input', () => keep('tab', messageName, field.value));
    field.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        event.stopPropagation();
        this.start();
      }
    });
    this.#updateExamples = offerExamples(find('chat-examples'), examples, field, () => this.#messages.length === 0);
    find('chat').addEventListener('submit', event => {
      event.preventDefault();
      this.start();
    });
    find('new').addEventListener('click', () => this.#clear());
    for (const message of kept('tab', conversationName) ?? []) {
      this.#add(message);
    }

    this.#update();
  }

  /** The last answer. */
  get output() {
    return this.#output;
  }

  get isRunning() {
    return this.#running !== null;
  }

  stop() {
    this.#running?.abort();
  }

  /** Sends the message and generates an answer. */
  async start() {
    const content = find('message').value.trim();
    const options = this.isRunning || content === '' ? null : this.#settings.read();
    if (!options) {
      return;
    }

    this.#running = new AbortController();
    this.#write('');
    this.#problem('');
    this.#add({ role: 'user', content });
    const messages = this.#messages.map(({ role, content }) => ({ role, content }));
    const answer = { role: 'assistant', content: '' };
    const output = this.#add(answer);
    this.#update();
    this.#inspector.begin(output, true);
    this.#tell('Generating.');
    const { end, problem } = await generate('v1/chat/completions', { messages, ...options }, output, () => {}, this.#running.signal);
    this.#running = null;
    this.#inspector.ended(output);
    if (!this.#messages.includes(answer)) {
      // A new conversation has begun.
      this.#update();
      return;
    }

    answer.content = output.text.trim();
    answer.tokens = output.tokens;
    if (answer.content === '') {
      this.#takeBack(content);
    }

    this.#tell(answer.content === '' ? `No answer, ended: ${end}.` : answer.content);
    this.#update();
    this.#save();
    if (problem || answer.content === '') {
      this.#problem(problem || `There is no answer: ${end}.`);
    }

    if (problem) {
      this.#failed();
    }
  }

  // Shows a message and returns the output of an answer.
  #add(message) {
    this.#messages.push(message);
    const turn = document.createElement('article');
    const title = document.createElement('h3');
    const text = document.createElement('div');
    [turn.className, title.textContent] = [`turn ${message.role}`, names[message.role]];
    turn.append(title, text);
    find('turns').append(turn);
    if (message.role === 'user') {
      text.className = 'said';
      text.textContent = message.content;
    } else {
      text.className = 'output';
      text.tabIndex = 0;
      text.setAttribute('role', 'region');
      text.setAttribute('aria-label', 'Answer: arrow keys move between tokens');
      this.#output = new Output(text, {
        grown: output => {
          find('turns').scrollTop = find('turns').scrollHeight;
          this.#inspector.grown(output);
        },
        picked: (output, number, how) => this.#inspector.picked(output, number, how),
        left: output => this.#inspector.left(output),
      }, false);
      this.#output.begin(message.tokens ? '' : message.content, message.tokens);
    }

    find('turns').scrollTop = find('turns').scrollHeight;
    return this.#output;
  }

  // Removes a message without an answer, and gives its text back.
  #takeBack(content) {
    this.#messages.splice(-2);
    find('turns').lastElementChild.remove();
    find('turns').lastElementChild.remove();
    this.#output = null;
    if (find('message').value === '') {
      this.#write(content);
    }
  }

  #clear() {
    this.stop();
    [this.#messages, this.#output] = [[], null];
    this.#inspector.begin(null, false);
    find('turns').replaceChildren();
    this.#problem('');
    this.#update();
    this.#save();
    find('message').focus();
    this.#tell('A new conversation.');
  }

  #write(text) {
    find('message').value = text;
    find('message').dispatchEvent(new Event('input', { bubbles: true }));
  }

  #update() {
    this.#button.running = this.isRunning;
    find('chat').classList.toggle('working', this.isRunning);
    find('new').disabled = this.#messages.length === 0;
    this.#updateExamples();
    find('turns').hidden = this.#messages.length === 0;
  }

  #problem(text) {
    find('chat-problem').textContent = text;
  }

  // The conversation until the tab is closed; without its tokens where they are too many for the browser's storage.
  #save() {
    if (!keep('tab', conversationName, this.#messages)) {
      keep('tab', conversationName, this.#messages.map(({ role, content }) => ({ role, content })));
    }
  }
}
