// Extras for the learner's pages; every page works without them.

// 1 Answers go without a full page load; if the line drops, the answer stays here and can be sent again.
const WAIT = 15000;
let shown = location.pathname;

async function send(form, button) {
  const data = new FormData(form, button);
  const url = form.getAttribute("action") || location.href;
  const ends = new AbortController();
  const timer = setTimeout(() => ends.abort(), WAIT);
  document.body.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { method: "POST", body: new URLSearchParams(data), signal: ends.signal });
    if (!(answer.headers.get("content-type") || "").includes("text/html")) throw new Error("no page");
    show(await answer.text(), answer.url);
  } catch {
    offline(form, button);
  } finally {
    clearTimeout(timer);
    document.body.removeAttribute("aria-busy");
  }
}

function show(text, url) {
  const page = new DOMParser().parseFromString(text, "text/html");
  if (url !== location.href) history.pushState({}, "", url);
  shown = location.pathname;
  document.title = page.title;
  document.body.replaceWith(document.importNode(page.body, true));
  scrollTo(0, 0);
  const news = document.querySelector("[autofocus], [role=alert]");
  if (news) news.focus();
  else document.getElementById("main").focus({ preventScroll: true });
  start();
}

function offline(form, button) {
  document.getElementById("offline")?.remove();
  const notice = document.getElementById("offline-words").content.firstElementChild.cloneNode(true);
  notice.id = "offline";
  notice.querySelector("button").addEventListener("click", () => { notice.remove(); send(form, button); });
  document.querySelector("main").append(notice);
  notice.querySelector("button").focus();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.hasAttribute("data-send") || !document.getElementById("offline-words")) return;
  event.preventDefault();
  if (document.body.getAttribute("aria-busy") === "true") return;
  send(form, event.submitter);
});
addEventListener("popstate", () => { if (location.pathname !== shown) location.reload(); });

// 2 Ordering: buttons that move a line, beside its place.
function ordering(list) {
  const lines = () => [...list.children];
  const settle = (moved) => {
    lines().forEach((line, at) => {
      line.querySelector("select").value = String(at + 1);
      const [up, down] = line.querySelectorAll("button");
      up.disabled = at === 0;
      down.disabled = at === list.children.length - 1;
    });
    if (!moved) return;
    const says = list.dataset.moved.replace("%what", moved.querySelector("[data-text]").dataset.text)
      .replace("%at", lines().indexOf(moved) + 1).replace("%of", list.children.length);
    document.querySelector("[data-status]").textContent = says;
  };
  const button = (line, label, path, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn sq";
    made.setAttribute("aria-label", `${label}: ${line.querySelector("[data-text]").dataset.text}`);
    made.innerHTML = `<svg class="i" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
    made.addEventListener("click", () => { act(); settle(line); (made.disabled ? line.querySelector("button:enabled") : made).focus(); });
    line.append(made);
  };
  lines().sort((a, b) => a.querySelector("select").value - b.querySelector("select").value).forEach((line) => list.append(line));
  for (const line of lines()) {
    button(line, list.dataset.up, "m6 14 6-6 6 6", () => line.previousElementSibling?.before(line));
    button(line, list.dataset.down, "m6 10 6 6 6-6", () => line.nextElementSibling?.after(line));
    line.querySelector("select").addEventListener("change", (event) => {
      const at = Number(event.target.value) - 1;
      const others = lines().filter((one) => one !== line);
      list.replaceChildren(...others.slice(0, at), line, ...others.slice(at));
      settle(line);
      event.target.focus();
    });
  }
  settle();
}

// 3 The browser's time zone, for those whose LMS tells none.
function zone() {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  for (const form of document.querySelectorAll("form[data-zone]")) {
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "zone", value: name });
    form.append(field);
  }
}

// 4 The frame is as high as the page, in an LMS that listens.
function height() {
  if (window.parent === window) return;
  document.body.style.minBlockSize = "0";
  const tall = Math.ceil(document.body.getBoundingClientRect().height);
  document.body.style.minBlockSize = "";
  for (const subject of ["lti.frameResize", "org.imsglobal.lti.frameResize"]) {
    window.parent.postMessage({ subject, height: Math.max(400, tall) }, "*");
  }
}

function start() {
  height();
  document.querySelectorAll("[data-order]").forEach(ordering);
  zone();
}
start();
