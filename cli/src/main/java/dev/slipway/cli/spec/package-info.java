/** The file that says what to train on what: YAML in Keras's words. Knows models and data files, nothing of the command line. */
@NullMarked
package dev.slipway.cli.spec;

import org.jspecify.annotations.NullMarked;
