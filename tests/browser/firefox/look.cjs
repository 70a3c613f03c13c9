// Open pages in Firefox and run a function in each: node look.cjs FIREFOX FUNCTION WIDTHS PAGE...
// Prints what it returned as a JSON list: of the first page at each of the WIDTHS, of the second, …
"use strict";
const puppeteer = require("puppeteer-core");

const [program, source, widths, ...urls] = process.argv.slice(2);

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: program });
  try {
    const found = [];
    for (const url of urls) {
      for (const width of widths.split(",").map(Number)) {
        const page = await browser.newPage();
        await page.setViewport({ width, height: 900 });
        await page.goto(url);
        found.push(await page.evaluate(`(${source})()`));
        await page.close();
      }
    }
    console.log(JSON.stringify(found));
  } finally {
    await browser.close();
  }
}

main();
