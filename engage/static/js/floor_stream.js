/* The ordinary stream in the page: whoever listens to it is moved to the live sound when they are next to speak,
   since it is some seconds behind; and it is taken up again where a recess or a poor line has ended it. */
(() => {
  const player = document.querySelector('[data-listen] [data-part="stream-player"]');
  const listen = document.querySelector('[data-listen] [data-part="listen"]');
  if (!player || !listen) return;
  const AGAIN_MS = 3000;
  const SOON = ["on_deck", "called"];
  let again = 0;
  let wasSoon = false;

  function leave() {
    clearTimeout(again);
    again = 0;
    player.pause();
    player.removeAttribute("src");
    player.load();
    player.hidden = true;
  }

  function takeUp() {
    again = 0;
    player.load();
    player.play().catch(() => {});
  }

  function wait() {
    if (player.hidden || !player.hasAttribute("src") || again) return;
    again = setTimeout(takeUp, AGAIN_MS);
  }

  function look() {
    const isSoon = SOON.includes(document.getElementById("mine")?.dataset.microphoneState);
    const isHeard = player.hasAttribute("src") && (!player.paused || again);
    if (isSoon && !wasSoon && isHeard) {
      leave();
      listen.click();
    }
    wasSoon = isSoon;
  }

  player.addEventListener("error", wait);
  player.addEventListener("ended", wait);
  player.addEventListener("playing", look);
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-microphone-state"] });
  look();
})();
