/** What the server says of all its models, put together. */
import { stats } from "./api.js";

/** States of versions that answer: the second after it has been loaded for the first request. */
const ANSWERING = new Set(["READY", "ON_DEMAND"]);

/** One model in all its versions, the oldest first. */
class Model {
  constructor(name) {
    this.name = name;
    this.versions = [];
  }

  /** A certain version; where none is named the newest that is ready, which is served, else the newest. */
  version(asked) {
    return this.versions.find(({ version }) => version === asked)
      ?? this.versions.findLast(({ ready }) => ready)
      ?? this.versions[this.versions.length - 1];
  }

  /** What was asked of all versions together; times in milliseconds. */
  traffic() {
    const all = { requests: 0, failures: 0, perSecond: 0, timed: 0, time: 0 };
    for (const { figures } of this.versions) {
      all.requests += figures.requests;
      all.failures += figures.failures;
      all.perSecond += figures.perSecond;
      all.timed += figures.timed;
      all.time += figures.timed * (figures.mean ?? 0);
    }
    return { ...all, mean: all.timed === 0 ? undefined : all.time / all.timed };
  }
}

/** What the page shows of a version. */
function figuresOf({ requests, failures, requests_per_second, latency_ms, last_request }) {
  const { count, mean, p50, p95, p99 } = latency_ms;
  const last = last_request === null ? undefined : Date.parse(last_request);
  return { requests, failures, perSecond: requests_per_second, timed: count, mean, p50, p95, p99, last };
}

/** Reads the models again and again; remembers what they were before. */
export class Catalog {
  models = new Map();

  /** Reads all models. Throws what the server says. */
  async read() {
    const models = new Map();
    for (const each of await stats()) {
      const { model: name, version, state, reason } = each;
      if (!models.has(name)) {
        models.set(name, new Model(name));
      }
      models.get(name).versions.push({ version, state, reason, ready: ANSWERING.has(state), figures: figuresOf(each) });
    }
    this.#compare(models);
    this.models = models;
  }

  /** Whether a version was replaced since the last time: then its counters began again. */
  #compare(models) {
    for (const [name, model] of models) {
      for (const version of model.versions) {
        const old = this.models.get(name)?.versions.find((each) => each.version === version.version);
        const restarted = old !== undefined && version.figures.requests < old.figures.requests;
        version.since = (old?.since ?? 0) + (restarted ? 1 : 0);
      }
    }
  }
}
