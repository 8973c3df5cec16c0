package dev.slipway.server;

/** Elements as JSON. */
final class InferOverRestTest extends InferContract {
    @Override
    InferWire connect(ModelServer to) {
        return new RestWire(to.address(), false);
    }
}
