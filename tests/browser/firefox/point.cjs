// Point at a token, at a cell, and walk over cells in Firefox: node point.cjs FIREFOX PAGE
// Prints as JSON what is told and marked after each.
"use strict";
const puppeteer = require("puppeteer-core");

const [program, url] = process.argv.slice(2);

/** Tell what the tooltip says and where it is, and which positions are marked. */
async function seen(page) {
  return page.evaluate(async () => {
    await new Promise((done) => setTimeout(done, 100));
    const place = (element) => (element?.checkVisibility() ? element.getBoundingClientRect().toJSON() : null);
    const tip = document.querySelector("#tip");
    const head = document.querySelector("thead .here");
    const marked = [...document.querySelectorAll(".token.crossed")].map((token) =>
      [...token.closest(".tokens").querySelectorAll(".token")].indexOf(token),
    );
    const [down, across] = head?.closest("table").querySelectorAll(".beam") ?? [];
    return {
      tip: place(tip), token: tip.querySelector("code").textContent, marked,
      unit: place(document.querySelector(".token.here") ?? document.querySelector("tr.here")),
      head: head && [...head.parentElement.cells].indexOf(head) - 1, headAt: place(head),
      down: place(down), across: place(across), line: place(document.querySelector("tr.here th")),
      said: document.activeElement.getAttribute("aria-label"), inner: [innerWidth, innerHeight],
    };
  });
}

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: program });
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 2600 });
    await page.goto(url);
    const found = {};
    const row = (await page.$$(".by-probe .row"))[2];
    await (await row.$$(".token"))[9].hover();
    found.token = await seen(page);
    const at = await page.evaluate(() => {
      const line = document.querySelectorAll("tbody tr")[4].querySelector("th").getBoundingClientRect();
      const head = document.querySelectorAll("thead th")[3].getBoundingClientRect();
      return { x: head.left + head.width / 2, y: line.top + line.height / 2 };
    });
    await page.mouse.move(at.x, at.y);
    found.cell = await seen(page);
    await page.mouse.move(5, 5);
    found.away = await seen(page);
    await page.focus(".spot");
    for (const key of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(key);
    found.walked = await seen(page);
    console.log(JSON.stringify(found));
  } finally {
    await browser.close();
  }
}

main();
