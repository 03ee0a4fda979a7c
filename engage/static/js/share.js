// A link to this moment: the address of the word that is being said, to copy or to hand to another app.
(() => {
  const player = document.getElementById("player");
  const button = document.getElementById("share");
  const said = document.getElementById("shared");
  if (!player || !button) return;

  function address() {
    const at = `${player.dataset.recording}.${Math.floor(player.currentTime * 1000)}`;
    return `${location.origin}${location.pathname}?at=${at}#at-${at.replace(".", "-")}`;
  }

  async function share() {
    const url = address();
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      await navigator.share({ title: document.title, url }).catch(() => {});
      return;
    }
    try {
      await navigator.clipboard.writeText(url);
      said.textContent = button.dataset.copied;
    } catch {
      said.textContent = url; // no permission: shown, to be copied by hand
    }
  }

  button.hidden = false;
  button.addEventListener("click", share);
})();
