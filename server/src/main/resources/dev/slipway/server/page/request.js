/** How a model is asked: by rows where it has rows, else by whole tensors. */
import { write, pretty } from "./json.js";
import { InputError } from "./field.js";
import { lengthsOf, nest } from "./shape.js";

/** A request as it is sent, and as it is shown. */
const made = (value) => ({ body: write(value), shown: pretty(value) });

/** `POST /models/{name}/predict`: objects of the inputs, answered by objects of the outputs. */
class RowRequest {
  constructor(path) {
    this.path = `${path}/predict`;
    this.whole = false;
  }

  make(fields) {
    const columns = fields.map((field) => field.rows());
    const count = columns[0].length;
    columns.forEach((rows, i) => {
      if (rows.length !== count) {
        throw new InputError(fields[i], `expected: ${count} rows, as '${fields[0].tensor.name}' has; got ${rows.length}`);
      }
    });
    const rows = columns[0].map((_, row) =>
      Object.fromEntries(fields.map((field, i) => [field.tensor.name, columns[i][row]])));
    return made(count === 1 && fields.every(({ tensor }) => tensor.shape[0] < 0) ? rows[0] : rows);
  }

  /** Of which field, and where in it, a place in the body is. */
  locate([, ...place], fields) {
    const [name, ...path] = typeof place[0] === "number" ? place.slice(1) : place;
    return { field: fields.find((field) => field.tensor.name === name), path };
  }

  answerRows(answer) {
    return Array.isArray(answer) ? answer : [answer];
  }

  example(value, fields) {
    const rows = Array.isArray(value) ? value : [value];
    fields.forEach((field) => field.fill(rows.map((row) => row[field.tensor.name])));
  }
}

/** `POST /v2/models/{name}/infer`: tensors with their shapes. */
class TensorRequest {
  constructor(path) {
    this.path = `/v2${path}/infer`;
    this.whole = true;
  }

  make(fields) {
    return made({
      inputs: fields.map((field) => {
        const [data] = field.rows();
        const { name, datatype } = field.tensor;
        return { name, shape: lengthsOf(data), datatype, data: Array.isArray(data) ? data : [data] };
      }),
    });
  }

  locate([, list, index, , ...path], fields) {
    return { field: list === "inputs" ? fields[index] : undefined, path };
  }

  answerRows(answer) {
    return [Object.fromEntries(answer.outputs.map(({ name, shape, data }) => [name, nest(data, shape)]))];
  }

  example({ inputs }, fields) {
    fields.forEach((field) => {
      const { shape, data } = inputs.find(({ name }) => name === field.tensor.name);
      field.fill([nest(data, shape)]);
    });
  }
}

/**
 * How to ask a version of a model.
 *
 * @param {string} name the model
 * @param {string|undefined} version a certain version; the one that is served otherwise
 * @param metadata its inputs and outputs
 */
export function requestFor(name, version, { inputs, outputs }) {
  const part = version === undefined ? "" : `/versions/${encodeURIComponent(version)}`;
  const path = `/models/${encodeURIComponent(name)}${part}`;
  const batch = inputs[0]?.shape[0];
  const rows = [...inputs, ...outputs].every(({ shape }) => shape.length > 0 && shape[0] === batch);
  return rows ? new RowRequest(path) : new TensorRequest(path);
}
