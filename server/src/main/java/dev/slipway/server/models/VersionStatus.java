package dev.slipway.server.models;

/**
 * The state of one version of a model.
 *
 * @param name the model's name
 * @param version the version
 * @param state what it does
 * @param reason why it does not answer; empty if it does
 */
public record VersionStatus(String name, String version, ModelState state, String reason) {}
