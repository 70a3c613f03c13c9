// The lightbox shows the PNGs that are linked.

const lightbox = $("#lightbox");
let picture = null;

/** Show a linked PNG. */
function showPicture(link) {
  picture = link;
  const links = pictures();
  $("#lightbox-name").textContent = link.dataset.name;
  $("#lightbox-count").textContent = `${links.indexOf(link) + 1} of ${links.length}`;
  const image = $("img", lightbox);
  image.src = link.href;
  image.classList.remove("natural");
  image.alt = link.closest(".row")?.getAttribute("aria-label") ?? link.dataset.name;
  const file = $("#lightbox-file");
  file.href = link.href;
  if (link.hasAttribute("download")) {
    file.download = link.dataset.name;
    file.textContent = "Download";
  } else {
    file.target = "_blank";
  }
  if (!lightbox.open) {
    lightbox.showModal();
    $("[data-step='1']", lightbox).focus();
  }
}

const pictures = () => all("a.png").filter((link) => link === picture || visible(link));

function stepPicture(step) {
  const links = pictures();
  showPicture(links[(links.indexOf(picture) + step + links.length) % links.length]);
}

lightbox.addEventListener("close", () => picture?.focus());
