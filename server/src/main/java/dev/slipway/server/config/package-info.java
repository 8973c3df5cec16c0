/**
 * What configuration records are made of. A record of settings says what each of its components does by {@link
 * dev.slipway.server.config.Setting}; its name with dashes is the key in a file, its canonical constructor checks the values,
 * and what its {@code defaults()} gives is what holds where nothing is set. Knows nothing of files.
 */
@NullMarked
package dev.slipway.server.config;

import org.jspecify.annotations.NullMarked;
