/** The form that asks a model, its answer, and the code for it. */
import { Refused, predict } from "./api.js";
import { Code } from "./code.js";
import { h } from "./dom.js";
import { InputError } from "./field.js";
import { fieldFor } from "./fields.js";
import { bytes, counted, duration } from "./format.js";
import { ImageField } from "./image-field.js";
import { parse } from "./json.js";
import { requestFor } from "./request.js";
import { resultOf, spoken } from "./result.js";

/** Time for the next key before the code is written anew. */
const PAUSE_MILLIS = 150;

export class Trial {
  /**
   * @param {string} name the model
   * @param {string|undefined} version a certain version; the one that is served otherwise
   * @param metadata its inputs and outputs
   * @param openApi the description of the server
   */
  constructor(name, version, metadata, openApi) {
    this.request = requestFor(name, version, metadata);
    const content = openApi.paths[this.request.path]?.post?.requestBody?.content["application/json"] ?? {};
    this.example = Object.values(content.examples ?? {})[0]?.value;
    const row = content.schema?.anyOf?.[0]?.properties ?? {};
    this.fields = metadata.inputs.map((input) =>
      fieldFor(input, this.request.whole, this.#resolved(row[input.name], openApi), name));
    this.code = new Code();
    this.element = h("div.trial", {}, this.#form(), this.#result(), this.code.element);
    this.#watch();
    // A picture of nothing is no invitation to drop one.
    if (this.example !== undefined && !this.fields.some((field) => field.isImage)) {
      this.request.example(this.example, this.fields);
    }
    this.#showCode();
  }

  #resolved(schema, openApi) {
    return schema?.$ref === undefined ? schema : openApi.components.schemas[schema.$ref.split("/").pop()];
  }

  #form() {
    this.send = h("button.primary", { type: "submit" }, "Predict");
    const example = h("button", { type: "button" }, "Example");
    example.addEventListener("click", () => {
      this.#clearErrors();
      this.request.example(this.example, this.fields);
      this.#showCode();
    });
    if (this.example === undefined) {
      example.disabled = true;
      example.title = "No input can be made up that this model is sure to take, or it would be too long";
    }
    this.form = h("form.card", { noValidate: true, "aria-label": "Input" },
      h("div.card-head", {}, h("h3", {}, "Input"), example),
      ...this.fields.map((field) => field.element),
      h("div.actions", {}, this.send));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#predict();
    });
    return this.form;
  }

  #result() {
    this.took = h("span.hint");
    this.spoken = h("p.visually-hidden", { role: "status" });
    this.answer = h("div.answer", {}, h("p.empty", {}, "The answer appears here."));
    this.result = h("section.card", { "aria-label": "Result" },
      h("div.card-head", {}, h("h3", {}, "Result"), this.took),
      this.answer, this.spoken);
    return this.result;
  }

  #watch() {
    let timer;
    this.form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.#showCode(), PAUSE_MILLIS);
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
  }

  /** Takes an image that was pasted or dropped somewhere on the page; false if no input takes one. */
  takeImage(file) {
    const images = this.fields.filter((field) => field instanceof ImageField);
    const field = images.find(({ element }) => element.contains(document.activeElement)) ?? images[0];
    field?.open(file);
    return field !== undefined;
  }

  /** Until all fields are filled, the code keeps the request it has. */
  #showCode() {
    try {
      this.made = this.request.make(this.fields);
    } catch (e) {
      if (!(e instanceof InputError)) {
        throw e;
      }
      this.made ??= this.example === undefined ? undefined : { body: JSON.stringify(this.example), shown: JSON.stringify(this.example) };
    }
    if (this.made !== undefined) {
      this.code.show(this.request.path, this.made);
    }
  }

  #clearErrors() {
    this.fields.forEach((field) => field.clearError());
  }

  async #predict() {
    this.#clearErrors();
    let made;
    try {
      made = this.request.make(this.fields);
    } catch (e) {
      if (!(e instanceof InputError)) {
        throw e;
      }
      e.field.showError(e.message, e.path);
      return;
    }
    this.code.show(this.request.path, made);
    this.send.disabled = true;
    this.send.setAttribute("aria-busy", "true");
    try {
      await this.#ask(made.body);
    } finally {
      this.send.disabled = false;
      this.send.removeAttribute("aria-busy");
      this.element.dispatchEvent(new Event("asked", { bubbles: true }));
    }
  }

  async #ask(body) {
    const start = performance.now();
    try {
      const text = await predict(this.request.path, body);
      const took = performance.now() - start;
      const rows = this.request.answerRows(parse(text));
      this.took.textContent = `${counted(rows.length, "row")} in ${duration(took)}, ${bytes(text.length)}`;
      this.answer.replaceChildren(resultOf(rows, text));
      this.spoken.textContent = spoken(rows);
      this.result.scrollIntoView({ block: "nearest" });
    } catch (e) {
      this.took.textContent = "";
      const problem = e instanceof Refused ? `Refused (${e.status}): ${e.message}` : `Failed: ${e.message}`;
      this.answer.replaceChildren(h("p.refusal", {}, problem));
      this.spoken.textContent = problem;
      if (e instanceof Refused) {
        this.#showProblems(e.detail);
      } else if (e.cause === undefined) {
        throw e;
      }
    }
  }

  /** Each at the field it names; the first one last, so that it has the focus. */
  #showProblems(problems) {
    for (const { loc, msg, input } of problems.slice().reverse()) {
      const { field, path } = this.request.locate(loc, this.fields);
      field?.showError(`${msg}; got ${input}`, path);
    }
  }
}
