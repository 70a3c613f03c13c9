// Clicks, wherever they are.

document.addEventListener("click", (event) => {
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  const link = event.target.closest("a");
  if (link?.matches(".png") && plain) {
    event.preventDefault();
    showPicture(link);
  } else if (link?.getAttribute("href")?.startsWith("#") && plain) {
    // Sandboxed frames block links within the page.
    event.preventDefault();
    go(placeOf(link.hash.slice(1)), true, true);
  } else if (event.target.closest("#lightbox")) {
    clickPicture(event);
  } else if (event.target.dataset.copy) {
    copy(event.target);
  } else if (event.target.id === "help") {
    $("#keys").showModal();
  } else if (event.target.id === "keys") {
    event.target.close(); // the backdrop
  } else if (!link && !getSelection().toString() && !clickToken(event) && !event.target.closest("button")) {
    event.target.closest(".row")?.classList.toggle("open");
  }
});
