// Answers save themselves through htmx; this says so when they could not, and keeps count. The form works without it.

for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

const questions = [...document.querySelectorAll("[data-question]")];
const saved = (question) => question.querySelector(".saved");

document.addEventListener("htmx:beforeRequest", (event) => {
  const question = event.target.closest?.("[data-question]");
  if (question) saved(question).dataset.state = "saving";
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.closest?.("[data-question]") && !arrived(event.detail.xhr)) event.detail.shouldSwap = false;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const question = event.target.closest?.("[data-question]");
  if (!question) return;
  const { xhr, successful } = event.detail;
  const line = saved(question);
  const words = question.closest("[data-unsaved]")?.dataset;
  line.dataset.state = successful && arrived(xhr) ? "saved" : "failed";
  if (successful && !arrived(xhr)) line.textContent = words?.signedOut ?? "";
  else if (!successful && xhr.status !== 422) {
    line.textContent = words?.unsaved ?? "";
    retry(question);
  }
});

// A session that has ended answers with the sign-in page instead.
function arrived(xhr) {
  return new URL(xhr.responseURL || location.href).pathname.endsWith("/answers");
}

let waiting = new Set();
function retry(question) {
  waiting.add(question);
  setTimeout(again, 5000);
}
function again() {
  if (!navigator.onLine) return;
  const these = waiting;
  waiting = new Set();
  for (const question of these) question.dispatchEvent(new Event("change", { bubbles: true }));
}
addEventListener("online", again);

// Leaving while an answer is on its way or could not be saved asks first.
addEventListener("beforeunload", (event) => {
  if (questions.some((question) => saved(question).dataset.state === "failed")) event.preventDefault();
});

const form = document.querySelector("[data-quiz]");

// Enter in a field of a quiz saves that answer; it never hands in, and never asks for a hint.
if (form) {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-question] input[type=text]")) return;
    event.preventDefault();
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

const line = form?.querySelector("[data-answered]");
if (line) {
  const count = () => {
    const all = document.querySelectorAll(".question").length;
    const given = [...document.querySelectorAll(".question")].filter((question) =>
      [...question.querySelectorAll("input:not([type=hidden]), select")].some((field) =>
        field.type === "radio" || field.type === "checkbox" ? field.checked : field.value.trim(),
      ),
    ).length;
    line.textContent = given === all ? line.dataset.all : line.dataset.some.replace("##", all).replace("#", given);
  };
  document.addEventListener("input", count);
  document.addEventListener("change", count);
  form.addEventListener("submit", () => questions.forEach((question) => (saved(question).dataset.state = "")));
}
