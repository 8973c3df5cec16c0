package dev.slipway.server;

/** Elements raw. */
final class InferOverGrpcRawTest extends InferContract {
    @Override
    InferWire connect(ModelServer to) {
        return new GrpcWire(to.port(), true);
    }
}
