// Runs before the first paint, so that the chosen text size never jumps.
document.documentElement.classList.add("scripted");
try {
  const size = localStorage.getItem("concierge-size");
  if (size) document.documentElement.dataset.size = size;
} catch {
  // Storage may be forbidden; the standard size is then kept.
}
