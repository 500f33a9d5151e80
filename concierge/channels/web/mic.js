// The microphone: press to speak, press again to stop; what was heard goes into the box to be read.

import { $, grow } from "./parts.js";

const LONGEST = 30_000;

export function microphone(status, words) {
  const button = $(".mic");
  const address = document.body.dataset.hear;
  if (!button || !address || !navigator.mediaDevices || !window.MediaRecorder) return;
  const box = $("#box");
  const label = $("span", button);
  let recorder = null;
  button.hidden = false;

  function show(listening) {
    button.setAttribute("aria-pressed", String(listening));
    label.textContent = listening ? words.stop : words.speak;
    status.textContent = listening ? words.listening : "";
  }

  async function heard(pieces, type) {
    status.textContent = words.hearing;
    button.disabled = true;
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": type.split(";")[0] || "audio/webm", Accept: "application/json" },
        body: new Blob(pieces, { type }),
      });
      const told = await response.json();
      if (!response.ok) throw new Error(told.message);
      box.value = told.text;
      grow();
      box.focus();
      status.textContent = words.heard;
    } catch (error) {
      status.textContent = error instanceof TypeError || !error.message ? words.offline : error.message;
    }
    button.disabled = false;
  }

  async function start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      status.textContent = words.nomic;
      return;
    }
    const pieces = [];
    recorder = new MediaRecorder(stream);
    const limit = setTimeout(() => recorder?.stop(), LONGEST);
    recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    recorder.addEventListener("stop", () => {
      clearTimeout(limit);
      for (const track of stream.getTracks()) track.stop();
      const type = recorder.mimeType;
      recorder = null;
      show(false);
      heard(pieces, type);
    });
    recorder.start();
    show(true);
  }

  button.addEventListener("click", () => (recorder ? recorder.stop() : start()));
}
