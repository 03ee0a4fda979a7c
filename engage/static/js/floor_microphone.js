/* "Microphone": one agrees, tests it unheard, is connected when next, and is on the air while the server says so. */
(() => {
  const box = document.querySelector("[data-microphone]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const SAMPLE = 50; // frames: three seconds
  const AUDIBLE = 0.35;
  const say = box.dataset;

  let hasAgreed = say.agreed === "true";
  let isReady = false; // its owner has said so: it may be opened by itself
  let isOpening = false;
  let input = null;
  let wire = null;
  let connection = "";
  let air = null; // the channel on which they are heard
  let isMuted = false;
  let trouble = "";
  let sample = null; // frames, while one is recorded
  let isOver = false; // it was wanted and is not any more

  // Whether it is wanted: at a place it always is, of a resident when they are next or called.
  const mine = () => document.getElementById("mine");
  const hasRequest = () => !mine() || Boolean(mine().dataset.ids);
  const told = () => (mine() ? mine().dataset.microphoneState : say.auto);
  const wanted = () => (["on_deck", "called"].includes(told()) ? told() : "");

  const sign = window.engageFloorSign(box);
  function show() {
    box.hidden = !hasRequest();
    const isWanted = Boolean(wanted());
    sign.show({ hasAgreed, isReady, isOpening, isOpen: Boolean(input), isOnAir: air !== null, isMuted, isOver, isWanted, connection, trouble });
  }

  function fail(kind) {
    trouble = kind;
    close();
    show();
  }

  // The device.
  const KINDS = { NotAllowedError: "denied", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy", SecurityError: "insecure", InvalidStateError: "held" };
  let heardAt = 0;
  let openedAt = 0;

  function onFrame(samples) {
    const level = window.engageFloorLevel(samples);
    part("level").value = level;
    if (level > AUDIBLE) heardAt = Date.now();
    if (!sample && !isPlaying) sign.fill("heard", impression());
    wire?.take(samples);
    if (sample?.push(samples) === SAMPLE) playBack();
  }

  function impression() {
    if (isMuted) return "";
    const silence = Date.now() - Math.max(heardAt, openedAt);
    if (silence > (air === null ? 4000 : 15000)) return say.unheard;
    return heardAt > openedAt ? say.heard : say.speakWords;
  }

  async function open(device = "") {
    if (isOpening) return;
    isOpening = true;
    trouble = "";
    show();
    try {
      await reopen(device);
    } catch (error) {
      fail(KINDS[error.name] ?? "busy");
    } finally {
      isOpening = false;
    }
    show();
    keep();
  }

  async function reopen(device) {
    wire ??= await window.engageFloorSpeak(say.speak, { onState, onAir, onFinal });
    input?.close();
    input = null;
    forgetSample();
    input = await window.engageFloorInput({ worklet: say.capture, rate: wire.rate, device }, { onFrame, onEnd: () => open() });
    if (!input.isRunning()) throw new DOMException("", "InvalidStateError"); // the browser waits for a touch
    input.silence(isMuted);
    openedAt = Date.now();
    await listDevices();
  }

  async function listDevices() {
    const all = await navigator.mediaDevices.enumerateDevices();
    const options = all.filter(({ kind }) => kind === "audioinput").map(({ label, deviceId }, n) => new Option(label || `${say.device} ${n + 1}`, deviceId));
    part("device").replaceChildren(...options);
    if (input?.device) part("device").value = input.device;
    part("devices").hidden = options.length < 2;
  }

  function close() {
    wire?.close();
    input?.close();
    input = null;
    connection = "";
    forgetSample();
    onAir(null);
  }

  // A sample for one's own ear; nothing of it is sent.
  let isPlaying = false;
  function record() {
    if (air !== null || sample || isPlaying) return;
    sample = [];
    part("sample").setAttribute("aria-disabled", "true");
    sign.fill("heard", say.recording);
  }

  async function playBack() {
    const frames = sample;
    [sample, isPlaying] = [null, true];
    sign.fill("heard", say.playing);
    await input.play(frames);
    forgetSample();
    openedAt = Date.now();
  }

  function forgetSample() {
    [sample, isPlaying] = [null, false];
    part("sample").removeAttribute("aria-disabled");
  }

  // The wire.
  function onState(state) {
    connection = state;
    show();
  }

  function onAir(channel) {
    if (channel !== null && air === null) input?.anew();
    if (channel === null) mute(false);
    const hasChanged = channel !== air;
    air = channel;
    if (hasChanged) window.dispatchEvent(new CustomEvent("engage:on-air", { detail: air === null ? null : { channel: air } }));
    if (hasChanged) keepAwake();
    if (hasChanged) keep();
    show();
  }

  function onFinal(state) {
    if (state === "not_agreed") hasAgreed = false;
    fail({ replaced: "replaced", cut_off: "cutOff", not_agreed: "" }[state]);
  }

  // A phone that goes dark would close the microphone.
  let lock = null;
  async function keepAwake() {
    lock?.release().catch(() => {});
    lock = null;
    if (air !== null) lock = await navigator.wakeLock?.request("screen").catch(() => null);
  }

  function mute(wish) {
    if (isMuted && !wish) openedAt = Date.now();
    isMuted = wish;
    input?.silence(isMuted);
    show();
  }

  // Opens, connects and closes as the queue goes; whoever is done is not heard by the device either.
  let wasWanted = "";
  let isLeft = false; // the page is
  async function keep() {
    if (isLeft) return;
    const now = wanted();
    isOver = !now && (isOver || Boolean(wasWanted));
    if (!now && connection && air === null) close();
    wasWanted = now;
    if (now && hasAgreed && !trouble) {
      if (input) wire.open();
      else if (isReady || (await isAllowed())) open();
    }
    show();
  }

  async function isAllowed() {
    try {
      return (await navigator.permissions.query({ name: "microphone" })).state === "granted";
    } catch {
      return false;
    }
  }

  const follow = () => (wanted() !== wasWanted || box.hidden === hasRequest()) && keep();
  if (mine()) new MutationObserver(follow).observe(mine().parentNode, { childList: true, subtree: true, attributes: true });

  // The hands.
  part("agreement").addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    if (!answer?.ok) return form.submit(); // the server's own page says why
    hasAgreed = true;
    show();
    part("open").focus();
    keep();
  });
  part("open").addEventListener("click", () => open());
  part("again").addEventListener("click", () => open());
  part("device").addEventListener("change", ({ target }) => open(target.value));
  part("sample").addEventListener("click", record);
  part("ready").addEventListener("click", () => {
    isReady = true;
    if (!wanted()) close();
    show();
    part("sign").focus();
    keep();
  });
  part("mute").addEventListener("click", () => mute(!isMuted));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (air === null || event.target.closest(TYPING) || !part("key").checked) return;
    event.preventDefault();
    mute(!isMuted);
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    input?.resume().catch(() => {});
    keepAwake();
  });
  navigator.mediaDevices?.addEventListener?.("devicechange", () => input && listDevices());
  window.addEventListener("pagehide", () => {
    isLeft = true;
    close();
  });
  window.addEventListener("pageshow", () => {
    isLeft = false;
    keep();
  });

  keep();
})();
