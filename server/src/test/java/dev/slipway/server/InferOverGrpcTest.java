package dev.slipway.server;

/** Elements in typed contents. */
final class InferOverGrpcTest extends InferContract {
    @Override
    InferWire connect(ModelServer to) {
        return new GrpcWire(to.port(), false);
    }
}
