// The recording and its lines: a line's time plays it, the line that is being said is marked, and the page
// follows the player as long as the reader lets it. Nothing plays that nobody has asked for.
(() => {
  const player = document.getElementById("player");
  const follow = document.querySelector("#follow input");
  const JITTER = 3000; // ms; all open pages fetch a corrected text, but not in the same moment
  let starts = [];
  let items = [];
  let here = document.querySelector("#lines [aria-current]");

  const lines = () => document.getElementById("lines");
  const msOf = (element) => Number(element.id.split("-").pop());

  function readLines() {
    items = [...lines().querySelectorAll("li[id]")];
    starts = items.map(msOf);
    here = lines().querySelector("[aria-current]");
  }

  // The last line that begins at or before this moment.
  function lineAt(ms) {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= ms) low = middle + 1;
      else high = middle;
    }
    return items[Math.max(low - 1, 0)];
  }

  function mark(line) {
    if (line === here || !line) return false;
    here?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    here = line;
    return true;
  }

  function show() {
    const isNew = mark(lineAt(player.currentTime * 1000));
    if (isNew && follow.checked && !player.paused) here.scrollIntoView({ block: "center" });
  }

  function seek(ms) {
    player.currentTime = ms / 1000;
    mark(lineAt(ms));
  }

  // A link to a moment of this recording, or null.
  function momentOf(link) {
    const url = new URL(link.href);
    const [recording, ms] = (url.searchParams.get("at") || "").split(".");
    const isHere = url.pathname === location.pathname && recording === player.dataset.recording;
    return isHere && /^\d+$/.test(ms) ? Number(ms) : null;
  }

  document.addEventListener("click", (event) => {
    const link = player && event.target.closest("a.at");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const ms = momentOf(link);
    if (ms === null) return;
    event.preventDefault();
    seek(ms);
    history.replaceState(null, "", link.href);
    if (!link.closest("#lines")) here?.scrollIntoView({ block: "center" });
    player.play().catch(() => {});
  });

  // Whoever scrolls is reading for themselves.
  for (const kind of ["wheel", "touchmove"]) {
    document.addEventListener(kind, () => follow && !player?.paused && (follow.checked = false), { passive: true });
  }
  document.addEventListener("keydown", (event) => {
    if (["PageUp", "PageDown", "Home", "End"].includes(event.key) && follow) follow.checked = false;
  });
  follow?.addEventListener("change", () => follow.checked && here?.scrollIntoView({ block: "center" }));

  // From a link of our own to a moment: the click was the wish to hear it. Typed, pasted or reloaded, it only waits.
  function arrive() {
    const isLink = document.referrer.startsWith(location.origin + "/");
    const isNew = performance.getEntriesByType("navigation")[0]?.type === "navigate";
    here?.scrollIntoView({ block: "center" });
    seek(Number(player.dataset.at));
    if (isLink && isNew) player.play().catch(() => {});
  }

  if (player && lines()) {
    document.getElementById("follow").hidden = false;
    readLines();
    player.addEventListener("timeupdate", show);
    player.addEventListener("seeked", show);
    if (player.dataset.at !== undefined) {
      if (player.readyState > 0) arrive();
      else player.addEventListener("loadedmetadata", arrive, { once: true });
    }
  }

  // The pushed panel says which text is the present one.
  let timer = 0;
  function compare() {
    const shown = lines();
    const state = shown && document.querySelector(`[data-recording="${shown.dataset.recording}"][data-text]`);
    if (shown) renew(state?.dataset.media ?? "");
    if (shown && !state) shown.replaceChildren(); // it is not public any more
    if (!state || state.dataset.text === shown.dataset.version || timer) return;
    const captions = player?.querySelector("track");
    if (captions) captions.src = `${captions.getAttribute("src").split("?")[0]}?v=${state.dataset.text}`;
    if (putCorrections(shown, state)) return;
    timer = setTimeout(async () => {
      timer = 0;
      await htmx.ajax("GET", `/recordings/${shown.dataset.recording}/lines`, { target: "#lines", swap: "outerMorph" });
      readLines();
      if (player?.currentTime) mark(lineAt(player.currentTime * 1000));
    }, Math.random() * JITTER);
  }
  // The lines that have changed, if they are all that parts the text that stands here from the present one.
  function putCorrections(shown, state) {
    const told = state.querySelector("[data-corrections]");
    if (!told?.dataset.since.split(" ").includes(shown.dataset.version)) return false;
    const of = (id) => shown.querySelector(`[data-line="${CSS.escape(id)}"]`);
    const made = JSON.parse(told.dataset.corrections);
    const known = new Set(made.filter(({ id, after }) => of(id) || (after && of(after))).map(({ id }) => id));
    if (made.some(({ id, after, html }) => html && !known.has(id) && !known.has(after))) return false;
    for (const { id, after, html } of made) {
      const old = of(id);
      const line = new DOMParser().parseFromString(html, "text/html").querySelector("li");
      if (old && line) old.replaceWith(line);
      else if (line) of(after).after(line);
      else old?.remove();
    }
    shown.dataset.version = state.dataset.text;
    readLines();
    if (player?.currentTime) mark(lineAt(player.currentTime * 1000));
    return true;
  }

  // A part was withheld, or is public again: the same place in the sound as everybody may have it now, or none.
  let place = 0;
  function renew(address) {
    if (!player || address === player.dataset.media) return;
    const { paused } = player;
    if (player.dataset.media) place = player.currentTime;
    player.dataset.media = address;
    player.pause();
    if (address) player.src = `${address}#t=${place}`;
    else player.removeAttribute("src");
    player.load();
    if (address && !paused) player.play().catch(() => {});
  }

  const panel = document.getElementById("panel-transcript");
  if (panel) new MutationObserver(compare).observe(panel.parentNode, { childList: true, subtree: true, attributes: true });
})();
