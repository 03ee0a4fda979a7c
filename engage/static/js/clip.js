// Clips: on the meeting's page the first and the last line are chosen by their times, with the clip's button
// first or with Shift held down; on the clip's own page its words and its address are copied.
(() => {
  const LONGEST = 600000; // ms, as transcripts/formats/rules.py
  let bar = null;
  let words = null; // the button whose clip is being made, with the words for it
  let first = null;

  const lineOf = (target) => target.closest?.("#lines a.at")?.closest("li");
  const startOf = (line) => Number(new URL(line.querySelector("a.at").href).searchParams.get("at").split(".")[1]);
  const linesNow = () => [...document.querySelectorAll("#lines li:has(a.at)")];
  const buttonHere = () => document.querySelector(`[data-clip="${document.getElementById("lines")?.dataset.recording}"]`);

  function say(text) {
    bar.querySelector("p").textContent = text;
  }

  function open(button) {
    words = button.dataset;
    first = null;
    if (!bar) {
      bar = document.createElement("section");
      bar.className = "clip-bar sign";
      bar.innerHTML = '<p role="status"></p><a class="btn" hidden></a><button class="btn btn-secondary" type="button"></button>';
      bar.querySelector("button").addEventListener("click", close);
      document.body.append(bar);
    }
    bar.setAttribute("aria-label", button.textContent);
    bar.querySelector("button").textContent = words.cancel;
    bar.querySelector("a").textContent = words.open;
    bar.querySelector("a").hidden = true;
    mark(null, null);
    say(words.first);
  }

  function close() {
    bar?.remove();
    bar = words = first = null;
    mark(null, null);
  }

  function mark(from, to) {
    let inside = false;
    for (const line of linesNow()) {
      if (line === from) inside = true;
      line.classList.toggle("in-clip", inside);
      if (line === to) inside = false;
    }
  }

  // The address names where both lines begin; the server knows where the last one ends.
  function choose(line) {
    if (!first?.isConnected) {
      first = line;
      mark(line, line);
      say(words.last);
      return;
    }
    const all = linesNow();
    const [from, to] = [first, line].sort((a, b) => all.indexOf(a) - all.indexOf(b));
    const start = startOf(from);
    const last = startOf(to);
    if (last - start >= LONGEST) {
      say(words.long);
      return;
    }
    mark(from, to);
    say([from, to].map((each) => each.querySelector("a.at").textContent).join(" – "));
    const link = bar.querySelector("a");
    link.href = `/recordings/${words.clip}/clip?from=${start}&last=${last}`;
    link.hidden = false;
    link.focus();
    first = null;
  }

  // Before the player's own listener: while a clip is being made, a time is no wish to hear it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-clip]");
    if (button && button === buttonHere()) {
      event.preventDefault();
      open(button);
      return;
    }
    const line = lineOf(event.target);
    const isOther = event.ctrlKey || event.metaKey || event.altKey;
    if (!line || isOther || !(words || event.shiftKey) || !buttonHere()) return;
    event.preventDefault();
    event.stopPropagation();
    if (!words) {
      open(buttonHere());
      first = document.querySelector("#lines li[aria-current]");
    }
    choose(line);
  }, true);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && words) close();
  });

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      await navigator.clipboard?.writeText(field.value).catch(() => {});
      button.firstChild.textContent = button.dataset.copied;
      window.engageAnnounce?.(button.dataset.copied);
    });
  }
})();
