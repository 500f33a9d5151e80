// The desk: one caller after another, keys for everything, nothing kept. Without this script the
// same forms are answered by whole pages.

import { $, composing, fragment, grow, part, refusal, retireChoices } from "./parts.js";
import { Failure, ask } from "./talk.js";

const { chat, forget, limit } = document.body.dataset;
const words = $("#words").dataset;
const log = $("#log");
const box = $("#box");
const area = $("#area");
const held = $("#held");
const caller = $("#caller");
const composer = $("#composer");
const status = $("#status");
const keys = $("#keys");
const keysOn = $("#keys-on");
const unforgotten = new Set(); // callers whom the server may still remember

let running = null;

// ── one question ─────────────────────────────────────────────────────────────────────────────

function place(text) {
  const element = document.createElement("div");
  element.className = "turn";
  const asked = part("asked");
  $(".said", asked).textContent = text;
  $(".where", asked).textContent = area.value.trim() && `${words.where} ${area.value.trim()}`;
  element.append(asked);
  retireChoices(log, text, words.chosen);
  log.prepend(element);
  scrollTo(0, 0);
  return element;
}

async function take(text) {
  const mine = (running = new AbortController());
  const question = {
    text, area: area.value.trim() || null, held: held.value || null, caller: caller.value,
  };
  const element = place(text);
  const pending = part("pending");
  element.append(pending);
  composer.classList.add("busy");
  status.textContent = words.working;
  unforgotten.add(question.caller);
  const slow = setTimeout(() => ($(".still", pending).hidden = false), 6_000);
  const preview = (piece) => {
    pending.classList.add("writing");
    $(".streaming", pending).textContent += piece;
  };
  let answer;
  try {
    const reply = await ask(chat, question, words, preview, mine.signal);
    answer = fragment(reply.html).firstElementChild;
    if (!mine.signal.aborted && area.value.trim() === (question.area ?? "")) {
      area.value = held.value = reply.stays ?? "";
    }
  } catch (error) {
    const message = error instanceof Failure ? error.message : words.broken;
    answer = refusal(message, () => again(text, element));
  }
  clearTimeout(slow);
  if (mine.signal.aborted) return;
  running = null;
  composer.classList.remove("busy");
  status.textContent = "";
  pending.replaceWith(answer);
  if (document.activeElement === box && !box.value) answer.focus({ preventScroll: true });
}

function again(text, element) {
  if (running) return;
  element.remove();
  take(text);
}

function submitted(event) {
  const form = event.target;
  if (!form.matches("[data-ask]")) return;
  event.preventDefault();
  const typed = form === composer;
  const said = (typed ? box.value : event.submitter?.value ?? "").trim();
  const text = numbered(said.normalize("NFKC"))?.value ?? said;
  if (running) return;
  if (!text) return box.focus();
  if ([...text].length > Number(limit)) {
    status.textContent = words.toolong;
    return;
  }
  if (typed) {
    box.value = "";
    grow();
  }
  box.focus({ preventScroll: true });
  take(text);
}

/** The choice of that number among those that the newest answer offers. */
function numbered(number) {
  const buttons = [...log.querySelectorAll(".turn:first-child .choice:enabled")];
  return buttons.find((button) => $(".number", button).textContent === number);
}

// ── the next caller ──────────────────────────────────────────────────────────────────────────

function newKey() {
  const bytes = String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)));
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
}

function wipe() {
  running?.abort();
  running = null;
  composer.classList.remove("busy");
  log.replaceChildren();
  for (const field of [box, area, held]) field.value = "";
  for (const field of document.querySelectorAll("[name=caller]")) field.value = newKey();
  caller.value = $("#next [name=caller]").value;
  grow();
}

async function next(event) {
  event?.preventDefault();
  wipe();
  box.focus();
  status.textContent = "";
  const message = (await forgetAll()) ? words.next : words.kept;
  if (!running) status.textContent = message;
}

/** Let the server forget everyone whose turn is over; true when it has. */
async function forgetAll() {
  for (const key of unforgotten) {
    if (key === caller.value) continue;
    try {
      const body = new URLSearchParams({ caller: key });
      const headers = { Accept: "application/json" };
      const response = await fetch(forget, { method: "POST", headers, body, keepalive: true });
      if (!response.ok) return false;
    } catch {
      return false;
    }
    unforgotten.delete(key);
  }
  return true;
}

function left() {
  for (const key of unforgotten) navigator.sendBeacon(forget, new URLSearchParams({ caller: key }));
  wipe();
}

// ── copying ──────────────────────────────────────────────────────────────────────────────────

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.value);
    status.textContent = words.copied;
  } catch {
    status.textContent = copiedByHand(button.value) ? words.copied : words.uncopied;
  }
}

/** Without https a page may not write to the clipboard; a selection may still be copied. */
function copiedByHand(text) {
  const focused = document.activeElement;
  const holder = document.createElement("textarea");
  holder.value = text;
  holder.className = "unseen";
  document.body.append(holder);
  holder.select();
  const done = document.execCommand("copy");
  holder.remove();
  focused?.focus({ preventScroll: true });
  return done;
}

// ── keys ─────────────────────────────────────────────────────────────────────────────────────

const newest = (selector) => $(`.turn:first-child ${selector}`, log);

const KEYS = {
  "/": () => box.focus(),
  "・": () => box.focus(), // the same key while Japanese input is on
  n: () => next(),
  c: () => newest(".copy")?.click(),
  d: () => newest(".more summary")?.click(),
  "?": () => keys.showModal(),
};

function pressed(event) {
  if (event.defaultPrevented || event.repeat || composing(event) || keys.open) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape") {
    const answer = document.activeElement === box && newest(".answered, .refused");
    (answer || box).focus({ preventScroll: true });
    return;
  }
  const writes = "textarea, select, input:not([type=radio], [type=checkbox])";
  if (!keysOn.checked || event.target.closest?.(writes)) return;
  const key = event.key.normalize("NFKC").toLowerCase();
  const act = /^[1-9]$/.test(key) ? () => numbered(key)?.click() : KEYS[key];
  if (!act) return;
  event.preventDefault();
  act();
}

function remember() {
  try {
    if (keysOn.checked) localStorage.removeItem("concierge-keys");
    else localStorage.setItem("concierge-keys", "off");
  } catch {
    // The setting then lasts until the page is closed.
  }
}

// ── beginning ────────────────────────────────────────────────────────────────────────────────

try {
  keysOn.checked = localStorage.getItem("concierge-keys") !== "off";
} catch {
  // Storage may be forbidden; the keys are then on.
}
if ($(".turn", log)) unforgotten.add(caller.value); // asked before this script ran
document.addEventListener("submit", submitted);
document.addEventListener("keydown", pressed);
$("#next").addEventListener("submit", next);
$("#show-keys").addEventListener("click", () => keys.showModal());
keysOn.addEventListener("change", remember);
log.addEventListener("click", (event) => {
  const button = event.target.closest(".copy");
  if (button) copy(button);
});
area.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || composing(event)) return;
  event.preventDefault();
  box.focus();
});
addEventListener("pagehide", left);
addEventListener("online", forgetAll);
