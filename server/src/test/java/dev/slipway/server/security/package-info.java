@NullMarked
package dev.slipway.server.security;

import org.jspecify.annotations.NullMarked;
