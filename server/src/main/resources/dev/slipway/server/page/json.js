/** JSON as people read it, and numbers that keep all their digits. */

/** A number as it was written: JavaScript's own would lose digits of a long integer, and turn 1e39 into something else. */
export class Digits {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What JSON has no digits for, and the server takes as text. */
const NAMED = new Map([
  ["nan", "NaN"], ["inf", "Infinity"], ["infinity", "Infinity"], ["-inf", "-Infinity"], ["-infinity", "-Infinity"],
]);

/**
 * A number that a person wrote; undefined if it is none.
 *
 * @param {string} text such as `1`, `.5`, `+2`, `NaN`
 */
export function number(text) {
  const named = NAMED.get(text.toLowerCase());
  if (named !== undefined) {
    return named;
  }
  const written = text.replace(/^\+/, "").replace(/^(-?)\./, "$10.").replace(/\.(?=$|[eE])/, "").replace(/^(-?)0+(?=\d)/, "$1");
  return NUMBER.test(written) ? new Digits(written) : undefined;
}

/** Reads JSON; integers too long for JavaScript stay as they are written, where the browser can tell. */
export function parse(text) {
  return JSON.parse(text, (key, value, context) =>
    typeof value === "number" && !Number.isSafeInteger(value) && Math.abs(value) > 2 ** 53 && context?.source
      ? new Digits(context.source)
      : value);
}

/** One line of JSON. */
export function write(value) {
  if (value instanceof Digits) {
    return value.text;
  }
  if (Array.isArray(value)) {
    return `[${value.map(write).join(", ")}]`;
  }
  if (value !== null && typeof value === "object") {
    return `{${Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${write(each)}`).join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** JSON of one line, or, where that would be long, of a line for each member of the outermost object or list. */
export function pretty(value) {
  const line = write(value);
  if (line.length <= 72 || value === null || typeof value !== "object" || value instanceof Digits) {
    return line;
  }
  const members = Array.isArray(value)
    ? value.map(write)
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${write(each)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return members.length < 2 ? line : `${open}\n  ${members.join(",\n  ")}\n${close}`;
}
