import { Details, describe as inWords } from './details.js';
import { Output } from './output.js';
import { complete, describe, useKey } from './server.js';
import { Settings } from './settings.js';
import { duration, short, whole } from './words.js';

const alternativesAsked = 8;
const find = id => document.getElementById(id);

const ends = {
  stop_string: 'stop string',
  end_of_text: 'end of text',
  max_tokens: 'maximum number of tokens',
  context_full: 'context full',
  deadline: 'the server\'s time limit was reached',
  slow_reader: 'the page read too slowly',
  shutdown: 'the server was shut down',
  cancelled: 'cancelled',
};

const architectures = { ngpt: 'nGPT', gpt: 'GPT' };

// Ends that are not the user's.
const cutOff = ['deadline', 'slow_reader', 'shutdown', 'cancelled'];

const details = new Details();
const settings = new Settings(find('settings'));
const output = new Output(find('output'), grown, number => pick(number, true));

let running = null;
let clock = null;
let chosen = -1;
let follows = true;
let shown = 0;
let retry = 0;
let spoken = 0;

// The model and the connection

async function connect() {
  clearTimeout(retry);
  try {
    const { model, props } = await describe();
    const { meta = {} } = model;
    const facts = [
      architectures[meta.architecture] ?? meta.architecture,
      meta.n_params && `${short(meta.n_params)} parameters`,
      meta.weight_type && (meta.size ? `${meta.weight_type} (${short(meta.size, 1024)}B)` : meta.weight_type),
      meta.n_ctx && `context ${whole(meta.n_ctx)}`,
      meta.n_vocab && `vocabulary ${whole(meta.n_vocab)}`,
    ].filter(Boolean);
    const name = document.createElement('strong');
    name.textContent = model.id ?? 'model';
    find('model').replaceChildren(name, ...facts.map(fact => ` · ${fact}`));
    find('model').dataset.state = 'ready';
    find('key').hidden = true;
    details.normalized = meta.architecture !== 'gpt';
    settings.defaults = props.default_generation_settings?.params ?? {};
  } catch (error) {
    const needsKey = error.status === 401;
    find('model').textContent = needsKey ? 'This server asks for an API key.' : error.message;
    find('model').dataset.state = error.status === 503 ? 'waiting' : 'away';
    find('key').hidden = !needsKey;
    if (!needsKey) {
      // Loading a model is quick; a server that is down may take longer.
      retry = setTimeout(connect, error.status === 503 ? 1000 : 4000);
    }
  }
}

// Generation

async function generate() {
  const request = settings.read();
  if (running || !request) {
    return;
  }

  const prompt = find('prompt').value;
  running = new AbortController();
  clock = { begun: performance.now(), first: 0, last: 0, tokens: 0 };
  begin(prompt);
  try {
    const events = complete({
      prompt,
      ...request,
      stream: true,
      stream_options: { include_usage: true },
      token_details: { top: alternativesAsked, angles: true },
    }, running.signal);
    let reason = null;
    for await (const event of events) {
      const choice = event.choices?.[0];
      if (choice) {
        take(choice);
        reason = choice.end_reason ?? choice.finish_reason ?? reason;
      }
    }

    finish(ends[reason] ?? reason ?? 'unknown');
    if (cutOff.includes(reason)) {
      problem(`The text is incomplete: ${ends[reason]}.`);
      connect();
    }
  } catch (error) {
    if (error.name === 'AbortError') {
      finish('stopped by you');
    } else {
      finish('an error');
      problem(error.message);
      connect();
    }
  }
}

function begin(prompt) {
  chosen = -1;
  follows = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  output.begin(prompt);
  details.clear();
  problem('');
  for (const id of ['count', 'speed', 'first', 'end']) {
    find(id).textContent = '–';
  }

  working(true);
  say('Generating.');
}

