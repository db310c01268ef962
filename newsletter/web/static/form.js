// Sends a sign-up form in place: <form data-newsletter action="…/subscribe" method="post">, here
// or on another site.
// It also does the work that tells people from robots (ALTCHA's proof of work, asked for and
// checked by us alone); for a form with data-newsletter="page" it does nothing else.
// Without this file, or where it fails, the form is sent as any other, and the answer is a page of
// ours.
(() => {
  const FAILED = "Oops! Something went wrong while submitting the form.";
  const AT_ONCE = 500;
  const proofs = new WeakMap();

  const solve = async ({ algorithm, challenge, maxnumber, salt, signature }) => {
    const encoder = new TextEncoder();
    const hash = (number) => crypto.subtle.digest("SHA-256", encoder.encode(salt + number));
    const wanted = parseInt(challenge.slice(0, 8), 16);
    for (let from = 0; from <= maxnumber; from += AT_ONCE) {
      const numbers = Array.from({ length: AT_ONCE }, (_, place) => from + place);
      const sums = await Promise.all(numbers.map(hash));
      const place = sums.findIndex((sum) => new DataView(sum).getUint32(0) === wanted);
      if (place >= 0) {
        const number = numbers[place];
        return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      }
    }
    return "";
  };

  // Browsers hash in secure contexts only; elsewhere the other limits decide.
  const prove = async (form) => {
    if (!globalThis.crypto?.subtle) return "";
    const url = new URL("/api/signup/challenge", form.action);
    const answer = await fetch(url, { credentials: "omit" });
    return answer.ok ? solve(await answer.json()) : "";
  };

  const provenBy = (form) => {
    if (!proofs.has(form)) proofs.set(form, prove(form).catch(() => ""));
    return proofs.get(form);
  };

  const element = (name, text, more = {}) =>
    Object.assign(document.createElement(name), { textContent: text, ...more });

  const say = (form, ...parts) => {
    const status =
      form.querySelector("[role=status]") ??
      form.appendChild(Object.assign(document.createElement("div"), { role: "status" }));
    form.querySelector("[role=alert]")?.remove();
    status.replaceChildren(...parts);
    return status;
  };

  const ask = (form, meant) => {
    const yes = element("button", "Yes, use it", {
      className: "btn btn--sm",
      name: "meant",
      value: meant,
    });
    const no = element("button", "No, mine is right", {
      className: "btn btn--bare btn--sm",
      name: "is_meant",
      value: "true",
    });
    const row = element("p", "", { className: "row" });
    row.append(yes, no);
    say(form, element("p", `Did you mean ${meant}?`), row);
    yes.focus();
  };

  const tell = (form, answer) => {
    const field = form.elements.email;
    field.removeAttribute("aria-invalid");
    if (answer.message) {
      const status = say(form, element("strong", answer.message), element("p", answer.detail));
      for (const other of form.children) other.hidden = !other.contains(status);
      status.tabIndex = -1;
      status.focus();
    } else if (answer.suggestion) {
      ask(form, answer.suggestion);
    } else {
      const words = `${FAILED} ${answer.detail ?? ""}`;
      say(form, element("p", words, { className: "field-error" }));
      field.setAttribute("aria-invalid", "true");
      field.focus();
    }
  };

  const send = async (form, { meant, is_meant, ...fields }) => {
    const body = {
      ...fields,
      email: meant ?? fields.email,
      is_meant: Boolean(meant ?? is_meant),
      altcha: await provenBy(form),
    };
    const answer = await fetch(new URL("/api/signup", form.action), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      credentials: "omit",
    });
    return answer.json();
  };

  document.addEventListener("focusin", (event) => {
    const form = event.target.closest("form[data-newsletter]");
    if (form) provenBy(form);
  });

  document.addEventListener("submit", async (event) => {
    const { target: form, submitter: pressed } = event;
    if (!form.matches("form[data-newsletter]")) return;
    event.preventDefault();
    // Before they are disabled: a disabled button is not sent.
    const fields = Object.fromEntries(new FormData(form, pressed));
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    try {
      if (form.dataset.newsletter === "page") {
        const value = await provenBy(form);
        form.append(element("input", "", { type: "hidden", name: "altcha", value }));
        form.submit();
        return;
      }
      tell(form, await send(form, fields));
    } catch {
      form.submit();
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
})();
