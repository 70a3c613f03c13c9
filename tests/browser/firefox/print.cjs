// Print a page in Firefox as a PDF: node print.cjs FIREFOX PAGE PDF
"use strict";
const puppeteer = require("puppeteer-core");

const [program, url, path] = process.argv.slice(2);

async function main() {
  const browser = await puppeteer.launch({ browser: "firefox", executablePath: program });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    await page.pdf({ path, format: "A4" });
  } finally {
    await browser.close();
  }
}

main();
