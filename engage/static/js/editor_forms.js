/* The form of a line at work: made from the page's template, and what is typed in it kept until it is saved. */
(() => {
  const editor = document.getElementById("editor");
  const list = document.getElementById("lines");
  if (!editor) return;
  const words = editor.dataset;
  const DRAFT = "engage-draft-";
  const FIELDS = ["text", "speaker", "name"];

  const formOf = (item) => item?.querySelector(":scope > form") ?? null;
  const asIs = (item) => ({ text: item.querySelector(".said").textContent, speaker: item.dataset.speaker, name: "" });
  const typed = (form) => Object.fromEntries(FIELDS.map((name) => [name, form.elements[name].value]));
  const isTyped = (item, form) => FIELDS.some((name) => form.elements[name].value !== asIs(item)[name]);

  function makeForm(item, values = asIs(item)) {
    const form = document.getElementById("line-form").content.firstElementChild.cloneNode(true);
    form.action = `${words.at}/lines/${item.dataset.line}`;
    form.setAttribute("aria-label", `${words.lineOf} ${item.querySelector(".at").textContent}`);
    for (const label of form.querySelectorAll("label")) {
      const field = label.nextElementSibling;
      field.id = label.htmlFor = `f-${field.name}-${item.dataset.line}`;
    }
    form.elements.text.lang = item.querySelector(".said").lang;
    fill(item, form, values);
    item.append(form);
    item.classList.add("is-open");
    return form;
  }

  function fill(item, form, values = asIs(item)) {
    for (const name of FIELDS) form.elements[name].value = values[name];
    form.elements.version.value = item.dataset.version;
    form.querySelector('[data-act="removal"]').hidden = item.classList.contains("is-out");
    form.querySelector('[data-act="return"]').hidden = !item.classList.contains("is-out");
  }

  function setBusy(item, form, isBusy) {
    form.toggleAttribute("data-busy", isBusy);
    if (isBusy) form.dataset.busy = "true";
    for (const field of form.elements) {
      if (field.name === "text" || field.name === "name") field.readOnly = isBusy;
      else if (field.type !== "hidden") field.disabled = isBusy;
    }
    if (isBusy) note(form, words.saving);
  }

  function note(form, text) {
    const said = document.createElement("p");
    said.className = "meta";
    said.setAttribute("role", "status");
    said.textContent = text;
    form.querySelector(".answer").replaceChildren(said);
  }

  // Somebody who was named since this page was loaded can be chosen from now on, in every form.
  function learnSpeaker(item) {
    const id = item.dataset.speaker;
    const roots = [document.getElementById("line-form").content, list];
    for (const select of roots.flatMap((root) => [...root.querySelectorAll("select[name=speaker]")])) {
      if ([...select.options].some((option) => option.value === id)) continue;
      select.add(new Option(item.querySelector(".speaker").textContent.trim(), id));
    }
  }

  const unsaved = () => [...list.querySelectorAll(":scope > .is-open")].filter((item) => isTyped(item, formOf(item)));

  // Typed and not saved: kept in this window, even when it is loaded anew.
  function keepDraft(item, form) {
    const kept = { ...typed(form), version: form.elements.version.value };
    try { sessionStorage.setItem(DRAFT + item.dataset.line, JSON.stringify(kept)); } catch { /* full: it is still in the field */ }
  }

  const dropDraft = (item) => sessionStorage.removeItem(DRAFT + item.dataset.line);

  // The lines that were typed in before this page was loaded, each with what was typed.
  function drafts() {
    const keys = Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFT));
    const found = keys.map((key) => [document.getElementById(`line-${key.slice(DRAFT.length)}`), JSON.parse(sessionStorage.getItem(key))]);
    return found.filter(([item]) => item);
  }

  list.addEventListener("input", (event) => {
    const form = event.target.closest(".line-form");
    if (form) keepDraft(form.closest("li"), form);
  });

  window.engageForms = { formOf, makeForm, fill, typed, isTyped, setBusy, note, learnSpeaker, unsaved, keepDraft, dropDraft, drafts };
})();
