// Client of the server's API. Addresses are relative, so that the page also works behind a proxy that adds a prefix.

/** An error of the server or of the connection, with a human-readable message. */
export class ServerError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const lost = 'The connection to the server was lost: it may have been stopped. The text received so far is kept.';
const keyName = 'ngpt.key';

let key = '';
try {
  key = sessionStorage.getItem(keyName) ?? '';
} catch {
  // Storage is disabled: the key lasts as long as the page.
}

/** Sets the key that the server asks for; kept until the tab is closed. */
export function useKey(text) {
  key = text;
  try {
    sessionStorage.setItem(keyName, text);
  } catch {
    // As above.
  }
}

/** The model and the server's defaults: `{model, props}`. */
export async function describe() {
  const [models, props] = await Promise.all([get('v1/models'), get('props')]);
  return { model: models.data?.[0] ?? {}, props };
}

/**
 * Asks for a text and yields the events of its stream. A stream that breaks off is an error; one that `signal` ends is an
 * AbortError.
 */
export async function* complete(request, signal) {
  const response = await send('v1/completions', {
    method: 'POST',
    headers: { ...headers(), 'Content-Type': 'application/json' },
    body: JSON.stringify(request),
    signal,
  });
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

function headers() {
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
