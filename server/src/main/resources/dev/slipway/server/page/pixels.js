/** Images as a model takes them. */

/** What becomes of the values 0 to 255 of a pixel. Models say nothing of it, so whoever sends the image has to know. */
export const RANGES = new Map([
  ["255", { label: "0 to 255", low: 0, high: 255 }],
  ["1", { label: "0 to 1", low: 0, high: 1 }],
  ["-1", { label: "−1 to 1", low: -1, high: 1 }],
]);

/** The longer side of an image for a model that takes any size. */
const FREE_SIDE = 224;

/** The size an image gets: what the model says, else its own within bounds. */
export function targetSize(form, image) {
  const shrink = Math.min(1, FREE_SIDE / Math.max(image.width, image.height));
  return {
    width: form.width > 0 ? form.width : Math.max(1, Math.round(image.width * shrink)),
    height: form.height > 0 ? form.height : Math.max(1, Math.round(image.height * shrink)),
  };
}

/**
 * Draws an image at the size of a canvas, on white where it is transparent.
 *
 * @param {boolean} crop whether its middle is cut out in the canvas's proportions, instead of stretching all of it
 */
export function draw(canvas, image, crop) {
  const { width, height } = canvas;
  const scale = Math.min(image.width / width, image.height / height);
  const [w, h] = crop ? [width * scale, height * scale] : [image.width, image.height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, (image.width - w) / 2, (image.height - h) / 2, w, h, 0, 0, width, height);
}

/** Makes the canvas show what is sent: grey for one channel, and the other way round where that is asked for. */
export function reduce(canvas, channels, invert) {
  const context = canvas.getContext("2d");
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const { data } = pixels;
  for (let i = 0; i < data.length; i += 4) {
    if (channels === 1) {
      // ITU-R BT.601, as Pillow and so Keras turn colours into grey.
      data[i] = data[i + 1] = data[i + 2] = (data[i] * 299 + data[i + 1] * 587 + data[i + 2] * 114) / 1000;
    }
    if (invert) {
      for (let c = 0; c < 3; c++) {
        data[i + c] = 255 - data[i + c];
      }
    }
  }
  context.putImageData(pixels, 0, 0);
}

/** The values of a canvas in the order of a model's axes. */
export function values(canvas, form, range) {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const { low, high } = RANGES.get(range);
  // Four digits tell 256 values apart in either range, and keep the request short.
  const scaled = Array.from({ length: 256 }, (_, v) => (high === 255 ? v : Number((low + (v * (high - low)) / 255).toFixed(4))));
  const value = (y, x, c) => scaled[data[(y * width + x) * 4 + c]];
  const grid = (cell) => Array.from({ length: height }, (_, y) => Array.from({ length: width }, (_, x) => cell(y, x)));
  const channels = Array.from({ length: form.channels }, (_, c) => c);
  return form.order === "channels last" ? grid((y, x) => channels.map((c) => value(y, x, c)))
    : form.order === "channels first" ? channels.map((c) => grid((y, x) => value(y, x, c)))
      : grid((y, x) => value(y, x, 0));
}

/** Draws values as {@link values} gives them: the way back. */
export function paint(canvas, rows, form, range) {
  const first = form.order === "channels first";
  const plane = first ? rows[0] : rows;
  canvas.width = plane[0].length;
  canvas.height = plane.length;
  const { low, high } = RANGES.get(range);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const pixels = context.createImageData(canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++) {
      for (let c = 0; c < 3; c++) {
        const channel = Math.min(c, form.channels - 1);
        const value = first ? rows[channel][y][x] : form.order === "channels last" ? rows[y][x][channel] : rows[y][x];
        pixels.data[(y * canvas.width + x) * 4 + c] = ((value - low) / (high - low)) * 255;
      }
      pixels.data[(y * canvas.width + x) * 4 + 3] = 255;
    }
  }
  context.putImageData(pixels, 0, 0);
}
