/**
 * Tests of the files in {@code deploy}: that Kubernetes, Helm, KServe, Knative and Kubeflow would take them, as far as their
 * models for Java tell. What other tools read is checked by {@code scripts/validate-deploy}. Start with {@link
 * dev.slipway.deploy.Schemas}.
 */
@NullMarked
package dev.slipway.deploy;

import org.jspecify.annotations.NullMarked;
