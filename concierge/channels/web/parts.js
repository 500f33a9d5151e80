// What the residents' page and the desk's have in common: the box, the size, choices, refusals.

export const $ = (selector, root = document) => root.querySelector(selector);
export const part = (name) => $(`#${name}-part`).content.firstElementChild.cloneNode(true);
export const composing = (event) => event.isComposing || event.keyCode === 229;

const box = $("#box");
const composer = $("#composer");

export function grow() {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight + 2}px`;
}

function pressed(event) {
  if (event.key !== "Enter" || event.shiftKey || composing(event)) return;
  event.preventDefault();
  composer.requestSubmit();
}

/** What the server sent of an answer, made and escaped there (turn.html, clerk_turn.html). */
export function fragment(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html;
  return holder.content;
}

export function refusal(message, again) {
  const element = part("refused");
  $(".reason", element).textContent = message;
  $(".again", element).addEventListener("click", again);
  return element;
}

/** Earlier choices stay readable; the one that was taken is marked. */
export function retireChoices(log, taken, chosen) {
  for (const form of log.querySelectorAll(".choices:not(.used)")) {
    form.classList.add("used");
    for (const button of form.querySelectorAll("button")) {
      const number = $(".number", button).textContent;
      if (button.value === taken || number === taken.normalize("NFKC")) {
        button.classList.add("chosen");
        const mark = document.createElement("span");
        mark.className = "unseen";
        mark.textContent = ` (${chosen})`;
        button.append(mark);
      }
      button.disabled = true;
    }
  }
}

/** What stood beside an earlier answer is over: only the one that was pressed stays to be seen. */
export function retireAsides(log, taken) {
  for (const form of log.querySelectorAll(".aside:not(.used)")) {
    form.classList.add("used");
    for (const button of form.querySelectorAll("button")) {
      if (button.value === taken) button.classList.add("chosen");
      button.disabled = true;
    }
  }
}

function chooseSize(event) {
  const { value } = event.target;
  document.documentElement.dataset.size = value;
  try {
    localStorage.setItem("concierge-size", value);
  } catch {
    // The size then lasts until the page is closed.
  }
}

box.removeAttribute("maxlength");
box.required = false;
box.addEventListener("keydown", pressed);
box.addEventListener("input", grow);
$(".send").addEventListener("pointerdown", (event) => event.preventDefault());
for (const input of document.querySelectorAll("[name=size]")) {
  input.checked = input.value === (document.documentElement.dataset.size ?? "standard");
  input.addEventListener("change", chooseSize);
}
