// Counts every <time data-clock> by the server's clock, so that all screens in the room agree.
// data-elapsed (ms used before), data-started (ms since 1970, when it last began to run), data-limit (ms, empty: counts up),
// data-running ("true" or "false"). The server's time comes from <html data-now> and from "engage:now" events.
(() => {
  const WARNING = 30000;
  const BACKWARDS = 2000;
  const seen = new Map(); // a turn's start: the phase it was in
  let offset = null; // the server's clock minus performance.now()

  // A late message shows too early a time, never too late a one: the largest offset seen is the nearest to the truth.
  function learn(serverMs, seenAt) {
    const sample = Number(serverMs) - seenAt;
    if (!Number.isFinite(sample)) return;
    if (offset === null || sample > offset || offset - sample > BACKWARDS) offset = sample;
  }

  function used(face) {
    const elapsed = Number(face.dataset.elapsed) || 0;
    if (face.dataset.running !== "true" || offset === null) return elapsed;
    return elapsed + Math.max(0, offset + performance.now() - Number(face.dataset.started));
  }

  function minutes(seconds) {
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  function reading(face) {
    const spent = used(face);
    const limit = Number(face.dataset.limit);
    if (!limit) return { text: minutes(Math.floor(spent / 1000)), phase: "open" };
    const left = limit - spent;
    const grace = Number(face.dataset.grace) || 0;
    if (left <= 0 && left > -grace) return { text: "0:00", phase: "warning" };
    const over = Math.floor(-left / 1000);
    if (over >= 1) return { text: "+" + minutes(over), phase: "over" };
    const text = minutes(Math.max(0, Math.ceil(left / 1000)));
    return { text, phase: left <= 0 ? "over" : left <= WARNING ? "warning" : "left" };
  }

  function write(node, text) {
    if (node && text !== undefined && node.textContent !== text) node.textContent = text;
  }

  // The label's sentences are translated by the server: data-left, data-warning, data-over, data-paused, data-open.
  function label(node, box, face, phase) {
    const paused = face.dataset.running !== "true" && phase !== "over";
    write(node, node.dataset[paused ? "paused" : phase]);
    if (node.dataset.announce !== undefined && box.dataset.said !== phase && ["warning", "over"].includes(phase)) {
      box.dataset.said = phase;
      window.engageAnnounce?.(node.textContent);
    }
  }

  // Zero is heard once, on a clock that was seen running towards it.
  function ring(face, phase) {
    const before = seen.get(face.dataset.started);
    seen.set(face.dataset.started, phase);
    if (phase === "over" && before && before !== "over" && face.dataset.running === "true") {
      window.dispatchEvent(new CustomEvent("engage:zero"));
    }
  }

  function show(face) {
    const { text, phase } = reading(face);
    const box = face.closest(".clock") ?? face;
    write(face, text);
    ring(face, phase);
    box.classList.toggle("is-warning", phase === "warning");
    box.classList.toggle("is-over", phase === "over");
    box.classList.toggle("is-paused", face.dataset.running !== "true");
    for (const node of box.querySelectorAll("[data-clock-label]")) label(node, box, face, phase);
  }

  function showAll() {
    for (const face of document.querySelectorAll("time[data-clock]")) show(face);
  }

  const arrival = performance.getEntriesByType("navigation")[0]?.responseStart;
  learn(document.documentElement.dataset.now || NaN, arrival || performance.now());
  window.addEventListener("engage:now", (event) => {
    learn(event.detail, performance.now());
    showAll();
  });
  showAll();
  document.addEventListener("htmx:after:swap", showAll);
  setInterval(showAll, 250);
})();
