@NullMarked
package dev.slipway.cli.config;

import org.jspecify.annotations.NullMarked;
