/** An input of few elements: a control for each of them. */
import { h } from "./dom.js";
import { Field, InputError } from "./field.js";
import { number } from "./json.js";
import { places, at, nest } from "./shape.js";

const numbers = {
  create: ({ minimum, maximum }) => {
    const control = h("input", { type: "number", step: "any", autocomplete: "off", placeholder: "0" });
    if (minimum !== undefined) {
      control.min = String(minimum);
      control.max = String(maximum);
    }
    return control;
  },
  read: (control) => number(control.value.trim()),
  write: (control, value) => {
    control.value = String(value);
  },
  expected: "expected: a number",
};

/** A field that is left empty is a number that is missing, and what is no number is not. */
const numbersOrNone = {
  create: (element) => Object.assign(numbers.create(element), { placeholder: "missing" }),
  read: (control) => (control.value.trim() === "" && !control.validity.badInput ? null : numbers.read(control)),
  write: (control, value) => numbers.write(control, value ?? ""),
  expected: "expected: a number, or nothing",
};

const truths = {
  create: () => h("input", { type: "checkbox" }),
  read: (control) => control.checked,
  write: (control, value) => {
    control.checked = value === true;
  },
};

const texts = {
  create: () => h("textarea", { rows: 2, spellcheck: false, placeholder: "Text" }),
  read: (control) => control.value,
  write: (control, value) => {
    control.value = value;
  },
};

function kindOf({ datatype }, { type = [] }) {
  if (datatype === "BYTES" || datatype === "BOOL") {
    return datatype === "BYTES" ? texts : truths;
  }
  return type.includes("null") ? numbersOrNone : numbers;
}

export class ElementsField extends Field {
  constructor(tensor, lengths, element) {
    super(tensor, lengths);
    this.kind = kindOf(tensor, element);
    this.places = places(lengths);
    this.controls = this.places.map((place) => this.#control(place, element));
    const single = this.controls.length === 1;
    this.add(h(single ? "div.single" : "div.elements", { onpaste: (event) => this.#paste(event) },
      ...(single ? this.controls
        : this.controls.map((control, i) => h("label", {}, h("span.index", {}, this.places[i].join(", ")), control)))));
  }

  #control(place, element) {
    const control = this.kind.create(element);
    control.setAttribute("aria-label", place.length === 0 || this.places.length === 1
      ? this.tensor.name : `${this.tensor.name} ${place.join(", ")}`);
    return control;
  }

  /** A row of a table that is pasted goes into all controls from the one it is pasted into. */
  #paste(event) {
    const cells = event.clipboardData.getData("text").trim().split(/[\s,;[\]]+/).filter((cell) => cell !== "");
    const first = this.controls.indexOf(event.target);
    if (![numbers, numbersOrNone].includes(this.kind) || cells.length < 2 || first < 0) {
      return;
    }
    event.preventDefault();
    this.controls.slice(first).forEach((control, i) => {
      if (i < cells.length) {
        control.value = cells[i];
      }
    });
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  }

  rows() {
    const values = this.controls.map((control, i) => {
      const value = this.kind.read(control);
      if (value === undefined) {
        throw new InputError(this, this.kind.expected, this.places[i]);
      }
      return value;
    });
    return [nest(values, this.lengths)];
  }

  fill([row]) {
    this.controls.forEach((control, i) => this.kind.write(control, at(row, this.places[i])));
  }

  controlAt(path) {
    const place = path.join(",");
    return this.controls[Math.max(0, this.places.findIndex((each) => each.join(",") === place))];
  }
}
