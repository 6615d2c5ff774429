// Passkeys: the site asks, the device answers after a finger, a face or its code, the site checks.
// Without a browser that can, the forms stay hidden: the other ways in remain.
const send = async (form, deed, credential) => {
  const body = new FormData(form);
  body.set("deed", deed);
  if (credential) body.set("credential", JSON.stringify(credential.toJSON()));
  const answer = await fetch(form.action, { method: "POST", body });
  return answer.json();
};

const ways = {
  create: async ({ publicKey }) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) }),
  get: async ({ publicKey }) =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) }),
};

const run = async (form) => {
  const asked = await send(form, "begin");
  if (asked.refusal) return asked.refusal;
  const credential = await ways[form.dataset.passkey](asked);
  const { refusal, next } = await send(form, "finish", credential);
  if (next) location.assign(next);
  return refusal ?? "";
};

const can = window.PublicKeyCredential?.parseCreationOptionsFromJSON;
for (const form of can ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = form.querySelector("[role=alert]");
    said.textContent = "";
    said.textContent = await run(form).catch(() => form.dataset.stopped);
  });
}
