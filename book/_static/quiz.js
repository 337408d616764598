// Self-check questions: options become buttons, each with its own explanation.
(() => {
  const begin = () => {
    for (const quiz of document.querySelectorAll(".kinema-quiz")) {
      const options = [...quiz.querySelectorAll(".kinema-option")];
      const answer = document.createElement("div");
      answer.className = "kinema-answer";
      answer.setAttribute("role", "status");
      quiz.classList.add("kinema-live");
      for (const option of options) {
        const label = option.querySelector(".kinema-option-label"), why = option.querySelector(".kinema-option-why");
        const button = document.createElement("button");
        button.type = "button";
        button.setAttribute("aria-pressed", "false");
        button.append(...(label.firstElementChild || label).childNodes);
        label.replaceChildren(button);
        why.hidden = true;
        button.addEventListener("click", () => {
          const right = option.classList.contains("kinema-right");
          for (const other of options) {
            other.classList.toggle("kinema-chosen", other === option);
            other.querySelector("button").setAttribute("aria-pressed", String(other === option));
          }
          const verdict = document.createElement("strong");
          verdict.textContent = right ? "Right. " : "Not quite. ";
          answer.className = `kinema-answer ${right ? "kinema-is-right" : "kinema-is-wrong"}`;
          answer.replaceChildren(verdict, ...[...why.children].map((n) => n.cloneNode(true)));
        });
      }
      quiz.append(answer);
    }
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin); else begin();
})();
