package dev.slipway.deploy;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Volume;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The schema of KServe's runtimes: its own fields by type, and the parts of pods in them as Kubernetes has them, with all they need. */
record ServingRuntimeSchema() implements Schema {
    @Override
    public void require(Map<String, Object> object) {
        new TypedSchema(KServe.ServingRuntime.class).require(object);
        Map<?, ?> spec = (Map<?, ?>) Objects.requireNonNull(object.get("spec"));
        requireEach(spec.get("containers"), new OpenApiSchema(V1Container.class));
        requireEach(spec.get("volumes"), new OpenApiSchema(V1Volume.class));
    }

    @SuppressWarnings("unchecked")
    private static void requireEach(@Nullable Object parts, Schema schema) {
        if (parts != null) {
            ((List<Map<String, Object>>) parts).forEach(schema::require);
        }
    }
}
