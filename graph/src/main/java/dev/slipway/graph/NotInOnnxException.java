package dev.slipway.graph;

/** A graph has to be written as ONNX, and something in it has no form in ONNX's operators. */
public final class NotInOnnxException extends SlipwayException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param subject what has no such form
     */
    public NotInOnnxException(String subject) {
        super(subject
                + ": no ONNX operator computes it (expected: standard operators only); serve the .keras or .h5 file,"
                + " or convert a model of the layers behind it");
    }
}
