// The contents mark which card is being read.

const links = new Map(all("nav a").map((link) => [link.getAttribute("href")?.slice(1), link]));
const reading = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) links.get(addressOf(/** @type {HTMLElement} */ (entry.target)))?.classList.toggle("here", entry.isIntersecting);
  },
  { rootMargin: "-20% 0px -60% 0px" },
);
for (const card of all(".card")) reading.observe(card);
