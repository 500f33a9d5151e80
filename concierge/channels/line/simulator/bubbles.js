// Flex messages drawn as LINE draws them, as far as a browser can tell.
// https://developers.line.biz/en/docs/messaging-api/flex-message-layout/

const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const FONT = { xxs: 11, xs: 13, sm: 14, md: 16, lg: 19, xl: 22, xxl: 29, "3xl": 35, "4xl": 48, "5xl": 74 };
const PICTURE = { xxs: 40, xs: 60, sm: 80, md: 100, lg: 120, xl: 140, xxl: 160, "3xl": 180, "4xl": 200, "5xl": 220 };
const WIDTH = { nano: 120, micro: 160, deca: 220, hecto: 241, kilo: 260, mega: 300, giga: 386 };
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };
const PLACE = { start: "left", end: "right", center: "center" };
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };
const BLOCK = { header: 20, body: 20, footer: 10, hero: 0 };

const length = (value, names) => (value in names ? `${names[value]}px` : value);
const space = (value) => length(value, SPACE);

/** Draws the contents of a Flex message. `press(action)` is called for what is pressed. */
export function drawFlex(contents, press) {
  const strip = document.createElement("div");
  strip.className = "strip";
  const bubbles = contents.type === "carousel" ? contents.contents : [contents];
  for (const bubble of bubbles) strip.append(drawBubble(bubble, press));
  if (contents.type !== "carousel") strip.style.overflowX = "visible";
  return strip;
}

function drawBubble(bubble, press) {
  const drawn = document.createElement("div");
  drawn.className = "bubble";
  drawn.style.width = `${WIDTH[bubble.size ?? "mega"]}px`;
  if (bubble.direction === "rtl") drawn.dir = "rtl";
  for (const block of ["header", "hero", "body", "footer"]) {
    if (!bubble[block]) continue;
    const part = draw(bubble[block], { layout: "vertical" }, press);
    const style = bubble.styles?.[block] ?? {};
    if (bubble[block].type === "box" && bubble[block].paddingAll === undefined)
      part.style.padding ||= `${BLOCK[block]}px`;
    if (style.backgroundColor) part.style.backgroundColor = style.backgroundColor;
    if (style.separator) part.style.borderTop = `1px solid ${style.separatorColor ?? "#d4d6da"}`;
    drawn.append(part);
  }
  pressable(drawn, bubble.action, press);
  return drawn;
}

function draw(component, parent, press) {
  const kinds = { box: drawBox, text: drawText, button: drawButton, image: drawImage, icon: drawIcon,
    separator: drawSeparator, filler: drawFiller, video: drawVideo };
  const drawn = kinds[component.type](component, press, parent);
  place(drawn, component, parent);
  if (component.type !== "button") pressable(drawn, component.action, press);
  return drawn;
}

/** Sets what every component has: its share of the room, its distance, its offset. */
function place(drawn, component, parent) {
  const side = parent.layout !== "vertical";
  const share = component.flex ?? (side ? 1 : 0);
  drawn.style.flex = share === 0 ? "0 0 auto" : `${share} 1 0`;
  if (side && component.type === "separator") drawn.style.flex = "0 0 1px";
  if (component.margin) drawn.style[side ? "marginInlineStart" : "marginTop"] = space(component.margin);
  if (component.gravity && side) drawn.style.alignSelf = GRAVITY[component.gravity];
  if (component.position === "absolute") drawn.style.position = "absolute";
  const sides = { offsetTop: "top", offsetBottom: "bottom", offsetStart: "insetInlineStart", offsetEnd: "insetInlineEnd" };
  for (const [name, to] of Object.entries(sides)) if (component[name]) drawn.style[to] = space(component[name]);
}

function drawBox(box, press) {
  const drawn = document.createElement("div");
  drawn.className = `fx ${box.layout}`;
  const style = drawn.style;
  const paddings = { paddingAll: "padding", paddingTop: "paddingTop", paddingBottom: "paddingBottom",
    paddingStart: "paddingInlineStart", paddingEnd: "paddingInlineEnd" };
  for (const [name, to] of Object.entries(paddings)) if (box[name]) style[to] = space(box[name]);
  for (const name of ["backgroundColor", "width", "height", "maxWidth", "maxHeight", "justifyContent", "alignItems"])
    if (box[name]) style[name] = box[name];
  if (box.cornerRadius) { style.borderRadius = space(box.cornerRadius); style.overflow = "hidden"; }
  if (box.borderWidth || box.borderColor)
    style.border = `${length(box.borderWidth ?? "normal", BORDER)} solid ${box.borderColor ?? "#d4d6da"}`;
  if (box.background)
    style.backgroundImage = `linear-gradient(${box.background.angle}, ${box.background.startColor}, ${box.background.endColor})`;
  let first = true;
  for (const child of box.contents) {
    const inner = draw(child, box, press);
    if (!first && box.spacing && !child.margin)
      inner.style[box.layout === "vertical" ? "marginTop" : "marginInlineStart"] = space(box.spacing);
    first = false;
    drawn.append(inner);
  }
  return drawn;
}

