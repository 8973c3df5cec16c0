package dev.slipway.deploy;

import io.fabric8.knative.serving.v1.Service;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaim;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The schemas of the kinds of objects that {@code deploy} holds, by {@code apiVersion} and {@code kind}. */
final class Schemas {
    private static final Map<String, Schema> BY_KIND = Map.ofEntries(
            Map.entry("v1 ConfigMap", new OpenApiSchema(V1ConfigMap.class)),
            Map.entry("v1 Namespace", new OpenApiSchema(V1Namespace.class)),
            Map.entry("v1 PersistentVolumeClaim", new OpenApiSchema(V1PersistentVolumeClaim.class)),
            Map.entry("v1 Service", new OpenApiSchema(V1Service.class)),
            Map.entry("v1 ServiceAccount", new OpenApiSchema(V1ServiceAccount.class)),
            Map.entry("apps/v1 Deployment", new OpenApiSchema(V1Deployment.class)),
            Map.entry("autoscaling/v2 HorizontalPodAutoscaler", new OpenApiSchema(V2HorizontalPodAutoscaler.class)),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", new OpenApiSchema(V1NetworkPolicy.class)),
            Map.entry("policy/v1 PodDisruptionBudget", new OpenApiSchema(V1PodDisruptionBudget.class)),
            Map.entry("rbac.authorization.k8s.io/v1 Role", new OpenApiSchema(V1Role.class)),
            Map.entry("rbac.authorization.k8s.io/v1 RoleBinding", new OpenApiSchema(V1RoleBinding.class)),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", new TypedSchema(ServiceMonitor.class)),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", new TypedSchema(PrometheusRule.class)),
            Map.entry("serving.knative.dev/v1 Service", new TypedSchema(Service.class)),
            Map.entry("serving.kserve.io/v1alpha1 ServingRuntime", new ServingRuntimeSchema()),
            Map.entry("serving.kserve.io/v1beta1 InferenceService", new TypedSchema(KServe.InferenceService.class)));

    private Schemas() {}

    /**
     * Lets objects of one text pass, each by the schema of its kind.
     *
     * @throws IllegalArgumentException if there is none, a kind is unknown or an object does not fit its schema
     */
    static List<Map<String, Object>> require(String yaml) {
        List<Map<String, Object>> objects = DeployFiles.documents(yaml);
        if (objects.isEmpty()) {
            throw new IllegalArgumentException("no object");
        }
        objects.forEach(object -> of(object).require(object));
        return objects;
    }

    private static Schema of(Map<String, Object> object) {
        String kind = object.get("apiVersion") + " " + object.get("kind");
        return Optional.ofNullable(BY_KIND.get(kind))
                .orElseThrow(() ->
                        new IllegalArgumentException("kind: " + kind + " (expected: one of " + BY_KIND.keySet() + ")"));
    }
}
