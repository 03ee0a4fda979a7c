/* Roll call and vote by keyboard: in a table of radios the digits choose and go to the next row, up and down
   change the row, letters go to a name. */
(() => {
  let typed = "";
  let typedAt = 0;
  let isOpening = false;
  let closing = ""; // the id of what folds again

  const rowsOf = (table) => [...table.tBodies[0].rows];
  const goTo = (row) => (row?.querySelector("input:checked") ?? row?.querySelector("input"))?.focus();

  function choose(radio, rows, at) {
    if (!radio) return;
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    if (at + 1 < rows.length) goTo(rows[at + 1]);
    else radio.focus();
  }

  function goToName(letter, rows) {
    const now = Date.now();
    typed = now - typedAt < 1000 ? typed + letter : letter;
    typedAt = now;
    const nameOf = (row) => row.cells[0].textContent.trim().toLocaleLowerCase();
    const isMeant = (row) => nameOf(row).split(/\s+/).some((word) => word.startsWith(typed));
    goTo(rows.find(isMeant));
  }

  function inTable(event, table) {
    const rows = rowsOf(table);
    const at = rows.indexOf(event.target.closest("tr"));
    const radios = rows[at].querySelectorAll("input");
    if (/^[1-9]$/.test(event.key)) choose(radios[event.key - 1], rows, at);
    else if (event.key === "ArrowDown") goTo(rows[(at + 1) % rows.length]);
    else if (event.key === "ArrowUp") goTo(rows[(at - 1 + rows.length) % rows.length]);
    else if (event.key.length === 1 && /\p{L}/u.test(event.key)) goToName(event.key.toLocaleLowerCase(), rows);
    else return;
    event.preventDefault();
    event.stopPropagation(); // the console's keys are not meant
  }

  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const table = event.target.closest?.("[data-roll]");
      if (table && event.target.type === "radio") inTable(event, table);
    },
    true,
  );

  // Who has opened the vote takes it: the table has the keyboard when it appears.
  document.addEventListener("submit", (event) => {
    isOpening = event.submitter?.id === "open-vote";
  });
  document.addEventListener("htmx:after:swap", () => {
    const first = isOpening && document.querySelector("[data-roll] [data-key=v]");
    if (!first) return;
    isOpening = false;
    first.focus();
  });

  // What was unfolded for one act folds again when the act was taken; the console would keep it open.
  document.addEventListener("htmx:after:request", (event) => {
    const details = event.target.closest?.("details[data-closes]");
    const status = event.detail?.ctx?.response?.status ?? 0;
    if (details && status && status < 400) closing = details.id;
  });
  document.addEventListener("htmx:after:swap", () => {
    const id = closing;
    closing = "";
    if (id) setTimeout(() => document.getElementById(id)?.removeAttribute("open"));
  });

  // The words that a usual motion has when nothing is typed.
  document.addEventListener("change", (event) => {
    const select = event.target.closest?.("[data-usual-for]");
    if (!select) return;
    const field = document.getElementById(select.dataset.usualFor);
    field.placeholder = select.selectedOptions[0]?.dataset.usual ?? "";
  });
})();
