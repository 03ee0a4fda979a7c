// Says rare things to screen readers: one polite message each three seconds at most, the same one never twice in a row.
(() => {
  const PAUSE = 3000;
  const waiting = [];
  let last = "";
  let timer = 0;

  function sayNext() {
    const text = waiting.shift();
    timer = 0;
    if (text === undefined) return;
    const place = document.getElementById("announcer");
    if (place) place.textContent = text;
    last = text;
    timer = setTimeout(sayNext, PAUSE);
  }

  window.engageAnnounce = (text) => {
    text = String(text).trim();
    if (!text || text === (waiting.at(-1) ?? last)) return;
    waiting.push(text);
    if (!timer) timer = setTimeout(sayNext, 100);
  };

  // Interrupts. Only for "It is your turn".
  window.engageAlarm = (text) => {
    const place = document.getElementById("alarm");
    if (place && place.textContent !== text) place.textContent = text;
  };
})();
