/** What the server says of all its models, put together. */
import { stats, latestStatistics, statistics, versions } from "./api.js";

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
      if (figures !== undefined) {
        all.requests += figures.requests;
        all.failures += figures.failures;
        all.perSecond += figures.perSecond ?? 0;
        all.timed += figures.timed;
        all.time += figures.timed * (figures.mean ?? 0);
      }
    }
    return { ...all, mean: all.timed === 0 ? undefined : all.time / all.timed };
  }
}

/** Figures of a version from `/stats`. */
function figuresOf({ requests, failures, requests_per_second, latency_ms, last_request }) {
  const { count, mean, p50, p95, p99 } = latency_ms;
  const last = last_request === null ? undefined : Date.parse(last_request);
  return { requests, failures, perSecond: requests_per_second, timed: count, mean, p50, p95, p99, last };
}

/** The same from the Open Inference Protocol, which has sums only. */
function figuresOfSums({ inference_stats: { success, fail }, last_inference }) {
  return {
    requests: success.count + fail.count,
    failures: fail.count,
    timed: success.count,
    mean: success.count === 0 ? undefined : success.ns / success.count / 1e6,
    last: last_inference === 0 ? undefined : last_inference,
  };
}

/** Reads the models again and again; remembers what they were before. */
export class Catalog {
  models = new Map();

  #hasStats = true;

  /** Reads all models. Throws what the server says. */
  async read() {
    const models = new Map();
    for (const { name, version, state, reason, figures } of await this.#versions()) {
      if (!models.has(name)) {
        models.set(name, new Model(name));
      }
      models.get(name).versions.push({ version, state, reason, ready: state === "READY", figures });
    }
    this.#compare(models, performance.now());
  }

  async #versions() {
    const all = this.#hasStats ? await stats() : undefined;
    this.#hasStats = all !== undefined;
    return all === undefined ? this.#versionsOfProtocol()
      : all.map((each) => ({ ...each, name: each.model, figures: figuresOf(each) }));
  }

  async #versionsOfProtocol() {
    const index = await versions();
    const latest = await latestStatistics();
    return Promise.all(index.map(async (each) => {
      const { name, version, state } = each;
      const sums = latest.find((one) => one.name === name && one.version === version)
        ?? (state === "READY" ? await statistics(name, version).catch(() => undefined) : undefined);
      return { ...each, figures: sums === undefined ? undefined : figuresOfSums(sums) };
    }));
  }

  /** How often each was asked since the last time, and whether a version was replaced: then its counters began again. */
  #compare(models, now) {
    for (const [name, model] of models) {
      for (const version of model.versions) {
        const old = this.models.get(name)?.versions.find((each) => each.version === version.version);
        const asked = old?.figures === undefined || version.figures === undefined
          ? 0 : version.figures.requests - old.figures.requests;
        version.since = (old?.since ?? 0) + (asked < 0 ? 1 : 0);
        if (version.figures !== undefined) {
          version.figures.perSecond ??= (Math.max(0, asked) * 1000) / (now - (this.at ?? now - 1000));
        }
      }
    }
    this.models = models;
    this.at = now;
  }
}
