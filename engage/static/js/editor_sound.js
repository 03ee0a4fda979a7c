/* The editor's sound: plays, goes back, slower and faster, loops the line at work; marks the line that is being said. */
(() => {
  const player = document.getElementById("player");
  const lines = document.getElementById("lines");
  if (!player || !lines) return;
  const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];
  const BACK = 2; // s
  const EDGE = 0.2; // s before and after a looped line, so that no word is cut off
  let isLooping = false;
  let atWork = null;
  let said = null;

  const start = (line) => Number(line.dataset.start) / 1000;
  const end = (line) => Number(line.dataset.end) / 1000;

  // The last line that begins at or before this moment.
  function lineAt(seconds) {
    const items = lines.children;
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start(items[middle]) <= seconds) low = middle + 1;
      else high = middle;
    }
    return items[low - 1] ?? null;
  }

  function markSaid() {
    const line = lineAt(player.currentTime);
    if (line === said) return;
    said?.classList.remove("is-said");
    said = line;
    said?.classList.add("is-said");
    if (!player.paused && !document.activeElement?.closest("form")) said?.scrollIntoView({ block: "nearest" });
  }

  // A short line is over between two events of the player, so while it loops every frame looks.
  function keepInLoop() {
    if (!isLooping || player.paused || !atWork?.isConnected) return;
    const from = Math.max(start(atWork) - EDGE, 0);
    const isOver = player.currentTime >= end(atWork) + EDGE || player.currentTime < from - 1;
    if (isOver) player.currentTime = from;
    requestAnimationFrame(keepInLoop);
  }

  function play() {
    if (player.paused) player.play().catch(() => {});
    else player.pause();
  }

  function setSpeed(by) {
    const at = SPEEDS.indexOf(player.playbackRate) + by;
    if (at in SPEEDS) player.playbackRate = SPEEDS[at];
  }

  function loop() {
    isLooping = !isLooping;
    buttons.querySelector('[data-sound="loop"]').setAttribute("aria-pressed", isLooping);
    if (isLooping && player.paused) replay();
    keepInLoop();
  }

  function replay(line = atWork) {
    if (!line) return;
    player.currentTime = start(line);
    player.play().catch(() => {});
  }

  // Another line is at work: what is playing goes on when it is about there, and is taken there when not.
  function work(line) {
    atWork = line;
    const now = player.currentTime;
    if (now < start(line) - EDGE - 1 || now > end(line)) player.currentTime = start(line);
  }

  const acts = { play, loop, replay, back: () => { player.currentTime -= BACK; }, slower: () => setSpeed(-1), faster: () => setSpeed(1) };
  const buttons = document.getElementById("sound-buttons");
  buttons.hidden = false;
  buttons.addEventListener("click", (event) => acts[event.target.closest("[data-sound]")?.dataset.sound]?.());
  player.addEventListener("ratechange", () => { document.getElementById("speed").value = `${player.playbackRate}×`; });
  player.addEventListener("timeupdate", markSaid);
  player.addEventListener("seeked", markSaid);
  player.addEventListener("play", keepInLoop);

  window.engageSound = { ...acts, work };
})();
