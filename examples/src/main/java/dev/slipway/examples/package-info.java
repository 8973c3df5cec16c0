/** Programs that a user would write. Each directory beside {@code src} has the same as a spec for the command line. */
@NullMarked
package dev.slipway.examples;

import org.jspecify.annotations.NullMarked;
