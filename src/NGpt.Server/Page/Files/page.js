import { ChatView } from './chat.js';
import { Details } from './details.js';
import { Inspector } from './inspector.js';
import { describe, hasKey, useKey } from './server.js';
import { Settings } from './settings.js';
import { keep, kept } from './stored.js';
import { TextView } from './text.js';
import { short, whole } from './words.js';

const viewName = 'ngpt.view';
const find = id => document.getElementById(id);

const architectures = { ngpt: 'nGPT', gpt: 'GPT' };

const details = new Details();
const settings = new Settings(find('settings'));
const inspector = new Inspector(details, tell);
const parts = { settings, inspector, tell, failed: connect };
const views = { text: new TextView(parts), chat: new ChatView(parts) };

let view = views.text;
let retry = 0;

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
    find('model').replaceChildren(name, ...facts.flatMap(fact => {
      const text = document.createElement('span');
      text.textContent = `· ${fact}`;
      return [' ', text];
    }));
    find('model').dataset.state = 'ready';
    find('key').hidden = true;
    details.normalized = meta.architecture !== 'gpt';
    settings.defaults = props.default_generation_settings?.params ?? {};
    offerChat(props.chat_template);
  } catch (error) {
    const needsKey = error.status === 401;
    find('model').textContent = error.message;
    find('model').dataset.state = error.status === 503 ? 'waiting' : 'away';
    find('key').hidden = !needsKey;
    if (!needsKey) {
      // Loading a model is quick; a server that is down may take longer.
      retry = setTimeout(connect, error.status === 503 ? 1000 : 4000);
    } else if (hasKey()) {
      // A key that is wrong is not sent again.
      useKey('');
      find('key-text').value = '';
      find('key-text').setAttribute('aria-invalid', 'true');
      find('key-text').focus();
    }
  }
}

// The views

function offerChat(template) {
  find('views').hidden = !template;
  find('template').textContent = template ? `template ${template}` : '';
  show(template && kept('tab', viewName) === 'chat' ? 'chat' : 'text');
}

function show(name) {
  const isChat = name === 'chat';
  for (const id of ['request', 'text']) {
    find(id).hidden = isChat;
  }

  find('chat').hidden = !isChat;
  for (const button of find('views').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', String(button.value === name));
  }

  if (view === views[name]) {
    return;
  }

  // Both views have the same settings and shades.
  view = views[name];
  find(isChat ? 'chat-bar' : 'text-bar').after(find('shades'));
  find(isChat ? 'chat-actions' : 'actions').after(find('settings'));
  inspector.begin(view.output, view.isRunning);
}

// Announcements for screen readers

function tell(text) {
  find('status').textContent = text;
}

details.branched = choice => {
  const { output, number } = inspector.place;
  if (output === views.text.output) {
    views.text.branch(number, choice);
  }
};
find('shade').addEventListener('change', event => document.body.classList.toggle('plain', !event.target.checked));
find('views').addEventListener('click', event => {
  const name = event.target.closest('button')?.value;
  if (name) {
    keep('tab', viewName, name);
    show(name);
  }
});
find('key').addEventListener('submit', event => {
  event.preventDefault();
  find('key-text').removeAttribute('aria-invalid');
  useKey(find('key-text').value);
  connect();
});
document.addEventListener('keydown', event => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    view.start();
  } else if (event.key === 'Escape' && view.isRunning) {
    event.preventDefault();
    view.stop();
  }
});

connect();
