// What tools in frames (or in tabs that this page opened) may ask of it: store something, and have another height.
// LTI Platform Storage 0.1 and its messages; told apart by subject, answered to the sender's own origin.
const told = document.currentScript.dataset;
const origins = told.origins.split(" ");
const resizing = told.resize.split(" ").filter(Boolean);
const kept = new Map();
const MOST_KEYS = 500;
const LONGEST = 4096;

function read(data) {
  if (typeof data !== "string") return data && typeof data === "object" ? data : null;
  try { return read(JSON.parse(data)); } catch { return null; }
}

function resize(source, height) {
  const pixels = Math.round(Number.parseFloat(height));
  const frame = [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === source);
  if (frame && pixels > 0) frame.style.blockSize = `${Math.min(Math.max(pixels, 100), 10000)}px`;
}

function capabilities() {
  const storing = told.frame ? ["lti.put_data", "lti.get_data"].map((subject) => ({ subject, frame: told.frame })) : [];
  return [{ subject: "lti.capabilities" }, ...storing, ...resizing.map((subject) => ({ subject }))];
}

function store(origin, message) {
  const own = kept.get(origin) ?? new Map();
  kept.set(origin, own);
  const { key, value } = message;
  if (typeof key !== "string" || !key || !("value" in message)) return { error: { code: "bad_request", message: "key and value are needed" } };
  if (value === null) own.delete(key);
  else if (String(value).length > LONGEST || own.size >= MOST_KEYS) return { error: { code: "storage_exhaustion", message: "too much" } };
  else own.set(key, value);
  return { key, value };
}

function recall(origin, { key }) {
  if (typeof key !== "string" || !key) return { error: { code: "bad_request", message: "key is needed" } };
  return { key, value: kept.get(origin)?.get(key) ?? null };
}

function answer(event, message) {
  const isStoring = message.subject === "lti.put_data" || message.subject === "lti.get_data";
  if (message.subject === "lti.capabilities") return { supported_messages: capabilities() };
  if (!isStoring || told.here !== "yes") return null;
  if (!origins.includes(event.origin)) return { error: { code: "wrong_origin", message: "no tool has this origin" } };
  if (!message.message_id) return { error: { code: "bad_request", message: "message_id is needed" } };
  return message.subject === "lti.put_data" ? store(event.origin, message) : recall(event.origin, message);
}

addEventListener("message", (event) => {
  const message = read(event.data);
  if (!message || !event.source) return;
  if (resizing.includes(message.subject)) resize(event.source, message.height);
  if (!told.frame || told.silent === "yes") return;
  const found = answer(event, message);
  if (!found) return;
  const reply = { subject: `${message.subject}.response`, message_id: message.message_id, ...found };
  setTimeout(() => event.source.postMessage(reply, event.origin), Number(told.delay));
});
