// Platform storage (LTI Client Side postMessages): where cookies are blocked, the LMS's own frame keeps a value for us
// between the two halves of a launch.  Whoever does not answer within 1.5 s is not waited for, and nobody is alarmed.
const form = document.getElementById("storage");
const { target, origin, key, value, next, otherwise } = form.dataset;
const subject = value ? "lti.put_data" : "lti.get_data";
const message = { subject, message_id: crypto.getRandomValues(new Uint32Array(4)).join("-"), key };
if (value) message.value = value;

const main = document.getElementById("main");
main.hidden = true;
const timer = setTimeout(giveUp, 1500);

function giveUp() {
  clearTimeout(timer);
  removeEventListener("message", answered);
  if (otherwise) location.replace(otherwise);
  else main.hidden = false;
}

function answered(event) {
  const said = event.data;
  if (event.origin !== origin || said?.subject !== `${subject}.response` || said.message_id !== message.message_id) return;
  if (said.error || typeof said.value !== "string" || (value && said.value !== value)) return giveUp();
  clearTimeout(timer);
  removeEventListener("message", answered);
  if (value) return location.replace(next);
  form.elements.browser.value = said.value;
  form.submit();
}

addEventListener("message", answered);
try {
  const host = window.opener || window.parent;
  (target === "_parent" ? host : host.frames[target]).postMessage(message, origin);
} catch {
  giveUp(); // there is no such frame
}
