// Read a report in Firefox as a person does: node read.cjs FIREFOX PAGE WIDTH HEIGHT ANCHOR...
// Prints what was on the screen as JSON: after each turn of the wheel, after each link of the
// contents, and after opening the page at each ANCHOR.
"use strict";
const puppeteer = require("puppeteer-core");

const [program, url, width, height, ...anchors] = process.argv.slice(2);

/** Wait until the page stands still; tell where, and whether it did so within three seconds. */
async function rest(page) {
  return page.evaluate(async () => {
    const pause = (ms) => new Promise((done) => setTimeout(done, ms));
    let still = 0;
    let before = scrollY;
    for (let n = 0; n < 60 && still < 6; n++) {
      await pause(50);
      still = scrollY === before ? still + 1 : 0;
      before = scrollY;
    }
    const { scrollHeight, clientHeight } = document.documentElement;
    return { settled: still >= 6, y: scrollY, atEnd: scrollY + clientHeight >= scrollHeight - 1 };
  });
}

/** Tell where an element is on the screen, and whether it is what one sees there. */
async function seen(page, id) {
  return page.evaluate((id) => {
    const element = document.getElementById(id);
    const { left, top, bottom, width } = element.getBoundingClientRect();
    const bar = document.querySelector(".bar").getBoundingClientRect().bottom;
    const middle = (Math.max(top, bar) + Math.min(bottom, innerHeight)) / 2;
    const inside = element.contains(document.elementFromPoint(left + width / 2, middle));
    return { id, top: top - bar, bottom, inside };
  }, id);
}

/** Tell which card is in the middle of the screen. */
async function middle(page) {
  return page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).closest(".card")?.id ?? null);
}

/** Turn the wheel until the page has been at its end for three turns. */
async function scroll(page) {
  await page.mouse.move(Number(width) / 2, Number(height) / 2);
  const steps = [];
  for (let n = 0, ends = 0; n < 100 && ends < 3; n++) {
    await page.mouse.wheel({ deltaY: 600 });
    steps.push({ ...(await rest(page)), card: await middle(page) });
    ends = steps.at(-1).atEnd ? ends + 1 : 0;
  }
  return steps;
}

/** Click each link of the contents in one view; those of cards that a switch shows are not there. */
async function follow(page, view) {
  await page.click(`label:has(#view-${view})`);
  const found = [];
  for (const link of await page.$$(`nav .by-${view} a`)) {
    const id = await link.evaluate((element) => document.getElementById(element.hash.slice(1)).closest(".card").id);
    if (!(await link.evaluate((element) => element.checkVisibility()))) continue;
    await link.click();
    found.push({ ...(await rest(page)), ...(await seen(page, id)) });
  }
  return found;
}

/** Open the report in a new tab, perhaps at an anchor. */
async function open(browser, anchor) {
  const page = await browser.newPage();
  await page.setViewport({ width: Number(width), height: Number(height) });
  await page.goto(url + anchor);
  return page;
}

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: program });
  try {
    const page = await open(browser, "");
    const found = { version: await browser.version(), scroll: await scroll(page) };
    found.links = [...(await follow(page, "probe")), ...(await follow(page, "feature"))];
    found.deep = [];
    for (const anchor of anchors) {
      const page = await open(browser, `#${anchor}`);
      found.deep.push({ ...(await rest(page)), ...(await seen(page, anchor)) });
      await page.close();
    }
    console.log(JSON.stringify(found));
  } finally {
    await browser.close();
  }
}

main();
