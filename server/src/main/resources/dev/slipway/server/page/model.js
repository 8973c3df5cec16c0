/** One model: what it is, how it does, and the form to try it. */
import { metadata } from "./api.js";
import { h, setText } from "./dom.js";
import { ago, count, duration, rate, shape, type } from "./format.js";
import { Trial } from "./trial.js";

const LABELS = ["Requests", "Rate", "Failed", "Mean latency", "Median", "95 %", "99 %", "Last used"];

const stateName = (state) => state.charAt(0) + state.slice(1).toLowerCase();

/** How a version is called in the address of this page. */
export const addressOf = (name, version) =>
  `#/${encodeURIComponent(name)}${version === undefined ? "" : `/${encodeURIComponent(version)}`}`;

export class ModelView {
  /**
   * @param {string} name the model
   * @param {string|undefined} asked a certain version; the one that is served otherwise
   */
  constructor(name, asked) {
    this.name = name;
    this.asked = asked;
    this.state = h("span.state");
    this.reason = h("p.reason", { hidden: true, role: "status" });
    this.figures = new Map(LABELS.map((label) => [label, h("dd")]));
    this.numbers = h("dl.figures", {}, ...[...this.figures].map(([label, value]) => h("div", {}, h("dt", {}, label), value)));
    this.versions = h("div.versions", { role: "group", "aria-label": "Versions" });
    this.body = h("div", { "aria-busy": "true" });
    this.element = h("article", {},
      h("a.back", { href: "#/" }, "All models"),
      h("div.title", {}, h("h2", {}, name), this.state, this.versions),
      this.reason, this.numbers, this.body);
  }

  /**
   * Shows how the model does now.
   *
   * @param model its versions and their statistics
   * @param {() => Promise<object>} openApi gets the description of the server
   */
  async update(model, openApi) {
    const version = model.version(this.asked);
    this.#showVersions(model);
    this.#showState(version);
    this.#showFigures(version.ready ? version.figures : undefined);
    const shown = version.ready ? `${version.version} ${version.since}` : "";
    if (shown !== this.shown) {
      this.shown = shown;
      try {
        await this.#build(version, openApi);
      } catch (e) {
        this.shown = undefined;
        throw e;
      }
    }
  }

  #showVersions(model) {
    const all = model.versions.map(({ version, state }) => `${version} ${state}`).join();
    if (all === this.allVersions) {
      return;
    }
    this.allVersions = all;
    const link = ({ version, ready }) => {
      const current = version === model.version(this.asked).version;
      return h(ready ? "a" : "a.away", { href: addressOf(this.name, version), ...(current ? { "aria-current": "true" } : {}) },
        `v${version}`);
    };
    this.versions.replaceChildren(...model.versions.map(link));
  }

  #showState({ state, reason }) {
    setText(this.state, stateName(state));
    this.state.className = `state ${state.toLowerCase()}`;
    setText(this.reason, reason);
    this.reason.hidden = reason === "";
  }

  /** Those that the server does not tell are not there. */
  #showFigures(figures) {
    this.numbers.hidden = figures === undefined;
    if (figures === undefined) {
      return;
    }
    const { requests, perSecond, failures, mean, p50, p95, p99, last } = figures;
    const time = (milliseconds) => (milliseconds === null ? "–" : milliseconds === undefined ? "" : duration(milliseconds));
    const texts = [count(requests), rate(perSecond), count(failures), mean === undefined ? "–" : time(mean),
      time(p50), time(p95), time(p99), last === undefined ? "never" : ago(last)];
    texts.forEach((text, i) => {
      const value = this.figures.get(LABELS[i]);
      setText(value, text);
      value.parentElement.hidden = text === "";
    });
    this.figures.get("Failed").classList.toggle("bad", failures > 0);
  }

  async #build(version, openApi) {
    this.trial = undefined;
    if (!version.ready) {
      this.body.replaceChildren(h("p.empty", {}, "It can be tried when it is ready."));
      return;
    }
    const [signature, description] = await Promise.all([metadata(this.name, version.version), openApi()]);
    this.trial = new Trial(this.name, this.asked, signature, description);
    this.body.removeAttribute("aria-busy");
    this.body.replaceChildren(this.#signature(signature), this.trial.element);
  }

  #signature({ inputs, outputs }) {
    const rows = (list) => list.map(({ name, datatype, shape: lengths }) =>
      h("li", {}, h("span.tensor", {}, name), h("span.hint", {}, `${type(datatype)} ${shape(lengths)}`)));
    return h("div.signature", {},
      h("div", {}, h("h3", {}, inputs.length === 1 ? "Input" : "Inputs"), h("ul", {}, ...rows(inputs))),
      h("div", {}, h("h3", {}, outputs.length === 1 ? "Output" : "Outputs"), h("ul", {}, ...rows(outputs))));
  }
}
