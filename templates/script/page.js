// What every part uses: looking for elements, and the data of the page.

const $ = (selector, from = document) => from.querySelector(selector);
const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const root = document.documentElement;
const data = JSON.parse($("#data").textContent);
root.classList.add("js");

/**
 * What the address keeps beside the switches of the bar: how each is read, empty where it is as it
 * came, and set.
 * @type {Map<string, {read: () => string, write: (text: string) => void}>}
 */
const kept = new Map();
