// New grades appear by themselves; while somebody is changing one, the table stays as it is.
const book = document.getElementById("gradebook");

async function refresh() {
  const isInUse = book.querySelector("td details[open]") || document.activeElement.matches("td input, th input, td button, td summary");
  if (document.hidden || isInUse) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("gradebook");
  if (!fresh || book.querySelector("td details[open]")) return;
  const before = new Map([...book.querySelectorAll("td[data-person]")].map((cell) => [key(cell), cell.dataset.score]));
  const calls = book.querySelector("#calls");
  if (calls && calls.open) fresh.querySelector("#calls")?.setAttribute("open", "");
  const left = book.querySelector(".scroll")?.scrollLeft ?? 0;
  book.replaceChildren(...fresh.childNodes);
  const scroll = book.querySelector(".scroll");
  if (scroll) scroll.scrollLeft = left;
  for (const cell of book.querySelectorAll("td[data-person]")) {
    if (before.has(key(cell)) && before.get(key(cell)) !== cell.dataset.score) cell.classList.add("new");
  }
}

function key(cell) {
  return `${cell.dataset.lineItem}/${cell.dataset.person}`;
}

setInterval(refresh, Number(book.dataset.refresh));
