// The simulator's page: shows the talk, sends what is typed and pressed.

import { drawFlex } from "/bubbles.js";
import { drawOther, drawText } from "/templates.js";

const log = document.getElementById("log");
const quick = document.getElementById("quick");
const picker = document.getElementById("picker");
const menu = document.getElementById("menu");
const toggle = document.getElementById("toggle");
const input = document.getElementById("text");
const pc = document.getElementById("pc");
let last = 0;
let shownMenu = null;

async function act(kind, more = {}) {
  const body = JSON.stringify({ kind, ...more });
  await fetch("/act", { method: "POST", headers: { "Content-Type": "application/json" }, body });
}

/** Does what an action object says, as LINE would. */
function press(action) {
  const kinds = {
    message: () => act("text", { text: action.text }),
    postback: () => act("postback", { data: action.data, shown: action.displayText ?? action.text }),
    uri: () => open(action.uri, "_blank", "noopener"),
    location: () => askPlace(),
    camera: () => act("image"),
    cameraRoll: () => act("image"),
    clipboard: () => navigator.clipboard.writeText(action.clipboardText),
    datetimepicker: () => askTime(action),
    richmenuswitch: () => switchMenu(action),
  };
  kinds[action.type]?.();
}

function ask(fields, done) {
  picker.replaceChildren();
  for (const field of fields) {
    const label = document.createElement("label");
    const box = document.createElement("input");
    Object.assign(box, field.set);
    label.append(`${field.name} `, box);
    picker.append(label);
  }
  const send = document.createElement("button");
  send.type = "button";
  send.textContent = "送る";
  send.addEventListener("click", () => {
    picker.hidden = true;
    done([...picker.querySelectorAll("input")].map((box) => box.value));
  });
  picker.append(send);
  picker.hidden = false;
}

function askPlace() {
  const fields = [
    { name: "緯度", set: { type: "number", step: "any", value: "35.6895" } },
    { name: "経度", set: { type: "number", step: "any", value: "139.6917" } },
  ];
  ask(fields, ([latitude, longitude]) => act("location", { latitude, longitude }));
}

function askTime(action) {
  const type = action.mode === "datetime" ? "datetime-local" : action.mode;
  const fields = [{ name: action.label ?? "日時", set: { type, value: action.initial ?? "" } }];
  ask(fields, ([value]) => act("postback", { data: action.data, params: { [action.mode]: value } }));
}

function show(entry) {
  const line = document.createElement("div");
  line.className = `entry ${entry.kind}`;
  if (entry.kind === "note") {
    const told = document.createElement("p");
    told.textContent = entry.content.text;
    line.append(told);
  } else {
    if (entry.kind === "theirs") {
      const face = document.createElement("span");
      face.className = "face";
      face.textContent = "🏛";
      face.ariaHidden = "true";
      line.append(face);
    }
    const message = entry.content;
    const drawn = message.type === "text" ? drawText(message.text)
      : message.type === "flex" ? drawFlex(message.contents, press) : drawOther(message, press);
    if (message.altText) drawn.setAttribute("aria-label", message.altText);
    line.append(drawn);
  }
  log.append(line);
  showQuick(entry);
  log.scrollTop = log.scrollHeight;
}

/** Shows the last message's quick replies; they go as soon as anything else is sent. */
function showQuick(entry) {
  quick.replaceChildren();
  if (entry.kind !== "theirs") return;
  for (const item of entry.content.quickReply?.items ?? []) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = item.action.label;
    button.addEventListener("click", () => press(item.action));
    quick.append(button);
  }
}

async function showMenu() {
  const told = await (await fetch("/menu")).json();
  const id = shownMenu ?? told.shown;
  toggle.hidden = id === null || pc.checked;
  if (toggle.hidden || !told.menus[id]) { menu.hidden = true; return; }
  const board = document.createElement("div");
  board.className = "board";
  const picture = document.createElement("img");
  picture.src = `/menu/${id}`;
  picture.alt = told.menus[id].name;
  board.append(picture);
  const { size, areas, chatBarText } = told.menus[id];
  toggle.title = chatBarText;
  for (const area of areas) {
    const button = document.createElement("button");
    button.type = "button";
    button.ariaLabel = area.action.label ?? "";
    const { x, y, width, height } = area.bounds;
    button.style.left = `${(x / size.width) * 100}%`;
    button.style.top = `${(y / size.height) * 100}%`;
    button.style.width = `${(width / size.width) * 100}%`;
    button.style.height = `${(height / size.height) * 100}%`;
    button.addEventListener("click", () => press(area.action));
    board.append(button);
  }
  menu.replaceChildren(board);
}

async function switchMenu(action) {
  const told = await (await fetch("/menu")).json();
  const to = told.aliases[action.richMenuAliasId];
  if (to) shownMenu = to;
  const params = { newRichMenuAliasId: action.richMenuAliasId, status: to ? "SUCCESS" : "RICHMENU_ALIAS_ID_NOTFOUND" };
  await showMenu();
  await act("postback", { data: action.data, params });
}

document.getElementById("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value;
  if (!text.trim()) return;
  input.value = "";
  act("text", { text });
});
input.addEventListener("focus", () => { menu.hidden = true; });
toggle.addEventListener("click", () => { menu.hidden = !menu.hidden; });
pc.addEventListener("change", () => { quick.hidden = pc.checked; showMenu(); });
for (const button of document.querySelectorAll("[data-act]"))
  button.addEventListener("click", () =>
    button.dataset.act === "location" ? askPlace() : act(button.dataset.act));

async function follow() {
  for (;;) {
    try {
      const entries = await (await fetch(`/entries?after=${last}`)).json();
      for (const entry of entries) { show(entry); last = entry.number; }
    } catch {
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

showMenu().then(() => { menu.hidden = toggle.hidden; });
follow();
