/** An input of many elements, or of an unknown number: rows as JSON or as a table of comma-separated values. */
import { h } from "./dom.js";
import { Field, InputError } from "./field.js";
import { number, parse, pretty } from "./json.js";
import { rank } from "./shape.js";

export class RowsField extends Field {
  /** @param {boolean} whole whether the value is all of the input, so that there are no rows to be listed */
  constructor(tensor, lengths, whole) {
    super(tensor, lengths);
    this.whole = whole;
    this.isTable = lengths.length === 1 && !whole && tensor.datatype !== "BYTES";
    this.text = h("textarea.code", { rows: 5, spellcheck: false, placeholder: this.#placeholder() });
    this.text.setAttribute("aria-label", `${tensor.name}, as ${this.isTable ? "CSV or JSON" : "JSON"}`);
    const file = h("input.hidden-input", { type: "file", id: `${this.id}-file`, accept: ".json,.csv,.txt,text/*,application/json" });
    file.addEventListener("change", () => this.#open(file));
    this.add(this.text, h("div.field-foot", {}, file, h("label.button.small", { for: file.id }, "Open a file"),
      h("span.hint", {}, this.#hint())));
  }

  #placeholder() {
    if (this.isTable) {
      return "0.1, 0.2, 0.3, …";
    }
    return `${"[".repeat(Math.max(1, this.lengths.length))}${this.tensor.datatype === "BYTES" ? '"text"' : "0.1, 0.2"}, …`;
  }

  #hint() {
    const one = this.lengths.length === 0 ? "A value in JSON" : "Nested lists in JSON";
    return this.whole ? one : this.isTable ? "A row a line, or a list in JSON" : `${one}: a row, or a list of rows`;
  }

  async #open(file) {
    if (file.files.length === 1) {
      this.text.value = (await file.files[0].text()).trim();
      file.value = "";
      this.text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  rows() {
    const text = this.text.value.trim();
    if (text === "") {
      throw new InputError(this, "expected: a value");
    }
    if (this.isTable && !text.startsWith("[")) {
      return this.#table(text);
    }
    let value;
    try {
      value = parse(text);
    } catch (e) {
      throw new InputError(this, `expected: JSON; ${e.message}`);
    }
    const list = !this.whole && rank(value) > this.lengths.length;
    return list ? value : [value];
  }

  /** Lines of numbers; a first line of names is left out. */
  #table(text) {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "")
      .map((line) => line.trim().split(/\s*[,;\t]\s*|\s+/));
    const isNumber = (cell) => this.#cell(cell) !== undefined;
    const first = lines.length > 1 && !lines[0].some(isNumber) ? 1 : 0;
    return lines.slice(first).map((cells, row) => cells.map((cell, column) => {
      const value = this.#cell(cell);
      if (value === undefined) {
        throw new InputError(this, `expected: a number in line ${first + row + 1}, column ${column + 1}; got '${cell}'`);
      }
      return value;
    }));
  }

  #cell(text) {
    if (this.tensor.datatype === "BOOL") {
      return { true: true, false: false }[text.toLowerCase()];
    }
    return number(text);
  }

  fill(rows) {
    this.text.value = pretty(rows.length === 1 ? rows[0] : rows);
  }

  controlAt() {
    return this.text;
  }
}
