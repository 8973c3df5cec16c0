package dev.slipway.keras.layers;

import dev.slipway.graph.Ops;
import dev.slipway.graph.Shape;
import dev.slipway.graph.Value;

/** How a layer multiplies inputs with a kernel, as far as quantized kernels must know. */
interface KernelGeometry {
    /** The kernel as it is without quantization. */
    Shape kernel();

    /** How many rows it has if it is a matrix of those that are summed over, by those that are not. */
    long rows();

    /** The same as a quantization that looked at the layer's inputs sees it. */
    long calibratedRows();

    /** What the scale of a kernel looks like that has one for each column: it goes along the results. */
    Shape scale();

    /** The axes of the input that are summed over. */
    int[] summed();

    /** The product of inputs and a kernel of the whole shape. */
    Value multiply(Ops ops, Value x, Value kernel);

    /** The scales of inputs, 1 along the axes that are summed over, so that they go along the results. */
    Value alongResults(Ops ops, Value scales);
}
