/* The city's own conference or broadcast, once somebody asks for it: a frame of another origin. */
(() => {
  const box = document.querySelector("[data-embed]");
  const button = box?.querySelector("button");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const frame = box.querySelector("template").content.firstElementChild.cloneNode(true);
    button.closest(".buttons").before(frame);
    button.remove();
    frame.focus();
  });
})();
