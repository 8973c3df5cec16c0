/** Elements without markup in strings: what a server says can never become part of the page. */

/**
 * Makes an element.
 *
 * @param {string} tag such as `p`, or `p.error` with classes
 * @param {object} [properties] properties, or attributes where the name has a dash; functions are listeners of `onclick` and so on
 * @param {...(Node|string)} children
 */
export function h(tag, properties = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes("-") || key === "role" || key === "for") {
      element.setAttribute(key, value);
    } else {
      element[key] = value;
    }
  }
  element.append(...children);
  return element;
}

/** Sets the text of an element only where it differs, so that screen readers and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

let ids = 0;

/** An id that no other element has. */
export const newId = (prefix) => `${prefix}-${++ids}`;
