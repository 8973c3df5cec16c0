/**
 * Requests and answers over HTTP: one endpoint a protocol. Knows served models and their JSON, nothing of Keras or files. Start
 * reading at {@link dev.slipway.server.http.Endpoint}.
 */
@NullMarked
package dev.slipway.server.http;

import org.jspecify.annotations.NullMarked;
