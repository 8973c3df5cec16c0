/**
 * Reading the configurations that Keras objects are serialized as: each class asks for its own keys, and what nobody asked
 * for is refused. Knows JSON, and none of the classes configured.
 */
@NullMarked
package dev.slipway.keras.config;

import org.jspecify.annotations.NullMarked;
