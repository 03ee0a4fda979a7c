/* The page of a microphone's place: when its link no longer holds, the page goes, and with it the open microphone. */
document.addEventListener("htmx:response:error", (event) => {
  if (event.target.id === "console" && event.detail.ctx?.response?.status === 404) location.reload();
});
