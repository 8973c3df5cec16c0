@NullMarked
package dev.slipway.lambda;

import org.jspecify.annotations.NullMarked;
