// Counts the characters left under a text area; without it the limit is told in words all the same.
(() => {
  for (const note of document.querySelectorAll("[data-count-for]")) {
    const area = document.getElementById(note.dataset.countFor);
    const count = () => {
      const left = Number(note.dataset.most) - [...area.value].length;
      note.textContent = `${Math.abs(left).toLocaleString(document.documentElement.lang)} ${left < 0 ? note.dataset.over : note.dataset.left}`;
      note.classList.toggle("is-over", left < 0);
    };
    area.addEventListener("input", count);
    count();
  }
})();
