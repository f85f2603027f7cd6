"use strict";

// Rows of a table, or cards of a list: whatever a filter may hide.
const rowsOf = (element) => [...element.querySelectorAll(element.tagName === "TABLE" ? "tbody > tr" : "[data-row]")];

function filter(input) {
  const target = document.getElementById(input.dataset.filter);
  const count = document.getElementById(`${target.id}-count`);
  const rows = rowsOf(target);
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const apply = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    // A list of tables opens those that hold a match, and hides those that do not.
    for (const group of target.querySelectorAll("details:has(> table [data-row])")) {
      const left = group.querySelectorAll("[data-row]:not([hidden])").length;
      group.hidden = left === 0;
      group.open = words.length > 0 && left > 0;
    }
    count.textContent = words.length ? `${shown} of ${rows.length} shown` : `${rows.length} in all`;
  };
  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  count.textContent = `${rows.length} in all`;
}

function sort(button) {
  const header = button.closest("th");
  const table = button.closest("table");
  const column = [...header.parentElement.children].indexOf(header);
  const descending = header.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const key = (row) => {
    const cell = row.children[column];
    return cell ? (cell.dataset.sort ?? cell.textContent.trim()) : "";
  };
  const order = new Intl.Collator("en", { numeric: true }).compare;
  const rows = rowsOf(table).map((row) => [key(row), row]);
  rows.sort(([a], [b]) => (descending ? order(b, a) : order(a, b)));
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

// A link to a resource leads into a closed list, one to a picture opens it.
function reveal() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  target.hidden = false;
  for (let around = target; around; around = around.parentElement) {
    if (around.tagName === "DETAILS") {
      around.hidden = false;
      around.open = true;
    }
  }
  target.scrollIntoView({ block: "center" });
  if (target.matches("tr")) target.focus({ preventScroll: true });
}

// On paper nothing can be opened; what is long anyway stays closed, and stands in the CSV.
const KEPT_CLOSED = "#all-findings, #resources details, #rules details";
let opened = [];
window.addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")].filter((d) => !d.closest(KEPT_CLOSED));
  for (const details of opened) details.open = true;
});
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
});

document.querySelectorAll("[data-filter]").forEach(filter);
document.querySelectorAll("button.sort").forEach((button) => button.addEventListener("click", () => sort(button)));
window.addEventListener("hashchange", reveal);
reveal();
