// Sends a recording with a progress bar, the time that is left, and a way to stop. Without it the form sends itself.
(() => {
  const form = document.querySelector("form[data-upload]");
  if (!form) return;
  const box = document.getElementById("upload");
  const words = document.getElementById("upload-words");
  const bar = box.querySelector("progress");
  const file = form.querySelector("input[type=file]");
  const button = form.querySelector("button:not([type])");
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const share = new Intl.NumberFormat(document.documentElement.lang, { style: "percent" });
  let sending = null;
  let told = 0; // quarters that were announced

  const size = (bytes) => (bytes >= 2 ** 30 ? `${number.format(bytes / 2 ** 30)} GB` : `${number.format(bytes / 2 ** 20)} MB`);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function left(seconds) {
    if (seconds < 60) return form.dataset.soon;
    return fill(form.dataset.minutes, { count: Math.ceil(seconds / 60) });
  }

  function show(done, total, since) {
    const percent = share.format(Math.floor((100 * done) / total) / 100);
    const seconds = ((performance.now() - since) / 1000) * (total / Math.max(done, 1) - 1);
    const parts = { done: size(done), total: size(total), percent, left: left(seconds) };
    bar.max = total;
    bar.value = done;
    words.textContent = done < total ? fill(form.dataset.sending, parts) : form.dataset.storing;
    const quarter = Math.floor((4 * done) / total);
    if (quarter > told) window.engageAnnounce?.(percent);
    told = quarter;
  }

  function end() {
    sending = null;
    box.hidden = true;
    button.disabled = false;
  }

  // What the server answers is a page of ours: the list, or this form with what is wrong.
  function answer(request) {
    sending = null; // the page may now be left
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const problem = page.querySelector(".error-summary li") ?? page.querySelector("#problem");
    end();
    say(problem?.textContent.trim() || form.dataset.failed);
  }

  function say(text) {
    const place = document.getElementById("upload-problem");
    place.hidden = false;
    place.querySelector("p").textContent = text;
    window.engageAnnounce?.(text);
  }

  form.addEventListener("submit", (event) => {
    const chosen = file.files[0];
    if (!chosen) return; // the server says what is missing
    event.preventDefault();
    document.getElementById("upload-problem").hidden = true;
    if (chosen.size > Number(form.dataset.most)) {
      say(form.dataset.tooLarge);
      return;
    }
    const since = performance.now();
    sending = new XMLHttpRequest();
    sending.upload.addEventListener("progress", (e) => show(e.loaded, e.total, since));
    sending.addEventListener("load", () => answer(sending));
    sending.addEventListener("error", () => (end(), say(form.dataset.failed)));
    sending.addEventListener("abort", () => (end(), say(form.dataset.stopped)));
    box.hidden = false;
    button.disabled = true;
    show(0, chosen.size, since);
    sending.open("POST", form.action);
    sending.send(new FormData(form));
  });

  box.querySelector("button").addEventListener("click", () => sending?.abort());
  window.addEventListener("beforeunload", (event) => sending && event.preventDefault());
})();
