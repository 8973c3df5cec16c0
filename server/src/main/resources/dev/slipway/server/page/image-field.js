/** An input with the shape of an image: one that is dropped, chosen or pasted, or numbers. */
import { h, newId } from "./dom.js";
import { Field, InputError } from "./field.js";
import { short } from "./format.js";
import { RANGES, draw, paint, reduce, targetSize, values } from "./pixels.js";
import { RowsField } from "./rows-field.js";

const isFloat = (datatype) => datatype.startsWith("FP") || datatype === "BF16";

export class ImageField extends Field {
  /**
   * @param form how an image lies in the shape
   * @param {string} memory under which name the choices for this input are kept in this browser
   */
  constructor(tensor, lengths, form, memory) {
    super(tensor, lengths);
    this.form = form;
    this.memory = `slipway-image:${memory}`;
    this.choices = { range: "255", crop: false, invert: false, ...this.#remembered() };
    if (!isFloat(tensor.datatype)) {
      this.choices.range = "255";
    }
    this.numbers = new RowsField(tensor, lengths, false);
    this.numbers.element.classList.add("inner");
    this.#build();
    this.useImage(form.order !== "no channels");
  }

  #remembered() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.memory) ?? "{}");
      return RANGES.has(kept.range) ? kept : {};
    } catch {
      return {};
    }
  }

  #build() {
    const { width, height, channels } = this.form;
    const any = (length) => (length < 0 ? "any" : length);
    this.file = h("input.hidden-input", { type: "file", accept: "image/*", id: `${this.id}-file` });
    this.file.setAttribute("aria-label", `Image for ${this.tensor.name}`);
    this.file.addEventListener("change", () => {
      if (this.file.files.length === 1) {
        this.open(this.file.files[0]);
      }
    });
    this.canvas = h("canvas", { hidden: true, role: "img" });
    this.canvas.setAttribute("aria-label", "What is sent");
    this.caption = h("p.hint");
    this.zone = h("div.drop", {},
      this.file, this.canvas,
      h("p.drop-text", {}, h("label.button.small", { for: this.file.id }, "Choose an image"), h("span", {}, "or drop or paste one")),
      this.caption);
    this.caption.textContent = `${any(width)} × ${any(height)}, ${channels === 1 ? "grey" : "red, green, blue"}`;
    this.zone.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.zone.classList.add("over");
    });
    this.zone.addEventListener("dragleave", () => this.zone.classList.remove("over"));
    this.zone.addEventListener("drop", (event) => {
      event.preventDefault();
      this.zone.classList.remove("over");
      if (event.dataTransfer.files.length > 0) {
        this.open(event.dataTransfer.files[0]);
      }
    });
    this.picture = h("div.picture", {}, this.zone, this.#settings());
    this.add(this.#modes(), this.picture, this.numbers.element);
  }

  #modes() {
    const name = newId("mode");
    this.mode = new Map(["Image", "Numbers"].map((label) => [label, h("input", { type: "radio", name })]));
    this.mode.forEach((radio, label) => radio.addEventListener("change", () => this.useImage(label === "Image")));
    return h("div.segments", { role: "radiogroup", "aria-label": `How to give ${this.tensor.name}` },
      ...[...this.mode].map(([label, radio]) => h("label", {}, radio, h("span", {}, label))));
  }

  #settings() {
    const parts = [];
    if (isFloat(this.tensor.datatype)) {
      const range = h("select", {}, ...[...RANGES].map(([value, { label }]) => h("option", { value }, label)));
      range.value = this.choices.range;
      parts.push(h("label", {}, h("span", {}, "Pixels become"), range));
      range.addEventListener("change", () => this.#choose({ range: range.value }));
    }
    const fit = h("select", {}, h("option", { value: "" }, "stretched"), h("option", { value: "crop" }, "cropped"));
    fit.value = this.choices.crop ? "crop" : "";
    fit.addEventListener("change", () => this.#choose({ crop: fit.value !== "" }));
    const invert = h("input", { type: "checkbox", checked: this.choices.invert });
    invert.addEventListener("change", () => this.#choose({ invert: invert.checked }));
    parts.push(h("label", {}, h("span", {}, "To fit it is"), fit), h("label.check", {}, invert, h("span", {}, "Invert")));
    return h("div.settings", {}, ...parts);
  }

  #choose(change) {
    Object.assign(this.choices, change);
    try {
      localStorage.setItem(this.memory, JSON.stringify(this.choices));
    } catch {
      // A browser that keeps nothing asks again next time.
    }
    this.#render();
  }

  /** Lets a person give an image, or numbers. */
  useImage(image) {
    this.isImage = image;
    this.mode.get(image ? "Image" : "Numbers").checked = true;
    this.picture.hidden = !image;
    this.numbers.element.hidden = image;
    this.#changed();
  }

  /** Takes an image file. */
  async open(file) {
    this.useImage(true);
    this.clearError();
    try {
      this.image = await createImageBitmap(file);
      this.given = undefined;
    } catch {
      this.showError(`expected: an image that this browser reads; got '${file.name}'`);
      return;
    } finally {
      this.file.value = "";
    }
    this.#render();
  }

  #render() {
    if (this.image !== undefined) {
      const { width, height } = targetSize(this.form, this.image);
      this.canvas.width = width;
      this.canvas.height = height;
      draw(this.canvas, this.image, this.choices.crop);
      reduce(this.canvas, this.form.channels, this.choices.invert);
      this.row = values(this.canvas, this.form, this.choices.range);
    } else if (this.given !== undefined) {
      paint(this.canvas, this.given, this.form, this.choices.range);
      this.row = this.given;
    } else {
      return;
    }
    this.canvas.hidden = false;
    this.zone.classList.add("full");
    this.#describe();
    this.#changed();
  }

  #describe() {
    let low = Infinity;
    let high = -Infinity;
    for (const value of this.row.flat(2)) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const { width, height } = this.canvas;
    this.caption.textContent = `Sent: ${width} × ${height}, ${this.form.channels === 1 ? "grey" : "RGB"}, ${this.form.order}, `
      + `values ${short(low)} to ${short(high)}`;
  }

  #changed() {
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }

  rows() {
    if (!this.isImage) {
      return this.numbers.rows();
    }
    if (this.row === undefined) {
      throw new InputError(this, "expected: an image");
    }
    return [this.row];
  }

  fill(rows) {
    this.numbers.fill(rows);
    if (rows.length > 1) {
      this.useImage(false);
    } else if (this.isImage) {
      this.image = undefined;
      this.given = rows[0];
      this.#render();
    }
  }

  clearError() {
    super.clearError();
    this.numbers.clearError();
  }

  controlAt() {
    return this.isImage ? this.file : this.numbers.text;
  }
}
