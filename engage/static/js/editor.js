/* The transcript at work: one line's form at a time, saved in place. What is typed is kept until it is saved:
   through a lost connection, a reload, and another clerk's change of the same line, which shows both texts. */
(() => {
  const editor = document.getElementById("editor");
  const list = document.getElementById("lines");
  if (!editor) return;
  const words = editor.dataset;
  const { formOf, makeForm, typed, isTyped, setBusy, note, keepDraft, dropDraft, drafts, unsaved } = window.engageForms;
  const { inTurn, post } = window.engagePost;
  const { apply, refresh } = window.engageChanges;
  let present = null; // the line at work

  function closeForm(item) {
    dropDraft(item);
    formOf(item)?.remove();
    item.classList.remove("is-open", "is-stuck");
    tellStuck();
  }

  // The line that was at work is left: closed when nothing was typed, else saved.
  function leave(item) {
    const form = formOf(item);
    if (!form || form.dataset.busy) return;
    if (!isTyped(item, form)) closeForm(item);
    else if (!item.classList.contains("is-stuck")) send(item, form, "");
  }

  function choose(item) {
    if (present !== item) {
      present?.removeAttribute("aria-current");
      if (present?.isConnected) leave(present);
      present = item;
      item.setAttribute("aria-current", "true");
      window.engageSound?.work(item);
      tellStuck();
    }
  }

  // The line at work was joined with another, by somebody else.
  list.addEventListener("engage:beside", (event) => choose(event.target));

  function open(item, caret = null) {
    choose(item);
    const form = formOf(item) ?? makeForm(item);
    form.elements.text.focus({ preventScroll: true });
    if (caret !== null) form.elements.text.setSelectionRange(caret, caret);
    item.scrollIntoView({ block: "nearest" });
  }

  function stand(item) {
    choose(item);
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
    item.scrollIntoView({ block: "nearest" });
  }

  // To the line before or after, as whoever asks was at work or only looking.
  function step(by) {
    const other = by > 0 ? present?.nextElementSibling : present?.previousElementSibling;
    if (!other) return window.engageAnnounce?.(words.last);
    if (document.activeElement?.closest(".line-form")) open(other);
    else stand(other);
  }

  function send(item, form, act) {
    const values = typed(form);
    form.elements.following.value = item.nextElementSibling?.dataset.line ?? "";
    keepDraft(item, form);
    setBusy(item, form, true);
    return inTurn(async () => {
      const fields = new URLSearchParams({ ...values, version: form.elements.version.value, following: form.elements.following.value, place: form.elements.place.value });
      if (!values.name) fields.delete("name");
      if (values.speaker === item.dataset.speaker) fields.delete("speaker"); // whoever names it meanwhile is right
      const url = `${words.at}/lines/${item.dataset.line}${act && `/${act}`}`;
      const { page } = await post(url, fields, () => { note(form, words.lost); setStuck(item, true); });
      setBusy(item, form, false);
      const isDone = page.querySelector("[data-changes]") !== null;
      if (isDone) {
        closeForm(item);
        apply(page);
      } else {
        refuse(item, form, page);
      }
      return isDone;
    });
  }

  // What stands against it, in place; the field keeps what was typed.
  function refuse(item, form, page) {
    const answer = page.querySelector("[data-answer]");
    if (answer) {
      form.querySelector(".answer").replaceChildren(document.adoptNode(answer));
      form.elements.version.value = answer.dataset.version;
      refresh();
    } else {
      note(form, page.querySelector("#problem")?.textContent.trim() || words.failed);
    }
    setStuck(item, true);
    if (document.activeElement === document.body) form.elements.text.focus();
  }

  function setStuck(item, isStuck) {
    item.classList.toggle("is-stuck", isStuck);
    tellStuck();
  }

  // The line may be far away by the time that the answer comes.
  function tellStuck() {
    const stuck = [...list.querySelectorAll(":scope > .is-stuck")].filter((item) => item !== present);
    const told = document.getElementById("stuck");
    told.hidden = !stuck.length;
    told.querySelector("span").replaceChildren(...stuck.map((item) => {
      const link = document.createElement("a");
      link.href = `#${item.id}`;
      link.textContent = item.querySelector(".at").textContent;
      return link;
    }));
  }

  const after = {
    split: (item) => { if (item.nextElementSibling) open(item.nextElementSibling, 0); },
    joining: (item, caret) => open(item, caret),
    return: (item) => open(item),
  };

  async function act(item, form, name) {
    if (form.dataset.busy) return;
    const wasAtWork = form.contains(document.activeElement);
    const caret = form.elements.text.value.trimEnd().length + 1;
    form.elements.place.value = form.elements.text.selectionStart;
    const sent = send(item, form, name === "next" ? "" : name);
    if (name === "next" || (name === "removal" && wasAtWork)) step(1);
    else if ((await sent) && wasAtWork && present === item) after[name]?.(item, caret);
  }

  async function actOnAll(form) {
    const goTo = form.dataset.live === "undo";
    const wasAtWork = Boolean(document.activeElement?.closest(".line-form"));
    await inTurn(async () => {
      const { page } = await post(form.action, new URLSearchParams(new FormData(form)), () => window.engageAnnounce?.(words.lost));
      const problem = page.querySelector("#problem")?.textContent.trim();
      const put = apply(page);
      if (!page.querySelector("[data-changes]")) tellProblem(problem || words.failed);
      else if (goTo && put[0]) wasAtWork ? open(put[0]) : stand(put[0]);
    });
  }

  function tellProblem(text) {
    const told = document.getElementById("trouble");
    told.hidden = false;
    told.textContent = text;
    setTimeout(() => { told.hidden = true; }, 10000);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-live]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.live === "line") act(form.closest("li"), form, event.submitter?.dataset.act ?? "next");
    else actOnAll(form);
  });

  list.addEventListener("click", (event) => {
    const item = event.target.closest("li");
    if (!item || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest('[data-act="put-back"]')) {
      closeForm(item);
      return stand(item);
    }
    if (event.target.closest(".line-form")) return choose(item);
    const time = event.target.closest("a.at");
    if (!time && !event.target.closest(".said, a.btn")) return;
    event.preventDefault();
    if (time) {
      stand(item);
      window.engageSound?.replay(item);
    } else if (!String(getSelection())) open(item);
  });

  document.getElementById("stuck").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    open(document.getElementById(link.hash.slice(1)));
  });

  window.addEventListener("beforeunload", (event) => {
    if (unsaved().length) event.preventDefault();
  });

  for (const [item, kept] of drafts()) {
    const form = makeForm(item, kept);
    form.elements.version.value = kept.version;
    if (isTyped(item, form)) {
      note(form, words.kept);
      setStuck(item, true);
    } else {
      closeForm(item);
    }
  }

  const wanted = location.hash.startsWith("#line-") && document.getElementById(location.hash.slice(1));
  const first = wanted || list.querySelector(":scope > li:not(:has(.badge))") || list.firstElementChild;
  if (wanted) stand(first);
  else if (first) choose(first);

  window.engageEditor = { get present() { return present; }, open, stand, step, formFor: (item) => formOf(item) ?? makeForm(item) };
})();
