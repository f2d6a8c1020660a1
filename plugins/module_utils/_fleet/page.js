"use strict";
(() => {
  const box = document.getElementById("filter"), shown = document.getElementById("shown");
  const body = document.querySelector("tbody");

  function filter() {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const part of document.querySelectorAll("[data-text]")) {
      part.hidden = !words.every((word) => part.dataset.text.includes(word));
    }
    for (const group of document.querySelectorAll(".failure")) {
      group.hidden = !group.querySelector("[data-text]:not([hidden])");
    }
    const count = body.querySelectorAll("tr:not([hidden])").length;
    shown.textContent = words.length ? `${count} of ${body.rows.length} shown` : "";
  }

  function sort(head, index) {
    const down = head.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1;
    for (const cell of head.parentNode.cells) { cell.removeAttribute("aria-sort"); }
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = ({cells}) => {
      const value = cells[index].dataset.value;
      return value === undefined ? cells[index].textContent.trim().toLowerCase() : Number(value);
    };
    const collator = new Intl.Collator(undefined, {numeric: true});
    const compare = (one, other) => typeof one === "string" ? collator.compare(one, other) : one - other;
    body.append(...[...body.rows].map((row) => [key(row), row])
      .sort(([one], [other]) => sign * compare(one, other)).map(([, row]) => row));
  }

  document.querySelectorAll("thead th").forEach((head, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head, index));
    head.replaceChildren(button);
  });
  box.addEventListener("input", filter);
  document.getElementById("tools").hidden = false;
})();
