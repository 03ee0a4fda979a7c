// Listening for a place in a recording: a link to one plays it here, and a button writes down where the player is.
(() => {
  const player = document.getElementById("listen");
  if (!player) return;

  const two = (number) => String(number).padStart(2, "0");
  const written = (seconds) => {
    const rest = Math.floor(seconds);
    return `${Math.floor(rest / 3600)}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}.${String(Math.floor((seconds % 1) * 1000)).padStart(3, "0")}`;
  };

  for (const button of document.querySelectorAll("[data-here]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.getElementById(button.dataset.here).value = written(player.currentTime);
    });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-place]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    player.currentTime = Number(link.dataset.place) / 1000;
    player.play().catch(() => {});
  });
})();
