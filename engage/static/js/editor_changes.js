/* Lines that have changed, by us or by others, take their place in the open editor; what is being typed stays. */
(() => {
  const editor = document.getElementById("editor");
  const list = document.getElementById("lines");
  if (!editor) return;
  const words = editor.dataset;
  const { formOf, fill, isTyped, learnSpeaker, unsaved } = window.engageForms;
  const { inTurn, get } = window.engagePost;
  const itemOf = (id) => document.getElementById(`line-${id}`);
  const saidIn = (item) => item.querySelector(".said").textContent;

  // The lines that it has put; none where the page is no answer of the editor's, or an older one.
  function apply(page) {
    const part = page.querySelector("[data-changes]");
    if (!part || Number(part.dataset.edit) < Number(words.edit)) return [];
    words.edit = part.dataset.edit;
    const made = [...part.querySelectorAll("li[data-line]")];
    made.forEach(learnSpeaker);
    const put = made.map(place).filter(Boolean);
    for (const id of part.dataset.gone.split(" ").filter(Boolean)) takeAway(itemOf(id));
    const standing = document.getElementById("standing");
    const hadFocus = standing.contains(document.activeElement);
    standing.replaceWith(document.adoptNode(part.querySelector("#standing")));
    if (hadFocus) document.querySelector("#standing button")?.focus();
    if (document.querySelector('#standing[data-standing="certified"]') && !unsaved().length) location.reload();
    return put;
  }

  function place(made) {
    const item = itemOf(made.dataset.line);
    if (item) return update(item, made);
    const before = itemOf(made.dataset.after);
    if (before) before.after(document.adoptNode(made));
    else if (!made.dataset.after) list.prepend(document.adoptNode(made));
    return itemOf(made.dataset.line);
  }

  // Not replaced, since the focus may be in it; a text that is being typed stays.
  function update(item, made) {
    const form = formOf(item);
    const wasTyped = form && isTyped(item, form);
    const isSameText = saidIn(item) === saidIn(made);
    const isSpeakerKept = form?.elements.speaker.value === item.dataset.speaker;
    Object.assign(item.dataset, made.dataset);
    item.classList.toggle("is-out", made.classList.contains("is-out"));
    for (const node of [...item.childNodes]) if (node !== form) node.remove();
    item.prepend(...made.childNodes);
    if (form && !wasTyped) fill(item, form);
    else if (form && isSpeakerKept) form.elements.speaker.value = made.dataset.speaker;
    if (wasTyped && isSameText && isSpeakerKept) form.elements.version.value = item.dataset.version;
    return item;
  }

  function takeAway(item) {
    const form = formOf(item);
    if (!item || (form && isTyped(item, form))) return;
    const beside = item.nextElementSibling ?? item.previousElementSibling;
    const wasAtWork = item.hasAttribute("aria-current");
    item.remove();
    if (wasAtWork && beside) beside.dispatchEvent(new CustomEvent("engage:beside", { bubbles: true }));
  }

  let timer = 0;
  function refresh() {
    clearTimeout(timer);
    timer = setTimeout(() => inTurn(async () => {
      const url = `${words.at}/recordings/${words.recording}/changes?since=${words.edit}`;
      const page = await get(url);
      if (page) apply(page);
    }), 200);
  }
  document.body.addEventListener("engage:nudge", refresh);

  window.engageChanges = { apply, refresh };
})();
