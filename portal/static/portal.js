// Search as you type, on top of a form that works without this script. The page itself is fetched
// and its results are swapped in, so that the server's rendering is the only one.

const TYPING_PAUSE_MS = 180; // between the last key and the search
const SETTLED_AFTER_MS = 1500; // after which what stands there counts as asked
const MIN_CHARACTERS = 2;

const form = document.querySelector("form[role=search]");
const field = document.getElementById("q");
const results = document.getElementById("results");
const status = document.getElementById("status");

let running = null; // aborts the search under way
let typingTimer = 0;
let settledTimer = 0;
let unsettled = null; // the answer on the page, while it may still be typed on: {q, queryId}
let shown = field.value.trim(); // the question whose answer is on the page; null if there is none
const asked = new Map(); // questions in the query log -> the id they have there

const filters = [...new URLSearchParams(new FormData(form))].filter(([name]) => name !== "q");
const query = (fields) => new URLSearchParams([...Object.entries(fields), ...filters]);
const address = (q) => (q ? "/?" + query({ q }) : "/");

async function search(q) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  clearTimeout(typingTimer);
  clearTimeout(settledTimer);
  unsettled = null;
  results.setAttribute("aria-busy", "true");
  try {
    const wanted = query({ q, typing: "1" });
    if (asked.has(q)) wanted.set("query_id", asked.get(q));
    const response = await fetch("/?" + wanted, { signal });
    if (response.status === 401) return location.assign(address(q)); // sign in, and come back
    const html = await response.text();
    signal.throwIfAborted();
    show(new DOMParser().parseFromString(html, "text/html"), q);
  } catch (error) {
    if (signal.aborted) return;
    showFailure();
  }
}

function show(page, q) {
  const fresh = page.getElementById("results");
  if (!fresh) return showFailure(); // something in between answered, such as a proxy
  shown = q;
  results.replaceChildren(...fresh.childNodes);
  Object.assign(results.dataset, fresh.dataset);
  results.removeAttribute("aria-busy");
  document.title = page.title;
  if (!fresh.dataset.queryId) return say("");
  unsettled = { q, queryId: fresh.dataset.queryId };
  results.classList.add("typing");
  settledTimer = setTimeout(settle, SETTLED_AFTER_MS);
}

function showFailure() {
  const panel = document.getElementById("failed").content.cloneNode(true);
  panel.querySelector(navigator.onLine ? ".offline" : ".online").remove();
  shown = null;
  results.replaceChildren(panel);
  results.dataset.outcome = "failed";
  results.removeAttribute("aria-busy");
  results.querySelector(".again").addEventListener("click", () => {
    field.focus();
    search(field.value.trim());
  });
  say(results.querySelector("h2").textContent + ". " + results.querySelector("p").textContent);
}

// The question stands: it is announced, noted in the query log and kept in the history.
function settle() {
  clearTimeout(settledTimer);
  results.classList.remove("typing");
  field.dispatchEvent(new Event("settled"));
  if (!unsettled) return;
  const { q, queryId } = unsettled;
  unsettled = null;
  say(results.dataset.said);
  if (asked.has(q)) return;
  asked.set(q, queryId);
  const body = query({ q, query_id: queryId });
  fetch("/api/asked", { method: "POST", body, keepalive: true }).catch(() => {});
}

function say(text) {
  if (status.textContent !== text) status.textContent = text;
}

// While somebody types, the address follows; the first key after a settled question opens a new
// entry in the history, so that the back button goes from question to question.
function follow(q) {
  const here = new URLSearchParams(location.search).get("q") ?? "";
  if (q === here) return;
  history[asked.has(here) ? "pushState" : "replaceState"](null, "", address(q));
}

function onInput() {
  const q = field.value.trim();
  clearTimeout(typingTimer);
  clearTimeout(settledTimer);
  typingTimer = setTimeout(() => {
    follow(q);
    if (q.length === 0 || q.length >= MIN_CHARACTERS) search(q);
  }, TYPING_PAUSE_MS);
}

async function onSubmit(event) {
  event.preventDefault();
  const q = field.value.trim();
  follow(q);
  if (unsettled?.q !== q) await search(q);
  if (unsettled?.q !== q) return; // it failed, or somebody types on
  settle();
  if (matchMedia("(pointer: coarse)").matches) field.blur(); // the keyboard covers the results
}

function onKey(event) {
  const inField = event.target === field;
  if (event.key === "ArrowDown" && inField) {
    const first = results.querySelector(".result a") ?? results.querySelector("a");
    if (first) {
      event.preventDefault();
      first.focus();
    }
  }
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (event.key === "/" && plain && !typing && slash.checked) {
    event.preventDefault();
    field.focus();
    field.select();
  }
}

// A key without a modifier must be possible to switch off (WCAG 2.1.4).
const slash = document.getElementById("slash");
function offerShortcut() {
  slash.checked = stored("slash") !== "off";
  slash.addEventListener("change", () => store("slash", slash.checked ? "on" : "off"));
  document.getElementById("shortcut").hidden = false;
}

// Storage may be forbidden to a page in a frame; then the choice holds for this visit.
function stored(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* nothing to keep it in */
  }
}

// A judgement is sent from where the person is; without this script it opens a page that thanks.
async function onRate(event) {
  const rating = event.target.closest(".rate");
  if (!rating) return;
  event.preventDefault();
  settle();
  const body = new URLSearchParams(new FormData(rating, event.submitter));
  const response = await fetch(rating.action, { method: "POST", body }).catch(() => null);
  const thanks = rating.querySelector("p");
  const next = response?.ok ? rating.dataset.thanks : rating.dataset.failed;
  thanks.textContent = next;
  say(next);
  if (!response?.ok) return;
  for (const button of rating.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
}

form.addEventListener("submit", onSubmit);
results.addEventListener("submit", onRate);
field.addEventListener("input", onInput);
document.addEventListener("keydown", onKey);
for (const turn of ["pointermove", "pointerdown", "focusin"]) {
  results.addEventListener(turn, (event) => {
    if (event.target.closest(".result, .narrow, .further-on, .rate")) settle();
  });
}
window.addEventListener("popstate", () => {
  const q = (new URLSearchParams(location.search).get("q") ?? "").trim();
  if (q === shown) return; // a link within the page, such as the one that skips to the results
  field.value = q;
  search(q);
});
window.addEventListener("online", () => {
  if (results.dataset.outcome === "failed") search(field.value.trim());
});
offerShortcut();
// Whoever gets this address from somebody asks the question anew, as their own.
const here = new URLSearchParams(location.search);
if (here.has("again")) {
  for (const name of ["again", "query_id"]) here.delete(name);
  history.replaceState(null, "", "/?" + here + location.hash);
}
if (results.dataset.queryId) asked.set(field.value.trim(), results.dataset.queryId);
say(results.dataset.said ?? "");
