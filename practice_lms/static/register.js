// The tool says when it has registered, from its frame or from the tab that this page opened.
const address = new URL(document.currentScript.dataset.address);

addEventListener("message", (event) => {
  const subject = typeof event.data === "object" && event.data ? event.data.subject : "";
  if (subject !== "org.imsglobal.lti.close" || event.origin !== address.origin) return;
  if (event.source && event.source.opener) event.source.close();
  location.assign("/tools?registered=1");
});
