// Calls a server through OpenAI's own package: node openai.mjs BASE_URL
import assert from "node:assert/strict";
import OpenAI, { BadRequestError, AuthenticationError, NotFoundError } from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";

const baseURL = process.argv[2];
const client = new OpenAI({ baseURL, apiKey: "key", maxRetries: 0 });

const models = await client.models.list();
assert.equal(models.data.length, 1);
const model = models.data[0].id;
assert.equal((await client.models.retrieve(model)).id, model);
await assert.rejects(client.models.retrieve("another"), error => error instanceof NotFoundError && error.code === "model_not_found");

const greedy = { model, prompt: "The unit sphere", max_tokens: 12, temperature: 0 };
const whole = await client.completions.create({ ...greedy, logprobs: 2 });
assert.equal(whole.usage.completion_tokens, 12);
assert.equal(whole.choices[0].logprobs.tokens.length, 12);
assert.equal(whole.choices[0].finish_reason, "length");
let streamed = "";
let usage;
for await (const part of await client.completions.create({ ...greedy, stream: true, stream_options: { include_usage: true } })) {
  streamed += part.choices[0]?.text ?? "";
  usage = part.usage ?? usage;
}
assert.equal(streamed, whole.choices[0].text);
assert.equal(usage.completion_tokens, 12);

const drawn = { model, prompt: ["one", "two"], n: 2, max_tokens: 6, temperature: 1, seed: 5 };
const texts = answer => answer.choices.map(choice => choice.text);
const twice = [texts(await client.completions.create(drawn)), texts(await client.completions.create(drawn))];
assert.equal(twice[0].length, 4);
assert.deepEqual(twice[0], twice[1]);

const messages = [{ role: "developer", content: "Be short." }, { role: "user", content: [{ type: "text", text: "Hello" }] }];
const chat = await client.chat.completions.create({ model, messages, max_completion_tokens: 9, temperature: 0, logprobs: true, top_logprobs: 2 });
assert.equal(chat.choices[0].message.role, "assistant");
assert.ok(chat.choices[0].logprobs.content.length > 0);
const runner = client.chat.completions.stream({ model, messages, max_completion_tokens: 9, temperature: 0 });
assert.equal(await runner.finalContent(), chat.choices[0].message.content);

await assert.rejects(
  client.completions.create({ model, prompt: "far too long ".repeat(5000) }),
  error => error instanceof BadRequestError && error.code === "context_length_exceeded" && error.param === "prompt");
await assert.rejects(
  client.chat.completions.create({ model, messages: [{ role: "user", content: "x" }], temperature: -1 }),
  error => error instanceof BadRequestError && error.param === "temperature");
await assert.rejects(new OpenAI({ baseURL, apiKey: "wrong", maxRetries: 0 }).models.list(), error => error instanceof AuthenticationError && error.code === "invalid_api_key");

const Answer = z.object({ name: z.string().max(8), count: z.number().int(), kind: z.enum(["sphere", "plane"]), tags: z.array(z.string().max(4)).max(2) });
const parsed = await client.chat.completions.parse({
  model,
  messages: [{ role: "user", content: "As JSON" }],
  response_format: zodResponseFormat(Answer, "answer"),
  max_completion_tokens: 150,
  temperature: 1,
  seed: 3,
});
assert.equal(parsed.choices[0].finish_reason, "stop", parsed.choices[0].message.content);
Answer.parse(parsed.choices[0].message.parsed);
const banned = await client.completions.create({ ...greedy, logit_bias: { [whole.choices[0].text.charCodeAt(0)]: -100 } });
assert.notEqual(banned.choices[0].text[0], whole.choices[0].text[0]);

const abort = new AbortController();
let parts = 0;
const stream = await client.completions.create({ model, prompt: "on and on", max_tokens: 200, stream: true }, { signal: abort.signal });
for await (const _ of stream) {
  parts++;
  abort.abort();
}

assert.ok(parts < 200);
console.log("passed");
