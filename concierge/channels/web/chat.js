// The conversation on the page. Without this script the same forms are answered by whole pages.

import { clear, load, save } from "./store.js";
import { Failure, ask } from "./talk.js";

const $ = (selector, root = document) => root.querySelector(selector);
const part = (name) => $(`#${name}-part`).content.firstElementChild.cloneNode(true);
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
  retireChoices(turn.text);
  log.append(element);
  return element;
}

function finish(turn, element) {
  $(".pending, .refused, .answered", element)?.remove();
  if (turn.html) {
    const holder = document.createElement("template");
    holder.innerHTML = turn.html; // made and escaped by the server, see turn.html
    element.append(holder.content);
    $(".asked", element).lang = turn.language;
  } else {
    element.append(refusal(turn));
  }
}

function refusal(turn) {
  const element = part("refused");
  $(".reason", element).textContent = turn.refusal;
  $(".again", element).addEventListener("click", () => again(turn));
  return element;
}

/** Earlier choices stay readable; the one that was taken is marked. */
function retireChoices(taken) {
  for (const form of log.querySelectorAll(".choices:not(.used)")) {
    form.classList.add("used");
    for (const button of form.querySelectorAll("button")) {
      const number = $(".number", button).textContent;
      if (button.value === taken || number === taken.normalize("NFKC")) {
        button.classList.add("chosen");
        const mark = document.createElement("span");
        mark.className = "unseen";
        mark.textContent = ` (${words.chosen})`;
        button.append(mark);
      }
      button.disabled = true;
    }
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

// ── the box ──────────────────────────────────────────────────────────────────────────────────

function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function pressed(event) {
  const composing = event.isComposing || event.keyCode === 229;
  if (event.key !== "Enter" || event.shiftKey || composing) return;
  event.preventDefault();
  composer.requestSubmit();
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

function chooseSize(event) {
  const { value } = event.target;
  document.documentElement.dataset.size = value;
  try {
    localStorage.setItem("concierge-size", value);
  } catch {
    // The size then lasts until the page is closed.
  }
}

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

box.removeAttribute("maxlength");
box.required = false;
document.addEventListener("submit", submitted);
box.addEventListener("keydown", pressed);
box.addEventListener("input", grow);
$(".send").addEventListener("pointerdown", (event) => event.preventDefault());
$(".forget form").addEventListener("submit", erase);
document.addEventListener("keydown", closeCorner);
document.addEventListener("click", closeCorner);
document.addEventListener("visibilitychange", forgetOld);
channel?.addEventListener("message", wipe);
for (const input of document.querySelectorAll("[name=size]")) {
  input.checked = input.value === (document.documentElement.dataset.size ?? "standard");
  input.addEventListener("change", chooseSize);
}
restore();
