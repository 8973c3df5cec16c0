/** Tests of tensors, compiled graphs and predictors on the engine itself. */
@NullMarked
package dev.slipway.runtime;

import org.jspecify.annotations.NullMarked;
