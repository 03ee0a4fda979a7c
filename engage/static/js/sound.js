// Tones, where a person has asked for them: one's own turn (with vibration), and on staff screens the end of a speaker's time.
// Browsers let a page sound only after somebody has touched it, so the choice itself plays the tone once.
(() => {
  const KEY = "engage-signal";
  const TONES = { next: [660], turn: [660, 880, 660], zero: [440, 440] };
  const VIBRATION = { next: [150], turn: [250, 120, 250, 120, 250] };
  let context = null;

  function ready() {
    context ??= new (window.AudioContext || window.webkitAudioContext)();
    if (context.state === "suspended") context.resume().catch(() => {});
    return context;
  }

  function play(kind) {
    if (!window.AudioContext && !window.webkitAudioContext) return;
    const sound = ready();
    TONES[kind].forEach((pitch, n) => {
      const at = sound.currentTime + n * 0.35;
      const tone = sound.createOscillator();
      const loudness = sound.createGain();
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0, at);
      loudness.gain.linearRampToValueAtTime(0.25, at + 0.03);
      loudness.gain.linearRampToValueAtTime(0, at + 0.3);
      tone.connect(loudness).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 0.32);
    });
    window.dispatchEvent(new CustomEvent("engage:sounded", { detail: kind }));
  }

  function kept() {
    try { return localStorage.getItem(KEY) === "yes"; } catch { return false; }
  }

  function keep(wanted) {
    try { localStorage.setItem(KEY, wanted ? "yes" : "no"); } catch { /* private window: for this page only */ }
  }

  const choice = document.getElementById("signal");
  if (choice) {
    choice.closest("[hidden]")?.removeAttribute("hidden");
    choice.checked = kept();
    choice.addEventListener("change", () => {
      keep(choice.checked);
      if (choice.checked) window.engageSignal("next");
    });
  }

  window.engageSignal = (kind) => {
    if (!choice?.checked) return;
    play(kind);
    navigator.vibrate?.(VIBRATION[kind]);
  };

  if (document.querySelector("[data-rings]")) {
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, ready, { once: true });
    window.addEventListener("engage:zero", () => play("zero"));
  }
})();
