// The conversation on the page. Without this script the same forms are answered by whole pages.

import { $, fragment, grow, part, refusal, retireAsides, retireChoices } from "./parts.js";
import { microphone } from "./mic.js";
import { clear, load, save } from "./store.js";
import { Failure, ask } from "./talk.js";

const { chat, forget, language, limit } = document.body.dataset;
const words = $("#words").dataset;
const log = $("#log");
const box = $("#box");
const composer = $("#composer");
const status = $("#status");
const channel = "BroadcastChannel" in window ? new BroadcastChannel("concierge") : null;
const calendar = new Intl.DateTimeFormat(document.documentElement.lang, {
  month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo",
});

let turns = [];
let running = null;
let shownDay = calendar.format(Date.now());

// ── one turn on the page ─────────────────────────────────────────────────────────────────────

function place(turn) {
  const day = calendar.format(turn.at);
  if (day !== shownDay) {
    const line = part("day");
    $("span", line).textContent = day;
    log.append(line);
    shownDay = day;
  }
  const element = document.createElement("div");
  element.className = "turn";
  element.id = turn.id;
  const asked = part("asked");
  $(".said", asked).textContent = turn.text;
  if (turn.language) asked.lang = turn.language;
  element.append(asked);
  retireChoices(log, turn.text, words.chosen);
  retireAsides(log, turn.text);
  log.append(element);
  return element;
}

function finish(turn, element) {
  $(".pending, .refused, .answered", element)?.remove();
  if (turn.html) {
    element.append(fragment(turn.html));
    $(".asked", element).lang = turn.language;
  } else {
    element.append(refusal(turn.refusal, () => again(turn)));
  }
}

function reveal(element) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
}

// ── asking ───────────────────────────────────────────────────────────────────────────────────

async function take(text) {
  const turn = { id: `t${crypto.getRandomValues(new Uint32Array(2)).join("")}`, at: Date.now(), text };
  turns.push(turn);
  save(turns);
  await run(turn, place(turn));
}

async function again(turn) {
  if (running) return;
  document.getElementById(turn.id)?.remove();
  turns = turns.filter((other) => other !== turn);
  await take(turn.text);
}

async function run(turn, element) {
  const mine = (running = new AbortController());
  const pending = part("pending");
  element.append(pending);
  composer.classList.add("busy");
  status.textContent = words.working;
  reveal(element);
  const slow = setTimeout(() => ($(".still", pending).hidden = false), 6_000);
  try {
    const question = { text: turn.text, language: language || null };
    const preview = (piece) => {
      pending.classList.add("writing");
      $(".streaming", pending).textContent += piece;
    };
    const reply = await ask(chat, question, words, preview, mine.signal);
    turn.html = reply.html;
    turn.language = reply.language;
  } catch (error) {
    turn.refusal = error instanceof Failure ? error.message : words.broken;
  }
  clearTimeout(slow);
  if (mine.signal.aborted) return;
  running = null;
  composer.classList.remove("busy");
  status.textContent = "";
  finish(turn, element);
  save(turns);
  reveal(element);
}

function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-ask]")) return;
  event.preventDefault();
  const typed = form === composer;
  const text = (typed ? box.value : event.submitter?.value ?? "").trim();
  if (!text || running) return;
  if ([...text].length > Number(limit)) {
    status.textContent = words.toolong;
    return;
  }
  if (typed) {
    box.value = "";
    grow();
  }
  if (typed || matchMedia("(pointer: fine)").matches) box.focus({ preventScroll: true });
  take(text);
}

// ── erasing ──────────────────────────────────────────────────────────────────────────────────

function wipe() {
  running?.abort();
  running = null;
  composer.classList.remove("busy");
  turns = [];
  clear();
  log.replaceChildren();
  shownDay = calendar.format(Date.now());
  status.textContent = words.forgotten;
}

async function erase(event) {
  event.preventDefault();
  const corner = $(".forget");
  const trouble = $(".trouble", corner);
  trouble.hidden = true;
  try {
    const response = await fetch(forget, { method: "POST", headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
  } catch {
    trouble.hidden = false;
    return;
  }
  wipe();
  channel?.postMessage("forget");
  corner.open = false;
  box.focus();
}

function closeCorner(event) {
  const corner = $(".forget");
  const escaped = event.key === "Escape";
  if (!corner.open || (!escaped && corner.contains(event.target))) return;
  corner.open = false;
  if (escaped) $("summary", corner).focus();
}

// ── beginning ────────────────────────────────────────────────────────────────────────────────

/** A turn that the server put on the page was asked before this script ran; keep it as ours. */
function adopt() {
  const element = $(".turn", log);
  const answer = element && $(".answered", element);
  if (!answer) return null;
  element.remove();
  history.replaceState(null, "", location.pathname + location.search);
  const { outerHTML: html, lang } = answer;
  return { id: `t${Date.now()}`, at: Date.now(), text: element.dataset.text, html, language: lang };
}

function restore() {
  const adopted = adopt();
  turns = load();
  if (adopted) turns.push(adopted);
  for (const turn of turns) {
    if (!turn.html) turn.refusal ??= words.broken; // the page was left before the answer came
    finish(turn, place(turn));
  }
  if (turns.length) save(turns);
  if (turns.length) $(".turn:last-child", log)?.scrollIntoView({ block: "start" });
}

function forgetOld() {
  if (document.visibilityState !== "visible" || running || !turns.length) return;
  if (!load().length) wipe();
}

document.addEventListener("submit", submitted);
$(".forget form").addEventListener("submit", erase);
document.addEventListener("keydown", closeCorner);
document.addEventListener("click", closeCorner);
document.addEventListener("visibilitychange", forgetOld);
channel?.addEventListener("message", wipe);
microphone(status, words);
restore();
