/* Keeps a meeting's page in step with its record: the socket's cursor, what is mine, the connection's state. */
(() => {
  const room = document.querySelector("[data-room]");
  if (!room) return;
  const banner = document.getElementById("connection");
  let since = room.dataset.since;

  const seqOf = (cursor) => Number(String(cursor).split("-")[0]);
  const tellTime = (ms) => window.dispatchEvent(new CustomEvent("engage:now", { detail: ms }));

  // Every attempt says how far this page has seen; coming back is spread over five seconds and more.
  document.addEventListener("htmx:ws:before:connection", (event) => {
    const connection = event.detail.connection;
    const url = new URL(connection.url);
    url.searchParams.set("since", since);
    url.searchParams.set("lang", document.documentElement.lang);
    connection.url = url.href;
  });

  document.addEventListener("htmx:ws:after:connection", () => {
    room.dataset.connected = "";
    if (banner) banner.hidden = true;
  });
  document.addEventListener("htmx:ws:close", () => {
    delete room.dataset.connected;
    if (banner) banner.hidden = false;
  });

  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    const message = JSON.parse(event.detail.message.data);
    tellTime(message.now);
    if (seqOf(message.since) < seqOf(since)) {
      event.preventDefault();
      return;
    }
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

  let timer = 0;
  function refreshMine() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      htmx.ajax("GET", room.dataset.mine, { target: "#mine", swap: "outerMorph" }).then(sayMine);
    }, 150);
  }

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
