package dev.slipway.server.inference;

/** Whether rows of several requests go through the engine together. */
public enum Batching {
    /** Where the rows of a model do not depend on each other. */
    AUTO,
    /** Never. */
    OFF
}
