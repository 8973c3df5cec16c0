/** Nested lists and their shapes. */

/** How many elements a shape has; NaN where a length is not known. */
export const size = (lengths) => lengths.reduce((product, length) => product * (length < 0 ? NaN : length), 1);

/** The way to each element of a shape: `[[0, 0], [0, 1], …]`. */
export const places = (lengths) => lengths.reduce(
  (all, length) => all.flatMap((place) => Array.from({ length }, (_, i) => [...place, i])), [[]]);

/** The element of nested lists at a place. */
export const at = (value, place) => place.reduce((list, i) => (Array.isArray(list) ? list[i] : list), value);

/** Elements in one list, nested as a shape says. */
export function nest(elements, lengths) {
  let lists = elements;
  for (const length of lengths.slice(1).reverse()) {
    lists = Array.from({ length: lists.length / length }, (_, i) => lists.slice(i * length, (i + 1) * length));
  }
  return lengths.length === 0 ? lists[0] : lists;
}

/** How deep lists are nested, by their first elements. */
export const rank = (value) => (Array.isArray(value) ? 1 + (value.length === 0 ? 0 : rank(value[0])) : 0);

/** The lengths of nested lists, by their first elements. */
export const lengthsOf = (value) => (Array.isArray(value) ? [value.length, ...(value.length === 0 ? [] : lengthsOf(value[0]))] : []);

/**
 * How an image lies in a shape, or undefined if it cannot.
 *
 * @param {number[]} lengths the shape of a row
 * @returns width and height (negative for any), channels (1 or 3), and the order of axes
 */
export function imageIn(lengths) {
  const fits = (length) => length < 0 || length >= 8;
  const [a, b, c] = lengths;
  if (lengths.length === 3 && fits(a) && fits(b) && (c === 1 || c === 3)) {
    return { height: a, width: b, channels: c, order: "channels last" };
  }
  if (lengths.length === 3 && (a === 1 || a === 3) && fits(b) && fits(c)) {
    return { height: b, width: c, channels: a, order: "channels first" };
  }
  if (lengths.length === 2 && a === b && a >= 16) {
    return { height: a, width: b, channels: 1, order: "no channels" };
  }
  return undefined;
}
