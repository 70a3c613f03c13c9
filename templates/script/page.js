// What every part uses: looking for elements, and the data of the page.

const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const root = document.documentElement;
const data = JSON.parse($("#data").textContent);
root.classList.add("js");
