/**
 * Looks again each second while somebody sees the page, and puts in the place of each part what changed of it. What
 * people opened or folded stays so.
 */
export const script = `"use strict";
const every = 1000;
const link = document.getElementById("link");
const shown = new Map();
const touched = new Map();

document.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  if (details?.id) touched.set(details.id, !details.open);
});

function put(part) {
  if (shown.get(part.id) === part.outerHTML) return;
  shown.set(part.id, part.outerHTML);
  const before = document.getElementById(part.id);
  const focused = before.contains(document.activeElement) ? document.activeElement.parentElement.id : "";
  const after = document.importNode(part, true);
  for (const details of after.querySelectorAll("details[id]")) {
    if (touched.has(details.id)) details.open = touched.get(details.id);
  }
  before.replaceWith(after);
  if (focused) document.getElementById(focused)?.querySelector("summary")?.focus({ preventScroll: true });
}

function say(text) {
  if (link.textContent !== text) link.textContent = text;
  document.body.classList.toggle("gone", text !== "");
}

async function look() {
  const answer = await fetch("/", { cache: "no-store", signal: AbortSignal.timeout(10000) });
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page.querySelectorAll("section[id]")) put(part);
}

async function follow() {
  if (!document.hidden) await look().then(() => say(""), () => say("It does not answer: this is what it was last."));
  setTimeout(follow, every);
}

for (const part of document.querySelectorAll("section[id]")) shown.set(part.id, part.outerHTML);
setTimeout(follow, every);
`;
