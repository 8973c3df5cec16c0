/**
 * Requests and answers as events, a share of them, to a file or an address. Knows JSON and CloudEvents; knows nothing of HTTP servers or
 * models. Start with {@link dev.slipway.server.payload.PayloadLog}.
 */
@NullMarked
package dev.slipway.server.payload;

import org.jspecify.annotations.NullMarked;
