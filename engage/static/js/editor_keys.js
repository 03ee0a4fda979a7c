/* A key for everything the editor can do: with Ctrl or Alt everywhere, alone where no field has the focus. None of
   them is one of a browser's or of a screen reader's own; which does what stands in the list on the page. */
(() => {
  const { engageEditor: editor, engageSound: sound } = window;
  if (!editor) return;
  const TYPING = "input:not([type=checkbox]), textarea, select";
  const PRESSED = "button, a, summary, input, audio, video"; // Space and Enter are theirs
  const single = document.getElementById("single-keys");
  const SINGLE = "engage-single-keys";

  function press(act) {
    const item = editor.present;
    if (!item) return;
    const form = editor.formFor(item);
    if (form.dataset.busy) return;
    const button = form.querySelector(`[data-act="${act}"]:not([hidden])`) ?? form.querySelector('[data-act="return"]');
    form.requestSubmit(button);
  }

  function name() {
    if (editor.present) editor.formFor(editor.present).elements.speaker.focus();
  }

  const acts = {
    play: () => sound?.play(),
    back: () => sound?.back(),
    replay: () => sound?.replay(),
    loop: () => sound?.loop(),
    slower: () => sound?.slower(),
    faster: () => sound?.faster(),
    before: () => editor.step(-1),
    after: () => editor.step(1),
    open: () => editor.present && editor.open(editor.present),
    next: () => press("next"),
    split: () => press("split"),
    join: () => press("joining"),
    remove: () => press("removal"),
    name,
    undo: () => document.querySelector('form[data-live="undo"]')?.requestSubmit(),
    leave: () => editor.present && editor.stand(editor.present),
    find: () => document.getElementById("find").focus(),
    keys: () => document.getElementById("keys").focus(),
  };
  const shared = { j: "back", k: "replay", l: "loop", ",": "slower", ".": "faster", arrowup: "before", arrowdown: "after", m: "join", n: "name", x: "remove", z: "undo", "/": "find" };
  const withAlt = { ...shared, enter: "split" };
  const withCtrl = { enter: "next", " ": "play" };
  const alone = { ...shared, " ": "play", enter: "open", "?": "keys" };
  const BY_CODE = { Comma: ",", Period: ".", Slash: "/", Space: " " };
  const AGAIN = ["back", "slower", "faster", "before", "after"]; // may be held down

  // On a Mac the Option key turns letters into signs: then it is the key that counts, not its sign.
  function keyOf(event) {
    if (event.altKey && !/^[\x20-\x7e]+$/.test(event.key)) return BY_CODE[event.code] ?? event.code.replace(/^Key/, "").toLowerCase();
    return event.key.toLowerCase();
  }

  function commandOf(event) {
    const { target } = event;
    const key = keyOf(event);
    const isTyping = target.matches(TYPING);
    if (event.ctrlKey && !event.altKey) return event.shiftKey ? null : withCtrl[key];
    if (event.altKey && !event.ctrlKey) return event.shiftKey || (target.matches("select") && key.startsWith("arrow")) ? null : withAlt[key];
    if (event.altKey || event.ctrlKey) return null;
    if (key === "escape") return isTyping && target.closest(".line-form") ? "leave" : null;
    if (isTyping || !single.checked || (event.shiftKey && /^[a-z]$/.test(key))) return null;
    if (target.matches("audio, video") || ((key === " " || key === "enter") && target.matches(PRESSED))) return null;
    return alone[key];
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.metaKey || event.getModifierState("AltGraph")) return;
    const command = commandOf(event);
    if (!command || (event.repeat && !AGAIN.includes(command))) return;
    event.preventDefault();
    acts[command]();
  });

  single.checked = localStorage.getItem(SINGLE) !== "no";
  single.addEventListener("change", () => localStorage.setItem(SINGLE, single.checked ? "yes" : "no"));
})();
