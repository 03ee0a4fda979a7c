/* A kiosk that was left alone goes back to its start; whoever is there is asked first and can stay by any touch. */
(() => {
  const GRACE = 20000;
  const place = document.querySelector("[data-idle]");
  if (!place) return;
  const asks = place.hidden;
  let timer = 0;

  const leave = () => location.replace(place.dataset.start);

  function ask() {
    if (!asks) return leave();
    place.hidden = false;
    timer = setTimeout(leave, GRACE);
  }

  function stay() {
    clearTimeout(timer);
    if (asks) place.hidden = true;
    timer = setTimeout(ask, Number(place.dataset.idle) * 1000);
  }

  for (const kind of ["pointerdown", "keydown", "input", "focusin", "scroll"]) document.addEventListener(kind, stay, true);
  stay();
})();
