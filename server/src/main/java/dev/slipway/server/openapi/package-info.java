/**
 * The description of a server, made from the signatures of its models: OpenAPI 3.1, one class a protocol. Knows served models
 * and the protocols' readers and writers; nothing of HTTP. Start at {@link dev.slipway.server.openapi.OpenApi}.
 */
@NullMarked
package dev.slipway.server.openapi;

import org.jspecify.annotations.NullMarked;
