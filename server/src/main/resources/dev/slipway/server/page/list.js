/** The models and how each does; entries stay the same elements while their numbers change. */
import { h, setText } from "./dom.js";
import { count, counted, duration, rate } from "./format.js";
import { addressOf } from "./model.js";

class Entry {
  constructor(name) {
    this.dot = h("span.dot", { "aria-hidden": "true" });
    this.state = h("span.visually-hidden");
    this.version = h("span.version");
    this.numbers = h("span.numbers");
    this.problem = h("span.problem", { hidden: true });
    this.link = h("a.entry", { href: addressOf(name) },
      h("span.entry-head", {}, this.dot, h("span.name", {}, name), this.state, this.version),
      this.numbers, this.problem);
    this.element = h("li", {}, this.link);
  }

  update(model, current) {
    const served = model.version();
    const others = model.versions.length - 1;
    this.dot.className = `dot ${served.state.toLowerCase()}`;
    setText(this.state, served.state.toLowerCase());
    setText(this.version, `v${served.version}${others === 0 ? "" : `, ${others} more`}`);
    setText(this.numbers, served.ready ? this.#traffic(model) : served.reason === "" ? served.state.toLowerCase() : "");
    const broken = model.versions.find(({ ready, reason }) => reason !== "" && (!served.ready || !ready));
    setText(this.problem, broken === undefined ? "" : others === 0 ? broken.reason : `v${broken.version}: ${broken.reason}`);
    this.problem.hidden = broken === undefined;
    if (current) {
      this.link.setAttribute("aria-current", "page");
    } else {
      this.link.removeAttribute("aria-current");
    }
  }

  #traffic(model) {
    const { requests, failures, perSecond, mean } = model.traffic();
    return [
      counted(requests, "request"),
      ...(perSecond > 0 ? [rate(perSecond)] : []),
      ...(failures > 0 ? [`${count(failures)} failed`] : []),
      ...(mean === undefined ? [] : [duration(mean)]),
    ].join(" · ");
  }
}

export class ModelList {
  constructor(list, none) {
    this.list = list;
    this.none = none;
    this.entries = new Map();
  }

  /** Shows models, by names; one of them is the one that is looked at. */
  update(models, current) {
    for (const name of this.entries.keys()) {
      if (!models.has(name)) {
        this.entries.get(name).element.remove();
        this.entries.delete(name);
      }
    }
    let before = null;
    for (const [name, model] of models) {
      if (!this.entries.has(name)) {
        this.entries.set(name, new Entry(name));
      }
      const entry = this.entries.get(name);
      entry.update(model, name === current);
      const place = before === null ? this.list.firstChild : before.nextSibling;
      if (place !== entry.element) {
        this.list.insertBefore(entry.element, place);
      }
      before = entry.element;
    }
    this.none.hidden = models.size > 0;
  }
}
