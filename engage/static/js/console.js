/* One key for each act that the console shows: presses the button that carries it, or goes to the field.
   A digit goes to that row of the list, arrows there move it; what is unfolded stays unfolded when the page changes. */
(() => {
  const TYPING = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
  const FIELD = "input, textarea, select";
  const unfolded = new Set();

  function leave() {
    document.getElementById("console")?.focus({ preventScroll: true });
  }

  // In a field only Escape is a key of ours; and Enter sends also from a choice, which browsers leave to us.
  function inField(event) {
    if (event.key === "Escape") leave();
    const form = event.target.closest("form.act-form");
    if (event.key !== "Enter" || event.target.tagName !== "SELECT" || !form) return;
    event.preventDefault();
    form.requestSubmit();
  }

  function goToRow(number) {
    const row = document.querySelector(`[data-row="${CSS.escape(number)}"]`);
    const more = row?.querySelector("details");
    if (!more) return false;
    more.open = true;
    more.querySelector("select").focus();
    return true;
  }

  function moveRow(event) {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    const button = way && event.altKey && event.target.closest("li")?.querySelector(`[data-move="${way}"]`);
    if (!button) return false;
    button.click();
    return true;
  }

  function act(key) {
    const node = document.querySelector(`[data-key="${CSS.escape(key.toLowerCase())}"]`);
    if (!node) return false;
    if (node.tagName !== "SUMMARY") node.closest("details")?.setAttribute("open", "");
    if (node.matches(FIELD) || "focus" in node.dataset) node.focus();
    else if (node.tagName === "SUMMARY") unfold(node.parentElement);
    else node.click();
    return true;
  }

  function unfold(details) {
    details.open = true;
    const field = details.querySelector("[type=radio]:checked") ?? details.querySelector(`form :is(${FIELD}):not([type=hidden])`);
    field?.focus();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") return event.target.form?.requestSubmit();
    if (event.ctrlKey || event.metaKey || event.repeat) return;
    if (moveRow(event)) return event.preventDefault();
    if (event.altKey) return;
    if (event.target.closest(TYPING)) return inField(event);
    if (event.key === "Escape") return leave();
    if (/^[1-9]$/.test(event.key) && !event.target.matches("[type=radio]") && goToRow(event.key)) return event.preventDefault();
    if (act(event.key)) event.preventDefault();
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.id) unfolded[event.target.open ? "add" : "delete"](event.target.id);
  }, true);

  // Once sent, the keys are the console's again; a refusal leads back to the field, with everything typed still there.
  let sentFrom = null;
  document.addEventListener("submit", (event) => {
    const form = event.target.closest?.("form.act-form");
    sentFrom = form?.contains(document.activeElement) ? document.activeElement : null;
    if (sentFrom && !form.closest("li")) leave();
  });

  // An act that nobody has answered may have been done or not. Pressed again it goes out with the same key, and is done once.
  const unanswered = new Map();
  const nameOf = ({ action, body }) => `${action}?${new URLSearchParams([...body].filter(([name]) => name !== "key"))}`;
  const isAct = (event) => event.target.matches?.("form[hx-post]") && event.detail.ctx;

  document.addEventListener("htmx:config:request", (event) => {
    const { request } = event.detail.ctx;
    if (!isAct(event) || request.body.has("key")) return;
    const key = unanswered.get(nameOf(request)) ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
    unanswered.delete(nameOf(request));
    request.body.set("key", key);
  });

  function keepUnanswered({ target: form, detail: { ctx } }) {
    const problem = document.getElementById("problem");
    unanswered.set(nameOf(ctx.request), ctx.request.body.get("key"));
    problem.textContent = "";
    setTimeout(() => { problem.textContent = problem.parentElement.dataset.unanswered; }, 100);
    if (form.contains(sentFrom)) sentFrom.focus();
  }

  document.addEventListener("htmx:error", (event) => {
    if (isAct(event) && !event.detail.ctx.response) keepUnanswered(event);
  });

  // A proxy on the way has answered, which knows no words of ours.
  document.addEventListener("htmx:response:error", (event) => {
    if (isAct(event) && !event.detail.ctx.text.includes('id="problem"')) keepUnanswered(event);
  });

  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form.act-form");
    const status = event.detail?.ctx?.response?.status ?? 0;
    if (!form || !status) return;
    if (status >= 400) return sentFrom?.focus();
    form.reset();
    if (sentFrom && !form.closest("li")) window.scrollTo({ top: 0 });
  });

  // An answer that was on its way while another act was done is older than what stands here.
  document.addEventListener("htmx:before:swap", (event) => {
    const head = /data-head="(\d+)"/.exec(event.detail.ctx?.text ?? "")?.[1];
    const shown = document.getElementById("console")?.dataset.head;
    if (head && shown && Number(head) < Number(shown)) event.preventDefault();
  });

  document.addEventListener("htmx:after:swap", () => {
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  });
})();
