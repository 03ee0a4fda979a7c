// Dragging an agenda item to another place: fills in the form that the server takes, nothing more. Buttons do the same.
(() => {
  const list = document.querySelector("[data-builder]");
  if (!list) return;
  const place = document.getElementById(list.dataset.focus);
  if (place && !place.autofocus) place.focus();
  const form = document.getElementById("drag");
  if (!list.dataset.drag) return;

  const rows = () => [...list.querySelectorAll("[data-item]")];
  const levelOf = (row) => Number(row.className.match(/level-(\d)/)[1]);

  // A line and everything under it move as one.
  function blockOf(row) {
    const all = rows();
    const at = all.indexOf(row);
    let end = at + 1;
    while (end < all.length && levelOf(all[end]) > levelOf(row)) end += 1;
    return all.slice(at, end);
  }

  let moved = [];
  let target = null; // the row to stand before; "end" for none

  function targetAt(y) {
    for (const row of rows()) {
      const box = row.getBoundingClientRect();
      if (y < box.top + box.height / 2) return row;
    }
    return "end";
  }

  function show(next) {
    for (const row of rows()) row.classList.remove("is-target", "is-target-end");
    target = moved.includes(next) ? null : next;
    if (target === "end") rows().at(-1).classList.add("is-target-end");
    else target?.classList.add("is-target");
  }

  function stop() {
    for (const row of rows()) row.classList.remove("is-target", "is-target-end", "is-dragged");
    moved = [];
    target = null;
  }

  function drop() {
    const [row] = moved;
    if (row && target) {
      form.action = row.dataset.move;
      form.elements.before.value = target === "end" ? "" : target.dataset.item;
      form.submit();
    }
    stop();
  }

  for (const row of rows()) {
    const handle = document.createElement("span");
    handle.className = "handle";
    handle.title = list.dataset.drag;
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "\u2807";
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
      moved = blockOf(row);
      for (const each of moved) each.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (moved.length) show(targetAt(event.clientY));
    });
    handle.addEventListener("pointerup", drop);
    handle.addEventListener("pointercancel", stop);
    row.prepend(handle);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
})();
