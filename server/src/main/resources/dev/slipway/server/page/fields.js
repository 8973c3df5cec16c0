/** Which kind of field an input gets. */
import { ElementsField } from "./elements-field.js";
import { ImageField } from "./image-field.js";
import { RowsField } from "./rows-field.js";
import { imageIn, size } from "./shape.js";

/** More numbers than this are easier to paste than to type one by one. */
const MAX_NUMBERS = 16;
const MAX_TEXTS = 8;

/**
 * Makes the field for an input.
 *
 * @param tensor name, datatype and shape, as the server says
 * @param {boolean} whole whether the model has no rows, so that all of the input is one value
 * @param schema what the OpenAPI document says of a row of it; may be undefined
 * @param {string} model the model's name
 */
export function fieldFor(tensor, whole, schema, model) {
  const lengths = whole ? tensor.shape : tensor.shape.slice(1);
  const oneRow = whole || tensor.shape[0] < 0 || tensor.shape[0] === 1;
  const image = imageIn(lengths);
  if (!whole && oneRow && image !== undefined && !["BYTES", "BOOL"].includes(tensor.datatype)) {
    return new ImageField(tensor, lengths, image, `${model}/${tensor.name}`);
  }
  const few = size(lengths) >= 1 && size(lengths) <= (tensor.datatype === "BYTES" ? MAX_TEXTS : MAX_NUMBERS);
  return oneRow && few ? new ElementsField(tensor, lengths, element(schema)) : new RowsField(tensor, lengths, whole);
}

/** What is said of each element of nested lists. */
function element(schema = {}) {
  return schema.items === undefined ? schema : element(schema.items);
}
