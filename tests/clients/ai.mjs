// Calls a server through Vercel's AI SDK: node ai.mjs BASE_URL
import assert from "node:assert/strict";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output, streamText } from "ai";
import { z } from "zod";

const provider = createOpenAICompatible({ name: "ngpt", baseURL: process.argv[2], apiKey: "key", includeUsage: true });
const chat = provider("any");
const options = { model: chat, prompt: "Hello", maxOutputTokens: 9, temperature: 0, maxRetries: 0 };
const whole = await generateText(options);
assert.ok(whole.text.length > 0);
assert.equal(whole.usage.outputTokens, 9);
assert.equal(whole.finishReason, "length");

const stream = streamText(options);
let text = "";
for await (const part of stream.textStream) {
  text += part;
}

assert.equal(text, whole.text);
assert.equal((await stream.usage).outputTokens, 9);

const completion = await generateText({ ...options, model: provider.completionModel("any"), stopSequences: ["\n\n\n"] });
assert.ok(completion.text.length > 0);
const schema = z.object({ title: z.string().max(9), pages: z.number().int().positive() });
const { output } = await generateText({
  model: createOpenAICompatible({ name: "ngpt", baseURL: process.argv[2], apiKey: "key", supportsStructuredOutputs: true })("any"),
  prompt: "A book",
  output: Output.object({ schema }),
  maxOutputTokens: 150,
  temperature: 1,
  seed: 5,
});
schema.parse(output);
await assert.rejects(generateText({ ...options, temperature: -1 }), error => error.statusCode === 400);
console.log("passed");
