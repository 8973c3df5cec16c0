@NullMarked
package dev.slipway.server.traffic;

import org.jspecify.annotations.NullMarked;
