/**
 * The command line. Knows every other module; nothing knows it. Start reading at {@link dev.slipway.cli.Slipway}: each command
 * is one class.
 */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
