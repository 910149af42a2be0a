// Suggestions below the search field, as an editable combobox with list autocomplete
// (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). The field stays the person's own: nothing
// is filled in unless a suggestion is chosen, and Enter asks what is written.

const PAUSE_MS = 90;
const LEAST = 2;

const field = document.getElementById("q");
const list = document.getElementById("suggestions");
let pause = 0;
let running = null;
let active = -1;

field.type = "text"; // a search field cannot be a combobox
for (const [name, value] of Object.entries({
  role: "combobox",
  "aria-autocomplete": "list",
  "aria-controls": list.id,
  "aria-expanded": "false",
})) {
  field.setAttribute(name, value);
}

function close() {
  clearTimeout(pause);
  running?.abort();
  list.hidden = true;
  list.replaceChildren();
  activate(-1);
  field.setAttribute("aria-expanded", "false");
}

function activate(number) {
  list.children[active]?.setAttribute("aria-selected", "false");
  active = number;
  const option = list.children[active];
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
}

async function fetchFor(q) {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    const response = await fetch("/api/suggest?" + new URLSearchParams({ q }), { signal });
    if (!response.ok) return close();
    const { suggestions } = await response.json();
    if (!signal.aborted && document.activeElement === field) show(suggestions);
  } catch {
    if (!signal.aborted) close();
  }
}

function show(suggestions) {
  activate(-1);
  list.replaceChildren(
    ...suggestions.map(({ text, about }, number) => {
      const option = document.createElement("li");
      option.id = `suggestion-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const said = document.createElement("span");
      said.textContent = text;
      said.dir = "auto";
      option.dataset.text = text;
      option.append(said);
      if (about) {
        const where = document.createElement("small");
        where.textContent = about;
        where.dir = "auto";
        option.append(" ", where);
      }
      return option;
    }),
  );
  list.hidden = suggestions.length === 0;
  field.setAttribute("aria-expanded", String(!list.hidden));
}

function choose(option) {
  field.value = option.dataset.text;
  close();
  field.form.requestSubmit();
}

field.addEventListener("input", () => {
  clearTimeout(pause);
  const q = field.value.trim();
  if (q.length < LEAST) return close();
  pause = setTimeout(() => fetchFor(q), PAUSE_MS);
});

// In the capturing phase: while the list is open its keys go before those of the page.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.target !== field || event.isComposing) return;
    const last = list.children.length - 1;
    if (event.key === "Enter") {
      const option = list.children[active];
      if (!option) return close();
      event.preventDefault();
      return choose(option);
    }
    if (list.hidden) return;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" && active < last) activate(active + 1);
    else if (event.key === "ArrowUp" && active >= 0) activate(active - 1);
    else if (event.key === "ArrowDown") return close(); // on to the results
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true,
);
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) choose(option);
});
field.addEventListener("blur", close);
field.addEventListener("settled", () => active < 0 && close());
field.form.addEventListener("submit", close);
