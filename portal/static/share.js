// Copies the page's address. Where the clipboard is closed to a page (in a frame), it is shown.
const button = document.getElementById("share");
const status = document.getElementById("shared");
button.hidden = false;
button.addEventListener("click", async () => {
  const copied = await navigator.clipboard?.writeText(button.dataset.link).then(() => true, () => false);
  status.textContent = copied ? button.dataset.done : `${button.dataset.failed} ${button.dataset.link}`;
});
