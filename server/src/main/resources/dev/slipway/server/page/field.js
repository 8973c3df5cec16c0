/** One input of a model in the form: its name, what it takes, and what is wrong with it. */
import { h, newId } from "./dom.js";
import { shape, type } from "./format.js";

/** What stands in a field cannot be sent. */
export class InputError extends Error {
  constructor(field, message, path = []) {
    super(message);
    this.field = field;
    this.path = path;
  }
}

/**
 * The frame that all fields share. A kind of field has `rows()`, the values of the input for each row, and `fill(rows)`.
 */
export class Field {
  /**
   * @param tensor name, datatype and shape of the input, as the server says
   * @param {number[]} lengths the shape of one value in the field: a row, or all of the input
   */
  constructor(tensor, lengths) {
    this.tensor = tensor;
    this.lengths = lengths;
    this.id = newId("field");
    this.error = h("p.error", { id: `${this.id}-error`, hidden: true, role: "alert" });
    this.element = h("div.field", { role: "group", "aria-labelledby": `${this.id}-name` },
      h("div.field-head", {},
        h("span.field-name", { id: `${this.id}-name` }, tensor.name),
        h("span.field-type", {}, `${type(tensor.datatype)}${lengths.length === 0 ? "" : ` ${shape(lengths)}`}`)));
  }

  /** Puts the controls into the frame. */
  add(...controls) {
    this.element.append(...controls, this.error);
  }

  /** Says what is wrong, at the control for a place within the value if there is one. */
  showError(message, path = []) {
    const control = this.controlAt(path);
    this.error.textContent = message;
    this.error.hidden = false;
    control.setAttribute("aria-invalid", "true");
    control.setAttribute("aria-describedby", this.error.id);
    control.focus();
  }

  clearError() {
    this.error.hidden = true;
    this.error.textContent = "";
    for (const control of this.element.querySelectorAll("[aria-invalid]")) {
      control.removeAttribute("aria-invalid");
      control.removeAttribute("aria-describedby");
    }
  }
}