function font(drawn, text) {
  const style = drawn.style;
  if (text.size) style.fontSize = length(text.size, FONT);
  if (text.color) style.color = text.color;
  if (text.weight === "bold") style.fontWeight = "700";
  if (text.style === "italic") style.fontStyle = "italic";
  if (text.decoration) style.textDecoration = text.decoration;
}

function drawText(text) {
  const drawn = document.createElement("div");
  drawn.className = "fx-text";
  font(drawn, text);
  const style = drawn.style;
  if (text.align) style.textAlign = PLACE[text.align];
  style.whiteSpace = text.wrap ? "pre-wrap" : "nowrap";
  style.overflowWrap = "anywhere";
  if (!text.wrap) { style.overflow = "hidden"; style.textOverflow = "ellipsis"; }
  if (text.lineSpacing) style.lineHeight = `calc(1.4em + ${text.lineSpacing})`;
  if (text.maxLines) {
    Object.assign(style, { display: "-webkit-box", webkitBoxOrient: "vertical", overflow: "hidden" });
    style.webkitLineClamp = text.maxLines;
  }
  if (!text.contents) { drawn.textContent = text.text; return drawn; }
  for (const span of text.contents) {
    const part = document.createElement("span");
    part.textContent = span.text;
    font(part, span);
    drawn.append(part);
  }
  return drawn;
}

function drawButton(component, press) {
  const drawn = document.createElement("div");
  const button = document.createElement("button");
  button.type = "button";
  button.className = `fx-button ${component.height ?? "md"}`;
  button.textContent = component.action.label;
  const filled = component.style === "primary" || component.style === "secondary";
  const plain = component.style === "secondary" ? "#dcdfe5" : "#17c950";
  if (filled) button.style.backgroundColor = component.color ?? plain;
  button.style.color = component.style === "primary" ? "#ffffff" : filled ? "#111111" : component.color ?? "#42659a";
  if (component.adjustMode) shrink(button);
  button.addEventListener("click", () => press(component.action));
  drawn.append(button);
  return drawn;
}

/** Makes the type of a button smaller until its text fits, as adjustMode asks. */
function shrink(button) {
  requestAnimationFrame(() => {
    for (let size = 16; size > 10 && button.scrollWidth > button.clientWidth; size -= 0.5)
      button.style.fontSize = `${size}px`;
  });
}

function drawImage(image) {
  const drawn = document.createElement("div");
  const shown = document.createElement("img");
  shown.src = image.url;
  shown.alt = "";
  shown.style.aspectRatio = (image.aspectRatio ?? "1:1").replace(":", " / ");
  shown.style.objectFit = image.aspectMode === "cover" ? "cover" : "contain";
  const width = image.size === "full" ? "100%" : length(image.size ?? "md", PICTURE);
  shown.style.width = width;
  drawn.style.textAlign = PLACE[image.align ?? "center"];
  if (image.align !== "start" && width !== "100%") shown.style.marginInline = "auto";
  if (image.backgroundColor) shown.style.backgroundColor = image.backgroundColor;
  drawn.append(shown);
  return drawn;
}

function drawIcon(icon) {
  const drawn = document.createElement("img");
  drawn.src = icon.url;
  drawn.alt = "";
  drawn.style.height = length(icon.size ?? "md", FONT);
  drawn.style.width = "auto";
  return drawn;
}

function drawSeparator(separator, press, parent) {
  const drawn = document.createElement("div");
  drawn.className = "fx-line";
  drawn.style[parent.layout === "vertical" ? "height" : "width"] = "1px";
  drawn.style.backgroundColor = separator.color ?? "#d4d6da";
  return drawn;
}

function drawFiller() {
  return document.createElement("div");
}

function drawVideo(video, press) {
  return draw(video.altContent, { layout: "vertical" }, press);
}

/** Lets something be pressed by mouse and keyboard. */
export function pressable(drawn, action, press) {
  if (!action) return;
  drawn.classList.add("pressable");
  drawn.tabIndex = 0;
  drawn.setAttribute("role", "button");
  const pressed = (event) => { event.stopPropagation(); event.preventDefault(); press(action); };
  drawn.addEventListener("click", pressed);
  drawn.addEventListener("keydown", (event) => { if (event.key === "Enter") pressed(event); });
}
