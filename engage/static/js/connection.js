/* Brings the page's socket back after a break, and says meanwhile that the page is not live. */
(() => {
  const room = document.querySelector("[data-room]");
  if (!room) return;
  const SHORT = 2000; // ms: a break that nobody needs to be told of
  const THANKS = 4000; // ms: how long it stands there that the page is live again
  const DOUBT = 60000; // ms without a word: a device that wakes up then does not believe in its socket
  const SLOW = 30000; // ms to open one; where thousands come at once it takes its time
  // Seconds: one try in each, at any moment of it. The last one is for all that follow.
  const SPREAD = { crowd: [5, 10, 10, 10, 20, 40, 60], first: [0.25, 0.5, 1, 2] };

  let connection = null;
  let heard = Date.now();
  let silence = Infinity; // ms: longer than this server ever says nothing

  // Staff, the hall, and whoever is next or has the floor do not wait among the crowd.
  function spread(attempt) {
    const isFirst = !room.dataset.mine || document.getElementById("mine")?.dataset.signal;
    const each = isFirst ? SPREAD.first : SPREAD.crowd;
    return 1000 * each[Math.min(attempt, each.length - 1)];
  }

  document.addEventListener("htmx:ws:before:connection", (event) => {
    connection = event.detail.connection;
  });

  // The extension's delay +- its whole self: any moment between now and twice the delay.
  document.addEventListener("htmx:ws:close", (event) => {
    const { code, connection: closed } = event.detail;
    const half = spread(closed.attempt) / 2;
    Object.assign(closed.config, { reconnectCodes: [code], reconnectDelay: half, reconnectMaxDelay: half, reconnectJitter: 1 });
    lose();
  });
  document.addEventListener("htmx:ws:after:connection", find);

  document.addEventListener("htmx:ws:before:message:incoming", (event) => {
    heard = Date.now();
    const { beat } = JSON.parse(event.detail.message.data);
    if (!beat) return;
    silence = 2400 * beat;
    event.preventDefault();
  });

  // What is said about it.
  const banner = document.getElementById("connection");
  let breaking = 0;
  let thanking = 0;
  let isTold = false;

  function show(state) {
    if (!banner) return;
    banner.hidden = !state;
    for (const each of banner.children) each.hidden = each.dataset.when !== state;
    const words = banner.querySelector(`[data-when="${state}"] strong`);
    if (words) window.engageAnnounce?.(words.textContent);
  }

  function lose() {
    delete room.dataset.connected;
    breaking ||= setTimeout(() => {
      clearTimeout(thanking);
      isTold = true;
      show("lost");
    }, SHORT);
  }

  function find() {
    heard = Date.now();
    room.dataset.connected = "";
    clearTimeout(breaking);
    breaking = 0;
    if (!isTold) return;
    isTold = false;
    show("back");
    thanking = setTimeout(show, THANKS, "");
  }

  // When there is a reason to come back at once.
  function renew() {
    clearTimeout(breaking);
    breaking = 0;
    lose();
    htmx.process(room, true);
  }
  const isOpening = () => connection?.socket?.readyState === WebSocket.CONNECTING;

  function wake() {
    if (document.hidden || isOpening()) return;
    if (!("connected" in room.dataset) || Date.now() - heard > DOUBT) renew();
  }
  document.addEventListener("visibilitychange", wake);
  window.addEventListener("online", renew);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) renew();
  });

  // A socket can be dead without a word: then nothing comes where something should have.
  let seen = null;
  let seenAt = 0;
  setInterval(() => {
    const now = Date.now();
    if (connection?.socket !== seen) [seen, seenAt] = [connection?.socket, now];
    if (isOpening() && now - seenAt > SLOW) seen.close();
    else if ("connected" in room.dataset && now - heard > silence) renew();
  }, 5000);
})();
