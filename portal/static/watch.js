// The player's page: the transcript follows along, and each line leads to its second. Without this
// script the recording plays and the transcript can be read.
"use strict";

const player = document.getElementById("player"); // none if it plays in a frame, or elsewhere
const screen_ = document.getElementById("screen");
const frameAddress = screen_?.dataset.frame;
const list = document.querySelector(".lines-said");
const lines = [...document.querySelectorAll(".lines-said li")];
const starts = lines.map((line) => Number(line.dataset.at));
const chapters = [...document.querySelectorAll(".chapters a")].reverse();
const find = document.getElementById("within");
const hits = document.getElementById("hits");
let current = -1;
let holdUntil = 0; // somebody scrolls: the list stays where they are

for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

// The address names a second (W3C media fragments): "#t=134". A line that begins within it is meant.
function secondInAddress() {
  const found = /^#t=(\d+(?:\.\d+)?)/.exec(location.hash);
  if (!found) return null;
  const second = Number(found[1]);
  return starts.find((start) => Math.floor(start) === second) ?? second;
}

// The platform's player is loaded once somebody wants it, anew for each moment: it is steered by its
// address alone.
function show(second) {
  const frame = document.createElement("iframe");
  frame.src = frameAddress.replace("{s}", Math.floor(second));
  frame.title = screen_.dataset.title;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  frame.referrerPolicy = "strict-origin-when-cross-origin"; // YouTube refuses pages that send none
  screen_.replaceChildren(frame);
  mark(second);
}

function seek(second, plays) {
  player.currentTime = second;
  if (plays) player.play().catch(() => {}); // a browser may want a press first
}

function at(second) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= second + 0.05) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function follow() {
  mark(player.currentTime);
}

function mark(second) {
  const chapter = chapters.find((one) => Number(one.dataset.at) <= second + 0.05);
  for (const one of chapters) {
    if (one === chapter) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  const now = at(second);
  if (now === current) return;
  lines[current]?.removeAttribute("aria-current");
  current = now;
  const line = lines[current];
  if (!line) return;
  line.setAttribute("aria-current", "true");
  if (Date.now() < holdUntil || find?.value) return;
  const top = line.offsetTop - list.offsetTop - list.clientHeight / 3;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
}

function onClick(event) {
  const link = event.target.closest("a[data-at]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (frameAddress) {
    event.preventDefault();
    show(Number(link.dataset.at));
  } else if (player) {
    event.preventDefault();
    history.replaceState(null, "", link.getAttribute("href"));
    seek(Number(link.dataset.at), true);
  }
}

// What was found is marked, and the rest is out of the way.
function onFind() {
  const words = find.value.trim().toLocaleLowerCase();
  let count = 0;
  for (const line of lines) {
    const text = line.querySelector(".words");
    const said = text.textContent;
    const where = words ? said.toLocaleLowerCase().indexOf(words) : -1;
    line.hidden = Boolean(words) && where < 0;
    text.textContent = said;
    if (where < 0) continue;
    count += 1;
    const mark = document.createElement("mark");
    mark.textContent = said.slice(where, where + words.length);
    text.replaceChildren(said.slice(0, where), mark, said.slice(where + words.length));
  }
  const form = new Intl.PluralRules(document.documentElement.lang).select(count);
  const told = form === "one" ? hits.dataset.one : hits.dataset.many;
  hits.textContent = words ? told.replace("{count}", count) : "";
}

async function onCopy() {
  const second = Math.floor(player.currentTime);
  const address = `${location.origin}${location.pathname}#t=${second}`;
  const copied = document.getElementById("copied");
  try {
    await navigator.clipboard.writeText(address);
    copied.textContent = document.getElementById("copy").dataset.copied;
  } catch {
    copied.textContent = address; // not allowed here: to be copied by hand
  }
}

document.addEventListener("click", onClick);
find?.addEventListener("input", onFind);
for (const turn of ["wheel", "touchmove", "keydown"]) {
  list?.addEventListener(turn, () => (holdUntil = Date.now() + 5000), { passive: true });
}
if (player) {
  player.addEventListener("timeupdate", follow);
  player.addEventListener("seeked", follow);
  player.addEventListener("error", broken, true); // of its source, too, which does not bubble
  document.getElementById("copy").addEventListener("click", onCopy);
  document.getElementById("speed").addEventListener("change", (event) => {
    player.playbackRate = Number(event.target.value);
  });
  window.addEventListener("hashchange", () => {
    const second = secondInAddress();
    if (second !== null) seek(second, true);
  });
  beginWhereTheAddressSays();
}

function broken() {
  document.getElementById("broken").hidden = false;
}

function beginWhereTheAddressSays() {
  const first = secondInAddress();
  if (first === null) return;
  const begin = () => {
    seek(first, true);
    scrollTo(0, 0); // the address names a line, too, to which the browser went: the player matters
  };
  if (player.readyState >= 1) begin();
  else player.addEventListener("loadedmetadata", begin, { once: true });
}
