package dev.slipway.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Leaves out what the protobuf compiler wrote. */
final class HandWritten implements ImportOption {
    @Override
    public boolean includes(Location location) {
        return !location.contains("/dev/slipway/graph/onnx/") && !location.contains("/dev/slipway/server/grpc/proto/");
    }
}
