// Small comforts; every page works without them.

// Light, dark or the system's choice: applied at once, remembered in the cookie the server reads.
for (const form of document.querySelectorAll("[data-theme-choice]")) {
  form.addEventListener("submit", (event) => {
    const chosen = event.submitter?.value ?? "";
    event.preventDefault();
    const root = document.documentElement;
    if (chosen) root.dataset.theme = chosen;
    else delete root.dataset.theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${chosen}; Path=/; Max-Age=${chosen ? 31536000 : 0}; SameSite=Lax${secure}`;
    for (const button of form.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.value === chosen));
    }
  });
}

// Menus and drawers are <details>: Escape and a click elsewhere close them.
const openPanels = () => document.querySelectorAll("details.menu[open], details.drawer[open]");
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const panel of openPanels()) {
    panel.open = false;
    panel.querySelector("summary")?.focus();
  }
});
document.addEventListener("click", (event) => {
  for (const panel of openPanels()) {
    if (!panel.contains(event.target) || event.target.closest("[data-close]")) panel.open = false;
  }
});

// <dialog>: a link or button with data-dialog="id" opens it; without JavaScript the link leads to a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
});

// Forms that submit on change hide their button; a double click sends a form once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-again") || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});

// Toasts: a response header HX-Trigger: {"toast": "Saved"} shows a short message.
document.addEventListener("toast", (event) => {
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = event.detail.value ?? String(event.detail);
  document.getElementById("toasts")?.append(toast);
  setTimeout(() => toast.remove(), 6000);
});

// htmx leaves the page as it is when the server refuses; a refusal (422) is content and is shown.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// A row of tabs that is wider than a phone starts at the tab one is on.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const row = tab.closest(".tabs");
  if (row.scrollWidth > row.clientWidth) {
    row.scrollLeft += tab.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

// A page that comes back with an error starts there, so that nobody has to look or listen for it.
const trouble = document.querySelector("main:not(.living-page) [role='alert']");
if (trouble) {
  trouble.tabIndex = -1;
  trouble.focus();
} else {
  document.querySelector("main:not(.living-page) form [aria-invalid='true']")?.focus();
}
