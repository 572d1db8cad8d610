// Extras for the picker: it filters while one types, and the phone shows what is chosen.
const form = document.getElementById("p");
const find = document.getElementById("find");
const phone = document.querySelector(".phone");

function filter() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = [];
  for (const shelf of form.querySelectorAll("fieldset")) {
    const about = `${shelf.querySelector("legend").textContent} ${shelf.querySelector(".hint").textContent}`;
    const [whole, ...lessons] = shelf.querySelectorAll(".pick");
    const fits = (text) => words.every((word) => text.toLowerCase().includes(word));
    const kept = (row) => row.querySelector("[type=checkbox]:checked");
    const left = lessons.filter((row) => kept(row) || fits(`${about} ${row.querySelector("b").textContent}`));
    if (left.length || kept(whole) || fits(about)) left.unshift(whole);
    for (const row of [whole, ...lessons]) row.style.display = left.includes(row) ? "" : "none";
    shelf.style.display = left.length ? "" : "none";
    shown.push(...left);
  }
  const none = document.getElementById("none");
  none.textContent = shown.length ? "" : none.dataset.none;
  const chosen = form.querySelector("[type=radio]:checked");
  if (chosen && shown.length && !shown.includes(chosen.closest(".pick"))) {
    shown[0].querySelector("input").checked = true;
    show(shown[0].querySelector("input").value);
  }
}

function show(contentId) {
  phone.querySelector("iframe").src = `${phone.dataset.preview}${encodeURIComponent(contentId)}?panel=1`;
}

form.append(Object.assign(document.createElement("input"), {
  type: "hidden", name: "zone", value: Intl.DateTimeFormat().resolvedOptions().timeZone,
}));

if (phone) {
  form.addEventListener("change", (event) => {
    if (event.target.name === "c" && event.target.checked) show(event.target.value);
  });
  // A page that the server has filtered holds only what it found; there the button goes on searching.
  if (!find.value) {
    document.getElementById("search").style.display = "none";
    find.addEventListener("input", filter);
    form.addEventListener("submit", (event) => {
      if (event.submitter?.id === "search") event.preventDefault();
    });
  }
}
