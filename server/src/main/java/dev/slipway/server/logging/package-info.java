/**
 * What a log says of a request, and in which form. Knows names and texts; knows nothing of HTTP, models or who prints a log. Start
 * with {@link dev.slipway.server.logging.LogOptions}.
 */
@NullMarked
package dev.slipway.server.logging;

import org.jspecify.annotations.NullMarked;
