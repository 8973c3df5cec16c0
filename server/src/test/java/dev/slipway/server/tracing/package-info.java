@NullMarked
package dev.slipway.server.tracing;

import org.jspecify.annotations.NullMarked;
