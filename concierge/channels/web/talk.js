// One question to the server and its answer, as the stream of JSON lines that /chat sends.

const SILENCE = 50_000;

export class Failure extends Error {}

/** Ask; hand each piece to onDelta; return the reply. Throws Failure with a sentence to show. */
export async function ask(url, question, words, onDelta, signal) {
  const timer = new AbortController();
  const quiet = () => setTimeout(() => timer.abort(), SILENCE);
  let waiting = quiet();
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/x-ndjson" },
      body: JSON.stringify(question),
      signal: AbortSignal.any ? AbortSignal.any([signal, timer.signal]) : timer.signal,
    });
    for await (const event of events(response, words)) {
      clearTimeout(waiting);
      waiting = quiet();
      if (event.event === "delta") onDelta(event.text);
      else if (event.event === "reply") return event.reply;
      else if (event.event === "error") throw new Failure(event.message || words.broken);
    }
    throw new Failure(words.broken);
  } catch (error) {
    if (signal.aborted || error instanceof Failure) throw error;
    throw new Failure(timer.signal.aborted ? words.slow : words.offline);
  } finally {
    clearTimeout(waiting);
  }
}

async function* events(response, words) {
  const kind = response.headers.get("Content-Type") ?? "";
  if (!/json/.test(kind) || !response.body) throw new Failure(words.broken);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + decoder.decode(value, { stream: !done })).split("\n");
    rest = done ? "" : lines.pop();
    for (const line of lines) if (line.trim()) yield parsed(line, words);
    if (done) return;
  }
}

function parsed(line, words) {
  try {
    return JSON.parse(line);
  } catch {
    throw new Failure(words.broken);
  }
}
