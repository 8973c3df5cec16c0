/** The page: finds out what there is, shows the model of the address, and looks again every few seconds. */
import { Refused, access, openApi, server } from "./api.js";
import { Catalog } from "./catalog.js";
import { h, setText } from "./dom.js";
import { KeyDialog } from "./key.js";
import { ModelList } from "./list.js";
import { ModelView } from "./model.js";

const PERIOD_MILLIS = 5000;
const isWide = matchMedia("(min-width: 900px)");

const catalog = new Catalog();
const main = document.getElementById("main");
const brand = document.querySelector(".brand");
const health = document.getElementById("health");
const list = new ModelList(document.getElementById("models"), document.getElementById("none"));
const dialog = new KeyDialog(() => {
  view = undefined;
  described = undefined;
  refresh();
});

let view;
let timer;
let described;
let refreshing;

/** Whether the server wants another key first: asking on without one would only look like guessing. */
let locked = false;

/** The description of the models that are there now; asked for again when others are. */
function description() {
  const present = [...catalog.models.values()].flatMap(({ name, versions }) =>
    versions.map(({ version, state, since }) => `${name}/${version} ${state} ${since}`)).join();
  if (described?.present !== present) {
    described = { present, document: openApi() };
    described.document.catch(() => {
      described = undefined;
    });
  }
  return described.document;
}

/** What is shown where nothing was asked for: the first model that can be tried, else the first. */
function firstName() {
  const all = [...catalog.models.values()];
  return (all.find((model) => model.version().ready) ?? all[0])?.name;
}

/** A part of the address; as it stands where its percent signs mean nothing. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Model and version of the address; where it names none, the first one if there is room, or the only one. */
function asked() {
  const [name, version] = location.hash.replace(/^#\/?/, "").split("/").map(decoded);
  return name === "" && (isWide.matches || catalog.models.size === 1) ? { name: firstName() } : { name: name || undefined, version };
}

function showHealth() {
  const all = [...catalog.models.values()];
  const ready = all.filter((model) => model.version().ready).length;
  setText(health, all.length === 0 ? "" : ready === all.length ? "All ready" : `${ready} of ${all.length} ready`);
  health.className = `health ${ready === all.length ? "ready" : "some"}`;
}

async function show() {
  if (locked) {
    return;
  }
  const { name, version } = asked();
  list.update(catalog.models, name);
  document.body.dataset.view = name === undefined ? "list" : "model";
  document.body.dataset.models = String(catalog.models.size);
  document.title = name === undefined ? "Slipway" : `${name} · Slipway`;
  const model = catalog.models.get(name);
  if (model === undefined || (version !== undefined && model.version(version).version !== version)) {
    view = undefined;
    main.replaceChildren(...(name === undefined ? [] : [h("p.empty", {}, `There is no model '${name}'${
      version === undefined ? "" : ` with a version ${version}`} here now.`)]));
    return;
  }
  if (view?.name !== name || view.asked !== version) {
    view = new ModelView(name, version);
    main.replaceChildren(view.element);
    scrollTo(0, 0);
  }
  await view.update(model, description);
}

function showLock() {
  const open = h("button.primary", { type: "button" }, "Enter it");
  open.addEventListener("click", () => dialog.open(""));
  document.body.dataset.view = "model";
  health.className = "health some";
  setText(health, "Locked");
  main.replaceChildren(h("div.empty", {}, h("p", {}, "This server wants a key or a token."), open));
}

/** One look at a time; whoever asks meanwhile gets that one. */
function refresh() {
  refreshing ??= look().finally(() => {
    refreshing = undefined;
    clearTimeout(timer);
    timer = setTimeout(() => document.hidden || locked || refresh(), PERIOD_MILLIS);
  });
  return refreshing;
}

async function look() {
  try {
    await catalog.read();
    locked = false;
    brand.title ||= `Slipway ${(await server()).version}`;
    showHealth();
    await show();
  } catch (e) {
    if (e instanceof Refused && (e.status === 401 || e.status === 403)) {
      locked = true;
      showLock();
      dialog.open(access.key() === "" ? "" : `The server does not take this key: ${e.message}`);
    } else if (e instanceof Refused || e.cause !== undefined) {
      health.className = "health away";
      setText(health, e instanceof Refused ? e.message : "No connection");
    } else {
      throw e;
    }
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  // The address says which model is shown, and goes on saying it.
  event.preventDefault();
  main.focus();
});
addEventListener("hashchange", () => show().catch(() => refresh()));
isWide.addEventListener("change", () => show().catch(() => refresh()));
document.addEventListener("visibilitychange", () => document.hidden || refresh());
document.addEventListener("asked", () => refresh());

document.addEventListener("paste", (event) => {
  const image = [...event.clipboardData.files].find(({ type }) => type.startsWith("image/"));
  if (image !== undefined && view?.trial?.takeImage(image)) {
    event.preventDefault();
  }
});
// An image that misses its field would otherwise replace the page.
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  if (!event.defaultPrevented) {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file?.type.startsWith("image/")) {
      view?.trial?.takeImage(file);
    }
  }
});

refresh();
