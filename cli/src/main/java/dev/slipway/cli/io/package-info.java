/** Data for and results of a prediction, in the formats of the command line. Knows tensors and files, nothing of commands. */
@NullMarked
package dev.slipway.cli.io;

import org.jspecify.annotations.NullMarked;
