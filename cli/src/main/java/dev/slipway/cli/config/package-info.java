/**
 * {@code slipway.yaml}: settings from flags, the environment and a file, in that order, over defaults, each checked and each
 * with the place it came from. Which settings there are stands in the server's records, not here. Start reading at {@link
 * dev.slipway.cli.config.Settings}.
 */
@NullMarked
package dev.slipway.cli.config;

import org.jspecify.annotations.NullMarked;