function take(choice) {
  const tokens = choice.token_details ?? [];
  if (tokens.length > 0) {
    clock.last = performance.now();
    clock.first ||= clock.last;
    clock.tokens += tokens.length;
  }

  output.add(choice.text ?? '', tokens);
}

function finish(reason) {
  output.end();
  running = null;
  figures();
  find('end').textContent = reason;
  working(false);
  if (output.tokens.length > 0) {
    pick(chosen < 0 ? output.tokens.length - 1 : chosen, false);
  }

  say(`${whole(clock.tokens)} tokens, ended: ${reason}.`);
}

function working(yes) {
  find('generate').disabled = yes;
  find('stop').disabled = !yes;
  document.body.classList.toggle('working', yes);
  for (const id of ['copy', 'append']) {
    find(id).disabled = yes || output.text === '';
  }
}

// After a frame in which tokens were added.
function grown() {
  figures();
  const now = performance.now();
  if (follows && now - shown > 150) {
    shown = now;
    show(output.tokens.length - 1);
  } else if (chosen >= 0) {
    details.range(chosen, output.tokens.length);
  }
}

function figures() {
  find('count').textContent = whole(clock.tokens);
  find('first').textContent = clock.first ? duration(clock.first - clock.begun) : '–';
  const seconds = (clock.last - clock.first) / 1000;
  find('speed').textContent = clock.tokens > 1 && seconds > 0 ? `${((clock.tokens - 1) / seconds).toFixed(1)} tokens/s` : '–';
}

// The chosen token

function pick(number, byReader) {
  if (byReader) {
    follows = false;
  }

  if (number !== chosen || !byReader) {
    show(number, byReader);
  }
}

function show(number, byReader = false) {
  chosen = number;
  output.mark(number, byReader);
  details.range(number, output.tokens.length);
  details.show(output.tokens[number]);
  if (byReader && document.activeElement === find('output')) {
    // Only the token at which the arrow keys stop is announced.
    clearTimeout(spoken);
    spoken = setTimeout(() => say(inWords(output.tokens[number])), 300);
  }
}

// Messages and announcements

function say(text) {
  find('status').textContent = text;
}

function problem(text) {
  find('problem').textContent = text;
}

async function copy() {
  try {
    // Browsers provide the clipboard only in secure contexts: localhost or HTTPS.
    await (navigator.clipboard ? navigator.clipboard.writeText(output.text) : copyBySelection(output.text));
    say('Copied.');
    find('copy').textContent = 'Copied';
    setTimeout(() => find('copy').textContent = 'Copy', 1500);
  } catch {
    problem('The browser does not let this page copy: select the text and copy it.');
  }
}

function copyBySelection(text) {
  const box = document.createElement('textarea');
  box.className = 'unseen';
  box.value = text;
  document.body.append(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  find('copy').focus();
  if (!copied) {
    throw new Error('not copied');
  }
}

function append() {
  const prompt = find('prompt');
  prompt.value += output.text;
  prompt.focus();
  prompt.setSelectionRange(prompt.value.length, prompt.value.length);
  prompt.scrollTop = prompt.scrollHeight;
  say('The text was appended to the prompt.');
}

find('request').addEventListener('submit', event => {
  event.preventDefault();
  generate();
});
find('stop').addEventListener('click', () => running?.abort());
find('copy').addEventListener('click', copy);
find('append').addEventListener('click', append);
find('shade').addEventListener('change', event => document.body.classList.toggle('plain', !event.target.checked));
find('previous').addEventListener('click', () => pick(chosen - 1, true));
find('next').addEventListener('click', () => pick(chosen + 1, true));
find('slider').addEventListener('input', event => pick(event.target.valueAsNumber - 1, true));
find('key').addEventListener('submit', event => {
  event.preventDefault();
  useKey(find('key-text').value);
  connect();
});
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    generate();
  } else if (event.key === 'Escape' && running) {
    event.preventDefault();
    running.abort();
  }
});

connect();
