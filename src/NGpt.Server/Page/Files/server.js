// Client of the server's API. Addresses are relative, so that the page also works behind a proxy that adds a prefix.

/** An error of the server or of the connection, with a human-readable message. */
export class ServerError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const lost = 'The connection to the server was lost: it may have been stopped. The text received so far is kept.';
const refused = 'The server refused this API key. Enter another one.';
const keyName = 'ngpt.key';

let key = '';
try {
  key = sessionStorage.getItem(keyName) ?? '';
} catch {
  // Storage is disabled: the key lasts as long as the page.
}

/** Sets the key that the server asks for; kept until the tab is closed. */
export function useKey(text) {
  key = text.trim();
  try {
    sessionStorage.setItem(keyName, key);
  } catch {
    // As above.
  }
}

/** Whether there is a key. */
export function hasKey() {
  return key !== '';
}

/** The model and the server's defaults: `{model, props}`. */
export async function describe() {
  const [models, props] = await Promise.all([get('v1/models'), get('props')]);
  return { model: models.data?.[0] ?? {}, props };
}

/**
 * The tokens of a text as the model sees them, with their probabilities and `top` alternatives each. The first has none:
 * nothing comes before it.
 */
export async function score(prompt, top, signal) {
  const response = await post('v1/completions', { prompt, max_tokens: 0, echo: true, logprobs: 0, token_details: { top } }, signal);
  const choice = parse(await response.text()).choices[0];
  return choice.token_details.map((token, number) => ({ ...token, logprob: choice.logprobs.token_logprobs[number] }));
}

/**
 * Asks an endpoint for a text and yields the events of its stream. A stream that breaks off is an error; one that `signal` ends is an
 * AbortError.
 */
export async function* complete(path, request, signal) {
  const response = await post(path, request, signal);
  for await (const data of eventsOf(response.body, signal)) {
    if (data === '[DONE]') {
      return;
    }

    const event = parse(data);
    if (event.error) {
      throw new ServerError(sentence(event.error.message));
    }

    yield event;
  }

  throw new ServerError(lost);
}

async function get(path) {
  const response = await send(path, { headers: headers() });
  return parse(await response.text());
}

function post(path, request, signal) {
  return send(path, { method: 'POST', headers: { ...headers(), 'Content-Type': 'application/json' }, body: JSON.stringify(request), signal });
}

function headers() {
  if (!/^[\x20-\x7e]*$/.test(key)) {
    // A header cannot carry it, so that it cannot be the server's.
    throw new ServerError(refused, 401);
  }

  return key ? { Authorization: `Bearer ${key}` } : {};
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, { ...options, cache: 'no-store', credentials: 'same-origin' });
  } catch (error) {
    throw error.name === 'AbortError' ? error : new ServerError('The server cannot be reached. Is it still running?');
  }

  if (!response.ok) {
    throw new ServerError(await problemOf(response), response.status);
  }

  return response;
}

async function problemOf(response) {
  if (response.status === 401) {
    return key ? refused : 'This server asks for an API key.';
  }

  try {
    const { error } = await response.json();
    if (response.status === 503 && error.message === 'Loading model') {
      return 'The model is still being loaded. Try again in a moment.';
    }

    return sentence(error.message);
  } catch {
    return `The server answered with status ${response.status} without a reason.`;
  }
}

// The data of server-sent events: lines "data: …", an empty line after each event.
async function* eventsOf(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let data = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return;
      }

      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const ended of lines) {
        const line = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
        if (line.startsWith('data:')) {
          data.push(line.slice(line[5] === ' ' ? 6 : 5));
        } else if (line === '' && data.length > 0) {
          yield data.join('\n');
          data = [];
        }
      }
    }
  } catch (error) {
    throw signal.aborted ? error : new ServerError(lost);
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServerError('The server sent something that this page cannot read.');
  }
}

function sentence(message) {
  const text = String(message || 'the server failed').trim();
  return text[0].toUpperCase() + text.slice(1) + (/[.!?]$/.test(text) ? '' : '.');
}
