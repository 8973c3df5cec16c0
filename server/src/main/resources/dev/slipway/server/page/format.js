/** Numbers as people read them. */

const whole = new Intl.NumberFormat("en");

/** How many of something: `1 request`, `1,204 requests`. */
export const counted = (count, word) => `${whole.format(count)} ${word}${count === 1 ? "" : "s"}`;

export const count = (number) => whole.format(number);

/** A time in the unit that leaves it at least 1, with two or three digits that matter. */
export function duration(milliseconds) {
  const [value, unit] =
    milliseconds < 1 ? [milliseconds * 1000, "µs"] : milliseconds < 1000 ? [milliseconds, "ms"] : [milliseconds / 1000, "s"];
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ${unit}`;
}

export const bytes = (length) => (length < 1000 ? `${length} bytes` : length < 1e6 ? `${(length / 1000).toFixed(1)} kB`
  : `${(length / 1e6).toFixed(1)} MB`);

/** A number of a model, short enough for a table; its digits are in the JSON. */
export function short(value) {
  if (typeof value !== "number" || Number.isInteger(value)) {
    return typeof value === "string" ? value : String(value);
  }
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e7 ? String(Number(value.toPrecision(6))) : value.toExponential(4);
}

/** A shape: `[?, 28, 28]`, with a question mark for what is not known. */
export const shape = (lengths) => `[${lengths.map((length) => (length < 0 ? "?" : length)).join(", ")}]`;

const TYPES = new Map([["FP16", "float16"], ["BF16", "bfloat16"], ["FP32", "float32"], ["FP64", "float64"], ["BYTES", "text"]]);

/** A datatype of the Open Inference Protocol, as Keras calls it. */
export const type = (datatype) => TYPES.get(datatype) ?? datatype.toLowerCase();

/** How long ago something was: `now`, `12 s ago`, `3 min ago`, or the day. */
export function ago(milliseconds, now = Date.now()) {
  const seconds = Math.round((now - milliseconds) / 1000);
  if (seconds < 2) {
    return "now";
  }
  if (seconds < 60) {
    return `${seconds} s ago`;
  }
  return seconds < 3600 ? `${Math.floor(seconds / 60)} min ago` : new Date(milliseconds).toLocaleString();
}

/** How often something happens: `0/s`, `0.3/s`, `1,200/s`. */
export const rate = (perSecond) => `${perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : whole.format(Math.round(perSecond))}/s`;
