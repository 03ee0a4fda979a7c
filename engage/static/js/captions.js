// Live captions: keeps the lines that a push leaves out, follows the newest unless one reads further up, and reads aloud on request.
(() => {
  const panel = document.getElementById("panel-captions");
  if (!panel) return;
  const NEAR = 48; // px from the end: still at the newest
  const KEY = "engage-captions-aloud";
  const choice = document.getElementById("captions-choice");
  const aloud = document.getElementById("captions-aloud");
  const voice = document.getElementById("captions-voice");
  const read = () => document.getElementById("captions-read");
  const lines = () => document.getElementById("captions-lines");
  const at = (line) => Number(line.dataset.at);

  let follows = true;
  let isWhole = false;

  // A line is changed in place, so that whoever reads it, by eye or by Braille, stays where they are.
  function put(list, line) {
    const known = document.getElementById(line.id);
    if (!known) {
      const next = [...list.children].find((each) => at(each) > at(line));
      list.insertBefore(document.importNode(line, true), next || null);
    } else if (!known.isEqualNode(line)) {
      for (const name of ["data-at", "data-open"]) known.toggleAttribute(name, line.hasAttribute(name));
      known.dataset.at = line.dataset.at;
      known.replaceChildren(...document.importNode(line, true).childNodes);
    }
  }

  // Further up than a push goes.
  function withhold({ withheld = "", withheldWords }) {
    for (const id of withheld.split(" ")) {
      const words = document.querySelector(`#caption-${id} > span:last-child`);
      if (!id || !words) continue;
      const told = document.createElement("em");
      told.textContent = withheldWords;
      words.replaceWith(told);
    }
  }

  function merge(list, fresh) {
    const came = [...fresh.children];
    const ids = new Set(came.map((line) => line.id));
    const first = came.length ? at(came[0]) : Infinity;
    for (const line of [...list.children]) {
      if (at(line) >= first && !ids.has(line.id)) line.remove(); // taken back
    }
    const hasGap = list.children.length && came.length && !came.some((line) => document.getElementById(line.id));
    for (const line of came) put(list, line);
    withhold(fresh.dataset);
    if (hasGap) fetchAll(); // the connection was lost for long
  }

  // htmx leaves the list alone; what a push brings for it is put in here.
  if (window.htmx) htmx.config.morphSkip = "#captions-lines";
  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const { content } = JSON.parse(event.detail.message.data);
    const list = lines();
    if (event.defaultPrevented || !list || !content?.includes('id="captions-lines"')) return;
    const came = document.createElement("template");
    came.innerHTML = content.replaceAll("hx-partial", "div");
    const fresh = came.content.getElementById("captions-lines");
    if (fresh) merge(list, fresh);
  });

  // Following the newest.
  const isAtEnd = (box) => box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
  document.addEventListener("scroll", (event) => {
    const box = event.target;
    if (box !== read()) return;
    follows = isAtEnd(box);
    if (box.scrollTop === 0 && !isWhole && panel.querySelector("a[href$='/captions']")) fetchAll();
  }, true);

  async function fetchAll() {
    isWhole = true;
    try {
      const answer = await fetch(`${location.pathname}/captions`);
      if (!answer.ok) throw new Error(answer.status);
      const all = new DOMParser().parseFromString(await answer.text(), "text/html");
      const [box, list] = [read(), lines()];
      const fromEnd = box.scrollHeight - box.scrollTop;
      for (const line of all.querySelectorAll("#captions-lines > li")) {
        if (document.getElementById(line.id)) continue;
        said.add(line.id);
        put(list, line);
      }
      box.scrollTop = box.scrollHeight - fromEnd;
    } catch {
      isWhole = false;
    }
  }

  // Reading aloud: what is settled, once.
  function kept() {
    try { return localStorage.getItem(KEY) === "yes"; } catch { return false; }
  }
  function keep(wanted) {
    try { localStorage.setItem(KEY, wanted ? "yes" : "no"); } catch { /* private window: for this page only */ }
  }
  const said = new Set();
  function sayNew() {
    for (const line of panel.querySelectorAll("#captions-lines > li:not([data-open])")) {
      if (said.has(line.id)) continue;
      said.add(line.id);
      if (aloud?.checked && voice) {
        const words = document.createElement("span");
        words.lang = line.lastElementChild.lang;
        words.textContent = line.lastElementChild.textContent;
        voice.replaceChildren(words);
      }
    }
  }

  function settle() {
    if (choice) choice.hidden = !lines();
    const box = read();
    if (box && follows) box.scrollTop = box.scrollHeight;
    sayNew();
  }
  new MutationObserver(settle).observe(panel, { childList: true, subtree: true, characterData: true });

  if (aloud) {
    const wanted = kept();
    settle(); // what stands here already is not read out
    aloud.checked = wanted;
    aloud.addEventListener("change", () => keep(aloud.checked));
  } else {
    settle();
  }
})();
