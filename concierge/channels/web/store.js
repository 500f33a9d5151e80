// What this tab keeps of the conversation: in sessionStorage, so that two tabs never mix and a
// shared computer forgets it with the tab; at most TURNS and SIZE, for at most HOURS.

const KEY = "concierge-turns-1";
const TURNS = 50;
const SIZE = 400_000;
const HOURS = 12;

const isTurn = (turn) =>
  turn && typeof turn.text === "string" && Number.isFinite(turn.at) && typeof turn.id === "string";

export function load(now = Date.now()) {
  try {
    const turns = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return turns.filter((turn) => isTurn(turn) && turn.at <= now && now - turn.at < HOURS * 3_600_000);
  } catch {
    return [];
  }
}

export function save(turns) {
  let kept = turns.slice(-TURNS);
  try {
    let text = JSON.stringify(kept);
    while (text.length > SIZE && kept.length > 1) {
      kept = kept.slice(1);
      text = JSON.stringify(kept);
    }
    sessionStorage.setItem(KEY, text);
  } catch {
    // Storage is full or forbidden: the conversation then lasts until the page is closed.
  }
}

export function clear() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
