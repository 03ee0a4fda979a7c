/* "Listen": the meeting's sound in its page, one decoder and one player for each channel. */
(() => {
  const box = document.querySelector("[data-listen]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const TRIES = [1, 2, 4, 5, 5, 5, 5, 10, 20]; // seconds
  const PAUSE = 1500; // ms: between two speakers nothing needs to be said
  const WAKING = 2000; // ms: a device that gives no sound out may never say so
  const LISTENING = "engage-listening"; // whoever listens goes on listening on the next page of this tab
  const say = box.dataset;
  const button = part("listen");
  const volume = part("volume");
  const stream = part("stream");
  const streamPlayer = part("stream-player");

  let context = null;
  let loudness = null;
  let decoders = null;
  let socket = null;
  let channels = new Map();
  let sound = "";
  let on = new Set();
  let own = null; // the channel on which this person speaks
  let chosen = ""; // the interpreter's channel that is heard instead of the floor

  const apart = () => [...box.querySelectorAll("[name=heard]")].map(({ value }) => value).filter(Boolean).map(Number);

  // What comes.
  function channel(n) {
    if (!channels.has(n)) {
      const player = new AudioWorkletNode(context, "engage-player", { numberOfInputs: 0, outputChannelCount: [1] });
      player.connect(loudness);
      const decoder = decoders((samples) => player.port.postMessage(samples, [samples.buffer]));
      channels.set(n, { player, decoder });
    }
    return channels.get(n);
  }

  function onPacket(data) {
    const n = new DataView(data).getUint8(1);
    if (n === own) return;
    on.add(n);
    channel(n).decoder.decode(new Uint8Array(data, 8));
  }

  function drop(n) {
    channels.get(n)?.decoder.stop();
    channels.get(n)?.player.port.postMessage("off");
  }

  function onText(told) {
    if ("sound" in told) sound = told.sound;
    if (Array.isArray(told.on)) on = new Set(told.on);
    else if ("on" in told) on.add(told.on);
    if ("off" in told) on.delete(told.off);
    for (const n of channels.keys()) if (sound !== "on" || !on.has(n)) drop(n);
    if (sound === "over") stop();
    show();
  }

  // What is said about it.
  let connection = "";
  let timer = 0;
  const isHeld = () => socket && context.state !== "running"; // by the device: a call, a locked screen

  function words() {
    if (!socket) return sound === "over" ? say.over : "";
    if (isHeld()) return say.held;
    if (connection === "lost") return say.lost;
    if (connection !== "open" || !sound) return say.connecting;
    if (sound !== "on") return say[{ closed_session: "closedSession" }[sound] ?? sound] ?? say.recess;
    if (chosen) return on.has(Number(chosen)) ? say.on : say.interpreterQuiet;
    return [...on].some((n) => !apart().includes(n)) ? say.on : say.quiet;
  }

  function show() {
    clearTimeout(timer);
    const text = words();
    const isQuiet = text === say.quiet || text === say.interpreterQuiet;
    timer = setTimeout(() => text !== part("state").textContent && (part("state").textContent = text), isQuiet ? PAUSE : 0);
    button.textContent = socket && !isHeld() ? say.stop : say.start;
    button.classList.toggle("btn-secondary", Boolean(socket));
    part("choices").hidden = !socket;
  }

  // Begin, go on, end.
  function remembered() {
    try { return sessionStorage.getItem(LISTENING); } catch { return null; }
  }
  function remember(what) {
    try { sessionStorage.setItem(LISTENING, what); } catch { /* storage is refused: for this page only */ }
  }

  function address() {
    return chosen ? `${box.dataset.listen}?channel=${chosen}` : box.dataset.listen;
  }

  function onState(state) {
    connection = state;
    show();
  }

  async function prepare() {
    context = new AudioContext({ sampleRate: 48000, latencyHint: "interactive" });
    context.onstatechange = show;
    loudness = new GainNode(context, { gain: volume.value / 100 });
    loudness.connect(context.destination);
    [decoders] = await Promise.all([window.engageFloorDecoders(box.dataset), context.audioWorklet.addModule(box.dataset.player)]);
  }

  function connect() {
    socket?.close();
    sound = "";
    on = new Set();
    [...channels.keys()].forEach(drop);
    socket = window.engageFloorSocket(address, TRIES, { onState, onText, onPacket });
    show();
  }

  let starting = null;
  async function start(isAgain = false) {
    if (navigator.audioSession && navigator.audioSession.type !== "play-and-record") navigator.audioSession.type = "playback";
    streamPlayer.pause();
    part("state").textContent = say.connecting;
    try {
      starting ??= prepare();
      const woken = context.resume().catch(() => {}); // in the click itself
      const late = new Promise((done) => setTimeout(done, WAKING));
      await (isAgain ? starting : Promise.all([starting, Promise.race([woken, late])])); // without one the device may hold it back
    } catch {
      starting = null;
      part("state").textContent = say.failed;
      return;
    }
    remember(box.dataset.listen);
    connect();
  }

  function stop() {
    remember("");
    socket?.close();
    socket = null;
    [...channels.keys()].forEach(drop);
    show();
  }

  button.addEventListener("click", () => {
    if (isHeld()) return context.resume().then(show);
    if (!socket) return start();
    sound = "";
    stop();
  });
  volume.addEventListener("input", () => loudness?.gain.setTargetAtTime(volume.value / 100, context.currentTime, 0.02));
  function choose(channel) {
    chosen = channel;
    if (socket) connect();
  }
  box.addEventListener("change", ({ target }) => target.name === "heard" && choose(target.value));
  // Interpreters come and go while one listens; whose interpreter has gone hears the floor.
  new MutationObserver(() => {
    const choice = () => box.querySelector(`[name=heard][value="${chosen}"]`);
    if (chosen && !choice()) choose("");
    if (choice()) choice().checked = true;
  }).observe(part("choices"), { childList: true, subtree: true });
  document.addEventListener("visibilitychange", () => socket && !document.hidden && context.resume().catch(() => {}));

  // Nobody hears themselves with a delay.
  window.addEventListener("engage:on-air", ({ detail }) => {
    own = detail?.channel ?? null;
    if (own !== null) drop(own);
  });

  // The ordinary stream: HLS, or one endless answer where the browser plays none.
  stream.addEventListener("click", (event) => {
    event.preventDefault();
    stop();
    streamPlayer.hidden = false;
    streamPlayer.src = streamPlayer.canPlayType("application/vnd.apple.mpegurl") ? stream.href : stream.dataset.endless;
    streamPlayer.play().catch(() => {});
    streamPlayer.focus();
  });
  const tellStream = (text) => !socket && (part("state").textContent = text);
  streamPlayer.addEventListener("error", () => tellStream(say.noStream));
  streamPlayer.addEventListener("playing", () => tellStream(""));

  box.hidden = false;
  if (!("AudioWorkletNode" in window)) {
    button.hidden = true;
    part("state").textContent = say.failed;
  } else if (remembered() === box.dataset.listen) start(true);
})();
