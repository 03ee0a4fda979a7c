/* How the editor sends: one act after another, each again with the same key until the server has answered. */
(() => {
  const editor = document.getElementById("editor");
  if (!editor) return;
  const AGAIN = 4000; // ms until what nobody answered is sent once more
  const parse = (html) => new DOMParser().parseFromString(html, "text/html");

  // What goes to the server goes one after another, and again until it is answered.
  let line = Promise.resolve();
  const inTurn = (work) => (line = line.then(work, work));
  const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");

  function pause() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, AGAIN);
      window.addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    });
  }

  async function post(url, fields, whileLost) {
    fields.set("key", newKey());
    for (;;) {
      fields.set("since", editor.dataset.edit);
      try {
        const answer = await fetch(url, { method: "POST", body: fields, signal: AbortSignal.timeout(20000) });
        if (![502, 503, 504].includes(answer.status)) return { status: answer.status, page: parse(await answer.text()) };
      } catch { /* nobody there */ }
      whileLost();
      await pause();
    }
  }

  async function get(url) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(20000) }).catch(() => null);
    return answer?.ok ? parse(await answer.text()) : null;
  }

  window.engagePost = { inTurn, post, get };
})();
