// Everything that is no Flex message: texts, places, pictures, templates.

import { pressable } from "/bubbles.js";

const element = (kind, name, text) => {
  const made = document.createElement(kind);
  if (name) made.className = name;
  if (text !== undefined) made.textContent = text;
  return made;
};

/** Draws a text; addresses and telephone numbers become links, as LINE makes them. */
export function drawText(text) {
  const drawn = element("div", "talk");
  const found = /(https?:\/\/[\x21-\x7e]+)|(?<![0-9-])(0\d{1,4}-\d{1,4}-\d{3,4})(?![0-9-])/g;
  let last = 0;
  for (const match of text.matchAll(found)) {
    drawn.append(text.slice(last, match.index));
    const link = element("a", "", match[0]);
    link.href = match[1] ?? `tel:${match[2].replaceAll("-", "")}`;
    if (match[1]) { link.target = "_blank"; link.rel = "noopener"; }
    drawn.append(link);
    last = match.index + match[0].length;
  }
  drawn.append(text.slice(last));
  return drawn;
}

const NAMES = { image: "🖼 写真", video: "🎞 動画", audio: "🎤 音声", file: "📄 ファイル" };

/** Draws a message of any other kind. */
export function drawOther(message, press) {
  if (message.type === "sticker") return element("div", "sticker", "🙂");
  if (message.type === "location") {
    const where = [message.title, message.address].filter(Boolean).join("\n");
    return element("div", "talk", `📍 ${where}`);
  }
  if (message.type === "template") return drawTemplate(message.template, press);
  if (message.type === "image") return drawPicture(message);
  return element("div", "talk", NAMES[message.type] ?? message.altText ?? `（${message.type}）`);
}

function drawPicture(message) {
  if (!message.previewImageUrl) return element("div", "talk", NAMES.image);
  const drawn = element("div", "bubble");
  const shown = element("img");
  shown.src = message.previewImageUrl;
  shown.alt = "";
  shown.style.width = "220px";
  drawn.append(shown);
  return drawn;
}

function drawTemplate(template, press) {
  const strip = element("div", "strip");
  for (const column of template.columns ?? [template]) strip.append(drawColumn(column, press));
  return strip;
}

function drawColumn(column, press) {
  const drawn = element("div", "bubble template");
  const picture = column.thumbnailImageUrl ?? column.imageUrl;
  if (picture) {
    const shown = element("img");
    shown.src = picture;
    shown.alt = "";
    shown.style.width = "100%";
    drawn.append(shown);
  }
  if (column.title) drawn.append(element("h3", "", column.title));
  if (column.text) drawn.append(element("p", "", column.text));
  for (const action of column.actions ?? [column.action].filter(Boolean)) {
    const button = element("button", "fx-button sm", action.label);
    button.type = "button";
    pressable(button, action, press);
    drawn.append(button);
  }
  return drawn;
}
