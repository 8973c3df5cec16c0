/** How many clients may be connected, and how long they may take. */
@NullMarked
package dev.slipway.server.connections;

import org.jspecify.annotations.NullMarked;
