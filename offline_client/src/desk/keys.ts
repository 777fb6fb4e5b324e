/** At the desk: has the browser make a security key, or sign with one, and sends what it says with the page's own form. */

const NOT_HERE = "This browser has no security keys. Use another way.";
const FAILED = "The key did not answer, or it is not one of yours. Try again.";

type Form = Readonly<{ form: HTMLFormElement; options: string; credential: HTMLInputElement; said: HTMLElement }>;

const isMade = (found: Credential | null): found is PublicKeyCredential => found instanceof PublicKeyCredential;

function formOf(form: HTMLFormElement): Form | null {
  const credential = form.querySelector("input[name=credential]");
  const said = form.querySelector("[data-said]");
  const options = form.dataset["create"] ?? form.dataset["get"];
  if (options === undefined || !(credential instanceof HTMLInputElement) || !(said instanceof HTMLElement)) return null;
  return { form, options, credential, said };
}

async function asked({ form, options }: Form): Promise<Credential | null> {
  const plain: unknown = JSON.parse(options);
  if (form.dataset["create"] !== undefined) {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(plain as PublicKeyCredentialCreationOptionsJSON);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(plain as PublicKeyCredentialRequestOptionsJSON);
  return navigator.credentials.get({ publicKey });
}

async function answer(found: Form): Promise<void> {
  found.said.textContent = "Touch your key, or do what the browser asks.";
  const made = await asked(found).catch(() => null);
  if (!isMade(made)) {
    found.said.textContent = FAILED;
    return;
  }
  found.credential.value = JSON.stringify(made.toJSON());
  found.form.submit();
}

const works = (): boolean => "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;

function start(found: Form): void {
  found.form.hidden = false;
  if (!works()) {
    found.said.textContent = NOT_HERE;
    return;
  }
  found.form.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer(found);
  });
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-key]")) {
  const found = formOf(form);
  if (found !== null) start(found);
}
