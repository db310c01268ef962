// A button with data-copy="ID" copies the text of that field, and says so beside itself. Without
// this file the field can be selected.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const status = button.parentElement.querySelector("[role=status]");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    status.textContent = "Copied";
  } catch {
    field.focus();
    status.textContent = "Selected. Press Ctrl C to copy.";
  }
});
