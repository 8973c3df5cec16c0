/** Asks for the key or token, where the server wants one. */
import { access } from "./api.js";

export class KeyDialog {
  /** @param {() => void} onChange what happens with another key */
  constructor(onChange) {
    this.dialog = document.getElementById("ask");
    this.button = document.getElementById("key");
    this.input = document.getElementById("ask-key");
    this.error = document.getElementById("ask-error");
    this.button.hidden = access.key() === "";
    this.button.addEventListener("click", () => this.open(""));
    document.getElementById("ask-form").addEventListener("submit", () => {
      if (this.input.value.trim() !== "") {
        access.use(this.input.value.trim());
      }
      this.input.value = "";
      onChange();
    });
    document.getElementById("ask-forget").addEventListener("click", () => {
      access.forget();
      this.dialog.close();
      onChange();
    });
  }

  /** Opens it, unless it is open; says why. */
  open(message) {
    this.button.hidden = false;
    this.error.textContent = message;
    this.error.hidden = message === "";
    if (!this.dialog.open) {
      this.dialog.showModal();
    }
  }
}
