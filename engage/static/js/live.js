/* Keeps a meeting's page in step with its record: the cursor, the panels that come, what is mine. */
(() => {
  const room = document.querySelector("[data-room]");
  if (!room) return;
  let since = room.dataset.since;

  const seqOf = (cursor) => Number(String(cursor).split("-")[0]);
  const tellTime = (ms) => window.dispatchEvent(new CustomEvent("engage:now", { detail: ms }));

  // Every attempt says how far this page has seen.
  document.addEventListener("htmx:ws:before:connection", (event) => {
    const connection = event.detail.connection;
    const url = new URL(connection.url);
    url.searchParams.set("since", since);
    url.searchParams.set("lang", document.documentElement.lang);
    connection.url = url.href;
  });

  // A socket's first message is its catching up and always holds; a lower number then says that a backup was restored.
  let isFirst = true;

  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const message = JSON.parse(event.detail.message.data);
    const isOlder = seqOf(message.since) < seqOf(since);
    tellTime(message.now);
    if (isOlder && !isFirst) {
      event.preventDefault();
      return;
    }
    if (isOlder) document.getElementById("console")?.setAttribute("data-head", "0");
    isFirst = false;
    since = message.since;
    if (message.nudge) {
      document.body.dispatchEvent(new CustomEvent("engage:nudge"));
    } else if (concernsMe(message)) {
      refreshMine();
    }
  });

  const mine = () => document.getElementById("mine");

  function concernsMe(message) {
    const ids = (mine()?.dataset.ids || "").split(" ").filter(Boolean);
    return ids.some((id) => message.names.includes(id) || message.content.includes(id));
  }

  // An answer that does not come is asked for again; of several only the last one counts.
  let timer = 0;
  let asked = 0;
  function refreshMine(wait = 150) {
    clearTimeout(timer);
    timer = setTimeout(fetchMine, wait);
  }

  async function fetchMine() {
    const mark = ++asked;
    try {
      const answer = await fetch(room.dataset.mine, { signal: AbortSignal.timeout(20000) });
      if (!answer.ok) throw new Error(answer.status);
      const text = await answer.text();
      if (mark !== asked) return;
      await htmx.swap({ sourceElement: document.body, target: "#mine", swap: "outerMorph", text });
      sayMine();
    } catch {
      if (mark === asked) refreshMine(5000);
    }
  }

  // In a break an answer may have been lost on its way.
  let wasLost = false;
  document.addEventListener("htmx:ws:close", () => {
    wasLost = true;
    isFirst = true;
  });
  document.addEventListener("htmx:ws:after:connection", () => {
    if (wasLost && mine()?.dataset.ids) refreshMine();
    wasLost = false;
  });

  // What has changed for me is told once, in a whole sentence, and stands in the tab's title.
  let told = mine()?.dataset.say || "";
  const title = document.title;
  let signalled = mine()?.dataset.signal || "";
  function sayMine() {
    const say = mine()?.dataset.say || "";
    document.title = mine()?.dataset.title ? `${mine().dataset.title} - ${title}` : title;
    const tell = mine()?.classList.contains("is-turn") ? window.engageAlarm : window.engageAnnounce;
    if (say && say !== told) tell?.(say);
    told = say;
    const signal = mine()?.dataset.signal || "";
    if (signal && signal !== signalled) window.engageSignal?.(signal);
    signalled = signal;
  }
  sayMine();
})();
