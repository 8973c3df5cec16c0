/** What a model answered: numbers, bars for probabilities, tables. */
import { h } from "./dom.js";
import { short } from "./format.js";
import { Digits, pretty, write } from "./json.js";
import { lengthsOf, rank } from "./shape.js";

const SHOWN_BARS = 10;
const SHOWN_ROWS = 100;
const SHOWN_CELLS = 400;

const isNumber = (value) => typeof value === "number";

/** Whether a list can only be the probabilities of classes that exclude each other. */
function areProbabilities(list) {
  return list.length > 1 && list.every((value) => isNumber(value) && value >= 0 && value <= 1)
    && list.some((value) => !Number.isInteger(value) || list.length > 2)
    && Math.abs(list.reduce((sum, value) => sum + value, 0) - 1) < 1e-3;
}

/** The output that names the classes of another one, if there is such: as many texts as there are numbers. */
function labelsFor(scores, row) {
  const named = Object.values(row).find((value) =>
    Array.isArray(value) && value.length === scores.length && value.every((each) => typeof each === "string")
    && new Set(value).size === value.length);
  return named?.map(String);
}

const text = (value) => (value instanceof Digits ? value.text : short(value));

const percent = (value) =>
  (value > 0 && value < 0.0001 ? "< 0.01 %" : `${(value * 100).toFixed(value < 0.1 ? 2 : 1)} %`);

/** Bars, the highest first; those that are few, or come in an order of their own, are all there. */
function bars(list, labels) {
  const ranked = list.map((value, index) => ({ value, name: labels?.[index] ?? `class ${index}` }))
    .sort((a, b) => b.value - a.value);
  const bar = ({ value, name }, best) => {
    const filled = h("span.bar-filled");
    filled.style.inlineSize = `${value * 100}%`;
    return h(best ? "li.best" : "li", {},
      h("span.bar-name", {}, name),
      h("span.bar", { "aria-hidden": "true" }, filled),
      h("span.bar-value", { title: String(value) }, percent(value)));
  };
  const element = h("div");
  const top = h("ol.bars", {}, ...ranked.slice(0, SHOWN_BARS).map((each, i) => bar(each, i === 0)));
  element.append(top);
  if (ranked.length > SHOWN_BARS) {
    const more = h("button.quiet.small", { type: "button" }, `Show all ${ranked.length}`);
    more.addEventListener("click", () => {
      top.append(...ranked.slice(SHOWN_BARS).map((each) => bar(each, false)));
      more.remove();
    });
    element.append(more);
  }
  return element;
}

function table(head, rows) {
  return h("div.scroll", { tabIndex: 0, role: "region", "aria-label": "Table" }, h("table", {},
    h("thead", {}, h("tr", {}, ...head.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell)))))));
}

function json(value) {
  const line = write(value);
  return h("pre", { tabIndex: 0 }, line.length > 4000 ? `${line.slice(0, 4000)} …` : pretty(value));
}

/** One output of one row. */
function output(value, row) {
  if (Array.isArray(value) && value.length === 1 && !Array.isArray(value[0])) {
    return output(value[0], row);
  }
  if (!Array.isArray(value)) {
    return h("p.value", { title: String(value) }, text(value));
  }
  if (rank(value) === 1 && areProbabilities(value)) {
    return bars(value, labelsFor(value, row));
  }
  const cells = lengthsOf(value).reduce((product, length) => product * length, 1);
  if (rank(value) === 1 && cells <= SHOWN_CELLS) {
    return table(["", "value"], value.map((each, i) => [String(i), text(each)]));
  }
  if (rank(value) === 2 && cells <= SHOWN_CELLS && value[0].length <= 24) {
    return table(["", ...value[0].map((_, i) => String(i))], value.map((list, i) => [String(i), ...list.map(text)]));
  }
  return json(value);
}

/** An output of a row in one cell of a table. */
function cell(value, row) {
  const [only] = Array.isArray(value) && value.length === 1 ? value : [value];
  if (!Array.isArray(only)) {
    return text(only);
  }
  if (rank(only) === 1 && areProbabilities(only)) {
    const best = only.indexOf(Math.max(...only));
    return `${labelsFor(only, row)?.[best] ?? `class ${best}`} (${percent(only[best])})`;
  }
  const line = rank(only) === 1 ? only.map(text).join(", ") : write(only);
  return line.length > 80 ? `${line.slice(0, 80)} …` : line;
}

/**
 * Shows the rows of an answer.
 *
 * @param {object[]} rows the outputs of each row by their names
 * @param {string} raw the answer as it came
 */
export function resultOf(rows, raw) {
  const names = Object.keys(rows[0] ?? {});
  const shown = rows.length === 1
    ? names.map((name) => h("section.output", {}, h("h4", {}, name), output(rows[0][name], rows[0])))
    : [table(["row", ...names], rows.slice(0, SHOWN_ROWS).map((row, i) => [String(i), ...names.map((name) => cell(row[name], row))]))];
  if (rows.length > SHOWN_ROWS) {
    shown.push(h("p.hint", {}, `The first ${SHOWN_ROWS} of ${rows.length} rows; all of them are in the JSON.`));
  }
  return h("div", {}, ...shown, h("details", {}, h("summary", {}, "Answer as JSON"),
    h("pre", { tabIndex: 0 }, raw.length > 20000 ? `${raw.slice(0, 20000)} …` : raw)));
}

/** The same in a sentence, for those who hear it. */
export function spoken(rows) {
  return rows.length === 1
    ? Object.entries(rows[0]).map(([name, value]) => `${name}: ${cell(value, rows[0])}`).join("; ")
    : `${rows.length} rows`;
}
