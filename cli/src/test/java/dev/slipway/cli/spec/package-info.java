@NullMarked
package dev.slipway.cli.spec;

import org.jspecify.annotations.NullMarked;
