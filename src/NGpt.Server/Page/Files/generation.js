import { complete } from './server.js';

/** How many alternatives of each token the page shows. */
export const alternatives = 8;

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

// Ends that are not the user's.
const cutOff = ['deadline', 'slow_reader', 'shutdown', 'cancelled'];

/**
 * Generates a text into an output until it ends or `signal` stops it. Answers how it ended, `{ end, problem }`; where there
 * is no problem, `problem` is empty.
 *
 * @param path the endpoint
 * @param request the endpoint's fields
 * @param output receives text and tokens
 * @param counted is called with the number of new tokens
 */
export async function generate(path, request, output, counted, signal) {
  const fields = { ...request, stream: true, stream_options: { include_usage: true }, token_details: { top: alternatives, angles: true } };
  let reason = null;
  try {
    for await (const event of complete(path, fields, signal)) {
      const choice = event.choices?.[0];
      if (choice) {
        const tokens = choice.token_details ?? [];
        counted(tokens.length);
        output.add(choice.text ?? choice.delta?.content ?? '', tokens);
        reason = choice.end_reason ?? choice.finish_reason ?? reason;
      }
    }
  } catch (error) {
    return error.name === 'AbortError' ? { end: 'stopped by you', problem: '' } : { end: 'an error', problem: error.message };
  } finally {
    output.end();
  }

  const end = ends[reason] ?? reason ?? 'unknown';
  return { end, problem: cutOff.includes(reason) ? `The text is incomplete: ${end}.` : '' };
}
