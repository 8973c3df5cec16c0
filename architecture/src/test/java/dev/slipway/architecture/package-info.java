/**
 * Tests of what holds between modules and packages. It knows every module; nothing knows it. Start reading at
 * {@link dev.slipway.architecture.ArchitectureTest}.
 */
@NullMarked
package dev.slipway.architecture;

import org.jspecify.annotations.NullMarked;
