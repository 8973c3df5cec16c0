package dev.slipway.server;

/** Elements as bytes behind the JSON. */
final class InferOverRestInBinaryTest extends InferContract {
    @Override
    InferWire connect(ModelServer to) {
        return new RestWire(to.address(), true);
    }
}
