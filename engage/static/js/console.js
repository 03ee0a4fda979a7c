/* One key for each act that the console shows: presses the button that carries it. */
(() => {
  const TYPING = "input, textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.closest(TYPING)) return;
    const act = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!act) return;
    event.preventDefault();
    act.click();
  });
})();
