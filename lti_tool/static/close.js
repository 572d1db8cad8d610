// The LMS hears that the registration is done, and closes this frame or tab; without scripts people close it.
const place = document.getElementById("closing");
place.hidden = false;
place.className = "fill";
place.addEventListener("click", () => {
  (window.opener || window.parent).postMessage({subject: "org.imsglobal.lti.close"}, "*");
});
