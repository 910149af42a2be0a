// In Teams, where our pages are in a frame: their theme is that of Teams, and whoever is not known
// yet is signed in with the token that Teams has for them. Elsewhere this does nothing.
"use strict";

if (window.parent !== window) {
  const THEMES = { dark: "dark", contrast: "contrast" };
  const script = document.createElement("script");
  script.src = document.currentScript.dataset.teams;
  script.addEventListener("load", () => join().catch(giveUp));
  document.head.append(script);
  wear(stored()); // that of the page before, so that nothing flashes

  function wear(theme) {
    if (theme) document.documentElement.dataset.theme = THEMES[theme] ?? "light";
  }

  // Storage may be forbidden to a page in a frame.
  function stored() {
    try {
      return sessionStorage.getItem("theme");
    } catch {
      return null;
    }
  }

  function follow(theme) {
    wear(theme);
    try {
      sessionStorage.setItem("theme", theme);
    } catch {
      /* the next page asks Teams */
    }
  }

  async function join() {
    const { app } = microsoftTeams;
    await app.initialize();
    const context = await app.getContext();
    follow(context.app.theme);
    app.registerOnThemeChangeHandler(follow);
    document.addEventListener("click", leave, true);
    app.notifySuccess();
    const unknown = document.getElementById("unknown");
    if (unknown) await signIn(unknown.dataset.to, context.page.subPageId);
  }

  // What lies elsewhere does not open in a frame.
  function leave(event) {
    const link = event.target.closest("a[href]");
    if (link && (link.origin !== location.origin || link.pathname.startsWith("/o/"))) {
      link.target = "_blank";
      link.rel = "noopener";
    }
  }

  async function signIn(to, deepLink) {
    const token = await microsoftTeams.authentication.getAuthToken();
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch("/sign-in/teams", { method: "POST", headers });
    if (!response.ok) throw new Error((await response.json()).error);
    location.replace(`/tab?${new URLSearchParams({ to: deepLink || to })}`);
  }

  function giveUp(error) {
    const unknown = document.getElementById("unknown");
    if (!unknown) return; // another page's frame, or Teams keeps silent: the page is there all the same
    unknown.dataset.failed = "1";
    document.getElementById("reason").textContent = error?.message ?? "";
  }
}
